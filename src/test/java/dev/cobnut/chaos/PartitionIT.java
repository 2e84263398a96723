package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The proxy and the master are on one side, everybody else is on the other, and elects another master. What is written
/// meanwhile is lost: Redis throws it away when the sides meet. Nothing worse happens.
@Timeout(120)
class PartitionIT {
    private static final String SENTINELS_AND_REPLICAS = "127.0.0.2";

    @TempDir
    private Path folder;

    @Test
    void writesAreLostUntilTheSentinelsAreHeardAgainAndNoneAfterThat() throws Exception {
        try (Stage stage = new Stage(folder)) {
            List<Relay> nodes = stage.groupBehindRelays();
            Relay master = nodes.getFirst();
            Relay replica = nodes.getLast();
            stage.watch(700);
            List<Relay> sentinels = stage.sentinelsBehindRelays();
            stage.serve("");
            try (Ledger early = Ledger.open(stage.port(), 4, 2)) {
                Thread.sleep(300);
                master.failFor(SENTINELS_AND_REPLICAS);
                master.set(Relay.State.FROZEN);
                replica.set(Relay.State.FROZEN);
                for (Relay sentinel : sentinels) {
                    sentinel.set(Relay.State.FROZEN);
                }
                stage.replica().await("INFO replication", "role:master");
                Thread.sleep(500);
                assertThat(early.errors()).as("it goes on").isEmpty();
                assertThat(stage.shard().master()).isEqualTo(at(master));

                replica.set(Relay.State.WELL);
                for (Relay sentinel : sentinels) {
                    sentinel.set(Relay.State.WELL);
                }
                await().atMost(Stage.PATIENCE)
                        .untilAsserted(() -> assertThat(stage.shard().master())
                                .as(stage.lines())
                                .isEqualTo(at(replica)));
                stage.awaitOpen();
                try (Ledger late = Ledger.open(stage.port(), 4, 2)) {
                    master.set(Relay.State.WELL);
                    stage.master().await("INFO replication", "role:slave");
                    Thread.sleep(300);
                    early.stop();
                    late.stop();

                    assertThat(late.errors()).isEmpty();
                    assertThat(stage.lost(late, stage.replica())).isZero();
                    assertThat(early.errors()).allMatch(error -> error.contains("outcome unknown"));
                    assertThat(stage.lost(early, stage.replica())).isPositive();
                    try (RespClient client = RespClient.to(stage.port())) {
                        assertThat(client.ask("SET", "after", "1")).isEqualTo("+OK");
                    }
                }
            }
        }
    }

    private static NodeAddress at(Relay relay) {
        return new NodeAddress.Tcp("127.0.0.1", relay.port());
    }
}
