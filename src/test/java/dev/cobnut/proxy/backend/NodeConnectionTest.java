package dev.cobnut.proxy.backend;

import static dev.cobnut.proxy.backend.LinkFixture.PLAIN;
import static dev.cobnut.proxy.backend.LinkFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.TestChannel;
import dev.cobnut.topology.Login;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One connection, seen from the link that owns it and the node at its other end.
class NodeConnectionTest {
    private LinkFixture node = new LinkFixture();

    @AfterEach
    void nothingIsKept() {
        node.close();
    }

    private void begin(LinkSettings settings) {
        node.close();
        node = new LinkFixture(settings);
    }

    private static LinkSettings password(@Nullable String password, int database) {
        return new LinkSettings(300, 1, 2, false, 2, Login.of(null, password), database);
    }

    private NodeConnection lend(LinkFixture.Owner owner, ConnectionMode mode) {
        return node.lend(owner, mode);
    }

    // ---- opening ----------------------------------------------------------------------------------------------------

    @Test
    void requestsAreCollectedUntilItIsOpen() {
        HeardExchange first = node.ask("a");
        HeardExchange second = node.ask("b");
        assertThat(node.count(ServerCounter.IN_QUEUE)).isEqualTo(2);
        TestChannel channel = node.accept();

        assertThat(channel.takeWritten()).isEqualTo(text("a") + text("b"));
        assertThat(node.count(ServerCounter.IN_QUEUE)).isZero();
        assertThat(node.count(ServerCounter.OUT_QUEUE)).isEqualTo(2);
        node.answer(channel, "$1|1|$1|2|");
        assertThat(first.take()).containsExactly("$1|1|");
        assertThat(second.take()).containsExactly("$1|2|");
        assertThat(node.count(ServerCounter.RESPONSES)).isEqualTo(2);
        assertThat(node.heard.take()).isEmpty();
    }

    @Test
    void isMadeReadyBeforeTheFirstRequest() {
        begin(password("secret", 3));
        HeardExchange exchange = new HeardExchange();
        byte[] request = LinkFixture.frame("a");
        node.link.send(node.link.settings().lane(3, true, 0), exchange, request, 0, request.length);
        TestChannel channel = node.accept();
        assertThat(channel.takeWritten())
                .isEqualTo("*2|$4|AUTH|$6|secret|*2|$5|HELLO|$1|3|*2|$6|SELECT|$1|3|".replace("|", "\r\n"));
        node.answer(channel, "+OK|%1|+proto|:3|");
        assertThat(channel.takeWritten()).isEmpty();
        node.answer(channel, "+OK|");
        assertThat(channel.takeWritten()).isEqualTo(text("a"));
        node.answer(channel, "_|");
        assertThat(exchange.take()).containsExactly("_|");
        assertThat(node.count(ServerCounter.REQUESTS))
                .as("its own commands are not counted")
                .isEqualTo(1);
    }

    @Test
    void aNodeWithoutAPasswordIsServedAllTheSame() {
        begin(password("secret", 0));
        node.ask("a");
        TestChannel channel = node.accept();
        channel.takeWritten();
        node.answer(channel, "-ERR Client sent AUTH, but no password is set|");
        assertThat(channel.takeWritten()).isEqualTo(text("a"));
        node.answer(channel, "$-1|");
    }

    @Test
    void aWrongPasswordEndsIt() {
        begin(password("secret", 0));
        HeardExchange exchange = node.ask("a");
        TestChannel channel = node.accept();
        node.answer(channel, "-WRONGPASS invalid|");
        assertThat(exchange.take())
                .containsExactly("-ERR Invalid argument: shard s0 (127.0.0.1:7001): answered AUTH with \"-WRONGPASS"
                        + " invalid\", command not sent");
        assertThat(channel.isOpen()).isFalse();
        assertThat(node.heard.take()).element(1).isEqualTo("LOST 1");
    }

