package dev.cobnut.proxy.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Replies;
import dev.cobnut.proxy.client.Transaction;
import dev.cobnut.proxy.client.Watch;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.proxy.routing.Standing.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import dev.cobnut.stats.PoolCounter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Replies that do more than be given to the client, one by one.
class SpecialRepliesTest {
    private static final Failure LOST = new Failure(Failure.Kind.RESET, "lost");
    private static final String UNKNOWN = "-ERR Connection reset by peer: lost, outcome unknown|";
    private static final String NOT_SENT = "-ERR Connection reset by peer: lost, command not sent|";

    private final ClientFixture pool = ClientFixture.shards(1).start();
    private final Bare client = pool.bare();
    private final List<String> done = new ArrayList<>();

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private OwnConnection own() {
        return Objects.requireNonNull(client.client().session().open(0, Loan.READY));
    }

    private <R extends PendingReply> R added(R reply) {
        return client.client().replies().add(reply);
    }

    private static void answer(PendingReply reply, String text) {
        byte[] bytes = text.replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII);
        reply.onReply(bytes, 0, bytes.length);
    }

    private static void answerInParts(PendingReply reply, String... parts) {
        for (int i = 0; i < parts.length; i++) {
            ByteBuf part = Unpooled.copiedBuffer(parts[i].replace("|", "\r\n"), StandardCharsets.US_ASCII);
            reply.onReplyPart(part, i == parts.length - 1);
            part.release();
        }
    }

    // ---- AgreedReply ------------------------------------------------------------------------------------------------

    @Test
    void whatANodeAgreesToIsDone() {
        AgreedReply reply = added(new AgreedReply(own -> done.add("at " + own.shard())));
        reply.sendOver(own(), client.frame("PING"));
        pool.turn();
        pool.node(0).expects("PING").answers("+PONG");
        client.expects("+PONG|");
        assertThat(done).containsExactly("at 0");
    }

    @Test
    void whatANodeRefusesIsNotDone() {
        AgreedReply reply = added(new AgreedReply(own -> done.add("at " + own.shard())));
        reply.sendOver(own(), client.frame("PING"));
        pool.turn();
        pool.node(0).expects("PING").answers("-ERR no");
        client.expects("-ERR no|");
        assertThat(done).isEmpty();
    }

    @Test
    void whatNobodyWasAskedIsNotDone() {
        answer(added(new AgreedReply(own -> done.add("at " + own.shard()))), "+OK|");
        assertThat(done).isEmpty();
    }

    @Test
    void whatNobodyWantsAnyMoreIsNotDone() {
        AgreedReply reply = added(new AgreedReply(own -> done.add("at " + own.shard())));
        reply.sendOver(own(), client.frame("PING"));
        client.client().replies().answer(Replies.OK);
        client.client().onGone();
        answer(reply, "+OK|");
        assertThat(done).isEmpty();
    }

    // ---- BlockingReply ----------------------------------------------------------------------------------------------

    @Test
    void aBlockingCommandThatWasSentIsUnblockedWhenItsNodeIsNoMoreTheMaster() {
        OwnConnection own = own();
        BlockingReply sent = added(new BlockingReply(own));
        BlockingReply notSent = added(new BlockingReply(own));
        pool.turn();
        pool.move(0);
        sent.onFailure(LOST, true);
        notSent.onFailure(LOST, false);
        client.expects("-UNBLOCKED force unblock from blocking operation, instance state changed"
                + " (master -> replica?)|" + NOT_SENT);
    }

    @Test
    void atTheMasterABlockingCommandFailsAsAnyOther() {
        added(new BlockingReply(own())).onFailure(LOST, true);
        client.expects(UNKNOWN);
    }

    // ---- KnownReply -------------------------------------------------------------------------------------------------

    @Test
    void aKnownReplyIsGivenWhateverTheNodeSays() {
        answer(added(new KnownReply(Replies.QUEUED)), "-ERR x|");
        added(new KnownReply(Replies.QUEUED)).onFailure(LOST, true);
        client.expects("+QUEUED|+QUEUED|");
    }

    @Test
    void aKnownReplyIsGivenOnceHoweverLongTheNodesIs() {
        answerInParts(added(new KnownReply(Replies.QUEUED)), "-ERR x", "yz", "|");
        client.expects("+QUEUED|");
    }

    // ---- PingReply --------------------------------------------------------------------------------------------------

    @Test
    void aPingIsAnsweredHereWhenItsNodeCannot() {
        answer(added(new PingReply(Replies.PONG)), "-LOADING x|");
        added(new PingReply(Replies.PONG)).onFailure(LOST, true);
        client.expects("-LOADING x|+PONG|");
    }

    // ---- MultiReply -------------------------------------------------------------------------------------------------

    @Test
    void aMultiThatIsAcceptedIsJustAnswered() {
        Transaction transaction = binding();
        answer(added(new MultiReply(client.client(), transaction)), "+OK|");
        client.expects("+OK|");
        assertThat(transaction.phase()).isEqualTo(Phase.SOMEWHERE);
        assertThat(client.takeAsked()).isEmpty();
    }

    @Test
    void aMultiThatIsRefusedOrLostBeginsATransactionThatIsLost() {
        Transaction refused = binding();
        Transaction failed = binding();
        answer(added(new MultiReply(client.client(), refused)), "-ERR no|");
        added(new MultiReply(client.client(), failed)).onFailure(LOST, true);
        client.expects("+OK|+OK|");
        assertThat(refused.whyLost()).isEqualTo("the node refused MULTI: ERR no");
        assertThat(failed.whyLost()).isEqualTo("Connection reset by peer: lost");
        assertThat(client.takeAsked()).isEmpty();
        assertThat(pool.count(PoolCounter.FORWARD_ERROR)).isEqualTo(2);
    }

    // ---- WatchReply -------------------------------------------------------------------------------------------------

    @Test
    void aWatchThatNoNodeTookMakesTheNextTransactionFail() {
        Watch refused = new Watch();
        Watch notSent = new Watch();
        Watch unknown = new Watch();
        Watch kept = new Watch();
        answer(added(new WatchReply(refused)), "-ERR no|");
        added(new WatchReply(notSent)).onFailure(LOST, false);
        added(new WatchReply(unknown)).onFailure(LOST, true);
        answer(added(new WatchReply(kept)), "+OK|");
        client.expects("-ERR no|" + NOT_SENT + UNKNOWN + "+OK|");
        assertThat(refused.isRefused()).isTrue();
        assertThat(notSent.isRefused()).isTrue();
        assertThat(unknown.isRefused())
                .as("its connection says what became of it")
                .isFalse();
        assertThat(kept.isRefused()).isFalse();
    }

    // ---- LateMultiReply ---------------------------------------------------------------------------------------------

    private Transaction binding() {
        Transaction transaction = new Transaction(new Watch());
        transaction.bind(own());
        return transaction;
    }

    @Test
    void aLateMultiIsNotHeardByTheClient() {
        Transaction transaction = binding();
        answer(added(new LateMultiReply(transaction)), "+OK|");
        client.expects("");
        assertThat(transaction.phase()).isEqualTo(Phase.SOMEWHERE);
        assertThat(client.client().replies().isEmpty()).isTrue();
    }

    @Test
    void aLateMultiThatIsRefusedLosesItsTransaction() {
        Transaction transaction = binding();
        answer(added(new LateMultiReply(transaction)), "-ERR no|");
        client.expects("");
        assertThat(transaction.whyLost()).isEqualTo("the node refused MULTI");
    }

    @Test
    void aLateMultiThatFailsLosesItsTransaction() {
        Transaction transaction = binding();
        added(new LateMultiReply(transaction)).onFailure(LOST, false);
        client.expects("");
        assertThat(transaction.whyLost()).isEqualTo("Connection reset by peer: lost");
    }

    // ---- ExecReply --------------------------------------------------------------------------------------------------

    private ExecReply exec() {
        Transaction transaction = binding();
        transaction.whenExecuted(() -> done.add("executed"));
        return added(new ExecReply(client.client(), transaction));
    }

    @Test
    void anArrayIsATransactionThatWasExecuted() {
        answer(exec(), "*0|");
        assertThat(done).containsExactly("executed");
    }

    @Test
    void nullsAndErrorsAreNone() {
        Transaction transaction = binding();
        transaction.whenExecuted(() -> done.add("executed"));
        for (String reply : List.of("*-1|", "_|", "-EXECABORT x|")) {
            answer(added(new ExecReply(client.client(), transaction)), reply);
        }
        client.expects("*-1|_|-EXECABORT x|");
        assertThat(done).isEmpty();
    }

    @Test
    void aLongArrayIsATransactionThatWasExecutedAndALongErrorIsNone() {
        answerInParts(exec(), "-EXECABORT x", "yz", "|");
        client.expects("-EXECABORT xyz|");
        assertThat(done).isEmpty();
        answerInParts(exec(), "*1|$3|", "x", "yz|");
        client.expects("*1|$3|xyz|");
        assertThat(done).containsExactly("executed");
    }

    @Test
    void forAClientThatHasLeftNothingIsExecuted() {
        ExecReply reply = exec();
        client.client().onGone();
        answer(reply, "*0|");
        assertThat(done).isEmpty();
    }
}
