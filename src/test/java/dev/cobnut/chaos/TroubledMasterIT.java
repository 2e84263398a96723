package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.Gate;
import java.nio.file.Files;
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
        start(1, "", ofServers);
    }

    private void start(int groups, String ofPool, String... ofServers) throws Exception {
        stage = new Stage(folder);
        for (int i = 0; i < groups; i++) {
            stage.group(ofServers);
        }
        stage.watch(20_000);
        stage.serve(ofPool);
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

    /// Requests that had been sent are answered at the pool's `timeout`; those that come meanwhile wait.
    @Test
    void aMasterThatSleepsForLongerThanTheTimeoutIsNotTakenForDead() throws Exception {
        start(2, "  timeout: 400\n", "enable-debug-command yes");
        String well = stage.keyOn(1, "well");
        try (Ledger ledger = Ledger.open(stage.port(), 8, 1);
                RespClient master = RespClient.to(stage.master().port());
                RespClient other = RespClient.to(stage.port())) {
            Thread.sleep(300);
            master.send("DEBUG", "SLEEP", "1");
            long longest = 0;
            for (int i = 0; i < 300; i++) {
                long begin = System.nanoTime();
                assertThat(other.ask("INCR", well)).isEqualTo(":" + (i + 1));
                longest = Math.max(longest, System.nanoTime() - begin);
                Thread.sleep(4);
            }
            assertThat(master.reply()).isEqualTo("+OK");
            stage.awaitOpen();
            Thread.sleep(300);
            ledger.stop();

            assertThat(longest / 1_000_000)
                    .as("milliseconds at the other shard")
                    .isLessThan(350);
            assertThat(ledger.errors()).as(stage.lines()).allMatch(error -> error.contains("outcome unknown"));
            assertThat(ledger.errorsOfOneMax()).isLessThanOrEqualTo(1);
            assertThat(stage.shard().master()).isEqualTo(stage.master().address());
            assertThat(stage.lines()).doesNotContain("switch ");
            // The books are on both shards.
            try (RespClient client = RespClient.to(stage.port())) {
                assertThat(ledger.lost(client)).isZero();
            }
        }
    }

    @Test
    void aMasterThatTakesNoMoreClientsIsWaitedFor() throws Exception {
        start();
        try (Ledger ledger = Ledger.open(stage.port(), 8, 1);
                RespClient master = RespClient.to(stage.master().port())) {
            Thread.sleep(300);
            assertThat(master.ask("CONFIG", "SET", "maxclients", "1")).isEqualTo("+OK");
            master.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            stage.awaitGate(Gate.State.HELD);
            Thread.sleep(500);
            assertThat(master.ask("CONFIG", "SET", "maxclients", "1000")).isEqualTo("+OK");
            stage.awaitOpen();
            Thread.sleep(300);
            ledger.stop();

            assertThat(ledger.errors()).as(stage.lines()).allMatch(error -> error.contains("outcome unknown"));
            assertThat(ledger.errorsOfOneMax()).isLessThanOrEqualTo(1);
            assertThat(stage.lost(ledger, stage.master())).isZero();
        }
    }

    /// Needs the right to mount a file system of 1 MB.
    @Test
    void aMasterWhoseDiskIsFullSaysSoAndNothingWaits() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "none", disk.toString()), "only root can mount");
        try {
            start("enable-protected-configs yes");
            try (RespClient client = RespClient.to(stage.port());
                    RespClient master = RespClient.to(stage.master().port())) {
                assertThat(master.ask("CONFIG", "SET", "dir", disk.toString())).isEqualTo("+OK");
                assertThat(master.ask("CONFIG", "SET", "appendonly", "yes")).isEqualTo("+OK");
                stage.master().await("INFO persistence", "aof_rewrite_in_progress:0");
                await().atMost(Stage.PATIENCE)
                        .until(
                                () -> client.ask("SET", "key", "v".repeat(50_000)),
                                answer -> answer.startsWith("-MISCONF Errors writing to the AOF file"));
                assertThat(client.ask("GET", "key")).hasSize(50_000);
                assertThat(client.ask("SET", "key", "1")).isEqualTo(master.ask("SET", "key", "1"));
                assertThat(stage.shard().gate().state()).isEqualTo(Gate.State.OPEN);
                assertThat(stage.lines()).doesNotContain("requests wait: the master");
                assertThat(master.ask("CONFIG", "SET", "appendonly", "no")).isEqualTo("+OK");
                await().atMost(Stage.PATIENCE)
                        .until(() -> client.ask("SET", "key", "2").equals("+OK"));
            }
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
