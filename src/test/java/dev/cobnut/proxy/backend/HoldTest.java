package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.NobodyListens;
import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Trouble;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One shard on one loop, while its master comes and goes: what waits, what is sent again, what fails.
class HoldTest {
    private static final NodeAddress OLD = new NodeAddress.Tcp("127.0.0.1", 7001);
    private static final NodeAddress NEW = new NodeAddress.Tcp("127.0.0.1", 7002);
    private static final String NOT_SENT = "command not sent";
    private static final String UNKNOWN = "outcome unknown";

    private final TestLoop loop = new TestLoop();
    private final LaneEpoch epoch = new LaneEpoch();
    private final AtomicInteger waiting = new AtomicInteger();
    private final List<String> troubles = new ArrayList<>();
    private final ShardLink shard = new ShardLink(
            loop.io(),
            epoch,
            0,
            "s0",
            new LinkSettings(300, 1, 2, false, 2, null, 0),
            new Listener(),
            0,
            new HoldTerms(Duration.ofSeconds(10), waiting, 3, false));

    private HoldTest() {
        verdict(OLD, Gate.State.OPEN);
    }

    @AfterEach
    void nothingIsKept() {
        shard.close();
        loop.runTurn();
        assertThat(waiting).hasValue(0);
        assertThat(shard.counters().get(ServerCounter.SERVER_CONNECTIONS)).isZero();
        assertThat(shard.counters().get(ServerCounter.IN_QUEUE)).isZero();
        assertThat(shard.counters().get(ServerCounter.OUT_QUEUE)).isZero();
        loop.close();
    }

    /// The topology says so, as of now.
    private void verdict(NodeAddress master, Gate.State state) {
        verdict(master, state, loop.nowNanos());
    }

    private void verdict(NodeAddress master, Gate.State state, long sinceNanos) {
        Shard seen = new Shard("s0", 1, "s0", master, 1, List.of());
        shard.follow(seen.withGate(new Gate(state, sinceNanos, state == Gate.State.OPEN ? "" : "so it is")), false);
        loop.runTurn();
    }

    private Hold hold() {
        return Objects.requireNonNull(shard.hold());
    }

    private HeardExchange read(String key) {
        HeardExchange exchange = new HeardExchange();
        exchange.isRead();
        return ask(exchange, LinkFixture.text(key));
    }

    private HeardExchange write(String key) {
        return ask(new HeardExchange(), "*2\r\n$4\r\nINCR\r\n$1\r\n" + key + "\r\n");
    }

    private HeardExchange ask(HeardExchange exchange, String text) {
        byte[] request = text.getBytes(US_ASCII);
        shard.master().send(0, exchange, request, 0, request.length);
        loop.runTurn();
        return exchange;
    }

    private static String incr(String key) {
        return "*2\r\n$4\r\nINCR\r\n$1\r\n" + key + "\r\n";
    }

    private TestChannel accept() {
        TestChannel channel = loop.nextDialled();
        channel.peerAccepts();
        loop.runTurn();
        return channel;
    }

    private void answer(TestChannel channel, String text) {
        channel.peerSends(text.replace("|", "\r\n"));
        loop.runTurn();
    }

    private void dies(TestChannel channel) {
        channel.peerResets();
        loop.runTurn();
    }

    private void pass(long millis) {
        for (long left = millis; left > 0; left -= 100) {
            loop.advanceMillis(Math.min(left, 100));
            shard.tick(loop.io().updateNow());
        }
        loop.runTurn();
    }

    /// The topology says so, and of which data the master is.
    private void knows(NodeAddress master, String history) {
        Shard seen = new Shard("s0", 1, "s0", master, 1, List.of());
        shard.follow(seen.withGate(new Gate(Gate.State.OPEN, loop.nowNanos(), "").withHistory(history)), false);
        loop.runTurn();
    }

