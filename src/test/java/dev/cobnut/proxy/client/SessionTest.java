package dev.cobnut.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.proxy.ClientFixture.NodeEnd;
import dev.cobnut.proxy.routing.Loan;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each kind of own connection: when it is given back, and what becomes of it when the master moves or it dies.
class SessionTest {
    private static final String RESET_BY_PEER =
            "Connection reset by peer: shard s0 (127.0.0.1:7000): the connection broke";

    private final ClientFixture pool = ClientFixture.shards(1).start();
    private final Bare client = pool.bare();

    @AfterEach
    void nothingIsKept() {
        pool.close();
    }

    private boolean isPlain() {
        Session session = client.client().sessionIfAny();
        return session == null || session.at(0) == null;
    }

    private NodeEnd begin(String request, String reply) {
        assertThat(client.dispatch(request)).isTrue();
        return pool.node(0).expects(request).answers(reply);
    }

    private static String message(String channel, String text) {
        return "*3|$7|message|$" + channel.length() + "|" + channel + "|$" + text.length() + "|" + text;
    }

    private static String confirmed(String verb, String name, int count) {
        return "*3|$" + verb.length() + "|" + verb + "|$" + name.length() + "|" + name + "|:" + count;
    }

    // ---- transactions -----------------------------------------------------------------------------------------------

    @Test
    void aTransactionKeepsItsConnectionUntilExecIsAnswered() {
        begin("MULTI", "+OK");
        begin("SET a 1", "+QUEUED");
        assertThat(isPlain()).isFalse();
        assertThat(client.dispatch("EXEC")).isTrue();
        NodeEnd end = pool.node(0).expects("EXEC");
        assertThat(isPlain()).isFalse();
        end.answers("*1|+OK");
        assertThat(isPlain()).isTrue();
        client.expects("+OK|+QUEUED|*1|+OK|");
    }

    @Test
    void aTransactionKeepsItsConnectionUntilDiscardIsAnswered() {
        begin("MULTI", "+OK");
        begin("DISCARD", "+OK");
        assertThat(isPlain()).isTrue();
    }

    @Test
    void aConnectionThatWasGivenBackIsLentAgain() {
        NodeEnd end = begin("MULTI", "+OK");
        begin("DISCARD", "+OK");
        client.dispatch("MULTI");
        assertThat(pool.node(0).expects("MULTI")).isSameAs(end);
    }

    @Test
    void aTransactionFailsWhenItsMasterMoves() {
        begin("MULTI", "+OK");
        begin("SET a 1", "+QUEUED");
        pool.move(0);
        assertThat(client.takeAsked()).contains("await answers");
        assertThat(client.dispatch("SET b 1")).isTrue();
        assertThat(client.dispatch("EXEC")).isTrue();
        client.expects("+OK|+QUEUED|-ERR not queued: shard s0 has another master|"
                + "-EXECABORT Transaction discarded, nothing of it was executed: shard s0 has another master|");
        assertThat(pool.other(0).takeRequests()).isEmpty();
        assertThat(isPlain()).isTrue();
        assertThat(client.client().transaction()).isNull();
    }

    @Test
    void aTransactionFailsWhenItsConnectionDies() {
        begin("MULTI", "+OK").dies();
        client.dispatch("EXEC");
        client.expects("+OK|-EXECABORT Transaction discarded, nothing of it was executed: " + RESET_BY_PEER + "|");
    }

    @Test
    void aLostTransactionCanBeDiscarded() {
        begin("MULTI", "+OK").dies();
        client.dispatch("DISCARD");
        client.expects("+OK|+OK|");
        assertThat(client.client().transaction()).isNull();
    }

    // ---- WATCH ------------------------------------------------------------------------------------------------------

    @Test
    void aWatchKeepsItsConnectionUntilExecIsAnswered() {
        begin("WATCH a", "+OK");
        assertThat(isPlain()).isFalse();
        begin("MULTI", "+OK");
        assertThat(isPlain()).isFalse();
        begin("EXEC", "*-1");
        assertThat(isPlain()).isTrue();
    }

    @Test
    void aWatchKeepsItsConnectionUntilUnwatchIsAnswered() {
        begin("WATCH a", "+OK");
        client.dispatch("UNWATCH");
        NodeEnd end = pool.node(0).expects("UNWATCH");
        assertThat(isPlain()).isFalse();
        end.answers("+OK");
        assertThat(isPlain()).isTrue();
    }

    @Test
    void aWatchThatLosesItsMasterMakesTheNextExecAnswerNull() {
        begin("WATCH a", "+OK");
        pool.move(0);
        client.dispatch("MULTI");
        pool.other(0).expects("MULTI").answers("+OK");
        client.dispatch("EXEC");
        pool.other(0).expects("DISCARD").answers("+OK");
        client.expects("+OK|+OK|*-1|");
        assertThat(isPlain()).isTrue();
    }

