package dev.cobnut.proxy.backend;

import static dev.cobnut.proxy.backend.LinkFixture.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.TestChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a connection believes of what it reads, and who may get it afterwards.
class NodeTrustTest {
    private final LinkFixture node = new LinkFixture();

    @AfterEach
    void nothingIsKept() {
        node.close();
    }

    private NodeConnection lend(LinkFixture.Owner owner, ConnectionMode mode) {
        return node.lend(owner, mode);
    }

    // ---- what a node sends on a lane without being asked -----------------------------------------------------------

    @Test
    void aPushOnALaneIsNeverAReply() {
        HeardExchange exchange = new HeardExchange();
        byte[] request = LinkFixture.frame("a");
        int lane = node.link.settings().lane(0, true, 0);
        node.link.send(lane, exchange, request, 0, request.length);
        TestChannel channel = node.accept();
        node.answer(channel, "%1|+proto|:3|");
        node.answer(channel, ">2|$10|invalidate|*0|$1|1|");
        assertThat(exchange.take()).containsExactly("$1|1|");
        node.answer(channel, ">2|$10|invalidate|*0|");
        for (String piece : List.of(">2|$1|x|$100000|", "x".repeat(50_000), "x".repeat(50_000), "|")) {
            node.answer(channel, piece);
        }
        assertThat(channel.isOpen()).as("while nothing is asked, too").isTrue();
        HeardExchange next = new HeardExchange();
        node.link.send(lane, next, request, 0, request.length);
        node.loop.runTurn();
        node.answer(channel, "$1|2|");
        assertThat(next.take()).containsExactly("$1|2|");
    }

    @Test
    void aNodeThatIsFullSaysSoBeforeItIsAsked() {
        lend(new LinkFixture.Owner(), PLAIN);
        node.accept();
        TestChannel spare = node.accept();
        node.answer(spare, "-ERR max number of clients reached|");
        assertThat(spare.isOpen()).isFalse();
        assertThat(node.link.health().lastFailure())
                .hasToString("Connection refused: shard s0 (127.0.0.1:7001): answered \"-ERR max number of clients"
                        + " reached\"");
    }

    /// The process was held up, and sees the reply before it sees that it is late.
    @Test
    void aReplyThatComesWhenItIsLateIsBelievedOnceTheLaneHasProvenItself() {
        HeardExchange late = node.ask("a");
        TestChannel channel = node.accept();
        HeardExchange next = node.ask("b");
        channel.takeWritten();
        node.loop.advanceMillis(310);
        node.answer(channel, "$1|1|");

        String number = channel.takeWritten().split("\r\n")[4];
        assertThat(late.take()).isEmpty();
        node.answer(channel, "$1|2|$" + number.length() + "|" + number + "|");
        assertThat(late.take()).containsExactly("$1|1|");
        assertThat(next.take()).containsExactly("$1|2|");
        node.answer(channel, "");
        HeardExchange after = node.ask("c");
        node.answer(channel, "$1|3|");
        assertThat(after.take()).containsExactly("$1|3|");
    }

    /// One reply too few.
    @Test
    void aReplyThatComesWhenItIsLateIsNotTakenForTheOneBefore() {
        HeardExchange late = node.ask("a");
        TestChannel channel = node.accept();
        HeardExchange next = node.ask("b");
        channel.takeWritten();
        node.loop.advanceMillis(310);
        node.answer(channel, "$1|2|");
        String number = channel.takeWritten().split("\r\n")[4];
        node.answer(channel, "$" + number.length() + "|" + number + "|");

        assertThat(late.take()).singleElement().asString().endsWith("outcome unknown");
        assertThat(next.take()).singleElement().asString().endsWith("outcome unknown");
    }

    // ---- what it learns from errors --------------------------------------------------------------------------------