    @Test
    void aNodeThatBreaksAtTheFirstByteEndsIt() {
        begin(password("secret", 0));
        HeardExchange exchange = node.ask("a");
        TestChannel channel = node.loop.nextDialled();
        channel.peerHasBroken(new IOException("Broken pipe"));
        channel.peerAccepts();
        node.loop.runTurn();
        assertThat(exchange.take())
                .containsExactly("-ERR Connection reset by peer: shard s0 (127.0.0.1:7001): the connection broke,"
                        + " command not sent");
        assertThat(channel.isOpen()).isFalse();
        assertThat(node.count(ServerCounter.SERVER_CONNECTIONS)).isZero();
    }

    @Test
    void whatANodeWouldAnswerToEverythingIsTheAnswer() {
        begin(password(null, 2));
        HeardExchange exchange = new HeardExchange();
        byte[] request = LinkFixture.frame("a");
        node.link.send(node.link.settings().lane(2, false, 0), exchange, request, 0, request.length);
        node.answer(node.accept(), "-LOADING Redis is loading the dataset in memory|");
        assertThat(exchange.take()).containsExactly("-LOADING Redis is loading the dataset in memory");
    }

    @Test
    void aSelectThatFailsLaterEndsItToo() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = lend(owner, PLAIN);
        TestChannel channel = node.accept();
        connection.lease().become(new ConnectionMode(5, false));
        HeardExchange exchange = LinkFixture.ask(connection, new HeardExchange(), "a");
        node.loop.runTurn();
        node.answer(channel, "-LOADING x|");
        assertThat(exchange.take())
                .containsExactly(
                        "-ERR Invalid argument: shard s0 (127.0.0.1:7001): answered SELECT with \"-LOADING x\","
                                + " outcome unknown");
    }

    @Test
    void aNodeThatCannotBeReachedSaysHow() {
        IOException[] causes = {
            new ConnectException("refused"), new NoRouteToHostException("none"), new IOException("other")
        };
        String[] words = {"Connection refused", "No route to host", "Connection refused"};
        for (int i = 0; i < causes.length; i++) {
            HeardExchange exchange = node.ask("a");
            node.loop.nextDialled().peerRefuses(causes[i]);
            node.loop.runTurn();
            assertThat(exchange.take())
                    .containsExactly(
                            "-ERR " + words[i] + ": shard s0 (127.0.0.1:7001): cannot connect, command not sent");
            node.pass(110);
        }
        assertThat(node.count(ServerCounter.SERVER_ERR)).isEqualTo(3);
    }

    @Test
    void aNodeThatDoesNotAcceptIsGivenUpInTime() {
        HeardExchange exchange = node.ask("a");
        node.loop.nextDialled();
        node.pass(300);
        assertThat(exchange.take()).singleElement().asString().startsWith("-ERR Connection timed out: shard s0");
        assertThat(node.heard.take()).element(1).isEqualTo("SILENT 1");
    }

    @Test
    void aNodeThatNeverAnswersSelectIsGivenUpInTime() {
        begin(password("secret", 0));
        HeardExchange exchange = node.ask("a");
        node.accept();
        node.pass(290);
        assertThat(exchange.take()).isEmpty();
        node.pass(20);
        assertThat(exchange.take())
                .containsExactly("-ERR Connection timed out: shard s0 (127.0.0.1:7001): no connection within 300 ms,"
                        + " command not sent");
    }

    @Test
    void whatCannotBeCollectedIsRefused() {
        byte[] request = new byte[1024 * 1024];
        List<HeardExchange> all = new ArrayList<>();
        for (int i = 0; i < 33; i++) {
            HeardExchange exchange = new HeardExchange();
            node.link.send(node.lane(), exchange, request, 0, request.length);
            all.add(exchange);
        }
        assertThat(all.get(31).take()).isEmpty();
        assertThat(all.get(32).take())
                .containsExactly("-ERR Resource temporarily unavailable: shard s0 (127.0.0.1:7001): too many requests"
                        + " wait for the connection, command not sent");
        assertThat(node.link.fullLane(node.lane())).isNotNull();
    }

    @Test
    void aNodeThatServesNobodyHasExecutedNothing() {
        HeardExchange exchange = node.ask("a");
        TestChannel channel = node.accept();
        node.answer(channel, "-ERR max number of clients reached|");
        assertThat(exchange.take())
                .containsExactly("-ERR Connection refused: shard s0 (127.0.0.1:7001): answered \"-ERR max number of"
                        + " clients reached\", command not sent");
        assertThat(node.heard.take()).element(1).isEqualTo("REFUSED 1");
    }

    @Test
    void theSameWordsAreAReplyOnceItHasAnswered() {
        HeardExchange exchange = node.ask("a");
        HeardExchange next = node.ask("b");
        TestChannel channel = node.accept();
        node.answer(channel, "$1|1|-DENIED x|");
        assertThat(exchange.take()).containsExactly("$1|1|");
        assertThat(next.take()).containsExactly("-DENIED x|");
    }

    // ---- replies ----------------------------------------------------------------------------------------------------

    @Test
    void bytesThatNobodyAskedForEndIt() {
        node.ask("a");
        TestChannel channel = node.accept();
        node.answer(channel, "+OK|+OK|");
        assertThat(channel.isOpen()).isFalse();
        assertThat(node.heard.take().getFirst()).endsWith("sent bytes that nobody asked for");
    }

    @Test
    void bytesThatAreNoReplyEndIt() {
        HeardExchange exchange = node.ask("a");
        node.answer(node.accept(), "hello|");
        assertThat(exchange.take()).singleElement().asString().contains("sent ").endsWith("outcome unknown");
    }

    @Test
    void allThatIsUnderWayFailsInOrderWhenTheNodeGoes() {
        List<String> order = new ArrayList<>();
        for (String key : List.of("a", "b", "c")) {
            HeardExchange exchange = new HeardExchange();
            exchange.whenFailed = () -> order.add(key);
            node.ask(exchange, key);
        }
        TestChannel channel = node.accept();
        channel.peerResets();
        node.loop.runTurn();
        assertThat(order).containsExactly("a", "b", "c");
        assertThat(node.heard.take().getFirst()).endsWith("the connection broke");
        assertThat(node.count(ServerCounter.SERVER_ERR)).isEqualTo(1);
    }

    @Test
    void anIdleOneThatTheNodeClosesIsNoFailure() {
        node.ask("a");
        TestChannel channel = node.accept();
        node.answer(channel, "$-1|");
        channel.peerEnds();
        node.loop.runTurn();
        assertThat(node.heard.take()).containsExactly("doubt: ENDED");
        assertThat(node.count(ServerCounter.SERVER_EOF)).isEqualTo(1);
        node.ask("b");
        node.answer(node.accept(), "$-1|");
    }

    @Test
    void aReplyOfAReplicaIsDoubt() {
        node.ask("a");
        TestChannel channel = node.accept();
        node.answer(channel, "-READONLY You can't write against a read only replica.|");
        node.ask("a");
        node.answer(channel, "-MASTERDOWN Link with MASTER is down|");
        node.ask("a");
        node.answer(channel, "-WRONGTYPE x|");
        assertThat(node.heard.take()).containsExactly("doubt: READONLY", "doubt: READONLY");
    }

    // ---- those who do not keep up -----------------------------------------------------------------------------------

    @Test
    void aReceiverThatDoesNotKeepUpStopsTheReading() {
        HeardExchange slow = new HeardExchange();
        slow.keepsUp = false;
        node.ask(slow, "a");
        HeardExchange other = node.ask("b");
        TestChannel channel = node.accept();
        node.answer(channel, "$1|1|");
        assertThat(slow.take()).containsExactly("$1|1|", "paused");
        node.answer(channel, "$1|2|");
        assertThat(other.take()).isEmpty();

        node.pass(30);
        HeardExchange later = node.ask("c");
        TestChannel second = node.accept();
        node.answer(second, "$1|3|");
        assertThat(later.take()).as("new requests go elsewhere").containsExactly("$1|3|");
        assertThat(node.epoch.current()).isEqualTo(1);

        node.pass(130);
        assertThat(slow.take()).containsExactly("too slow");
        assertThat(other.take()).containsExactly("$1|2|");
        assertThat(channel.isOpen()).as("retired, and answered").isFalse();
    }

    @Test
    void aReceiverThatNobodyWaitsBehindMayTakeItsTime() {
        HeardExchange slow = new HeardExchange();
        slow.keepsUp = false;
        node.ask(slow.of("client"), "a");
        HeardExchange next = node.ask(new HeardExchange().of("client"), "b");
        TestChannel channel = node.accept();
        node.answer(channel, "$1|1|");
        node.pass(5_000);
        assertThat(slow.take()).containsExactly("$1|1|", "paused");
        assertThat(next.take()).as("the timeout does not run").isEmpty();
        assertThat(node.heard.take()).isEmpty();
    }

    @Test
    void theTimeoutRunsAgainAfterAPause() {
        HeardExchange slow = new HeardExchange();
        slow.keepsUp = false;
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = lend(owner, PLAIN);
        LinkFixture.ask(connection, slow.of("c"), "a");
        HeardExchange next = LinkFixture.ask(connection, new HeardExchange().of("c"), "b");
        TestChannel channel = node.accept();
        node.answer(channel, "$1|1|");
        node.pass(1_000);
        connection.resume();
        node.pass(290);
        assertThat(next.take()).isEmpty();
        node.pass(20);
        assertThat(next.take()).hasSize(1);
        connection.resume();
    }

    @Test
    void aLongReplyIsGivenInParts() {
        HeardExchange exchange = node.ask("a");
        exchange.keepsUp = false;
        TestChannel channel = node.accept();
        node.answer(channel, "$100000|" + "x".repeat(50_000));
        assertThat(exchange.take()).isEmpty();
        node.answer(channel, "x".repeat(30_000));
        assertThat(exchange.take()).contains("paused").first().isEqualTo("50009 bytes");
    }

    // ---- timeouts ---------------------------------------------------------------------------------------------------

    @Test
    void aSilentNodeIsCountedAndReported() {
        HeardExchange exchange = node.ask("a");
        TestChannel channel = node.accept();
        node.pass(290);
        assertThat(exchange.take()).isEmpty();
        node.pass(10);
        assertThat(exchange.take())
                .containsExactly("-ERR Connection timed out: shard s0 (127.0.0.1:7001): no answer within 300 ms,"
                        + " outcome unknown");
        assertThat(node.count(ServerCounter.SERVER_TIMEDOUT)).isEqualTo(1);
        assertThat(node.heard.take()).element(1).isEqualTo("SILENT 1");

        HeardExchange later = node.ask("b");
        TestChannel second = node.accept();
        node.answer(second, "$1|2|");
        assertThat(later.take()).as("does not wait behind the late one").containsExactly("$1|2|");
        assertThat(node.heard.take()).containsExactly("recovered");
        node.answer(channel, "$1|1|");
        assertThat(exchange.take()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aNodeThatStaysSilentLosesTheConnection() {
        node.ask("a");
        TestChannel channel = node.accept();
        node.pass(600);
        assertThat(channel.isOpen()).isTrue();
        node.pass(20);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aNodeThatAnswersOthersIsNotSilent() {
        node.ask("a");
        HeardExchange late = node.ask("b");
        TestChannel channel = node.accept();
        node.pass(200);
        node.answer(channel, "$1|1|");
        node.pass(110);
        assertThat(late.take()).hasSize(1);
        assertThat(node.heard.take()).as("slow, but there").isEmpty();
        assertThat(node.count(ServerCounter.SERVER_TIMEDOUT)).isZero();
        node.answer(channel, "$1|2|");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void oneReplyTooFewNeverShiftsTheOthers() {
        HeardExchange lost = node.ask("lost");
        HeardExchange behind = node.ask("behind");
        TestChannel channel = node.accept();
        node.pass(200);
        node.answer(channel, "$1|b|");
        assertThat(lost.take()).as("which of both it was for, nobody can know").containsExactly("$1|b|");
        node.pass(110);
        assertThat(behind.take()).hasSize(1);
        HeardExchange next = node.ask("next");
        TestChannel other = node.accept();
        node.answer(other, "$1|n|");
        assertThat(next.take()).containsExactly("$1|n|");
    }

    @Test
    void aNodeThatNeverReadsIsAnsweredForInTime() {
        node.ask("a");
        TestChannel channel = node.accept();
        channel.peerReads(10);
        node.loop.runTurn();
        HeardExchange exchange = node.ask("x".repeat(100_000));
        node.pass(310);
        assertThat(exchange.take()).singleElement().asString().contains("Connection timed out");
    }

    @Test
    void aLongReplyThatKeepsComingIsNotCutOff() {
        HeardExchange exchange = node.ask("a");
        HeardExchange behind = node.ask("b");
        TestChannel channel = node.accept();
        node.answer(channel, "$1000000|");
        for (int i = 0; i < 10; i++) {
            node.answer(channel, "x".repeat(100_000));
            node.pass(100);
        }
        assertThat(behind.take()).as("its own timeout has passed").hasSize(1);
        node.answer(channel, "||");
        assertThat(exchange.take()).last().asString().endsWith("the last");
    }

    @Test
    void aLongReplyThatStopsIsGivenUp() {
        HeardExchange exchange = node.ask("a");
        TestChannel channel = node.accept();
        node.answer(channel, "$1000000|" + "x".repeat(100_000));
        exchange.take();
        node.pass(320);
        assertThat(exchange.take()).hasSize(1);
        assertThat(channel.isOpen()).isTrue();
        node.pass(300);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aLongRequestTimesOutWhenTheNodeTakesNothingOfIt() {
        HeardExchange exchange = new HeardExchange();
        NodeConnection connection = lend(new LinkFixture.Owner(), PLAIN);
        TestChannel channel = node.accept();
        channel.peerReads(1_000);
        node.loop.runTurn();
        connection.beginLong(exchange);
        byte[] piece = new byte[1_000_000];
        connection.sendPiece(piece, 0, piece.length);
        connection.sendPiece(Unpooled.wrappedBuffer(new byte[1_000_000]));
        node.loop.runTurn();
        assertThat(connection.hasRoom()).isFalse();
        node.pass(300);
        assertThat(exchange.take()).isEmpty();
        node.pass(20);
        assertThat(exchange.take())
                .containsExactly("-ERR Connection timed out: shard s0 (127.0.0.1:7001): took nothing of a long request"
                        + " for 300 ms, outcome unknown");
        assertThat(node.count(ServerCounter.REQUEST_BYTES)).isEqualTo(2_000_000);
    }

    @Test
    void aLongRequestOfASlowClientDoesNotTimeOut() {
        HeardExchange exchange = new HeardExchange();
        NodeConnection connection = lend(new LinkFixture.Owner(), PLAIN);
        TestChannel channel = node.accept();
        connection.beginLong(exchange);
        connection.sendPiece(new byte[100], 0, 100);
        node.pass(2_000);
        assertThat(exchange.take()).isEmpty();
        connection.endLong(exchange);
        node.pass(290);
        assertThat(exchange.take()).isEmpty();
        node.pass(20);
        assertThat(exchange.take()).as("whole, and not answered").hasSize(1);
        assertThat(channel.takeWritten()).hasSize(100);
    }

    @Test
    void whoWaitsForRoomIsWoken() {
        List<String> woken = new ArrayList<>();
        NodeConnection connection = lend(new LinkFixture.Owner(), PLAIN);
        connection.whenRoom(() -> woken.add("open"));
        TestChannel channel = node.accept();
        assertThat(woken).containsExactly("open");
        channel.peerReads(0);
        node.loop.runTurn();
        connection.beginLong(new HeardExchange());
        connection.sendPiece(new byte[2_000_000], 0, 2_000_000);
        node.loop.runTurn();
        connection.whenRoom(() -> woken.add("room"));
        channel.peerReadsAll();
        node.loop.runTurn();
        assertThat(woken).containsExactly("open", "room");
        connection.whenRoom(() -> woken.add("closed"));
        connection.abort();
        node.loop.runTurn();
        connection.whenRoom(() -> woken.add("after"));
        node.loop.runTurn();
        assertThat(woken).containsExactly("open", "room", "closed", "after");
    }

    @Test
    void othersDoNotWaitBehindASlowCommand() {
        begin(LinkFixture.settings(0, false));
        HeardExchange script = node.ask("script");
        TestChannel channel = node.accept();
        node.pass(100);
        assertThat(node.loop.hasDialled()).isFalse();
        node.pass(20);
        HeardExchange other = node.ask("a");
        node.answer(node.accept(), "$1|1|");
        assertThat(other.take()).containsExactly("$1|1|");
        node.answer(channel, "$1|2|");
        assertThat(script.take()).containsExactly("$1|2|");
        assertThat(channel.isOpen()).isFalse();
    }

    // ---- the owner of a lent one ------------------------------------------------------------------------------------

    @Test
    void anOwnerGetsWhatNobodyAskedFor() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = lend(owner, new ConnectionMode(0, true));
        TestChannel channel = node.accept();
        node.answer(channel, "%1|+proto|:3|");
        node.answer(channel, ">2|$10|invalidate|*0|");
        assertThat(owner.take()).containsExactly("idle", ">2|$10|invalidate|*0|");
        for (String piece : List.of(">2|$1|x|$100000|", "x".repeat(50_000), "x".repeat(50_000), "|")) {
            node.answer(channel, piece);
        }
        assertThat(owner.take()).last().asString().endsWith("the last");
        node.link.loans().giveBack(connection);
        node.answer(channel, ">2|$10|invalidate|*0|");
        assertThat(owner.take()).as("nobody wants it").isEmpty();
        assertThat(channel.isOpen()).isTrue();
        node.answer(channel, "*2|$10|invalidate|*0|");
        assertThat(channel.isOpen()).as("no push").isFalse();
    }

    @Test
    void anOwnerThatDoesNotReadItsMessagesHasAMinute() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = lend(owner, PLAIN);
        TestChannel channel = node.accept();
        connection.lease().setPushForm(PushForm.PUBSUB);
        owner.keepsUp = false;
        node.answer(channel, "*3|$7|message|$1|c|$1|m|");
        assertThat(channel.isReading()).isFalse();
        assertThat(connection.isBehind()).isTrue();
        node.pass(60_000);
        assertThat(owner.take()).hasSize(1);
        node.pass(20);
        assertThat(owner.take()).contains("too slow");
        connection.resume();
        node.loop.runTurn();
        assertThat(channel.isReading()).isTrue();
        assertThat(connection.isBehind()).isTrue();
        node.pass(1_010);
        assertThat(connection.isBehind()).isFalse();
    }

    @Test
    void messagesMayBeTheAnswer() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = lend(owner, PLAIN);
        TestChannel channel = node.accept();
        connection.lease().setPushForm(PushForm.PUBSUB);
        HeardExchange exchange = LinkFixture.ask(connection, new HeardExchange(), "subscribe");
        node.loop.runTurn();
        exchange.push = Exchange.PushAnswer.MINE;
        node.answer(channel, "*3|$9|subscribe|$1|a|:1|");
        assertThat(exchange.take()).isEmpty();
        exchange.push = Exchange.PushAnswer.LAST;
        node.answer(channel, "*3|$9|subscribe|$1|b|:2|");
        assertThat(exchange.take()).containsExactly("confirmed");
        assertThat(owner.take()).containsExactly("idle");
        assertThat(node.count(ServerCounter.RESPONSES)).isEqualTo(1);
    }

    @Test
    void aConfirmationThatComesLateTellsNobody() {
        NodeConnection connection = lend(new LinkFixture.Owner(), PLAIN);
        TestChannel channel = node.accept();
        connection.lease().setPushForm(PushForm.PUBSUB);
        HeardExchange exchange = LinkFixture.ask(connection, new HeardExchange(), "subscribe");
        exchange.push = Exchange.PushAnswer.LAST;
        node.pass(310);
        assertThat(exchange.take()).hasSize(1);
        node.answer(channel, "*3|$9|subscribe|$1|b|:2|");
        assertThat(exchange.take()).isEmpty();
        assertThat(connection.idle()).isTrue();
    }

    @Test
    void becomesWhatItsOwnerNeeds() {
        NodeConnection connection = lend(new LinkFixture.Owner(), PLAIN);
        TestChannel channel = node.accept();
        connection.lease().become(new ConnectionMode(2, true, "worker"));
        connection.lease().become(new ConnectionMode(2, true, "worker"));
        node.loop.runTurn();
        assertThat(channel.takeWritten().replace("\r\n", " ").replaceAll("[*$]\\d+ ", ""))
                .isEqualTo("HELLO 3 SELECT 2 CLIENT SETNAME worker ");
        node.answer(channel, "%0|+OK|+OK|");
        assertThat(connection.idle()).isTrue();
        connection.lease().setDatabase(7);
        connection.lease().setResp3(false);
        connection.lease().setName(new byte[0]);
        assertThat(connection.lease().mode()).isEqualTo(new ConnectionMode(7, false));
    }

    @Test
    void saysWhetherItWaitsForABlockingCommand() {
        NodeConnection connection = lend(new LinkFixture.Owner(), PLAIN);
        node.accept();
        assertThat(connection.isWaitingWithoutEnd()).isFalse();
        connection.sendHidden("PING");
        assertThat(connection.isWaitingWithoutEnd()).isFalse();
        LinkFixture.ask(connection, new HeardExchange().withoutEnd(), "blpop");
        assertThat(connection.isWaitingWithoutEnd()).isTrue();
    }

    // ---- the master moves -------------------------------------------------------------------------------------------

    @Test
    void whatIsUnderWayMayStillBeAnsweredByTheOldNode() {
        HeardExchange exchange = node.ask("a");
        TestChannel old = node.accept();
        node.link.follow(LinkFixture.OTHER);
        HeardExchange next = node.ask("b");
        TestChannel other = node.accept();
        assertThat(other.target()).hasToString("/127.0.0.1:7002");
        node.answer(other, "$1|2|");
        node.answer(old, "$1|1|");
        assertThat(exchange.take()).containsExactly("$1|1|");
        assertThat(next.take()).containsExactly("$1|2|");
        assertThat(old.isOpen()).isFalse();
    }

    @Test
    void theOldNodeHasASecond() {
        HeardExchange exchange = node.ask(new HeardExchange().withoutEnd(), "a");
        TestChannel old = node.accept();
        node.link.follow(null);
        node.link.follow(LinkFixture.OTHER);
        node.pass(990);
        assertThat(exchange.take()).isEmpty();
        node.pass(20);
        assertThat(exchange.take())
                .containsExactly("-ERR unknown: shard s0 (127.0.0.1:7001): the shard has moved to another node,"
                        + " outcome unknown");
        assertThat(old.isOpen()).isFalse();
        assertThat(node.heard.take()).as("says nothing about the new one").isEmpty();
    }

    @Test
    void aTimeoutAtTheOldNodeSaysNothingAboutTheNewOne() {
        HeardExchange exchange = node.ask("a");
        node.accept();
        node.link.follow(LinkFixture.OTHER);
        node.pass(310);
        assertThat(exchange.take()).hasSize(1);
        assertThat(node.heard.take()).isEmpty();
        assertThat(node.count(ServerCounter.SERVER_TIMEDOUT)).isZero();
    }

    @Test
    void whatWasCollectedForTheOldNodeIsNotSent() {
        HeardExchange exchange = node.ask("a");
        node.link.follow(LinkFixture.OTHER);
        assertThat(exchange.take()).singleElement().asString().endsWith("moved to another node, command not sent");
        node.loop.nextDialled().peerAccepts();
        node.loop.runTurn();
        assertThat(node.count(ServerCounter.SERVER_CONNECTIONS)).isZero();
        assertThat(node.heard.take()).isEmpty();
    }

    @Test
    void ownersAreTold() {
        LinkFixture.Owner busy = new LinkFixture.Owner();
        NodeConnection connection = lend(busy, PLAIN);
        node.accept();
        LinkFixture.ask(connection, new HeardExchange(), "a");
        node.link.follow(LinkFixture.OTHER);
        assertThat(busy.take()).containsExactly("moved");
        assertThat(connection.accepts()).isFalse();
        node.pass(1_010);
        assertThat(busy.take()).singleElement().asString().startsWith("lost: ");
    }
}
