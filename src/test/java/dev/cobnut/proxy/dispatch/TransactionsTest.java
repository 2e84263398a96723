package dev.cobnut.proxy.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Guest;
import dev.cobnut.proxy.ClientFixture.NodeEnd;
import dev.cobnut.proxy.client.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// MULTI to EXEC, from a client to the nodes and back.
class TransactionsTest {
    private static final String ABORTED = "-EXECABORT Transaction discarded because of previous errors.|";
    private static final String LOST = "-EXECABORT Transaction discarded, nothing of it was executed: ";

    private ClientFixture pool = ClientFixture.shards(3).start();
    private Guest client = pool.client();

    private void oneShard() {
        pool.close();
        pool = ClientFixture.shards(1).start();
        client = pool.client();
    }

    @AfterEach
    void nothingIsKept() {
        pool.close();
    }

    private NodeEnd node(int shard, String request, String reply) {
        return pool.node(shard).expects(request).answers(reply);
    }

    // ---- on several shards ------------------------------------------------------------------------------------------

    @Test
    void theFirstKeyNamesTheShard() {
        client.sends("MULTI;SET @1 a;INCR {@1}n;EXEC").expects("+OK|");
        NodeEnd end = node(1, "MULTI", "+OK");
        end.expects("SET @1 a").expects("INCR {@1}n").expects("EXEC");
        end.answers("+QUEUED|+QUEUED|*2|+OK|:1");
        client.expects("+QUEUED|+QUEUED|*2|+OK|:1|");
        client.sends("GET @0");
        pool.node(0).expects("GET @0");
    }

    @Test
    void whatComesBeforeTheFirstKeyIsHeld() {
        client.sends("MULTI;PING;ECHO x;GET @2;EXEC").expects("+OK|+QUEUED|+QUEUED|");
        NodeEnd end = node(2, "MULTI", "+OK");
        end.expects("PING").expects("ECHO x").expects("GET @2").expects("EXEC");
        end.answers("+QUEUED|+QUEUED|+QUEUED|*3|+PONG|$1|x|$-1");
        client.expects("+QUEUED|*3|+PONG|$1|x|$-1|");
    }

    @Test
    void withoutAKeyItRunsAnywhere() {
        client.sends("MULTI;PING;EXEC").expects("+OK|+QUEUED|");
        NodeEnd end = node(0, "MULTI", "+OK");
        end.expects("PING").expects("EXEC");
        end.answers("+QUEUED|*1|+PONG");
        client.expects("*1|+PONG|");
    }

    @Test
    void anEmptyOneNeedsNoNode() {
        client.sends("MULTI;EXEC;MULTI;DISCARD").expects("+OK|*0|+OK|+OK|");
        for (int shard = 0; shard < 3; shard++) {
            pool.node(shard).expectsNothing();
        }
    }

    @Test
    void aKeyOfAnotherShardIsRefusedAndTheNodeToldSo() {
        client.sends("MULTI;SET @1 a");
        NodeEnd end = node(1, "MULTI", "+OK");
        end.expects("SET @1 a").answers("+QUEUED");
        client.sends("SET @2 b;EXEC");
        end.expects("GET").expects("EXEC");
        end.answers("-ERR wrong number of arguments for 'get' command|-EXECABORT x");
        client.expects("+OK|+QUEUED|-CROSSSLOT SET needs all its keys on one shard: give them a common hash tag|"
                + "-EXECABORT x|");
    }

    @Test
    void aRefusalWithoutANodeMakesExecFail() {
        client.sends("MULTI;MSET @1 a @2 b;SET @1 a;PING;EXEC")
                .expects("+OK|-CROSSSLOT MSET needs all its keys on one shard: give them a common hash tag|"
                        + "+QUEUED|+QUEUED|" + ABORTED);
        client.sends("MULTI;NONSENSE;DISCARD;EXEC")
                .expects("+OK|-ERR unknown command 'NONSENSE', with args beginning with: |+OK|"
                        + "-ERR EXEC without MULTI|");
    }

