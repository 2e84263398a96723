package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.Gate;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A master that does not do what it is asked, and is alive: nobody takes its place, so nothing is gained by waiting
/// for longer than it makes one wait.
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test starts with what it needs
class TroubledMasterIT {
    @TempDir
    private Path folder;

    private Stage stage;

    private void start(String... ofServers) throws Exception {
        stage = new Stage(folder);
        stage.group(ofServers);
        stage.watch(20_000);
        stage.serve("");
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @Test
    void refusedWritesAreAnsweredAndCloseNothing() throws Exception {
        start("min-replicas-to-write 1", "min-replicas-max-lag 10");
        try (RespClient client = RespClient.to(stage.port());
                RespClient master = RespClient.to(stage.master().port())) {
            assertThat(client.ask("SET", "key", "1")).isEqualTo("+OK");
            master.ask("CONFIG", "SET", "maxmemory", "1");
            assertThat(client.ask("SET", "key", "2")).startsWith("-OOM");
            master.ask("CONFIG", "SET", "maxmemory", "0");
            stage.replica().kill();
            await().atMost(Stage.PATIENCE)
                    .until(() -> client.ask("SET", "key", "3").startsWith("-NOREPLICAS"));
            assertThat(client.ask("GET", "key")).isIn("1", "3");
            assertThat(stage.shard().gate().state()).isEqualTo(Gate.State.OPEN);
            assertThat(stage.lines()).doesNotContain("requests wait: the master");
        }
    }

    @Test
    void aMasterThatSleepsOrPausesItsClientsIsWaitedForWithoutAnyError() throws Exception {
        start("enable-debug-command yes");
        try (Ledger ledger = Ledger.open(stage.port(), 8, 1);
                RespClient master = RespClient.to(stage.master().port())) {
            Thread.sleep(300);
            assertThat(master.ask("CLIENT", "PAUSE", "800", "WRITE")).isEqualTo("+OK");
            Thread.sleep(1_000);
            assertThat(master.ask("CLIENT", "PAUSE", "800", "ALL")).isEqualTo("+OK");
            Thread.sleep(1_000);
            assertThat(master.ask("DEBUG", "SLEEP", "1.7")).isEqualTo("+OK");
            stage.awaitOpen();
            Thread.sleep(300);
            ledger.stop();

            assertThat(ledger.errors()).as(stage.lines()).isEmpty();
            assertThat(stage.lost(ledger, stage.master())).isZero();
            assertThat(stage.shard().master()).isEqualTo(stage.master().address());
        }
    }

    @Test
    void aMasterThatEndsAllConnectionsAgainAndAgainCostsOnlyWhatWasUnderWay() throws Exception {
        start();
        try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
            for (int i = 0; i < 20; i++) {
                Thread.sleep(50);
                stage.master().ask("CLIENT KILL TYPE normal SKIPME yes");
            }
            stage.awaitOpen();
            Thread.sleep(300);
            ledger.stop();

            assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
            assertThat(ledger.errorsOfOneMax()).isLessThanOrEqualTo(20);
            assertThat(stage.lost(ledger, stage.master())).isZero();
        }
    }
}
