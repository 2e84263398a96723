package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sentinels that are dead or frozen.
@Timeout(120)
class SentinelsIT {
    @TempDir
    private Path folder;

    @Test
    void oneThatIsLeftIsFollowedAndNoneIsNeededForAMasterThatComesBack() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group("appendonly yes", "appendfsync always");
            stage.watch(20_000);
            stage.serve("");
            try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
                Thread.sleep(300);
                stage.sentinels().get(0).kill();
                stage.sentinels().get(1).pause();
                stage.failOver();
                stage.awaitMaster(stage.replica());
                stage.awaitOpen();
                Thread.sleep(300);
                assertThat(ledger.errors()).as(stage.lines()).isEmpty();

                stage.sentinels().get(2).pause();
                stage.replica().kill();
                stage.replica().start();
                stage.awaitOpen();
                Thread.sleep(500);
                ledger.stop();

                assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
                assertThat(ledger.errorsOfOneMax()).isLessThanOrEqualTo(1);
                assertThat(stage.lost(ledger, stage.replica())).isZero();
            }
        }
    }
}