    @Test
    void aWatchThatLosesItsConnectionMakesTheNextExecAnswerNull() {
        begin("WATCH a", "+OK").dies();
        begin("MULTI", "+OK");
        client.dispatch("EXEC");
        pool.node(0).expects("DISCARD").answers("+OK");
        client.expects("+OK|+OK|*-1|");
    }

    @Test
    void aWatchThatATransactionHasTakenOverIsLostWithItsConnection() {
        NodeEnd end = begin("WATCH a", "+OK");
        client.client().session().watch().refuse();
        assertThat(client.dispatch("MULTI")).isTrue();
        Watch watch = Objects.requireNonNull(client.client().transaction()).watch();
        assertThat(watch.connection()).isNotNull();
        end.dies();
        assertThat(watch.connection()).isNull();
        client.dispatch("EXEC");
        client.expects("+OK|+OK|-EXECABORT Transaction discarded because of previous errors.|");
    }

    // ---- blocking ---------------------------------------------------------------------------------------------------

    @Test
    void aBlockingCommandKeepsItsConnectionUntilItIsAnswered() {
        client.dispatch("BLPOP a 0");
        assertThat(isPlain()).isFalse();
        assertThat(client.client().session().isBlocked()).isTrue();
        pool.node(0).expects("BLPOP a 0").answers("*-1");
        assertThat(isPlain()).isTrue();
        assertThat(client.client().session().isBlocked()).isFalse();
    }

    @Test
    void aBlockingCommandIsUnblockedWhenItsMasterMoves() {
        client.dispatch("BLPOP a 0");
        pool.node(0).expects("BLPOP a 0");
        pool.move(0);
        client.expects("");
        pool.pass(1_000);
        client.expects(
                "-UNBLOCKED force unblock from blocking operation, instance state changed" + " (master -> replica?)|");
    }

    @Test
    void aMasterThatMovesMayStillAnswerABlockingCommand() {
        client.dispatch("BLPOP a 0");
        NodeEnd end = pool.node(0).expects("BLPOP a 0");
        pool.move(0);
        end.answers("*-1");
        client.expects("*-1|");
        assertThat(end.channel().isOpen()).isFalse();
    }

    @Test
    void aBlockingCommandFailsWhenItsConnectionDies() {
        client.dispatch("BLPOP a 0");
        pool.node(0).expects("BLPOP a 0").dies();
        client.expects("-ERR " + RESET_BY_PEER + ", outcome unknown|");
        assertThat(isPlain()).isTrue();
    }

    // ---- subscriptions ----------------------------------------------------------------------------------------------

    private NodeEnd subscribe() {
        client.dispatch("SUBSCRIBE c");
        NodeEnd end = pool.node(0).expects("subscribe c").answers(confirmed("subscribe", "c", 1));
        client.expects(confirmed("subscribe", "c", 1) + "|");
        return end;
    }

    @Test
    void subscriptionsKeepTheirConnectionUntilNoneIsLeft() {
        NodeEnd end = subscribe();
        client.dispatch("SUBSCRIBE d");
        end.expects("subscribe d").answers(confirmed("subscribe", "d", 2));
        client.dispatch("UNSUBSCRIBE c");
        end.expects("unsubscribe c").answers(confirmed("unsubscribe", "c", 1));
        assertThat(isPlain()).isFalse();
        client.dispatch("UNSUBSCRIBE");
        end.expects("unsubscribe d").answers(confirmed("unsubscribe", "d", 0));
        assertThat(isPlain()).isTrue();
    }

    @Test
    void subscriptionsAreRenewedAtTheNewMaster() {
        NodeEnd old = subscribe();
        pool.move(0);
        assertThat(client.takeAsked()).containsExactly("await answers");
        NodeEnd end = pool.other(0).expects("subscribe c").answers(confirmed("subscribe", "c", 1));
        client.expects("");
        end.answers(message("c", "hi"));
        client.expects(message("c", "hi") + "|");
        assertThat(old.channel().isOpen()).isFalse();
    }

    @Test
    void whoseNodeTakesItAgainMayHaveMissedMessagesAndIsClosed() {
        subscribe().dies();
        NodeEnd end = pool.node(0).expects("subscribe c");
        assertThat(client.takeAsked()).as("its node may be dead").isEmpty();
        end.answers(confirmed("subscribe", "c", 1));
        assertThat(client.takeAsked())
                .containsExactly("close broken: messages for it may be lost: its node ended the connection");
    }

    @Test
    void subscriptionsOfADeadNodeAreRenewedAtTheNextMaster() {
        subscribe().dies();
        pool.node(0).expects("subscribe c").dies();
        pool.move(0);
        pool.pass(100);
        pool.other(0)
                .expects("subscribe c")
                .answers(confirmed("subscribe", "c", 1))
                .answers(message("c", "hi"));
        client.expects(message("c", "hi") + "|");
        assertThat(client.takeAsked()).doesNotContain("close broken");
    }

