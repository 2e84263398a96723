package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RealRedis;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One failover after the other, there and back: `-Dcobnut.chaos.rounds=N` makes N of what is one round otherwise.
@Timeout(3_600)
class RoundsIT {
    private static final int ROUNDS = Integer.getInteger("cobnut.chaos.rounds", 1);

    @TempDir
    private Path folder;

    @Test
    void plannedFailoversAndKillsInTurnLoseOnlyWhatWasUnderWay() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group();
            stage.watch(700);
            stage.serve("");
            try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
                for (int round = 0; round < ROUNDS; round++) {
                    failOver(stage, stage.master(), stage.replica());
                    assertThat(ledger.errorsOfOneMax()).as(stage.lines()).isLessThanOrEqualTo(round);
                    kill(stage, stage.replica(), stage.master());
                    assertThat(ledger.errorsOfOneMax()).as(stage.lines()).isLessThanOrEqualTo(round + 1);
                    if (round + 1 < ROUNDS) {
                        stage.replica().start();
                        stage.awaitReplica(stage.replica());
                    }
                }
                ledger.stop();

                assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
                stage.lost(ledger, stage.master());
            }
        }
    }

    private static void failOver(Stage stage, RealRedis.Server from, RealRedis.Server to) throws Exception {
        Thread.sleep(300);
        stage.failOver();
        stage.awaitMaster(to);
        stage.awaitReplica(from);
    }

    private static void kill(Stage stage, RealRedis.Server from, RealRedis.Server to) throws Exception {
        Thread.sleep(300);
        from.kill();
        stage.awaitMaster(to);
        stage.awaitOpen();
        Thread.sleep(300);
    }
}
