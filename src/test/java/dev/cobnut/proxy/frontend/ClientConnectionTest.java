package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.net.Account;
import dev.cobnut.net.MemoryBudget;
import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Guest;
import dev.cobnut.proxy.ClientFixture.NodeEnd;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.testing.Requests;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The life of a client's connection, state by state.
class ClientConnectionTest {
    private final ClientFixture pool = ClientFixture.shards(1).clientsMax(3).start();
    private final Guest client = pool.client();

    @AfterEach
    void nothingIsKept() {
        pool.close();
    }

    private void wasOrdinary() {
        assertThat(pool.count(PoolCounter.CLIENT_EOF)).isEqualTo(1);
        assertThat(pool.count(PoolCounter.CLIENT_ERR)).isZero();
    }

    private void wasAnError() {
        assertThat(pool.count(PoolCounter.CLIENT_EOF)).isZero();
        assertThat(pool.count(PoolCounter.CLIENT_ERR)).isEqualTo(1);
    }

    // ---- OPEN -------------------------------------------------------------------------------------------------------

    @Test
    void clientsAreCounted() {
        assertThat(pool.count(PoolCounter.CLIENT_CONNECTIONS)).isEqualTo(1);
        Guest other = pool.client();
        assertThat(pool.count(PoolCounter.CLIENT_CONNECTIONS)).isEqualTo(2);
        assertThat(pool.pool().guests()).hasSize(2);
        other.ends();
        assertThat(pool.count(PoolCounter.CLIENT_CONNECTIONS)).isEqualTo(1);
        assertThat(pool.pool().guests()).hasSize(1);
        wasOrdinary();
    }

    @Test
    void whoComesWhenAllMemoryIsTakenIsToldSo() {
        List<Account> many = new ArrayList<>();
        while (pool.loop().memory().stage() != MemoryBudget.Stage.SHEDDING) {
            many.add(pool.loop().account());
        }
        Guest late = pool.client();
        late.expects("-ERR max number of clients reached: the proxy has no memory for more|");
        late.ends();
        assertThat(late.isOpen()).isFalse();
        wasAnError();
        many.forEach(Account::close);
        client.sends("CLIENT REPLY ON").expects("+OK|");
    }

    @Test
    void oneClientTooManyIsToldSo() {
        pool.client();
        pool.client();
        Guest tooMany = pool.client();
        tooMany.sends("GET a").expects("-ERR max number of clients reached|");
        tooMany.ends();
        assertThat(tooMany.isOpen()).isFalse();
        wasAnError();
        pool.node(0).expectsNothing();
        client.ends();
        pool.client().sends("CLIENT REPLY ON").expects("+OK|");
    }

    @Test
    void readingStopsAndGoesOn() {
        client.sends("GET a;BLPOP b 0;GET c");
        client.sends("GET d");
        assertThat(client.channel().isReading()).isFalse();
        pool.node(0).expects("GET a").answers("$-1");
        pool.node(0).expects("BLPOP b 0").answers("*-1").expects("GET c");
        pool.node(0).expects("GET d");
        assertThat(client.channel().isReading()).isTrue();
        client.expects("$-1|*-1|");
    }

    @Test
    void whatArrivesWhileStoppedIsKeptInOrder() {
        try (ClientFixture three = ClientFixture.shards(3).start()) {
            Guest guest = three.client();
            guest.sends("GET @0;BLPOP @1 0;GET {@2}a;BLPOP @0 0;GET {@2}b");
            guest.sends("GET {@2}c");
            three.node(1).expectsNothing();
            three.node(2).expectsNothing();
            three.node(0).expects("GET @0").answers("$1|0");
            three.node(2).expects("GET {@2}a").answers("$1|a");
            three.node(0).expectsNothing();
            three.node(2).expectsNothing();
            three.node(1).expects("BLPOP @1 0").answers("*-1");
            three.node(0).expects("BLPOP @0 0").answers("*-1");
            three.node(2).expects("GET {@2}b").expects("GET {@2}c").answers("$1|b|$1|c");
            guest.expects("$1|0|*-1|$1|a|*-1|$1|b|$1|c|");
        }
    }

    private void socketHasRead(String requests) {
        ByteBuf read = pool.loop().io().allocator().buffer();
        read.writeBytes(Requests.requests(requests).getBytes(US_ASCII));
        client.channel().pipeline().fireChannelRead(read);
        pool.turn();
    }

