package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ReadPolicy;
import dev.cobnut.config.ReadSettings;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.control.Notice;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RealRedis.Server;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which replicas of real servers are published as readable.
class ReplicaReadsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LAG_SECONDS_MAX = 4;
    private static final String PING_EACH_SECOND = "repl-ping-replica-period 1";
    private static final ReadSettings READS =
            new ReadSettings(ReadPolicy.PREFER_REPLICA, null, 100_000, LAG_SECONDS_MAX, 1_000, false);

    @TempDir
    private Path directory;

    private final List<Topology> published = new CopyOnWriteArrayList<>();
    private final List<Notice> events = new CopyOnWriteArrayList<>();

    private Discovery following(PoolConfig pool, List<Server> sentinels) {
        Discovery discovery = new Discovery(
                List.of(pool), sentinels.stream().map(Server::address).toList(), published::add, events::add);
        discovery.start();
        return discovery;
    }

    private Shard shard() {
        return published.getLast().pool("obj").shards().getFirst();
    }

    private void awaitReadable(Server... servers) {
        List<NodeAddress> expected = Stream.of(servers)
                .map(Server::address)
                .sorted(Comparator.comparingInt(NodeAddress.Tcp::port))
                .map(address -> (NodeAddress) address)
                .toList();
        await("readable " + expected).atMost(PATIENCE).until(() -> !published.isEmpty());
        await("readable " + expected)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shard().readable()).isEqualTo(expected));
    }

    private static void everyPublicationIsDifferent(List<Topology> published) {
        for (int i = 1; i < published.size(); i++) {
            assertThat(published.get(i).epoch()).isEqualTo(published.get(i - 1).epoch() + 1);
            assertThat(published.get(i).pools().equals(published.get(i - 1).pools())
                            && published
                                    .get(i)
                                    .sentinels()
                                    .equals(published.get(i - 1).sentinels()))
                    .isFalse();
        }
    }

    @Test
    void withoutSentinelsTheMasterNamesItsReplicasAndTheListFollowsThem() {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master(PING_EACH_SECOND);
            Server one = redis.replicaOf(master);
            Server two = redis.replicaOf(master);
            ServerConfig server = Pools.server(master.address(), "a");
            try (Discovery _ = following(Pools.pool("obj", null, READS, server), List.of())) {
                awaitReadable(one, two);
                assertThat(shard().master()).isEqualTo(master.address());

                one.pause();
                awaitReadable(two);
                one.resume();
                awaitReadable(one, two);

                Server late = redis.replicaOf(master);
                awaitReadable(one, two, late);
                late.kill();
                awaitReadable(one, two);
            }
            everyPublicationIsDifferent(published);
            assertThat(events)
                    .extracting(Notice::line)
                    .contains("pool obj, shard a: reads from replica " + two.address());
        }
    }

    @Test
    void replicasStayReadableForAWhileWhenTheMasterIsSilent() {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master(PING_EACH_SECOND);
            Server replica = redis.replicaOf(master);
            replica.await("CONFIG SET masterauth s3cret", "+OK");
            master.await("CONFIG SET requirepass s3cret", "+OK");
            replica.await("CONFIG SET requirepass s3cret", "+OK");
            ServerConfig server = Pools.server(master.address(), "a");
            try (Discovery _ = following(Pools.pool("obj", "s3cret", READS, server), List.of())) {
                awaitReadable(replica);

                long pausedNanos = System.nanoTime();
                master.pause();
                await().atMost(PATIENCE)
                        .until(() -> events.stream()
                                .anyMatch(event -> event.line()
                                        .contains("master " + master.address() + " does not tell of its replicas")));
                assertThat(shard().readable()).containsExactly(replica.address());
                awaitReadable();
                assertThat(Duration.ofNanos(System.nanoTime() - pausedNanos))
                        .isGreaterThan(Duration.ofSeconds(LAG_SECONDS_MAX - 1));

                master.resume();
                awaitReadable(replica);
            }
            everyPublicationIsDifferent(published);
        }
    }

    @Test
    void aReplicaThatFollowsSomebodyElseIsNotRead() {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master(PING_EACH_SECOND);
            Server replica = redis.replicaOf(master);
            ServerConfig server = Pools.server(master.address(), "a");
            try (Discovery _ = following(Pools.pool("obj", null, READS, server), List.of())) {
                awaitReadable(replica);

                replica.await("REPLICAOF 127.0.0.1 1", "+OK");
                awaitReadable();
                replica.await("REPLICAOF 127.0.0.1 " + master.port(), "+OK");
                awaitReadable(replica);
            }
        }
    }

    @Test
    void afterAFailoverTheReplicasOfTheNewMasterAreRead() throws Exception {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master(PING_EACH_SECOND);
            Server one = redis.replicaOf(master, PING_EACH_SECOND);
            Server two = redis.replicaOf(master, PING_EACH_SECOND);
            List<Server> sentinels = redis.sentinels(1, 1, 1_000, 10_000, "obj", master);
            sentinels.getFirst().await("SENTINEL MASTER obj", "num-slaves\r\n$1\r\n2\r\n");
            PoolConfig pool = Pools.pool("obj", null, READS, Pools.server(master.address(), "obj"));
            try (Discovery discovery = following(pool, sentinels)) {
                discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});
                awaitReadable(one, two);

                sentinels.getFirst().await("SENTINEL FAILOVER obj", "+OK");
                await().atMost(PATIENCE).until(() -> !master.address().equals(shard().master()));
                Server left = one.address().equals(shard().master()) ? two : one;
                awaitReadable(master, left);
            }
            for (Topology each : published) {
                Shard shard = each.pool("obj").shards().getFirst();
                assertThat(shard.readable()).doesNotContain(shard.master());
            }
            everyPublicationIsDifferent(published);
        }
    }

    @Test
    void poolThatReadsFromTheMasterIsNotAsked() throws Exception {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master();
            redis.replicaOf(master);
            PoolConfig pool = Pools.pool("obj", Pools.server(master.address(), "a"));
            assertThat(Discovery.isNeeded(List.of(pool), List.of())).isFalse();
            try (Discovery discovery = following(pool, List.of())) {
                discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});
                discovery.hint(new Trouble("alpha", "s0", null, Trouble.Kind.LOST, System.nanoTime(), false));
                await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> published.size() == 1);
                assertThat(shard().readable()).isEmpty();
            }
        }
    }
}
