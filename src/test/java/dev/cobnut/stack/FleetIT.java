package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.render.Passwords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetIT {
    @TempDir
    private Path directory;

    private final Queue<String> events = new ConcurrentLinkedQueue<>();

    /// As on a machine that has no 127.0.0.11.
    @Test
    void bringsBackADeadMasterAsAReplicaWhereHostsShareAnAddress() throws Exception {
        Rehearsed stack = Rehearsed.of(StackFile.reference(), false);
        try (DataDirectory data = DataDirectory.open(directory, stack.hosts())) {
            Site site = new Site(stack.here(), data, Passwords.NONE, ServerBinary.find(null));
            for (Blueprint.Redis redis : stack.here().redises()) {
                data.write(site.file(redis));
            }
            data.writeMemories(
                    site.blueprint().watchers().stream().map(site::file).toList(),
                    site.blueprint().watchers().stream().map(site::file).toList());
            Fleet fleet = new Fleet(site, events::add);
            try {
                fleet.start();
                Server master = fleet.redises("cluster_sess").getFirst();
                Server sentinel = fleet.sentinels().get(1);
                long firstPid = master.child().pid();

                ProcessHandle.of(sentinel.child().pid()).orElseThrow().destroyForcibly();
                ProcessHandle.of(firstPid).orElseThrow().destroyForcibly();

                Awaitility.await()
                        .atMost(Duration.ofSeconds(40))
                        .untilAsserted(() -> assertThat(events)
                                .anyMatch(event -> event.startsWith("cluster_sess at 127.0.0.1:"
                                        + master.address().port() + " is back as a replica of "))
                                .anyMatch(event ->
                                        event.startsWith("Sentinel at " + sentinel.address() + " is back (pid ")));
                assertThat(events)
                        .contains("cluster_sess at " + master.address() + " (pid " + firstPid
                                + ") was killed by signal 9");
                assertThat(Probe.isLinkedReplica(master.address(), null)).isTrue();
            } finally {
                fleet.stop(Duration.ofSeconds(2));
            }
            assertThat(fleet.sentinels()).noneMatch(Server::isAlive);
        }
    }
}
