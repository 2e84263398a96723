package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The network between the proxy and the master fails, while Sentinels and replica notice nothing: there is no other
/// master to wait for.
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class BrokenLinkIT {
    @TempDir
    private Path folder;

    private Stage stage;
    private Relay relay;

    @BeforeEach
    void start() throws Exception {
        stage = new Stage(folder);
        relay = stage.groupBehindRelay();
        stage.watch(5_000);
        stage.serve("");
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @Test
    void requestsWaitForALinkThatIsFrozenAndNoneFails() throws Exception {
        try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
            Thread.sleep(300);
            relay.set(Relay.State.FROZEN);
            stage.awaitGate(Gate.State.HELD);
            relay.set(Relay.State.DRIP);
            stage.awaitOpen();
            Thread.sleep(300);
            ledger.stop();

            assertThat(ledger.errors()).isEmpty();
            assertThat(stage.lost(ledger, stage.master())).isZero();
        }
    }

    @Test
    void aLinkThatIsCutCostsWhatWasUnderWayAndIsWaitedFor() throws Exception {
        try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
            Thread.sleep(300);
            relay.set(Relay.State.CUT);
            Thread.sleep(1_000);
            relay.set(Relay.State.WELL);
            stage.awaitOpen();
            for (int i = 0; i < 10; i++) {
                Thread.sleep(100);
                relay.endAll();
            }
            stage.awaitOpen();
            Thread.sleep(300);
            ledger.stop();

            assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
            assertThat(ledger.errorsOfOneMax()).isLessThanOrEqualTo(11);
            assertThat(stage.lost(ledger, stage.master())).isZero();
        }
    }

    @Test
    void answersThatAreNoneCostWhatWasUnderWay() throws Exception {
        try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
            for (int i = 0; i < 5; i++) {
                Thread.sleep(200);
                relay.set(Relay.State.GARBLED);
                Thread.sleep(50);
                relay.set(Relay.State.WELL);
            }
            stage.awaitOpen();
            Thread.sleep(300);
            ledger.stop();

            assertThat(ledger.errors()).allMatch(error -> error.contains("unknown"));
            assertThat(stage.lost(ledger, stage.master())).isZero();
        }
    }

    /// A reply that has begun cannot be taken back: its client is closed, and no other gets a piece of it.
    @Test
    void aLongReplyThatBreaksOffIsNeverTakenForAnother() throws Exception {
        String value = "v".repeat(1_000_000);
        try (RespClient client = RespClient.to(stage.port())) {
            assertThat(client.ask("SET", "long", value)).isEqualTo("+OK");
        }
        AtomicInteger whole = new AtomicInteger();
        List<String> odd = new ArrayList<>();
        Thread reader = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try (RespClient client = RespClient.to(stage.port())) {
                    while (!Thread.currentThread().isInterrupted()) {
                        String answer = client.ask("GET", "long");
                        if (answer.equals(value)) {
                            whole.incrementAndGet();
                        } else if (!answer.startsWith("-ERR Connection reset") && !answer.startsWith("-ERR unknown")) {
                            odd.add(answer.substring(0, Math.min(100, answer.length())));
                        }
                    }
                } catch (IOException _) {
                    // it is closed in the middle of a reply; the next one
                }
            }
        });
        try (Ledger ledger = Ledger.open(stage.port(), 4, 1)) {
            for (int i = 0; i < 10; i++) {
                Thread.sleep(100);
                relay.endAll();
            }
            int before = whole.get();
            await().atMost(Stage.PATIENCE).until(() -> whole.get() > before);
            reader.interrupt();
            reader.join(10_000);
            ledger.stop();

            assertThat(odd).isEmpty();
            assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
            assertThat(stage.lost(ledger, stage.master())).isZero();
        }
    }
}
