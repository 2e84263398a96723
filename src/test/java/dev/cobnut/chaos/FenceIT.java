package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.Gate;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A pool that writes only to masters that a majority of the Sentinels has confirmed lately.
@Timeout(120)
class FenceIT {
    private static final int DOWN_AFTER_MILLIS = 3_000;

    /// The lease of that down-after, and what a loaded machine may add before this test sees the gate.
    private static final Duration CLOSED_WITHIN = Duration.ofMillis(1_750 + 500);

    @TempDir
    private Path folder;

    @Test
    void withoutAMajorityRequestsWaitUntilThereIsOneAgain() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group();
            stage.watch(DOWN_AFTER_MILLIS);
            stage.serve("  on_sentinel_loss: fence\n");
            try (Ledger ledger = Ledger.open(stage.port(), 4, 1)) {
                Thread.sleep(2_500);
                assertThat(stage.lines())
                        .as("one that is confirmed is never closed")
                        .doesNotContain("requests wait");

                long cutNanos = System.nanoTime();
                stage.sentinels().get(0).pause();
                stage.sentinels().get(1).pause();
                stage.awaitGate(Gate.State.HELD);
                assertThat(Duration.ofNanos(System.nanoTime() - cutNanos)).isLessThan(CLOSED_WITHIN);

                stage.sentinels().get(0).resume();
                stage.awaitOpen();
                stage.sentinels().get(1).resume();
                Thread.sleep(300);
                ledger.stop();
                assertThat(ledger.errors()).isEmpty();
                assertThat(stage.lost(ledger, stage.master())).isZero();
            }
        }
    }
}