    @Test
    void whatTheSocketHadReadAlreadyIsKept() {
        client.sends("GET a;BLPOP b 0;GET c");
        socketHasRead("GET d");
        NodeEnd lane = pool.node(0).expects("GET a");
        assertThat(lane.requests()).isEmpty();
        lane.answers("$1|a");
        pool.node(0).expects("BLPOP b 0").expects("GET c").expects("GET d").answers("*-1|$1|c|$1|d");
        client.expects("$1|a|*-1|$1|c|$1|d|");
    }

    @Test
    void whatTheSocketHadReadOfAClientThatLeavesIsDropped() {
        client.sends("GET a;QUIT");
        socketHasRead("GET b");
        pool.node(0).expects("GET a").answers("$-1");
        client.expects("$-1|+OK|");
        pool.node(0).expectsNothing();
    }

    @Test
    void behindAQuitThatHadToWaitNothingIsRead() {
        client.sends("GET a;SELECT 1;QUIT;GET b");
        socketHasRead("GET c");
        pool.node(0).expects("GET a").answers("$-1");
        pool.node(0).expects("SELECT 1").answers("-ERR no");
        client.expects("$-1|-ERR no|+OK|");
        assertThat(client.isOpen()).isFalse();
        pool.node(0).expectsNothing();
    }

    @Test
    void aLongRequestIsUploadedOnceItsTurnHasCome() {
        String value = "v".repeat(1_500_000);
        client.sends("GET a;SET b " + value);
        pool.node(0).expects("GET a").answers("$-1");
        pool.node(0).expects("SET b " + value).answers("+OK");
        client.sends("GET c");
        pool.node(0).expects("GET c").answers("$-1");
        client.expects("$-1|+OK|$-1|");
    }

    @Test
    void anUploadWaitsForItsNode() {
        String value = "v".repeat(3_000_000);
        client.sends("SET b x");
        pool.node(0).expects("SET b x").answers("+OK");
        client.expects("+OK|");
        pool.node(0).ends().clear();
        client.sendsRaw("*3|$3|SET|$1|b|$3000000|" + value.substring(0, 80_000));
        NodeEnd own = pool.node(0).ends().getFirst();
        own.channel().peerReads(0);
        client.sendsRaw(value.substring(80_000) + "|");
        assertThat(client.channel().isReading()).isFalse();
        own.channel().peerReadsAll();
        pool.turn();
        assertThat(client.channel().isReading()).isTrue();
        own.expects("SET b " + value).answers("+OK");
        client.expects("+OK|");
    }

    @Test
    void aClientThatReadsAgainIsReadAgain() {
        client.channel().peerReads(0);
        client.sends("ECHO a");
        pool.node(0).expects("ECHO a").answers("$600000|" + "e".repeat(600_000));
        client.sends("ECHO b");
        pool.node(0).expectsNothing();
        assertThat(client.channel().isReading()).isFalse();
        client.channel().peerReadsAll();
        pool.turn();
        pool.node(0).expects("ECHO b");
        assertThat(client.channel().isReading()).isTrue();
    }

    // ---- ENDED ------------------------------------------------------------------------------------------------------

    @Test
    void aClientThatEndsIsClosedAtOnceWhenItIsOwedNothing() {
        client.ends();
        assertThat(client.isOpen()).isFalse();
        wasOrdinary();
    }

    @Test
    void aClientThatEndsIsAnsweredFirst() {
        client.sends("GET a;GET b").ends();
        assertThat(client.isOpen()).isTrue();
        pool.node(0).expects("GET a").answers("$1|1");
        assertThat(client.isOpen()).isTrue();
        pool.node(0).expects("GET b").answers("$1|2");
        client.expects("$1|1|$1|2|");
        assertThat(client.isOpen()).isFalse();
        wasOrdinary();
    }

    @Test
    void anEndedClientThatWaitedIsAnsweredAndClosed() {
        client.sends("GET a;SELECT 1;GET b").ends();
        pool.node(0).expects("GET a").answers("$-1");
        pool.node(0).expects("SELECT 1").answers("+OK");
        pool.node(0).expects("SELECT 1").answers("+OK");
        pool.node(0).expects("GET b").answers("$-1");
        client.expects("$-1|+OK|$-1|");
        assertThat(client.isOpen()).isFalse();
        wasOrdinary();
    }

    @Test
    void aBlockedClientThatEndsIsClosedAtOnce() {
        client.sends("BLPOP a 0");
        pool.node(0).expects("BLPOP a 0");
        client.ends();
        assertThat(client.isOpen()).isFalse();
        assertThat(pool.node(0).ends().getFirst().channel().isOpen()).isFalse();
        wasOrdinary();
    }

