package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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
        Layout layout = freeLayout();
        ServerBinary binary = ServerBinary.find(null);
        try (DataDirectory data = DataDirectory.open(directory)) {
            Map<Cache, Integer> masters = data.masters(layout);
            data.write(layout, SentinelConf.Settings.SOUND, masters, binary);
            Fleet fleet = new Fleet(layout, data, binary, events::add);
            try {
                fleet.start(masters);
                Server master = fleet.redis(Cache.SESSIONS, 2);
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
                assertThat(Probe.isLinkedReplica(master.address())).isTrue();
            } finally {
                fleet.stop(Duration.ofSeconds(2));
            }
            assertThat(fleet.sentinels()).noneMatch(Server::isAlive);
        }
    }

    private static Layout freeLayout() {
        // The proxy is not started here: the ports of the servers and the Sentinels must be free.
        while (true) {
            int offset = FreePorts.next(23) - Cache.OBJECTS.port();
            if (offset < 6000 && FreePorts.areFree(26379 + offset, 21)) {
                return new Layout(false, offset);
            }
        }
    }
}
