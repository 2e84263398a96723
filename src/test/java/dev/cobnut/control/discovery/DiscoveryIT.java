package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Notice;
import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RealRedis.Server;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.SentinelView;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One group of real servers, three real Sentinels.
class DiscoveryIT {
    private static final String GROUP = "cluster_obj";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final List<Topology> published = new CopyOnWriteArrayList<>();
    private final List<Long> publishedNanos = new CopyOnWriteArrayList<>();
    private final List<Notice> events = new CopyOnWriteArrayList<>();
    private RealRedis redis;
    private Server master;
    private Server replica;
    private Server otherReplica;
    private List<Server> sentinels;

    @BeforeEach
    void startGroup() {
        redis = RealRedis.in(directory);
        master = redis.master();
        replica = redis.replicaOf(master);
        otherReplica = redis.replicaOf(master);
        sentinels = redis.sentinels(3, 2, 2000, 10_000, GROUP, master);
    }

    @AfterEach
    void stopGroup() {
        redis.close();
        for (int i = 1; i < published.size(); i++) {
            Topology before = published.get(i - 1);
            Topology after = published.get(i);
            assertThat(after.epoch()).isEqualTo(before.epoch() + 1);
            assertThat(after.pools().equals(before.pools()) && after.sentinels().equals(before.sentinels()))
                    .as("something changed at epoch " + after.epoch())
                    .isFalse();
        }
    }

    private Discovery discovery() {
        return discovery(sentinels);
    }

    private Discovery discovery(List<Server> followed) {
        List<PoolConfig> pools = List.of(Pools.pool(
                "obj",
                Pools.server(master.address(), "redis-obj"),
                Pools.server(replica.address(), "redis-obj"),
                Pools.server(otherReplica.address(), "redis-obj")));
        return new Discovery(
                pools,
                followed.stream().map(Server::address).toList(),
                topology -> {
                    publishedNanos.add(System.nanoTime());
                    published.add(topology);
                },
                events::add);
    }

    private static Shard shard(Topology topology) {
        return topology.pool("obj").shards().getFirst();
    }

    private Shard latest() {
        return shard(published.getLast());
    }

    private void awaitMaster(NodeAddress expected) {
        await("master " + expected).atMost(PATIENCE).until(() -> expected.equals(latest().master()));
    }

    private void awaitNewMaster(NodeAddress old) {
        await("a master other than " + old).atMost(PATIENCE).until(() -> !old.equals(latest().master()));
    }

    /// When the first topology with a master other than this was published.
    private long switchedNanos(NodeAddress old) {
        for (int i = 0; i < published.size(); i++) {
            NodeAddress each = shard(published.get(i)).master();
            if (each != null && !each.equals(old)) {
                return publishedNanos.get(i);
            }
        }
        throw new AssertionError("no switch away from " + old + " in " + published);
    }