    @Test
    void subscriptionsWaitForAMaster() {
        subscribe();
        pool.forgetMaster(0);
        pool.pass(500);
        assertThat(isPlain()).isTrue();
        pool.move(0);
        pool.other(0).expectsNothing();
        pool.pass(100);
        pool.other(0).expects("subscribe c");
        assertThat(isPlain()).isFalse();
    }

    @Test
    void whoUnsubscribesMeanwhileIsNotSubscribedAgain() {
        subscribe();
        pool.forgetMaster(0);
        client.dispatch("UNSUBSCRIBE c");
        client.expects(confirmed("unsubscribe", "c", 0) + "|");
        pool.move(0);
        pool.pass(200);
        pool.other(0).expectsNothing();
    }

    @Test
    void whoSubscribesMeanwhileIsNotSubscribedTwice() {
        subscribe();
        pool.forgetMaster(0);
        pool.move(0);
        client.dispatch("SUBSCRIBE d");
        pool.other(0).expects("subscribe d");
        pool.pass(200);
        pool.other(0).expectsNothing();
    }

    @Test
    void whoHasLeftIsNotSubscribedAgain() {
        subscribe();
        pool.forgetMaster(0);
        client.client().onGone();
        pool.move(0);
        pool.pass(200);
        pool.other(0).expectsNothing();
    }

    @Test
    void whoMayHaveMissedMessagesIsClosedWhenTheConnectionDies() {
        NodeEnd end = subscribe();
        client.channel().peerReads(0);
        pool.turn();
        for (int i = 0; i < 80; i++) {
            end.answers(message("c", "m".repeat(20_000)));
        }
        end.dies();
        assertThat(client.takeAsked()).containsExactly("close broken: messages for it may be lost: " + RESET_BY_PEER);
    }

    private static String closedBecause(String why) {
        return "close broken: its own connection ended: " + why;
    }

    // ---- what stays -------------------------------------------------------------------------------------------------

    @Test
    void whoAskedItsIdKeepsItsConnectionUntilItLeaves() {
        NodeEnd end = begin("CLIENT ID", ":7");
        assertThat(isPlain()).isFalse();
        client.client().onGone();
        pool.turn();
        assertThat(end.channel().isOpen()).isFalse();
    }

    @Test
    void anIdIsForgottenWhenTheMasterMoves() {
        begin("CLIENT ID", ":7");
        pool.move(0);
        assertThat(isPlain()).isTrue();
        assertThat(client.takeAsked()).containsExactly("await answers");
    }

    @Test
    void whoAskedItsIdIsClosedWhenItsConnectionDies() {
        begin("CLIENT ID", ":7").dies();
        assertThat(client.takeAsked()).containsExactly(closedBecause(RESET_BY_PEER));
    }

    @Test
    void otherStateClosesTheClientWhenTheMasterMoves() {
        begin("CLIENT TRACKING ON", "+OK");
        pool.move(0);
        assertThat(client.takeAsked())
                .containsExactly(
                        "await answers",
                        "close broken: its own connection had state at a node that is no longer the master");
    }

    @Test
    void otherStateClosesTheClientWhenItsConnectionDies() {
        begin("CLIENT TRACKING ON", "+OK").dies();
        assertThat(client.takeAsked()).containsExactly(closedBecause(RESET_BY_PEER));
    }

    @Test
    void aStrongerReasonStands() {
        begin("CLIENT TRACKING ON", "+OK");
        begin("CLIENT ID", ":7");
        pool.move(0);
        assertThat(client.takeAsked()).last().asString().startsWith("close broken: ");
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    @Test
    void resetEndsATransactionAndCloses() {
        NodeEnd end = begin("MULTI", "+OK");
        assertThat(client.dispatch("RESET")).isTrue();
        client.expects("+OK|+RESET|");
        assertThat(client.client().sessionIfAny()).isNull();
        assertThat(end.channel().isOpen()).isFalse();
    }

    @Test
    void aConnectionThatIsNotNeededIsGivenBackAtTheEnd() {
        Objects.requireNonNull(client.client().session().open(0, Loan.READY)).ready();
        pool.turn();
        NodeEnd end = pool.node(0).ends().getFirst();
        client.client().endSession();
        assertThat(end.channel().isOpen()).isTrue();
        client.dispatch("MULTI");
        assertThat(pool.node(0).expects("MULTI")).isSameAs(end);
    }

    @Test
    void whatIsUnderWayIsClosedAtTheEnd() {
        client.dispatch("BLPOP a 0");
        NodeEnd end = pool.node(0).expects("BLPOP a 0");
        client.client().onGone();
        pool.turn();
        assertThat(end.channel().isOpen()).isFalse();
        assertThat(client.client().isGone()).isTrue();
    }

    @Test
    void anOpenConnectionIsOpenedOnce() {
        Session session = client.client().session();
        OwnConnection own = session.open(0, Loan.READY);
        assertThat(session.open(0, Loan.FOR_GOOD)).isSameAs(own);
        assertThat(client.client().session()).isSameAs(session);
    }
}
