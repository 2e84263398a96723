package dev.cobnut.proxy.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.proxy.ClientFixture.NodeEnd;
import dev.cobnut.proxy.client.Upload;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.stats.PoolCounter;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each way that a request can take.
class DispatcherTest {
    private final ClientFixture pool =
            ClientFixture.shards(3).allow("all").ownMax(3).start();
    private final Bare client = pool.bare();

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private void takes(String request) {
        assertThat(client.dispatch(request)).isTrue();
    }

    private boolean hasOwn(int shard) {
        return client.client().sessionIfAny() != null
                && client.client().session().at(shard) != null;
    }

    // ---- the ways ---------------------------------------------------------------------------------------------------

    @Test
    void overALane() {
        takes("GET @1");
        pool.node(1).expects("GET @1").answers("$1|b");
        client.expects("$1|b|");
        assertThat(client.client().sessionIfAny()).isNull();
    }

    @Test
    void splitOverTheShardsOfItsKeys() {
        takes("MGET @0 @1 {@0}x");
        pool.node(1).expects("MGET @1").answers("*1|$1|b");
        pool.node(0).expects("MGET @0 {@0}x").answers("*2|$1|a|$1|c");
        client.expects("*3|$1|a|$1|b|$1|c|");
    }

    @Test
    void overEveryShard() {
        takes("DBSIZE");
        for (int shard = 0; shard < 3; shard++) {
            pool.node(shard).expects("DBSIZE").answers(":2");
        }
        client.expects(":6|");
    }

    @Test
    void here() {
        takes("CLIENT GETNAME");
        client.expects("$-1|");
    }

    @Test
    void aloneOnceAllBeforeItAreAnswered() {
        takes("GET @0");
        assertThat(client.dispatch("RESET")).isFalse();
        pool.node(0).expects("GET @0").answers("$-1");
        takes("RESET");
        client.expects("$-1|+RESET|");
    }

    @Test
    void overAConnectionOfItsOwn() {
        takes("BLPOP @2 0");
        assertThat(hasOwn(2)).isTrue();
        pool.node(2).expects("BLPOP @2 0").answers("*-1");
        assertThat(hasOwn(2)).isFalse();
        client.expects("*-1|");
    }

    @Test
    void overAConnectionOfItsOwnAtEachShard() {
        takes("WAIT 1 0");
        for (int shard = 0; shard < 3; shard++) {
            pool.node(shard).expects("PING").expects("WAIT 1 0").answers("+PONG|:" + (3 - shard));
        }
        client.expects(":1|");
    }

    @Test
    void whatBlocksMayTakeAsLongAsItLikes() {
        takes("BLPOP @2 0");
        pool.pass(1_000);
        client.expects("");
        takes("EVAL x 1 {@2}y");
        pool.node(2).expects("BLPOP @2 0").answers("*-1");
        pool.pass(400);
        assertThat(client.channel().takeWritten()).startsWith("*-1\r\n-ERR Connection timed out: ");
    }

    @Test
    void whatStaysWithTheClientIsNotGivenBack() {
        try (ClientFixture one = ClientFixture.shards(1).allow("all").start()) {
            Bare guest = one.bare();
            guest.dispatch("CLIENT TRACKING ON");
            one.node(0).expects("CLIENT TRACKING ON").answers("+OK");
            guest.expects("+OK|");
            assertThat(guest.client().session().at(0)).isNotNull();
        }
    }

    @Test
    void aMonitorHearsWhatTheNodeSays() {
        try (ClientFixture one = ClientFixture.shards(1).allow("all").start()) {
            Bare guest = one.bare();
            guest.dispatch("MONITOR");
            one.node(0).expects("MONITOR").answers("+OK|+1700000000.123456 [0 x] \"GET\" \"a\"");
            guest.expects("+OK|+1700000000.123456 [0 x] \"GET\" \"a\"|");
        }
    }

    @Test
    void whatMustNotWaitForASelectIsSentAsItIs() {
        try (ClientFixture one = ClientFixture.shards(1).allow("all").start()) {
            Bare guest = one.bare();
            guest.client().setDatabase(2);
            guest.dispatch("SCRIPT KILL");
            NodeEnd end = one.node(0).expects("SCRIPT KILL");
            end.answers("+OK");
            guest.expects("+OK|");
            assertThat(guest.client().session().at(0)).isNull();
        }
    }

    @Test
    void withoutAConnectionARequestFails() {
        pool.forgetMaster(1);
        takes("BLPOP @1 0");
        client.expects("-ERR Connection refused: shard s1 has no known master, command not sent|");
        assertThat(pool.count(PoolCounter.FORWARD_ERROR)).isEqualTo(1);
    }

    @Test
    void withoutALiveServerARequestFails() {
        for (int shard = 0; shard < 3; shard++) {
            pool.eject(shard);
        }
        takes("BLPOP @1 0");
        takes("GET @1");
        client.expects("-ERR Connection refused: every server of pool alpha is ejected, command not sent|".repeat(2));
    }

    // ---- CLIENT PAUSE -----------------------------------------------------------------------------------------------

    private void pause(String millis) {
        takes("CLIENT PAUSE " + millis);
        for (int shard = 0; shard < 3; shard++) {
            pool.node(shard).expects("CLIENT PAUSE " + millis).answers("+OK");
        }
        client.expects("+OK|");
    }