    @Test
    void multiCannotBeNestedAndWatchDoesNotBelongInside() {
        client.sends("MULTI;MULTI;WATCH @0;EXEC")
                .expects("+OK|-ERR MULTI calls can not be nested|-ERR WATCH inside MULTI is not allowed|*0|");
        client.sends("MULTI;GET @0");
        node(0, "MULTI", "+OK").expects("GET @0").answers("+QUEUED");
        client.sends("MULTI;WATCH @0;EXEC");
        node(0, "EXEC", "*1|$-1");
        client.expects("+OK|+QUEUED|-ERR MULTI calls can not be nested|-ERR WATCH inside MULTI is not allowed|*1|$-1|");
    }

    @Test
    void discardAtANodeIsTheNodes() {
        client.sends("MULTI;GET @0");
        NodeEnd end = node(0, "MULTI", "+OK");
        end.expects("GET @0").answers("+QUEUED");
        client.sends("DISCARD");
        end.expects("DISCARD").answers("+OK");
        client.expects("+OK|+QUEUED|+OK|");
        client.sends("EXEC").expects("-ERR EXEC without MULTI|");
    }

    @Test
    void execAndDiscardNeedAMulti() {
        client.sends("EXEC;DISCARD").expects("-ERR EXEC without MULTI|-ERR DISCARD without MULTI|");
    }

    @Test
    void tooMuchBeforeTheFirstKeyMakesItFail() {
        client.sends("MULTI");
        String value = "v".repeat(60_000);
        for (int i = 0; i < 4; i++) {
            client.sends("ECHO " + value);
        }
        client.expects("+OK|" + "+QUEUED|".repeat(4));
        client.sends("ECHO " + value)
                .expects("-ERR too much before the first key of the transaction (at most " + Transaction.HELD_BYTES_MAX
                        + " bytes)|");
        client.sends("EXEC").expects(ABORTED);
    }

    @Test
    void aLateMultiThatIsRefusedLosesTheTransaction() {
        client.sends("MULTI;SET @1 a;EXEC");
        node(1, "MULTI", "-NOPERM no");
        client.expects("+OK|-ERR not queued: the node refused MULTI|" + LOST + "the node refused MULTI|");
        pool.node(1).expectsNothing();
    }

    @Test
    void aLateMultiThatFailsLosesTheTransaction() {
        client.sends("MULTI;SET @1 a;DISCARD");
        pool.node(1).expects("MULTI").dies();
        client.expects("+OK|-ERR not queued: Connection reset by peer: shard s1 (127.0.0.1:7001): the connection"
                + " broke|+OK|");
    }

    @Test
    void aSelectInsideCountsOnceExecuted() {
        client.sends("MULTI;SELECT 0;CLIENT SETNAME me;SET @1 a;EXEC;CLIENT GETNAME");
        NodeEnd end = node(1, "MULTI", "+OK");
        end.expects("SELECT 0").expects("CLIENT SETNAME me").expects("SET @1 a").expects("EXEC");
        end.answers("+QUEUED|+QUEUED|+QUEUED|*3|+OK|+OK|+OK");
        client.expects("+OK|+QUEUED|+QUEUED|+QUEUED|*3|+OK|+OK|+OK|$2|me|");
    }

    @Test
    void aDatabaseThatNobodyKnowsCannotBeSelectedInside() {
        client.sends("MULTI;SELECT 9;EXEC")
                .expects("+OK|-ERR SELECT inside MULTI: the database is out of range, or nobody has selected it"
                        + " before|" + ABORTED);
    }

    // ---- WATCH on several shards ------------------------------------------------------------------------------------

    @Test
    void aWatchNamesTheShard() {
        client.sends("WATCH @2");
        NodeEnd end = node(2, "WATCH @2", "+OK");
        client.sends("MULTI");
        end.expects("MULTI").answers("+OK");
        client.sends("PING;EXEC");
        end.expects("PING").expects("EXEC").answers("+QUEUED|*-1");
        client.expects("+OK|+OK|+QUEUED|*-1|");
    }

