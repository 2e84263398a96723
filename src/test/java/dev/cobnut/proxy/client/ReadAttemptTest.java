package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.ReadPolicy;
import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.resp.RespWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A read on its way to a replica; the master is the other choice.
class ReadAttemptTest {
    private final ClientFixture pool =
            ClientFixture.shards(1).reads(ReadPolicy.PREFER_REPLICA, 500).start();
    private final Bare client = pool.bare();
    private final PendingReply read = client.client().replies().add(new PendingReply());
    private final ReadAttempt attempt = attempt();

    private ReadAttempt attempt() {
        pool.letRead(0);
        ClientReads reads = new ClientReads(
                client.client().replies(), Objects.requireNonNull(pool.pool().readSplit()), false);
        return new ReadAttempt(client.client(), reads, 0, read, RespWriter.command("GET", "a"));
    }

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private void reply(String text) {
        byte[] bytes = (text + "\r\n").getBytes(US_ASCII);
        assertThat(attempt.onReply(bytes, 0, bytes.length)).isTrue();
    }

    private void theOtherAnswers() {
        assertThat(client.takeAsked()).containsExactly("await answers");
        client.expects("");
        pool.node(0).expects("GET a").answers("$1|2");
        client.expects("$1|2|");
    }

    private void nobodyElseIsAsked() {
        assertThat(client.takeAsked()).isEmpty();
        pool.node(0).expectsNothing();
    }

    @Test
    void aReplyIsTheReply() {
        reply("$-1");
        client.expects("$-1|");
        nobodyElseIsAsked();
    }

    @Test
    void aNodeThatIsNotReadyIsReplacedByTheOther() {
        reply("-LOADING Redis is loading the dataset in memory");
        assertThat(pool.pool().shards().getFirst().replica().isUsable()).isFalse();
        theOtherAnswers();
    }

    @Test
    void aReplicaWithoutAMasterToo() {
        reply("-MASTERDOWN Link with MASTER is down");
        theOtherAnswers();
    }

    @Test
    void whereThereIsNoOtherTheErrorIsTheReply() {
        try (ClientFixture only =
                ClientFixture.shards(1).reads(ReadPolicy.REPLICA, 500).start()) {
            only.letRead(0);
            Bare guest = only.bare();
            guest.dispatch("GET a");
            only.replica(0).expects("GET a").answers("-LOADING x");
            guest.expects("-LOADING x|");
            only.node(0).expectsNothing();
        }
    }

    @Test
    void anErrorOfTheCommandIsTheReply() {
        reply("-WRONGTYPE x");
        client.expects("-WRONGTYPE x|");
        nobodyElseIsAsked();
    }

    @Test
    void aLostConnectionIsReplacedByTheOther() {
        attempt.onFailure(new Failure(Failure.Kind.RESET, "lost"), true);
        theOtherAnswers();
    }

    @Test
    void aTimeoutIsAPromiseToTheClient() {
        attempt.onFailure(new Failure(Failure.Kind.TIMED_OUT, "late"), true);
        client.expects("-ERR Connection timed out: late, outcome unknown|");
        nobodyElseIsAsked();
    }

    @Test
    void aConnectionThatCouldNotBeHadInTimeIsNoTimeout() {
        attempt.onFailure(new Failure(Failure.Kind.TIMED_OUT, "no connection"), false);
        theOtherAnswers();
    }

    @Test
    void whatHasBegunIsNotRepeated() {
        ByteBuf part = Unpooled.wrappedBuffer("$9\r\nab".getBytes(US_ASCII));
        attempt.onReplyPart(part, false);
        attempt.onFailure(new Failure(Failure.Kind.RESET, "lost"), true);
        client.expects("$9|ab");
        assertThat(client.takeAsked()).containsExactly("close broken: a reply broke off in the middle");
        pool.node(0).expectsNothing();
    }

    @Test
    void forAClientThatHasLeftNobodyIsAsked() {
        client.client().onGone();
        reply("-LOADING x");
        nobodyElseIsAsked();
    }

    @Test
    void allElseGoesToTheReader() {
        assertThat(attempt.receiver()).isSameAs(client.client().replies());
        attempt.onTooSlow();
        assertThat(client.takeAsked())
                .containsExactly("close broken: it read too slowly while others waited behind its replies");
    }

    @Test
    void theOtherIsAskedOnTheWayOfTheWholePool() {
        Bare guest = pool.bare();
        guest.dispatch("GET b");
        pool.replica(0).expects("GET b").dies();
        pool.node(0).expects("GET b").answers("$1|m");
        guest.expects("$1|m|");
    }
}