    @Test
    void whilePausedEachClientHasAConnectionOfItsOwn() {
        takes("GET @0");
        NodeEnd lane = pool.node(0).expects("GET @0").answers("$-1");
        client.expects("$-1|");
        pause("100");
        takes("GET @0");
        assertThat(hasOwn(0)).isTrue();
        NodeEnd own = pool.node(0).expects("GET @0");
        assertThat(own).isNotSameAs(lane);
        own.answers("$-1");
        pool.pass(100);
        takes("GET @0");
        assertThat(pool.node(0).expects("GET @0")).isSameAs(lane);
    }

    @Test
    void withoutAFreeConnectionARequestOfThePauseTakesTheLane() {
        for (int i = 0; i < 3; i++) {
            pool.bare().client().session().open(0, Loan.READY);
        }
        pool.turn();
        pause("100");
        takes("GET @0");
        assertThat(hasOwn(0)).isFalse();
        pool.node(0).expects("GET @0").answers("$-1");
        client.expects("$-1|");
    }

    @Test
    void aPauseCanBeTakenBack() {
        pause("100000");
        assertThat(pool.pool().isPaused()).isTrue();
        takes("CLIENT UNPAUSE");
        assertThat(pool.pool().isPaused()).isFalse();
    }

    @Test
    void aPauseOfNothingIsNone() {
        takes("CLIENT PAUSE 0");
        takes("CLIENT PAUSE x");
        assertThat(pool.pool().isPaused()).isFalse();
    }

    @Test
    void aPauseIsNotedForADayAtMost() {
        pause("9223372036854775807");
        assertThat(pool.pool().isPaused()).isTrue();
        pool.loop().advance(java.time.Duration.ofHours(24));
        pool.loop().io().updateNow();
        assertThat(pool.pool().isPaused()).isFalse();
    }

    // ---- refusals ---------------------------------------------------------------------------------------------------

    @Test
    void aRefusalIsAReplyInItsTurn() {
        takes("GET @0");
        takes("NONSENSE");
        takes("GET");
        pool.node(0).expects("GET @0").answers("$-1");
        client.expects("$-1|-ERR unknown command 'NONSENSE', with args beginning with: |"
                + "-ERR wrong number of arguments for 'get' command|");
    }

    @Test
    void aRefusalInATransactionMakesItFail() {
        takes("MULTI");
        takes("NONSENSE");
        takes("EXEC");
        client.expects("+OK|-ERR unknown command 'NONSENSE', with args beginning with: |"
                + "-EXECABORT Transaction discarded because of previous errors.|");
    }

    @Test
    void aRefusedExecSaysWhy() {
        takes("EXEC x");
        client.expects("-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command|");
    }

    // ---- a transaction that finds its shard -------------------------------------------------------------------------

    @Test
    void theFirstKeyBindsAndComesAgain() {
        takes("MULTI");
        assertThat(client.dispatch("SET @1 a")).as("MULTI is under way").isFalse();
        pool.node(1).expects("MULTI").answers("+OK");
        takes("SET @1 a");
        pool.node(1).expects("SET @1 a").answers("+QUEUED");
        client.expects("+OK|+QUEUED|");
    }

    @Test
    void aTransactionThatCannotBindIsLostAtOnce() {
        pool.forgetMaster(1);
        takes("MULTI");
        takes("SET @1 a");
        takes("EXEC");
        client.expects("+OK|-ERR not queued: Connection refused: shard s1 has no known master|"
                + "-EXECABORT Transaction discarded, nothing of it was executed:"
                + " Connection refused: shard s1 has no known master|");
    }

    // ---- requests too long to hold ----------------------------------------------------------------------------------

    @Test
    void whatGoesToOneShardCanBeUploaded() {
        assertThat(pool.dispatcher().canUpload(client.client(), client.frame("SET @1 a")))
                .isTrue();
        assertThat(pool.dispatcher().canUpload(client.client(), client.frame("MSET @1 a @2 b")))
                .isFalse();
    }

    @Test
    void anUploadTakesAConnectionOfTheClientsOwn() {
        Upload upload =
                Objects.requireNonNull(pool.dispatcher().beginUpload(client.client(), client.frame("SET @1 a")));
        upload.lastPiece(new byte[0], 0, 0);
        pool.turn();
        pool.node(1).expects("SET @1 a").answers("+OK");
        client.expects("+OK|");
    }

    @Test
    void anUploadWithoutAConnectionFails() {
        pool.forgetMaster(1);
        assertThat(pool.dispatcher().beginUpload(client.client(), client.frame("SET @1 a")))
                .isNull();
        for (int shard = 0; shard < 3; shard++) {
            pool.eject(shard);
        }
        assertThat(pool.dispatcher().beginUpload(client.client(), client.frame("SET @1 a")))
                .isNull();
        client.expects("-ERR Connection refused: shard s1 has no known master, command not sent|"
                + "-ERR Connection refused: every server of pool alpha is ejected, command not sent|");
    }

    @Test
    void anUploadThatCannotBeginIsAFault() {
        assertThatThrownBy(() -> pool.dispatcher().beginUpload(client.client(), client.frame("MSET @1 a @2 b")))
                .isInstanceOf(IllegalStateException.class);
        takes("GET @0");
        assertThatThrownBy(() -> pool.dispatcher().beginUpload(client.client(), client.frame("SET @1 a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("an upload that cannot begin: ");
    }
}
