package dev.cobnut.control.discovery;

import static dev.cobnut.control.discovery.ScriptedSentinel.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.config.HoldSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Notice;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RealRedis.Server;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real servers, and a Sentinel that names whom the test wants.
class LineageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir
    private Path directory;

    private final List<Topology> published = new CopyOnWriteArrayList<>();
    private final List<Notice> notices = new CopyOnWriteArrayList<>();

    private static void fill(Server server, int keys) throws IOException {
        try (RespClient client = RespClient.to(server.port())) {
            assertThat(client.ask("DEBUG", "POPULATE", Integer.toString(keys))).isEqualTo("+OK");
        }
    }

    private Shard shard() {
        return published.getLast().pool("obj").shards().getFirst();
    }

    private void awaitMaster(Server server) {
        await().atMost(PATIENCE)
                .until(() -> !published.isEmpty() && server.address().equals(shard().master()));
    }

    private void awaitWarning(String words) {
        await("a line with " + words)
                .atMost(PATIENCE)
                .until(() -> notices.stream()
                        .anyMatch(notice -> notice.kind() == Notice.Kind.WARNING
                                && notice.line().startsWith("ours: ")
                                && notice.line().contains(words)));
    }

    /// One Sentinel is enough of a majority to name a stranger.
    private void follow(HoldSettings hold, Body body) throws Exception {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master("enable-debug-command yes");
            fill(master, 100);
            Server replica = redis.replicaOf(master);
            Server stranger = redis.master("enable-debug-command yes");
            fill(stranger, 50);
            ScriptedSentinel sentinel = new ScriptedSentinel(row("ours", master.address(), 1));
            PoolConfig pool = Pools.pool("obj", hold, Pools.server(master.address(), "ours"));
            try (Discovery discovery =
                    new Discovery(List.of(pool), List.of(sentinel.address()), published::add, notices::add)) {
                discovery.start();
                awaitMaster(master);
                master.await("CLIENT LIST", "cmd=info");

                replica.await("REPLICAOF NO ONE", "OK");
                sentinel.say(row("ours", replica.address(), 2));
                awaitMaster(replica);
                replica.await("CLIENT LIST", "cmd=info");
                awaitGate(Gate.State.OPEN);
                assertThat(shard().lineageBreaks()).isZero();

                sentinel.say(row("ours", stranger.address(), 3));
                awaitMaster(stranger);
                awaitWarning("do not descend from those of " + replica.address() + " (50 keys, 100 before)");
                await().atMost(PATIENCE).until(() -> shard().lineageBreaks() == 1);
                body.run(sentinel, stranger, replica);
            } finally {
                sentinel.close();
            }
        }
    }

    private interface Body {
        void run(ScriptedSentinel sentinel, Server stranger, Server replica) throws Exception;
    }

    private void awaitGate(Gate.State state) {
        await().atMost(PATIENCE).until(() -> shard().gate().state() == state);
    }

    @Test
    void aStrangerIsKeptOutUntilThereIsAnHeir() throws Exception {
        follow(HoldSettings.DEFAULT, (sentinel, stranger, replica) -> {
            awaitWarning(stranger.address() + " is kept out");
            stranger.kill();
            stranger.start();
            awaitWarning("do not descend from those of " + replica.address() + " (0 keys, 100 before)");
            assertThat(shard().gate().state()).isEqualTo(Gate.State.HELD);

            sentinel.say(row("ours", replica.address(), 4));
            awaitMaster(replica);
            awaitGate(Gate.State.OPEN);
        });
    }

    @Test
    void whereOnlyWarningsAreWantedAStrangerIsFollowed() throws Exception {
        HoldSettings warn = new HoldSettings(
                null,
                10,
                HoldSettings.OnForeign.WARN,
                HoldSettings.Fence.PROXY,
                HoldSettings.RetryWrites.NONE,
                HoldSettings.OnSentinelLoss.CONTINUE,
                false);
        follow(warn, (_, stranger, _) -> {
            awaitGate(Gate.State.OPEN);
            stranger.kill();
            stranger.start();
            awaitWarning("CAME BACK WITHOUT ITS DATA (0 keys, 50 before)");
            await().atMost(PATIENCE).until(() -> shard().lineageBreaks() == 2);
            awaitGate(Gate.State.OPEN);
        });
    }
}
