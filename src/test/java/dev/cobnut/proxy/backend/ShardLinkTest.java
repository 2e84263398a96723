package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Trouble;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One shard on one loop, and the replica that it reads from.
class ShardLinkTest {
    private static final NodeAddress MASTER = new NodeAddress.Tcp("127.0.0.1", 7001);
    private static final NodeAddress FIRST = new NodeAddress.Tcp("127.0.0.1", 7002);
    private static final NodeAddress SECOND = new NodeAddress.Tcp("127.0.0.1", 7003);

    private final TestLoop loop = new TestLoop();
    private final List<String> heard = new ArrayList<>();
    private ShardLink shard = shard(false, 0);

    private ShardLink shard(boolean ejects, int spread) {
        LinkSettings settings = new LinkSettings(300, 1, 2, ejects, 2, null, 0);
        return new ShardLink(loop.io(), new LaneEpoch(), 5, "s5", settings, new Listener(), spread);
    }

    @AfterEach
    void nothingIsKept() {
        shard.close();
        loop.runTurn();
        assertThat(shard.counters().get(ServerCounter.SERVER_CONNECTIONS)).isZero();
        loop.close();
    }

    private void follow(@Nullable NodeAddress master, NodeAddress... readable) {
        shard.follow(new Shard("s5", 1, null, master, 1, List.of(), List.of(readable)), false);
    }

    private HeardExchange ask(NodeLink link) {
        HeardExchange exchange = new HeardExchange();
        byte[] request = LinkFixture.frame("a");
        link.send(0, exchange, request, 0, request.length);
        loop.runTurn();
        return exchange;
    }

    private NodeAddress refuse() {
        TestChannel channel = loop.nextDialled();
        channel.peerRefuses(new ConnectException("refused"));
        loop.runTurn();
        return target(channel);
    }

    private NodeAddress nextTarget() {
        loop.runTurn();
        return target(loop.nextDialled());
    }

    private static NodeAddress target(TestChannel channel) {
        InetSocketAddress target = (InetSocketAddress) channel.target();
        return new NodeAddress.Tcp(target.getHostString(), target.getPort());
    }

    private void pass(long millis) {
        loop.advanceMillis(millis);
        shard.tick(loop.io().updateNow());
        loop.runTurn();
    }

    @Test
    void isWhatItIsCalled() {
        assertThat(shard.index()).isEqualTo(5);
        assertThat(shard.name()).isEqualTo("s5");
        assertThat(shard.settings().lanes()).isEqualTo(1);
    }

    @Test
    void connectsAheadToMasterAndReplica() {
        shard.follow(new Shard("s5", 1, null, MASTER, 1, List.of(), List.of(FIRST)), true);
        assertThat(nextTarget()).isEqualTo(MASTER);
        assertThat(nextTarget()).isEqualTo(FIRST);
    }

    @Test
    void theMastersFailuresAreTrouble() {
        follow(MASTER);
        ask(shard.master());
        refuse();
        assertThat(heard)
                .containsExactly(
                        "failing: Connection refused: shard s5 (127.0.0.1:7001): cannot connect",
                        "trouble 127.0.0.1:7001 REFUSED");
        heard.clear();
        pass(110);
        ask(shard.master());
        TestChannel channel = loop.nextDialled();
        channel.peerAccepts();
        channel.peerSends("-READONLY x\r\n");
        loop.runTurn();
        assertThat(heard).containsExactly("recovered", "trouble 127.0.0.1:7001 READONLY");
    }

    @Test
    void theFailureLimitIsReachedAgainAndAgain() {
        shard = shard(true, 0);
        follow(MASTER);
        for (int i = 1; i <= 5; i++) {
            ask(shard.master());
            refuse();
            assertThat(heard.contains("failure limit")).as("failure %d", i).isEqualTo(i % 2 == 0);
            heard.clear();
        }
    }

    @Test
    void silenceCountsAsFailure() {
        shard.close();
        shard = shard(true, 0);
        follow(MASTER);
        for (int i = 0; i < 2; i++) {
            ask(shard.master());
            loop.nextDialled().peerAccepts();
            loop.runTurn();
            heard.clear();
            pass(310);
        }
        assertThat(heard).containsExactly("failure limit", "trouble 127.0.0.1:7001 SILENT");
        assertThat(shard.counters().get(ServerCounter.SERVER_TIMEDOUT)).isEqualTo(2);
    }

    @Test
    void anAnswerBeginsTheCountAnew() {
        shard = shard(true, 0);
        follow(MASTER);
        ask(shard.master());
        refuse();
        ask(shard.master());
        TestChannel channel = loop.nextDialled();
        channel.peerAccepts();
        channel.peerSends("$-1\r\n");
        loop.runTurn();
        channel.peerResets();
        loop.runTurn();
        assertThat(heard).doesNotContain("failure limit");
    }

