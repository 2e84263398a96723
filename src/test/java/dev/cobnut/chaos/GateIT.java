package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A group of real servers with three real Sentinels, whose master comes back before anybody takes its place.
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test starts with what it needs
class GateIT {
    @TempDir
    private Path folder;

    private Stage stage;

    private void start(int downAfterMillis, String settings, String... ofServers) throws Exception {
        stage = new Stage(folder);
        stage.group(ofServers);
        stage.watch(downAfterMillis);
        stage.serve(settings);
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @Test
    void writesThatMayRunTwiceSeeNoErrorWhenAMasterIsKilled() throws Exception {
        start(500, "  retry_writes: idempotent\n");
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicBoolean ends = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String key = "key" + i;
            writers.add(Thread.ofPlatform().start(() -> setUntil(ends, key, wrong)));
        }
        Thread.sleep(500);
        stage.master().kill();
        stage.awaitMaster(stage.replica());
        stage.awaitOpen();
        Thread.sleep(500);
        ends.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(wrong).isEmpty();
    }

    /// Eight at a time, so that some are under way whenever the master goes.
    private void setUntil(AtomicBoolean ends, String key, Queue<String> wrong) {
        try (RawClient client = RawClient.connect(stage.port())) {
            int value = 0;
            while (!ends.get()) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < 8; i++) {
                    requests.append(Requests.request("SET", key, Integer.toString(++value)));
                }
                client.send(requests.toString());
                for (int i = 0; i < 8; i++) {
                    String answer = client.readLine();
                    if (!answer.equals("+OK")) {
                        wrong.add(key + ": " + answer);
                    }
                }
            }
            client.ask("GET", key);
            client.readLine();
            if (!client.readLine().equals(Integer.toString(value))) {
                wrong.add(key + " is not " + value);
            }
        } catch (IOException | AssertionError e) {
            wrong.add(key + ": " + e);
        }
    }

    @Test
    void aMasterThatIsRestartedWithItsDataIsWaitedFor() throws Exception {
        start(5_000, "", "appendonly yes", "appendfsync always");
        try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
            Thread.sleep(300);
            stage.master().kill();
            Thread.sleep(300);
            stage.master().start();
            stage.awaitOpen();
            Thread.sleep(500);
            ledger.stop();

            long lost = stage.lost(ledger, stage.master());
            assertThat(stage.shard().master()).isEqualTo(stage.master().address());
            assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
            assertThat(ledger.errorsOfOneMax()).isLessThanOrEqualTo(1);
            assertThat(lost).as("acknowledged writes that are lost").isZero();
        }
    }

    @Test
    void nothingIsWrittenToAMasterThatCameBackWithoutItsData() throws Exception {
        // Without a dump: one that was written for the replica would be loaded.
        start(30_000, "  hold_millis_max: 1000\n", "repl-diskless-sync yes", "repl-diskless-sync-delay 0");
        try (RespClient client = RespClient.to(stage.port())) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.ask("SET", "key" + i, "1")).isEqualTo("+OK");
            }
            // It is looked at every second.
            Thread.sleep(1_500);
            stage.master().kill();
            stage.master().start();
            String answer = client.ask("SET", "later", "1");
            assertThat(answer).as(stage.lines()).contains("not sent").contains("CAME BACK WITHOUT ITS DATA");
            assertThat(client.ask("SET", "later", "1")).contains("not sent");
            assertThat(stage.master().ask("DBSIZE")).isEqualTo(":0\r\n");
            assertThat(stage.lines()).contains("is kept out");
            stage.awaitGate(Gate.State.DOWN);
        }
    }
}