    @Test
    void aWatchOfTwoShardsMakesTheNextExecFailAndNoLaterOne() {
        client.sends("WATCH @2");
        NodeEnd end = node(2, "WATCH @2", "+OK");
        client.sends("WATCH @1;MULTI;SET @2 a;EXEC")
                .expects("+OK|-CROSSSLOT WATCH needs all its keys on one shard: give them a common hash tag|+OK|"
                        + "+QUEUED|" + ABORTED);
        end.expects("UNWATCH").answers("+OK");
        client.sends("MULTI;EXEC").expects("+OK|*0|");
    }

    @Test
    void unwatchTakesARefusalBack() {
        client.sends("WATCH @1 @2;UNWATCH;MULTI;EXEC")
                .expects("-CROSSSLOT WATCH needs all its keys on one shard: give them a common hash tag|+OK|+OK|*0|");
    }

    @Test
    void unwatchGoesToTheNodeThatWatches() {
        client.sends("WATCH @2");
        NodeEnd end = node(2, "WATCH @2", "+OK");
        client.sends("UNWATCH");
        end.expects("UNWATCH").answers("+OK");
        client.expects("+OK|+OK|");
    }

    @Test
    void aBrokenWatchAnswersNullWithoutANode() {
        client.sends("WATCH @2");
        node(2, "WATCH @2", "+OK").dies();
        client.sends("MULTI;PING;EXEC").expects("+OK|+OK|+QUEUED|*-1|");
        client.sends("MULTI;EXEC").expects("+OK|*0|");
    }

    @Test
    void inResp3ABrokenWatchAnswersItsNull() {
        client.sends("HELLO 3");
        node(0, "HELLO 3", "%0");
        client.expects("%0|");
        client.sends("WATCH @2");
        pool.node(2).takeRequests();
        pool.node(2).ends().getFirst().answers("+OK|+OK").dies();
        client.takes();
        client.sends("MULTI;EXEC");
        assertThat(client.takes()).contains("_|");
    }

    @Test
    void aBrokenWatchDiscardsWhatTheNodeHasQueued() {
        client.sends("WATCH @2");
        node(2, "WATCH @2", "+OK").dies();
        client.sends("MULTI;SET @1 a");
        NodeEnd end = node(1, "MULTI", "+OK");
        end.expects("SET @1 a").answers("+QUEUED");
        client.sends("EXEC");
        end.expects("DISCARD").answers("+OK");
        client.expects("+OK|+OK|+QUEUED|*-1|");
    }

    @Test
    void aWatchThatFailsIsAnError() {
        pool.forgetMaster(1);
        client.sends("WATCH @1").expects("-ERR Connection refused: shard s1 has no known master, command not sent|");
    }

    // ---- EXEC that is refused ---------------------------------------------------------------------------------------

    private static final String REFUSED =
            "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command|";

    @Test
    void aRefusedExecEndsATransactionWithoutANode() {
        client.sends("MULTI;PING;EXEC x;EXEC").expects("+OK|+QUEUED|" + REFUSED + "-ERR EXEC without MULTI|");
    }

    @Test
    void aRefusedExecDiscardsWhatTheNodeHasQueued() {
        client.sends("MULTI;GET @0");
        NodeEnd end = node(0, "MULTI", "+OK");
        end.expects("GET @0").answers("+QUEUED");
        client.sends("EXEC x");
        end.expects("DISCARD").answers("+OK");
        client.expects("+OK|+QUEUED|" + REFUSED);
    }

    @Test
    void aRefusedExecEndsAWatch() {
        client.sends("WATCH @0");
        NodeEnd end = node(0, "WATCH @0", "+OK");
        client.sends("EXEC x");
        end.expects("EXEC x").answers("-ERR x");
        client.expects("+OK|" + REFUSED);
        client.sends("UNWATCH").expects("+OK|");
        pool.node(0).expectsNothing();
    }