    @Test
    void publishesOneShardWithAllItsNodesAtStart() throws Exception {
        try (Discovery discovery = discovery()) {
            long startNanos = System.nanoTime();
            discovery.start();
            Topology first = discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});

            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(2));
            assertThat(first.epoch()).isEqualTo(1);
            assertThat(first.pool("obj").shards()).hasSize(1);
            assertThat(shard(first).name()).isEqualTo("redis-obj");
            assertThat(shard(first).masterName()).isEqualTo(GROUP);
            assertThat(shard(first).master()).isEqualTo(master.address());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(latest().nodes())
                            .contains(
                                    new Node(master.address(), Node.Role.MASTER, ""),
                                    new Node(replica.address(), Node.Role.REPLICA, ""),
                                    new Node(otherReplica.address(), Node.Role.REPLICA, ""))
                            .hasSize(3));
            assertThat(published.getLast().sentinels())
                    .extracting(SentinelView::state)
                    .containsOnly("ok");
        }
    }

    @Test
    void followsAKilledMasterRightAfterTheFirstSwitchMaster() throws Exception {
        try (Discovery discovery = discovery();
                SwitchObserver observer = new SwitchObserver(sentinels)) {
            discovery.start();
            discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});

            master.kill();

            awaitNewMaster(master.address());
            long afterMillis = Duration.ofNanos(switchedNanos(master.address()) - observer.awaitFirst())
                    .toMillis();
            assertThat(afterMillis)
                    .as("ms from the first +switch-master to the publication; events: " + events)
                    .isLessThan(100);
            assertThat(latest().name()).isEqualTo("redis-obj");
            assertThat(latest().configEpoch()).isPositive();
            assertThat(events)
                    .extracting(Notice::line)
                    .anyMatch(line -> line.startsWith("switch cluster_obj: " + master.address() + " -> "));
        }
    }

    @Test
    void followsAForcedFailoverAndKeepsTheOldMasterAsANode() throws Exception {
        try (Discovery discovery = discovery();
                SwitchObserver observer = new SwitchObserver(sentinels)) {
            discovery.start();
            discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});
            long epoch = latest().configEpoch();

            assertThat(sentinels.getFirst().ask("SENTINEL FAILOVER " + GROUP)).isEqualTo("+OK\r\n");

            awaitNewMaster(master.address());
            long afterNanos = switchedNanos(master.address()) - observer.awaitFirst();
            assertThat(Duration.ofNanos(afterNanos).toMillis()).isLessThan(100);
            assertThat(latest().configEpoch()).isGreaterThan(epoch);
            NodeAddress newMaster = latest().master();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(latest().nodes())
                            .contains(new Node(master.address(), Node.Role.REPLICA, ""))
                            .hasSize(3));
            assertThat(latest().master()).isEqualTo(newMaster);
            assertThat(published.stream().map(each -> shard(each).master()).distinct())
                    .as("one switch, no way back")
                    .containsExactly(master.address(), newMaster);
        }
    }

    /// The leader's +promoted-slave usually comes first; here nobody listens to the leader.
    @Test
    void followsASwitchThatOnlyObserversAnnounce() throws Exception {
        List<Server> observers = sentinels.subList(1, 3);
        try (Discovery discovery = discovery(observers);
                SwitchObserver observer = new SwitchObserver(observers)) {
            discovery.start();
            discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});

            sentinels.getFirst().await("SENTINEL FAILOVER " + GROUP, "+OK");

            awaitNewMaster(master.address());
            long afterNanos = switchedNanos(master.address()) - observer.awaitFirst();
            assertThat(Duration.ofNanos(afterNanos).toMillis())
                    .as(events.toString())
                    .isLessThan(100);
            assertThat(events).extracting(Notice::line).anyMatch(line -> line.endsWith("ms after +switch-master"));
        }
    }

    @Test
    void keepsTheMasterWhileAllSentinelsAreGoneAndFollowsThemAgain() throws Exception {
        try (Discovery discovery = discovery()) {
            discovery.start();
            discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});

            sentinels.forEach(Server::kill);
            await().atMost(PATIENCE)
                    .until(() -> published.getLast().sentinels().stream()
                            .allMatch(view -> view.state().equals("connecting")));
            assertThat(latest().master()).isEqualTo(master.address());
            assertThat(events).extracting(Notice::kind).contains(Notice.Kind.SENTINEL);

            sentinels.forEach(Server::start);
            await().atMost(PATIENCE)
                    .until(() -> published.getLast().sentinels().stream()
                            .allMatch(view -> view.state().equals("ok")));
            for (Server sentinel : sentinels) {
                sentinel.await("SENTINEL CKQUORUM " + GROUP, "+OK");
            }
            sentinels.get(1).await("SENTINEL FAILOVER " + GROUP, "+OK");
            awaitNewMaster(master.address());
        }
    }

    @Test
    void followsASwitchThatHappenedWhileItsSentinelWasFrozen() throws Exception {
        try (Discovery discovery = discovery()) {
            discovery.start();
            discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});

            sentinels.getFirst().pause();
            await().atMost(PATIENCE)
                    .until(() ->
                            published.getLast().sentinels().getFirst().state().equals("silent"));
            sentinels.get(1).await("SENTINEL FAILOVER " + GROUP, "+OK");
            awaitNewMaster(master.address());
            NodeAddress newMaster = latest().master();
            sentinels.getFirst().resume();

            await().atMost(PATIENCE)
                    .until(() ->
                            published.getLast().sentinels().getFirst().state().equals("ok"));
            sentinels.getFirst().kill();
            sentinels.getFirst().start();
            assertThat(latest().master()).isEqualTo(newMaster);
        }
    }

    @Test
    void asksAServerThatNoSentinelNamesWhoseReplicaItIs() throws Exception {
        Server hidden = redis.replicaOf(master, "replica-announced no");
        List<PoolConfig> pools = List.of(
                Pools.pool("obj", Pools.server(hidden.address(), "one"), Pools.server(master.address(), "two")));
        try (Discovery discovery =
                new Discovery(pools, sentinels.stream().map(Server::address).toList(), published::add, events::add)) {
            discovery.start();
            Topology first = discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});

            assertThat(first.pool("obj").shards()).hasSize(1);
            assertThat(shard(first).name()).isEqualTo("one");
            assertThat(shard(first).master()).isEqualTo(master.address());
        }
        awaitMaster(master.address());
    }

    /// Subscribes to `+switch-master` of every Sentinel and keeps the time of the first.
    private static final class SwitchObserver implements AutoCloseable {
        private final List<RespConnection> connections = new CopyOnWriteArrayList<>();
        private final AtomicLong firstNanos = new AtomicLong();

        SwitchObserver(List<Server> sentinels) throws IOException {
            for (Server sentinel : sentinels) {
                RespConnection connection = RespConnection.connect("127.0.0.1", sentinel.port(), 1_000, 60_000);
                connections.add(connection);
                RespValue subscribed = connection.command("SUBSCRIBE", "+switch-master");
                assertThat(subscribed).isInstanceOf(RespValue.Array.class);
                Thread.ofVirtual().start(() -> observe(connection));
            }
        }

        private void observe(RespConnection connection) {
            try {
                RespValue _ = connection.read();
                firstNanos.compareAndSet(0, System.nanoTime());
            } catch (IOException _) {
                // closed at the end of the test
            }
        }

        long awaitFirst() {
            await("+switch-master").atMost(PATIENCE).until(() -> firstNanos.get() != 0);
            return firstNanos.get();
        }

        @Override
        public void close() {
            connections.forEach(RespConnection::close);
        }
    }
}