    @Test
    void aClientThatEndsBehindSeveralIsClosedOnceItOnlyBlocks() {
        client.sends("WATCH a");
        pool.node(0).expects("WATCH a").answers("+OK");
        client.sends("GET a;BLPOP b 0").ends();
        pool.node(0).expects("GET a").answers("$-1").expects("BLPOP b 0");
        assertThat(client.isOpen()).isFalse();
        wasOrdinary();
    }

    // ---- LEAVING ----------------------------------------------------------------------------------------------------

    @Test
    void quitIsAnsweredLast() {
        client.sends("GET a;QUIT;GET b");
        client.sends("GET c");
        assertThat(client.isOpen()).isTrue();
        assertThat(client.channel().isReading()).isFalse();
        pool.node(0).expects("GET a").answers("$-1");
        client.expects("$-1|+OK|");
        assertThat(client.isOpen()).isFalse();
        pool.node(0).expectsNothing();
        wasOrdinary();
    }

    @Test
    void aClientThatEndsWhileItLeavesIsStillAnswered() {
        client.sends("GET a;QUIT").ends();
        pool.node(0).expects("GET a").answers("$-1");
        client.expects("$-1|+OK|");
        assertThat(client.isOpen()).isFalse();
        wasOrdinary();
    }

    @Test
    void thePoolLetsItsClientsLeave() {
        client.sends("GET a");
        List.copyOf(pool.pool().guests()).forEach(PoolFront.Guest::leave);
        List.copyOf(pool.pool().guests()).forEach(PoolFront.Guest::leave);
        assertThat(client.isOpen()).isTrue();
        client.sends("GET b");
        pool.node(0).expects("GET a").answers("$-1");
        client.expects("$-1|");
        assertThat(client.isOpen()).isFalse();
        pool.node(0).expectsNothing();
        wasOrdinary();
    }

    @Test
    void whatWaitsIsNotSentWhenThePoolLetsItLeave() {
        client.sends("GET a;BLPOP b 0;GET c");
        List.copyOf(pool.pool().guests()).forEach(PoolFront.Guest::leave);
        pool.node(0).expects("GET a").answers("$-1");
        client.expects("$-1|");
        assertThat(client.isOpen()).isFalse();
        pool.node(0).expectsNothing();
    }