    @Test
    void aRefusedExecAfterATransactionIsJustAnError() {
        client.sends("MULTI;EXEC;EXEC x").expects("+OK|*0|" + REFUSED);
    }

    // ---- on one shard -----------------------------------------------------------------------------------------------

    @Test
    void onOneShardTheNodeDoesItAll() {
        oneShard();
        client.sends("MULTI");
        NodeEnd end = node(0, "MULTI", "+OK");
        client.sends("SET a 1;NONSENSE;PING;EXEC");
        end.expects("SET a 1").expects("GET").expects("PING").expects("EXEC");
        end.answers("+QUEUED|-ERR x|+QUEUED|-EXECABORT y");
        client.expects(
                "+OK|+QUEUED|-ERR unknown command 'NONSENSE', with args beginning with: |+QUEUED|" + "-EXECABORT y|");
    }

    @Test
    void whatComesBehindMultiWaitsForItsAnswer() {
        oneShard();
        client.sends("MULTI;SET a 1");
        NodeEnd end = pool.node(0).expects("MULTI");
        pool.node(0).expectsNothing();
        end.answers("+OK").expects("SET a 1");
    }

    @Test
    void behindAMultiThatItsNodeRefusesNothingRunsAlone() {
        oneShard();
        client.sends("MULTI;SET a 1;EXEC;GET a");
        node(0, "MULTI", "-NOPERM x");
        node(0, "GET a", "$-1");
        client.expects("+OK|-ERR not queued: the node refused MULTI: NOPERM x|" + LOST
                + "the node refused MULTI: NOPERM x|$-1|");
    }

    @Test
    void withoutAMasterATransactionIsRefusedAndItsClientStays() {
        oneShard();
        pool.forgetMaster(0);
        String why = "Connection refused: shard s0 has no known master|";
        client.sends("MULTI").expects("+OK|");
        client.sends("SET a 1;WATCH a;MULTI;SELECT 1;PING;EXEC")
                .expects(("-ERR not queued: " + why).repeat(5) + LOST + why);
        client.sends("MULTI;SET a 1;DISCARD").expects("+OK|-ERR not queued: " + why + "+OK|");
        pool.pass(20_000);
        assertThat(client.isOpen()).isTrue();
        pool.move(0);
        client.sends("MULTI;EXEC");
        pool.other(0).expects("MULTI").answers("+OK").expects("EXEC").answers("*0");
        client.expects("+OK|*0|");
    }