    @Test
    void aScriptCannotSpeakForTheNode() {
        HeardExchange first = new HeardExchange();
        first.isOfScript();
        node.ask(first, "a");
        TestChannel channel = node.accept();
        node.answer(channel, "-DENIED x|");
        assertThat(first.take()).containsExactly("-DENIED x|");
        for (String words : List.of("ERR max number of clients", "READONLY x", "NOAUTH x", "OOM x", "MASTERDOWN x")) {
            HeardExchange script = new HeardExchange();
            script.isOfScript();
            node.ask(script, "a");
            node.answer(channel, "-" + words + "|");
            assertThat(script.take()).containsExactly("-" + words + "|");
        }
        assertThat(node.heard.take()).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aConnectionThatWantsAPasswordServesNobodyElse() {
        HeardExchange refused = node.ask("a");
        TestChannel channel = node.accept();
        node.answer(channel, "-NOAUTH Authentication required.|");
        assertThat(refused.take()).containsExactly("-NOAUTH Authentication required.|");
        assertThat(channel.isOpen()).isFalse();
        node.ask("b");
        assertThat(node.accept()).isNotSameAs(channel);

        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection lent = lend(owner, PLAIN);
        TestChannel own = node.accept();
        LinkFixture.ask(lent, new HeardExchange(), "c");
        node.loop.runTurn();
        node.answer(own, "-NOAUTH Authentication required.|");
        node.link.loans().giveBack(lent);
        assertThat(own.isOpen()).isFalse();
    }

    @Test
    void aWriteThatTheNodeRefusesIsCountedAndTold() {
        HeardExchange write = node.ask("a");
        node.answer(node.accept(), "-MISCONF Redis is configured to save|");
        assertThat(write.take()).hasSize(1);
        assertThat(node.heard.take()).containsExactly("refused: MISCONF Redis is configured to save");
        assertThat(node.count(ServerCounter.WRITES_REFUSED)).isEqualTo(1);
    }

    @Test
    void aNameThatCannotBeSetCostsNothing() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = lend(owner, PLAIN);
        TestChannel channel = node.accept();
        connection.lease().become(new ConnectionMode(0, false, "svc"));
        HeardExchange exchange = LinkFixture.ask(connection, new HeardExchange(), "a");
        node.loop.runTurn();
        node.answer(channel, "-NOPERM this user has no permissions to run the 'client/setname' command|$1|1|");
        assertThat(exchange.take()).containsExactly("$1|1|");
        assertThat(channel.isOpen()).isTrue();
    }

    // ---- after a timeout --------------------------------------------------------------------------------------------

    private String echoed(TestChannel channel) {
        node.loop.runTurn();
        String written = channel.takeWritten();
        assertThat(written).contains("ECHO");
        return written.substring(written.lastIndexOf('$')).replace("\r\n", "|");
    }

    @Test
    void repliesBehindALateOneAreBelievedOnceTheLaneHasProvenItself() {
        HeardExchange late = node.ask("a");
        TestChannel channel = node.accept();
        node.pass(90);
        HeardExchange second = node.ask("b");
        HeardExchange third = node.ask("c");
        channel.takeWritten();
        node.pass(220);
        assertThat(late.take()).singleElement().asString().contains("outcome unknown");
        String number = echoed(channel);
        node.answer(channel, "$1|1|$1|2|");
        assertThat(second.take()).as("it could be the reply to anything").isEmpty();
        node.answer(channel, "$1|3|" + number);
        assertThat(second.take()).containsExactly("$1|2|");
        assertThat(third.take()).containsExactly("$1|3|");
        assertThat(channel.isOpen()).as("it was replaced, and is empty").isFalse();
    }