    private static String info(String history) {
        String text = "# Replication\r\nrole:master\r\nmaster_replid:" + history + "\r\nmaster_replid2:0\r\n";
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    @Test
    void aNewConnectionIsUsedOnceTheNodeShowsThatItHasTheData() {
        knows(OLD, "abc");
        HeardExchange write = write("a");
        TestChannel channel = accept();
        assertThat(channel.takeWritten()).isEqualTo("*2\r\n$4\r\nINFO\r\n$11\r\nreplication\r\n");

        answer(channel, info("abc"));
        assertThat(channel.takeWritten()).isEqualTo(incr("a"));
        answer(channel, ":1|");
        assertThat(write.take()).hasSize(1);
    }

    @Test
    void aNodeWithOtherDataGetsNothingBeforeSomebodyHasLooked() {
        knows(OLD, "abc");
        HeardExchange write = write("a");
        TestChannel channel = accept();
        channel.takeWritten();
        answer(channel, info("abd"));

        assertThat(channel.takeWritten()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
        assertThat(write.take()).isEmpty();
        assertThat(hold().isOpen()).isFalse();
        pass(5);
        knows(OLD, "abd");
        channel = accept();
        channel.takeWritten();
        answer(channel, info("abd"));
        assertThat(channel.takeWritten()).isEqualTo(incr("a"));
    }

    @Test
    void aNodeThatDoesNotSayOfWhichDataItIsMasterIsBelieved() {
        knows(OLD, "abc");
        for (String answer : List.of("-NOPERM this user has no permissions to run the 'info' command|", "$4|role|")) {
            HeardExchange _ = write("a");
            TestChannel channel = accept();
            channel.takeWritten();
            answer(channel, answer);
            assertThat(channel.takeWritten()).isEqualTo(incr("a"));
            dies(channel);
            pass(5);
            knows(OLD, "abc");
        }
    }

    @Test
    void whatWasUnderWayIsUnknownOrReadAgain() {
        HeardExchange before = read("a");
        HeardExchange lost = write("b");
        HeardExchange after = read("c");
        TestChannel old = accept();
        old.takeWritten();
        dies(old);

        assertThat(before.take()).isEmpty();
        assertThat(lost.take()).singleElement().asString().endsWith(UNKNOWN);
        assertThat(after.take()).isEmpty();
        assertThat(hold().isOpen()).isFalse();
        assertThat(epoch.isAnyHeld()).isTrue();
        assertThat(troubles).containsExactly("7001 LOST waiting");

        pass(5);
        verdict(NEW, Gate.State.OPEN);
        TestChannel now = accept();
        assertThat(((InetSocketAddress) now.target()).getPort()).isEqualTo(7002);
        assertThat(now.takeWritten()).isEqualTo(LinkFixture.text("a") + LinkFixture.text("c"));
        answer(now, "$1|1|$1|2|");
        assertThat(before.take()).containsExactly("$1|1|");
        assertThat(after.take()).containsExactly("$1|2|");
        assertThat(epoch.isAnyHeld()).isFalse();
        assertThat(shard.counters().get(ServerCounter.REQUESTS_REPEATED)).isEqualTo(2);
    }

    @Test
    void whatWasNotWrittenIsSentLater() {
        HeardExchange write = write("a");
        TestChannel refused = loop.nextDialled();
        refused.peerRefuses(new ConnectException("refused"));
        loop.runTurn();
        assertThat(write.take()).isEmpty();
        assertThat(troubles).containsExactly("7001 REFUSED waiting");

        pass(5); // within the pause that follows a failed dial
        verdict(OLD, Gate.State.OPEN);
        TestChannel again = accept();
        assertThat(again.takeWritten()).isEqualTo(incr("a"));
        answer(again, ":1|");
        assertThat(write.take()).containsExactly(":1|");
    }

    @Test
    void whatANodeDidNotExecuteIsSentToTheNextInItsOrder() {
        TestChannel old = connected();
        HeardExchange first = write("a");
        HeardExchange second = read("b");
        HeardExchange third = write("c");
        old.takeWritten();
        answer(old, "-READONLY You can't write against a read only replica.|$3|old|-READONLY again|");

        assertThat(first.take()).isEmpty();
        assertThat(second.take()).isEmpty();
        assertThat(third.take()).isEmpty();
        pass(5);
        verdict(NEW, Gate.State.OPEN);
        TestChannel now = accept();
        assertThat(now.takeWritten()).isEqualTo(incr("a") + LinkFixture.text("b") + incr("c"));
        answer(now, ":1|$3|new|:3|");
        assertThat(second.take()).containsExactly("$3|new|");
    }

    private TestChannel connected() {
        HeardExchange ping = read("x");
        TestChannel channel = accept();
        answer(channel, "$-1|");
        assertThat(ping.take()).hasSize(1);
        return channel;
    }

    @Test
    void aNodeThatIsLoadingIsWaitedFor() {
        TestChannel old = connected();
        HeardExchange write = write("a");
        answer(old, "-LOADING Redis is loading the dataset in memory|");

        assertThat(write.take()).isEmpty();
        assertThat(troubles).containsExactly("7001 LOADING waiting");
        pass(5);
        verdict(OLD, Gate.State.OPEN);
        TestChannel again = accept();
        assertThat(again.takeWritten()).isEqualTo(incr("a"));
        answer(again, ":1|");
        assertThat(write.take()).containsExactly(":1|");
        HeardExchange read = read("b");
        answer(again, "$1|2|");
        assertThat(read.take()).as("what is answered later is believed").containsExactly("$1|2|");
    }

    @Test
    void otherErrorsAreForTheClient() {
        TestChannel old = connected();
        HeardExchange write = write("a");
        answer(old, "-OOM command not allowed|");

        assertThat(write.take()).containsExactly("-OOM command not allowed|");
        assertThat(hold().isOpen()).isTrue();
    }

    @Test
    void whatAScriptSaysIsForTheClient() {
        TestChannel old = connected();
        HeardExchange script = new HeardExchange();
        script.isOfScript();
        ask(script, "*1\r\n$4\r\nEVAL\r\n");
        answer(old, "-READONLY says a script|");

        assertThat(script.take()).containsExactly("-READONLY says a script|");
        assertThat(hold().isOpen()).isTrue();
    }

    @Test
    void aReadIsRepeatedOnce() {
        TestChannel old = connected();
        HeardExchange read = read("a");
        dies(old);
        pass(5);
        verdict(OLD, Gate.State.OPEN);
        dies(accept());

        assertThat(read.take()).singleElement().asString().endsWith(UNKNOWN);
    }

    @Test
    void aWriteThatMayRunTwiceIsSentAgainOnceInItsOrder() {
        TestChannel old = connected();
        HeardExchange twice = writeTwice("a");
        HeardExchange once = write("b");
        HeardExchange read = read("c");
        HeardExchange last = writeTwice("d");
        dies(old);
        assertThat(twice.take()).isEmpty();
        assertThat(once.take()).singleElement().asString().endsWith(UNKNOWN);
        pass(5);
        verdict(NEW, Gate.State.OPEN);
        TestChannel now = accept();
        assertThat(now.takeWritten()).isEqualTo(incr("a") + LinkFixture.text("c") + incr("d"));
        answer(now, ":1|$-1|");
        assertThat(twice.take()).containsExactly(":1|");
        assertThat(read.take()).hasSize(1);
        dies(now);
        assertThat(last.take()).as("once").singleElement().asString().endsWith(UNKNOWN);
    }

    @Test
    void aWriteThatIsSentAgainIsUnknownHoweverItEnds() {
        TestChannel old = connected();
        HeardExchange twice = writeTwice("a");
        dies(old);
        pass(5);
        verdict(NEW, Gate.State.OPEN);
        loop.nextDialled().peerRefuses(new ConnectException("refused"));
        loop.runTurn();
        assertThat(twice.take()).isEmpty();
        pass(10_100);
        assertThat(twice.take())
                .as("it was not sent to the second node, but to the first")
                .singleElement()
                .asString()
                .endsWith(UNKNOWN);
    }

    @Test
    void aWriteThatMayRunTwiceAndIsLateIsUnknown() {
        TestChannel old = connected();
        HeardExchange twice = writeTwice("a");
        pass(300);
        assertThat(twice.take()).singleElement().asString().endsWith(UNKNOWN);
        dies(old);
        pass(5);
        verdict(NEW, Gate.State.OPEN);
        assertThat(loop.hasDialled()).isFalse();
    }

    private HeardExchange writeTwice(String key) {
        HeardExchange exchange = new HeardExchange();
        exchange.mayRunTwice();
        return ask(exchange, incr(key));
    }

    @Test
    void aReplyThatHasBegunIsNotBegunAnew() {
        TestChannel old = connected();
        HeardExchange read = read("a");
        old.peerSends("$100000\r\n" + "v".repeat(70_000));
        loop.runTurn();
        assertThat(read.take()).isNotEmpty();
        dies(old);

        assertThat(read.take()).singleElement().asString().endsWith(UNKNOWN);
    }

    @Test
    void aVerdictFromBeforeTheTroubleOpensNothing() {
        long before = loop.nowNanos();
        pass(50);
        TestChannel old = connected();
        HeardExchange read = read("a");
        dies(old);
        troubles.clear();
        verdict(OLD, Gate.State.OPEN, before);
        assertThat(hold().isOpen()).isFalse();

        pass(100);
        assertThat(troubles).as("it is told again").containsExactly("7001 LOST waiting");
        verdict(OLD, Gate.State.OPEN);
        assertThat(hold().isOpen()).isTrue();
        answer(accept(), "$-1|");
        assertThat(read.take()).containsExactly("$-1|");
    }

    /// Between two looks at the clock: a verdict, and a trouble right behind it.
    @Test
    void aTroubleRightBehindAVerdictIsYoungerThanIt() {
        dies(connected());
        pass(5);
        loop.advanceMillis(3);
        verdict(OLD, Gate.State.OPEN, loop.nowNanos());
        HeardExchange read = read("a");
        loop.advanceMillis(1);
        TestChannel refused = loop.nextDialled();
        refused.peerRefuses(new ConnectException("refused"));
        loop.runTurn();
        troubles.clear();
        pass(100);
        assertThat(hold().isOpen()).isFalse();
        assertThat(troubles).containsExactly("7001 REFUSED waiting");

        verdict(OLD, Gate.State.OPEN);
        answer(accept(), "$-1|");
        assertThat(read.take()).containsExactly("$-1|");
    }

    @Test
    void whoWaitsIsWokenInOrderWhenItOpens() {
        List<String> woken = new ArrayList<>();
        verdict(OLD, Gate.State.HELD);
        assertThat(hold().await(() -> woken.add("first"))).isTrue();
        assertThat(hold().await(() -> woken.add("second"))).isTrue();
        Runnable gone = () -> woken.add("gone");
        assertThat(hold().await(gone)).isTrue();
        assertThat(hold().await(() -> woken.add("too many"))).isFalse();
        hold().forget(gone);
        pass(20);
        assertThat(woken).isEmpty();

        verdict(OLD, Gate.State.OPEN);
        assertThat(woken).containsExactly("first", "second");
        assertThat(shard.counters().get(ServerCounter.REQUESTS_HELD)).isEqualTo(3);
    }

    @Test
    void afterItsTimeAllFailAndSoDoesWhatComes() {
        List<String> woken = new ArrayList<>();
        TestChannel old = connected();
        HeardExchange read = read("a");
        dies(old);
        assertThat(hold().await(() -> woken.add("woken"))).isTrue();
        pass(9_900);
        assertThat(woken).isEmpty();
        pass(200);

        assertThat(read.take()).singleElement().asString().contains("waited for in vain");
        assertThat(woken).containsExactly("woken");
        assertThat(hold().await(() -> woken.add("no"))).isFalse();
        assertThat(write("b").take()).singleElement().asString().endsWith(NOT_SENT);

        verdict(OLD, Gate.State.OPEN);
        HeardExchange write = write("c");
        answer(accept(), ":1|");
        assertThat(write.take()).containsExactly(":1|");
    }

    @Test
    void aNodeThatWasReplacedIsNotBelievedAnyMore() {
        TestChannel old = connected();
        HeardExchange write = write("a");
        HeardExchange read = read("b");
        verdict(OLD, Gate.State.HELD);
        pass(20);
        verdict(NEW, Gate.State.HELD);

        assertThat(old.isOpen()).isFalse();
        assertThat(write.take()).singleElement().asString().endsWith(UNKNOWN);
        verdict(NEW, Gate.State.OPEN);
        TestChannel now = accept();
        assertThat(now.takeWritten()).isEqualTo(LinkFixture.text("b"));
        answer(now, "$1|2|");
        assertThat(read.take()).containsExactly("$1|2|");
    }

    @Test
    void aRequestWaitsNoLongerThanItMayHoweverOftenItOpens() {
        HeardExchange write = write("a");
        for (int i = 0; i < 11; i++) {
            TestChannel refused = loop.nextDialled();
            refused.peerRefuses(new ConnectException("refused"));
            loop.runTurn();
            pass(1_000);
            if (i < 10) {
                assertThat(write.take()).isEmpty();
                verdict(OLD, Gate.State.OPEN);
            }
        }
        assertThat(write.take())
                .singleElement()
                .asString()
                .contains("waited for in vain")
                .endsWith(NOT_SENT);
    }

    @Test
    void whatIsSentWhileItIsClosedWaits() {
        verdict(OLD, Gate.State.HELD);
        HeardExchange write = write("a");
        assertThat(loop.hasDialled()).isFalse();
        pass(20);
        verdict(OLD, Gate.State.OPEN);

        TestChannel channel = accept();
        assertThat(channel.takeWritten()).isEqualTo(incr("a"));
        answer(channel, ":1|");
        assertThat(write.take()).containsExactly(":1|");
    }

    @Test
    void whoWantsToKnowIsToldOfWhatLasts() {
        List<String> told = new ArrayList<>();
        AtomicInteger gone = new AtomicInteger();
        hold().watch(new Watcher(told, gone));
        verdict(OLD, Gate.State.HELD);
        pass(20);
        verdict(OLD, Gate.State.OPEN);
        pass(200);
        assertThat(told).isEmpty();

        verdict(OLD, Gate.State.HELD);
        pass(1_200);
        assertThat(told).containsExactly("s0 waits, for 10 s at most");
        verdict(OLD, Gate.State.OPEN);
        verdict(OLD, Gate.State.HELD);
        pass(10_100);
        assertThat(told).endsWith("s0 waits, for 10 s at most", "s0 is done").hasSize(4);

        hold().unwatch(new Watcher(told, gone));
        verdict(OLD, Gate.State.OPEN);
        verdict(OLD, Gate.State.HELD);
        pass(200);
        assertThat(told).hasSize(4);
    }

    private record Watcher(List<String> told, AtomicInteger gone) implements Hold.Watcher {
        @Override
        public boolean isGone() {
            return gone.get() > 0;
        }

        @Override
        public void onWaiting(String shard, long secondsMax) {
            told.add(shard + " waits, for " + secondsMax + " s at most");
        }

        @Override
        public void onDone(String shard) {
            told.add(shard + " is done");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Watcher watcher && watcher.gone == gone;
        }

        @Override
        public int hashCode() {
            return 7;
        }
    }

    /// The topology says that requests wait for the master, and that it may be one no more.
    private void doubt() {
        Shard seen = new Shard("s0", 1, "s0", OLD, 1, List.of());
        Gate gate = new Gate(Gate.State.HELD, loop.nowNanos(), "a failover").withBelief(false);
        shard.follow(seen.withGate(gate), false);
        loop.runTurn();
    }

    @Test
    void whatAMasterAnswersThatMayBeOneNoMoreDoesNotCount() {
        TestChannel old = connected();
        HeardExchange before = read("a");
        HeardExchange write = write("b");
        verdict(OLD, Gate.State.HELD);
        assertThat(write.take()).as("it may still answer").isEmpty();
        doubt();

        assertThat(old.isOpen()).isFalse();
        assertThat(write.take())
                .singleElement()
                .asString()
                .contains("may have been replaced")
                .endsWith(UNKNOWN);
        assertThat(before.take()).isEmpty();
        pass(5);
        verdict(NEW, Gate.State.OPEN);
        TestChannel now = accept();
        assertThat(now.takeWritten()).isEqualTo(LinkFixture.text("a"));
        assertThat(troubles).isEmpty();
    }

    @Test
    void whatWasNotSentYetWaitsForTheOneWhoIs() {
        HeardExchange write = write("a");
        TestChannel old = loop.nextDialled();
        doubt();

        assertThat(old.isOpen()).isFalse();
        assertThat(write.take()).isEmpty();
        pass(5);
        verdict(OLD, Gate.State.OPEN);
        assertThat(accept().takeWritten()).isEqualTo(incr("a"));
    }

    @Test
    void whoHasAConnectionOfItsOwnLosesItOnlyIfItWaitsForAnAnswer() {
        LinkFixture.Owner busy = new LinkFixture.Owner();
        LinkFixture.Owner listens = new LinkFixture.Owner();
        NodeConnection used = lend(busy);
        NodeConnection idle = lend(listens);
        TestChannel one = accept();
        TestChannel other = accept();
        HeardExchange exec = new HeardExchange();
        byte[] request = LinkFixture.frame("a");
        used.send(exec, request, 0, request.length);
        loop.runTurn();
        doubt();

        assertThat(one.isOpen()).isFalse();
        assertThat(exec.take()).singleElement().asString().endsWith(UNKNOWN);
        assertThat(busy.take()).element(0).isEqualTo("moved");
        assertThat(other.isOpen()).isTrue();
        assertThat(idle.accepts()).isTrue();
        assertThat(listens.take()).isEmpty();
    }

    private NodeConnection lend(LinkFixture.Owner owner) {
        NodeConnection lent = Objects.requireNonNull(shard.master().loans().lend(owner, new ConnectionMode(0, false)));
        loop.runTurn();
        return lent;
    }

    @Test
    void whereALeaseMayHaveRunOutMeanwhileWhatIsReadAfterAPauseDoesNotCount() {
        ShardLink leased = new ShardLink(
                loop.io(),
                epoch,
                0,
                "s0",
                new LinkSettings(300, 1, 2, false, 2, null, 0),
                new Listener(),
                0,
                new HoldTerms(Duration.ofSeconds(10), waiting, 3, true));
        loop.io().onLate(leased::onLate);
        verdictOn(leased);
        HeardExchange early = new HeardExchange();
        HeardExchange late = new HeardExchange();
        byte[] request = incr("a").getBytes(US_ASCII);
        leased.master().send(0, early, request, 0, request.length);
        loop.runTurn();
        TestChannel channel = accept();
        channel.takeWritten();
        loop.advanceMillis(250);
        answer(channel, ":1|");
        assertThat(early.take()).containsExactly(":1|");
        leased.master().send(0, late, request, 0, request.length);
        loop.runTurn();
        loop.advanceMillis(251);
        answer(channel, ":2|");

        assertThat(late.take()).singleElement().asString().endsWith(UNKNOWN);
        assertThat(channel.isOpen()).isFalse();
        assertThat(troubles).containsExactly("7001 STALLED waiting");
        leased.close();
    }

    private void verdictOn(ShardLink link) {
        Shard seen = new Shard("s0", 1, "s0", OLD, 1, List.of());
        link.follow(seen.withGate(new Gate(Gate.State.OPEN, loop.nowNanos(), "")), false);
        loop.runTurn();
    }

    @Test
    void aStallClosesIt() {
        pass(10);
        shard.onLate(Duration.ofMillis(1_001).toNanos());

        assertThat(hold().isOpen()).isFalse();
        assertThat(troubles).containsExactly("7001 STALLED waiting");
    }

    @Test
    void afterAnIdleConnectionHasEndedItIsLookedWhoIsThere() {
        TestChannel old = connected();
        old.peerEnds();
        loop.runTurn();

        assertThat(hold().isOpen()).isFalse();
        assertThat(troubles).containsExactly("7001 ENDED waiting");
    }

    @Test
    void whatIsLentMayEndAsItLikes() {
        HeardExchange exchange = new HeardExchange();
        NodeConnection lent = Objects.requireNonNull(
                shard.master().loans().lend(new LinkFixture.Owner(), new ConnectionMode(0, false)));
        byte[] request = LinkFixture.frame("a");
        lent.send(exchange, request, 0, request.length);
        TestChannel channel = accept();
        answer(channel, "$-1|");
        channel.peerEnds();
        loop.runTurn();

        assertThat(hold().isOpen()).isTrue();
        assertThat(troubles).containsExactly("7001 LOST");
    }

    private final class Listener extends NobodyListens {
        @Override
        public void onTrouble(
                ShardLink about, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos, boolean held) {
            int port = node instanceof NodeAddress.Tcp tcp ? tcp.port() : 0;
            troubles.add(port + " " + kind + (held ? " waiting" : ""));
        }
    }
}
