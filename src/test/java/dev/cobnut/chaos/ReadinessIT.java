package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.HttpPage;
import dev.cobnut.topology.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `/readyz` says to a load balancer while real servers and Sentinels fail.
@Timeout(120)
class ReadinessIT {
    @TempDir
    private Path folder;

    private static String ready(Stage stage) throws IOException {
        return HttpPage.get(stage.statisticsPort(), "/readyz");
    }

    private static void awaitReady(Stage stage, String begin) {
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(ready(stage)).startsWith(begin));
    }

    @Test
    void aPoolIsReadyWhileRequestsWaitForAMasterAndNotWhenTheyFail() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group();
            stage.watch(30_000);
            stage.serve("  hold_millis_max: 1500\n");
            assertThat(ready(stage)).isEqualTo("200 obj: ready\n");
            assertThat(HttpPage.get(stage.statisticsPort(), "/livez")).isEqualTo("200 alive: all 2 event loops turn\n");

            stage.master().kill();
            stage.awaitGate(Gate.State.HELD);
            assertThat(ready(stage))
                    .startsWith("200 obj: ready; 1 of 1 shards in trouble: shard cluster_obj: requests wait: ");
            awaitReady(stage, "503 obj: not ready: 1 of 1 shards in trouble: shard cluster_obj: requests fail: ");
            assertThat(HttpPage.get(stage.statisticsPort(), "/livez")).startsWith("200 ");

            stage.master().start();
            awaitReady(stage, "200 obj: ready\n");
        }
    }

    @Test
    void aPoolThatIsFencedIsNotReadyButAFailoverIsNoFence() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group();
            stage.watch(3_000);
            stage.serve("  on_sentinel_loss: fence\n");
            awaitReady(stage, "200 obj: ready\n");

            stage.sentinels().get(0).pause();
            stage.sentinels().get(1).pause();
            awaitReady(
                    stage,
                    "503 obj: not ready: shard cluster_obj: no majority of the Sentinels answers here"
                            + " (on_sentinel_loss: fence)\n");
            stage.sentinels().get(0).resume();
            stage.sentinels().get(1).resume();
            awaitReady(stage, "200 obj: ready\n");

            stage.master().kill();
            List<String> said = new ArrayList<>();
            await().atMost(Stage.PATIENCE).until(() -> {
                said.add(ready(stage));
                return stage.replica().address().equals(stage.shard().master())
                        && stage.shard().gate().state() == Gate.State.OPEN;
            });
            assertThat(said)
                    .as("Sentinels answer, though for a moment they confirm neither")
                    .allMatch(each -> each.startsWith("200 "));
            assertThat(said).anyMatch(each -> each.contains("requests wait"));
        }
    }
}