    @Test
    void aNodeThatLeavesOutARequestIsNotBelieved() {
        HeardExchange silent = node.ask("a");
        TestChannel channel = node.accept();
        node.pass(90);
        HeardExchange second = node.ask("b");
        HeardExchange third = node.ask("c");
        channel.takeWritten();
        node.pass(220);
        silent.take();
        node.answer(channel, "$1|2|$1|3|" + echoed(channel));
        for (HeardExchange each : List.of(second, third)) {
            assertThat(each.take())
                    .containsExactly("-ERR Invalid argument: shard s0 (127.0.0.1:7001): answered out of order after a"
                            + " request had timed out, outcome unknown");
        }
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aNodeThatAnswersTooMuchIsNotBelievedEither() {
        node.ask("a");
        TestChannel channel = node.accept();
        node.pass(90);
        HeardExchange second = node.ask("b");
        channel.takeWritten();
        node.pass(220);
        node.answer(channel, "$1|1|$1|2|$1|3|" + echoed(channel));
        assertThat(second.take()).singleElement().asString().contains("out of order");
    }

    @Test
    void longRepliesWaitForTheProofToo() {
        node.ask("a");
        TestChannel channel = node.accept();
        node.pass(90);
        HeardExchange second = node.ask("b");
        channel.takeWritten();
        node.pass(220);
        String number = echoed(channel);
        node.answer(channel, "$1|1|$100000|" + "x".repeat(30_000));
        node.answer(channel, "x".repeat(60_000));
        node.answer(channel, "x".repeat(10_000));
        assertThat(second.take()).isEmpty();
        node.answer(channel, "|" + number);
        assertThat(String.join("", second.take())).contains("the last");
    }

    @Test
    void whatIsInDoubtIsNotKeptWithoutEnd() {
        node.ask("a");
        TestChannel channel = node.accept();
        node.pass(90);
        HeardExchange second = node.ask("b");
        node.pass(220);
        node.answer(channel, "$1|1|$2000000|");
        for (int i = 0; i < 40; i++) {
            node.answer(channel, "x".repeat(30_000));
        }
        assertThat(second.take()).singleElement().asString().contains("out of order");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aReplyThatIsArrivingWhenOthersExpireGoesOn() {
        HeardExchange arriving = node.ask("a");
        HeardExchange behind = node.ask("b");
        TestChannel channel = node.accept();
        node.answer(channel, "$200000|" + "x".repeat(50_000));
        node.answer(channel, "x".repeat(50_000));
        for (int i = 0; i < 4; i++) {
            node.pass(90);
            node.answer(channel, "x".repeat(10_000));
        }
        assertThat(behind.take()).singleElement().asString().contains("outcome unknown");
        node.answer(channel, "x".repeat(60_000) + "|$1|2|");
        assertThat(String.join("", arriving.take())).contains("the last");
    }

    @Test
    void whatStandsBehindAReplyThatIsArrivingWaitsForTheProof() {
        HeardExchange arriving = node.ask("a");
        HeardExchange late = node.ask("b");
        TestChannel channel = node.accept();
        node.answer(channel, "$200000|" + "x".repeat(50_000));
        node.answer(channel, "x".repeat(50_000));
        node.pass(90);
        HeardExchange third = node.ask("c");
        channel.takeWritten();
        for (int i = 0; i < 3; i++) {
            node.answer(channel, "x".repeat(10_000));
            node.pass(80);
        }
        assertThat(late.take()).singleElement().asString().contains("outcome unknown");
        String number = echoed(channel);
        node.answer(channel, "x".repeat(60_000));
        node.answer(channel, "x".repeat(10_000) + "|$1|2|$1|3|");
        assertThat(String.join("", arriving.take())).contains("the last");
        assertThat(third.take()).isEmpty();
        node.answer(channel, number);
        assertThat(third.take()).containsExactly("$1|3|");
    }

    @Test
    void aLentConnectionEndsWithARequestThatIsLate() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = lend(owner, PLAIN);
        TestChannel channel = node.accept();
        HeardExchange late = LinkFixture.ask(connection, new HeardExchange(), "a");
        node.pass(310);
        assertThat(late.take()).singleElement().asString().contains("no answer within 300 ms, outcome unknown");
        assertThat(owner.take()).last().asString().startsWith("lost: Connection timed out");
        assertThat(channel.isOpen()).isFalse();
        node.link.loans().lend(owner, PLAIN);
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void aLentConnectionThatTheNodeClosesSaysNothingAgainstTheNode() {
        node.ask("a");
        TestChannel lane = node.accept();
        node.answer(lane, "$-1|");
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = lend(owner, PLAIN);
        TestChannel channel = node.accept();
        HeardExchange blocked = LinkFixture.ask(connection, new HeardExchange(), "a");
        node.loop.runTurn();
        channel.peerEnds();
        node.loop.runTurn();
        assertThat(blocked.take()).singleElement().asString().contains("outcome unknown");
        assertThat(node.heard.take()).containsExactly("doubt: LOST");
        assertThat(node.link.health().isDown()).isFalse();
    }

    @Test
    void aLentConnectionThatTheNodeResetsSaysNothingAgainstTheNodeEither() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = lend(owner, PLAIN);
        TestChannel channel = node.accept();
        HeardExchange tooLong = LinkFixture.ask(connection, new HeardExchange(), "a");
        node.loop.runTurn();
        channel.peerResets();
        node.loop.runTurn();
        assertThat(tooLong.take()).singleElement().asString().contains("outcome unknown");
        assertThat(node.link.health().isDown()).isFalse();
        node.ask("b");
        assertThat(node.loop.hasDialled()).isTrue();
    }

    @Test
    void afterALostLaneTheNextIsDialledAtOnceUnlessThatFails() {
        node.ask("a");
        TestChannel lane = node.accept();
        node.answer(lane, "$-1|");
        node.ask("b");
        lane.peerEnds();
        node.loop.runTurn();
        HeardExchange next = node.ask("c");
        TestChannel second = node.accept();
        second.peerEnds();
        node.loop.runTurn();
        assertThat(next.take()).singleElement().asString().contains("the node closed the connection");
        node.ask("d");
        assertThat(node.loop.hasDialled())
                .as("it closes what it has not answered")
                .isFalse();
    }
}