    @Test
    void withoutEjectionThereIsNoLimit() {
        follow(MASTER);
        for (int i = 0; i < 4; i++) {
            ask(shard.master());
            refuse();
            pass(110);
        }
        assertThat(heard).doesNotContain("failure limit");
    }

    @Test
    void oneReadASecondMayProbe() {
        assertThat(shard.takeProbe()).isTrue();
        assertThat(shard.takeProbe()).isFalse();
        pass(999);
        assertThat(shard.takeProbe()).isFalse();
        pass(1);
        assertThat(shard.takeProbe()).isTrue();
        assertThat(shard.takeProbe()).isFalse();
    }

    // ---- the replica ------------------------------------------------------------------------------------------------

    @Test
    void withoutReplicasNoneIsRead() {
        follow(MASTER);
        assertThat(shard.replica().hasNode()).isFalse();
        assertThat(shard.replica().isUsable()).isFalse();
        shard.replica().rest();
        assertThat(new String(shard.replica().none().reply(false), US_ASCII))
                .isEqualTo("-ERR no replica of shard s5 may be read from: none is known to follow its master closely,"
                        + " command not sent\r\n");
    }

    @Test
    void loopsChooseDifferentReplicas() {
        follow(MASTER, FIRST, SECOND);
        ask(shard.replica().link());
        assertThat(nextTarget()).isEqualTo(FIRST);
        shard.close();
        shard = shard(false, -1);
        follow(MASTER, FIRST, SECOND);
        ask(shard.replica().link());
        assertThat(nextTarget()).isEqualTo(SECOND);
    }

    @Test
    void theSameReplicaIsReadForAsLongAsItMayBe() {
        follow(MASTER, SECOND);
        follow(MASTER, FIRST, SECOND);
        ask(shard.replica().link());
        assertThat(nextTarget()).isEqualTo(SECOND);
        follow(MASTER, FIRST);
        ask(shard.replica().link());
        assertThat(nextTarget()).isEqualTo(FIRST);
        follow(MASTER);
        assertThat(shard.replica().hasNode()).isFalse();
    }

    @Test
    void aReplicaThatFailsIsNotReadForASecond() {
        follow(MASTER, FIRST, SECOND);
        ask(shard.replica().link());
        assertThat(refuse()).isEqualTo(FIRST);
        assertThat(shard.replica().isUsable()).isTrue();
        ask(shard.replica().link());
        assertThat(refuse()).isEqualTo(SECOND);
        assertThat(shard.replica().isUsable()).as("both rest").isFalse();
        assertThat(shard.replica().hasNode()).isTrue();
        pass(1_000);
        assertThat(shard.replica().isUsable()).isTrue();
        assertThat(heard).first().asString().startsWith("replica failing: ");
        assertThat(heard).noneMatch(line -> line.startsWith("trouble"));
    }

    @Test
    void aReplicaInDoubtRestsToo() {
        follow(MASTER, FIRST, SECOND);
        ask(shard.replica().link());
        TestChannel channel = loop.nextDialled();
        channel.peerAccepts();
        channel.peerSends("-MASTERDOWN Link with MASTER is down\r\n");
        loop.runTurn();
        assertThat(heard).isEmpty();
        ask(shard.replica().link());
        assertThat(nextTarget()).isEqualTo(SECOND);
    }

    @Test
    void theOnlyReplicaIsTriedAgainAfterItsRest() {
        follow(MASTER, FIRST);
        ask(shard.replica().link());
        refuse();
        assertThat(shard.replica().isUsable()).isFalse();
        pass(1_000);
        assertThat(shard.replica().isUsable()).isTrue();
        ask(shard.replica().link());
        TestChannel channel = loop.nextDialled();
        channel.peerAccepts();
        channel.peerSends("$-1\r\n");
        loop.runTurn();
        assertThat(heard).last().isEqualTo("replica recovered");
    }

    private final class Listener implements ShardListener {
        @Override
        public void onFailureLimit(ShardLink about) {
            heard.add("failure limit");
        }

        @Override
        public void onFailing(ShardLink about, String why) {
            heard.add("failing: " + why);
        }

        @Override
        public void onRecovered(ShardLink about) {
            heard.add("recovered");
        }

        @Override
        public void onReplicaFailing(ShardLink about, String why) {
            heard.add("replica failing: " + why);
        }

        @Override
        public void onReplicaRecovered(ShardLink about) {
            heard.add("replica recovered");
        }

        @Override
        public void onWriteRefused(ShardLink about, String words) {
            heard.add("refused " + words);
        }

        @Override
        public void onMessagesLost(ShardLink about, String why) {
            heard.add("messages lost: " + why);
        }

        @Override
        public void onTrouble(
                ShardLink about, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos, boolean waiting) {
            heard.add("trouble " + node + " " + kind);
        }
    }
}