    @Test
    void aMultiThatBreaksOffLosesItsTransactionOnly() {
        oneShard();
        client.sends("MULTI;SET a 1;EXEC");
        pool.node(0).expects("MULTI").dies();
        String why = "Connection reset by peer: shard s0 (127.0.0.1:7000): the connection broke|";
        client.expects("+OK|-ERR not queued: " + why + LOST + why);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void behindAWatchThatNoNodeTookNothingIsExecuted() {
        for (int shards : new int[] {1, 3}) {
            pool.close();
            pool = ClientFixture.shards(shards).start();
            client = pool.client();
            pool.forgetMaster(0);
            client.sends("WATCH @0")
                    .expects("-ERR Connection refused: shard s0 has no known master, command not sent|");
            client.sends("MULTI;SET @0 1;EXEC").expects("+OK|+QUEUED|" + ABORTED);
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void behindAWatchThatItsNodeRefusesNothingIsExecuted() {
        oneShard();
        client.sends("WATCH a;MULTI;SET a 1;EXEC");
        NodeEnd end = pool.node(0).expects("WATCH a").expects("MULTI").answers("-NOPERM x|+OK");
        end.expects("SET a 1").expects("DISCARD").answers("+QUEUED|+OK");
        client.expects("-NOPERM x|+OK|+QUEUED|" + ABORTED);
    }

    @Test
    void effectsOfATransactionAreTheClientsOnceExecuted() {
        oneShard();
        client.sends("MULTI");
        NodeEnd end = node(0, "MULTI", "+OK");
        client.sends("SELECT 0;CLIENT SETNAME me;SUBSCRIBE c;CLIENT SETINFO LIB-NAME x;EXEC;GET a");
        end.expects("SELECT 0").expects("CLIENT SETNAME me").expects("SUBSCRIBE c");
        end.expects("CLIENT SETINFO LIB-NAME x").expects("EXEC");
        end.answers("+QUEUED|+QUEUED|+QUEUED|+QUEUED");
        client.expects("+OK|+QUEUED|+QUEUED|+QUEUED|+QUEUED|");
        end.answers("*4|+OK|+OK|*3|$9|subscribe|$1|c|:1|+OK");
        client.expects("*4|+OK|+OK|*3|$9|subscribe|$1|c|:1|+OK|-ERR Can't execute 'get': only (P|S)SUBSCRIBE /"
                + " (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context|");
        end.answers("*3|$7|message|$1|c|$2|hi");
        client.expects("*3|$7|message|$1|c|$2|hi|");
    }

    @Test
    void anExecThatAnswersNullHasNoEffects() {
        oneShard();
        client.sends("MULTI");
        NodeEnd end = node(0, "MULTI", "+OK");
        client.sends("CLIENT SETNAME me;EXEC;CLIENT GETNAME");
        end.expects("CLIENT SETNAME me").expects("EXEC");
        end.answers("+QUEUED|*-1");
        client.expects("+OK|+QUEUED|*-1|$-1|");
    }

    @Test
    void anExecThatFailsHasNoEffects() {
        oneShard();
        client.sends("MULTI");
        NodeEnd end = node(0, "MULTI", "+OK");
        client.sends("CLIENT SETNAME me;EXEC;CLIENT GETNAME");
        end.expects("CLIENT SETNAME me").expects("EXEC");
        end.answers("+QUEUED|-EXECABORT x");
        client.expects("+OK|+QUEUED|-EXECABORT x|$-1|");
    }

    @Test
    void aLongAnswerToExecHasItsEffectsWithItsFirstPart() {
        oneShard();
        client.sends("MULTI");
        NodeEnd end = node(0, "MULTI", "+OK");
        client.sends("CLIENT SETNAME me;GET a;EXEC;CLIENT GETNAME");
        end.expects("CLIENT SETNAME me").expects("GET a").expects("EXEC");
        String value = "v".repeat(150_000);
        end.answers("+QUEUED|+QUEUED|*2|+OK|$150000|" + value);
        client.expects("+OK|+QUEUED|+QUEUED|*2|+OK|$150000|" + value + "|$2|me|");
    }

    @Test
    void aDatabaseThatOnlyTheNodeKnowsKeepsTheConnection() {
        oneShard();
        client.sends("MULTI");
        NodeEnd end = node(0, "MULTI", "+OK");
        client.sends("SELECT 7;EXEC");
        end.expects("SELECT 7").expects("EXEC").answers("+QUEUED|*1|+OK");
        client.sends("GET a");
        end.expects("GET a").answers("$-1");
        client.expects("+OK|+QUEUED|*1|+OK|$-1|");
    }

    @Test
    void whatTheNodeRemembersKeepsTheConnection() {
        oneShard();
        client.sends("MULTI");
        NodeEnd end = node(0, "MULTI", "+OK");
        client.sends("CLIENT TRACKING ON;DISCARD");
        end.expects("CLIENT TRACKING ON").expects("DISCARD").answers("+QUEUED|+OK");
        client.sends("GET a");
        end.expects("GET a");
    }

    @Test
    void channelsOfShardsAreNotSubscribedByATransaction() {
        oneShard();
        client.sends("MULTI");
        NodeEnd end = node(0, "MULTI", "+OK");
        client.sends("SSUBSCRIBE c;EXEC");
        end.expects("SSUBSCRIBE c").expects("EXEC").answers("-ERR x|*0");
        client.sends("GET a");
        end.expects("GET a").answers("$-1");
        client.expects("+OK|-ERR x|*0|$-1|");
    }
}