    @Test
    void whatIsNotWholeIsNotSentWhenThePoolLetsItLeave() {
        client.sendsRaw("*2|$3|GET|");
        List.copyOf(pool.pool().guests()).forEach(PoolFront.Guest::leave);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void thePoolClosesItsClients() {
        client.sends("GET a");
        List.copyOf(pool.pool().guests()).forEach(PoolFront.Guest::close);
        assertThat(client.isOpen()).isFalse();
        wasOrdinary();
    }

    @Test
    void anEndedClientMayBeClosed() {
        client.sends("GET a;SELECT 1").ends();
        List.copyOf(pool.pool().guests()).forEach(PoolFront.Guest::close);
        List.copyOf(pool.pool().guests()).forEach(PoolFront.Guest::close);
        assertThat(client.isOpen()).isFalse();
    }

    // ---- LINGERING --------------------------------------------------------------------------------------------------

    @Test
    void whoBreaksTheProtocolIsAnsweredAndThenReadAway() {
        client.sends("GET a").sendsRaw("*x|");
        assertThat(client.channel().isReading()).isFalse();
        pool.node(0).expects("GET a").answers("$-1");
        client.expects("$-1|-ERR Protocol error: invalid multibulk length|");
        assertThat(client.channel().isOutputShutdown()).isTrue();
        assertThat(client.isOpen()).isTrue();
        client.sends("GET b");
        pool.node(0).expectsNothing();
        assertThat(client.channel().isReading()).isTrue();
        pool.pass(490);
        assertThat(client.isOpen()).isTrue();
        pool.pass(10);
        assertThat(client.isOpen()).isFalse();
        wasAnError();
    }

    @Test
    void whoLingersAndEndsIsClosed() {
        client.sendsRaw("*x|").ends();
        client.expects("-ERR Protocol error: invalid multibulk length|");
        assertThat(client.isOpen()).isFalse();
        wasAnError();
    }

    @Test
    void whoBreaksTheProtocolAndHasEndedIsClosedOnceAnswered() {
        client.sends("GET a").sendsRaw("*x|").ends();
        assertThat(client.isOpen()).isTrue();
        pool.node(0).expects("GET a").answers("$-1");
        client.expects("$-1|-ERR Protocol error: invalid multibulk length|");
        assertThat(client.isOpen()).isFalse();
        wasAnError();
    }

    @Test
    void whoBreaksTheProtocolAndNeverReadsIsClosedAfterTenSeconds() {
        client.channel().peerReads(0);
        client.sendsRaw("*x|");
        pool.pass(9_990);
        assertThat(client.isOpen()).isTrue();
        pool.pass(10);
        assertThat(client.isOpen()).isFalse();
        wasAnError();
    }

    @Test
    void whoBreaksTheProtocolReadsNothingAndEndsIsClosedOnceItHasRead() {
        client.channel().peerReads(0);
        client.sendsRaw("*x|").ends();
        assertThat(client.isOpen()).isTrue();
        client.channel().peerReadsAll();
        client.expects("-ERR Protocol error: invalid multibulk length|");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void whoBreaksTheProtocolWhileBlockedIsClosedWhenItEnds() {
        client.sends("WATCH a");
        pool.node(0).expects("WATCH a").answers("+OK");
        client.sends("BLPOP b 0").sendsRaw("*x|");
        assertThat(client.isOpen()).isTrue();
        client.channel().config().setAutoRead(true);
        client.ends();
        assertThat(client.isOpen()).isFalse();
        wasAnError();
    }

    // ---- GONE -------------------------------------------------------------------------------------------------------

    @Test
    void aBrokenConnectionIsAnError() {
        client.sends("GET a");
        client.channel().peerResets();
        pool.turn();
        assertThat(client.isOpen()).isFalse();
        wasAnError();
        pool.node(0).expects("GET a").answers("$-1");
    }

    @Test
    void aBrowserIsClosedWithoutAWord() {
        client.sendsRaw("Host: here|");
        client.expects("");
        assertThat(client.isOpen()).isFalse();
        wasAnError();
    }

    @Test
    void anUploadThatBreaksOffWithItsClientFailsNobody() {
        client.sendsRaw("*3|$3|SET|$1|b|$100000|" + "v".repeat(80_000));
        assertThat(pool.node(0).ends().getFirst().begun()).hasSizeGreaterThan(80_000);
        client.channel().peerResets();
        pool.turn();
        assertThat(pool.node(0).ends().getFirst().channel().isOpen()).isFalse();
        assertThat(pool.count(PoolCounter.FORWARD_ERROR)).isZero();
        wasAnError();
    }

    @Test
    void anUploadOfAClientThatIsClosedFailsNobody() {
        client.sends("MULTI");
        pool.node(0).expects("MULTI").answers("+OK");
        client.sends("CLIENT TRACKING ON");
        pool.node(0).expects("CLIENT TRACKING ON").answers("+QUEUED");
        client.sendsRaw("*3|$3|SET|$1|b|$100000|" + "v".repeat(80_000));
        List.copyOf(pool.pool().guests()).forEach(PoolFront.Guest::close);
        assertThat(client.isOpen()).isFalse();
        assertThat(pool.count(PoolCounter.FORWARD_ERROR)).isZero();
        wasOrdinary();
    }

    @Test
    void whatWasKeptIsLetGoOf() {
        client.sends("GET a;BLPOP b 0;GET c");
        client.channel().peerResets();
        pool.turn();
        pool.node(0).expects("GET a").answers("$-1");
        pool.node(0).expectsNothing();
    }

    @Test
    void aReplyThatBreaksOffInTheMiddleClosesItsClient() {
        client.sends("GET a");
        NodeEnd end = pool.node(0).expects("GET a");
        end.channel().peerSends("$200000\r\n" + "v".repeat(100_000));
        pool.turn();
        assertThat(client.takes()).startsWith("$200000|vvv");
        end.dies();
        assertThat(client.isOpen()).isFalse();
        wasAnError();
    }

    @Test
    void whoHasLoggedInMaySendMore() {
        try (ClientFixture closed = ClientFixture.shards(1).password("secret").start()) {
            Guest guest = closed.client();
            guest.sends("PING 1 2 3 4 5 6 7 8 9 10");
            guest.expects("-ERR Protocol error: unauthenticated multibulk length|");
            Guest known = closed.client();
            known.sends("AUTH secret;DEL 1 2 3 4 5 6 7 8 9 10").expects("+OK|");
            closed.node(0).expects("AUTH secret").answers("+OK");
            closed.node(0).expects("DEL 1 2 3 4 5 6 7 8 9 10").answers(":0");
            known.expects(":0|");
        }
    }
}
