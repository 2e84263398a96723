package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RealRedis;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sentinels that are dead or frozen, that lie, or that were told a lie.
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

    @Test
    void oneThatHangsTricklesOrLiesIsOutvotedByTheOthers() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group();
            stage.watch(20_000);
            NodeAddress.Tcp old = stage.master().address();
            NodeAddress.Tcp next = stage.replica().address();
            RealRedis.Server stranger = stage.stranger();
            try (OddSentinel odd = new OddSentinel(Stage.GROUP, old, stranger.address())) {
                stage.know(odd.address());
                stage.serve("");
                try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
                    Thread.sleep(1_000);
                    odd.become(OddSentinel.Mood.LIES, old);
                    // It is heard for 5 s, and then no more.
                    Thread.sleep(5_500);
                    stage.awaitOpen();
                    odd.become(OddSentinel.Mood.DRIPS, old);
                    Thread.sleep(1_000);
                    stage.failOver();
                    stage.awaitMaster(stage.replica());
                    stage.master().await("INFO replication", "role:slave");
                    odd.become(OddSentinel.Mood.LIES, next);
                    Thread.sleep(2_000);
                    // It is heard again, by the new master's gate.
                    stage.awaitOpen();
                    ledger.stop();

                    assertThat(ledger.errors()).as(stage.lines()).isEmpty();
                    assertThat(stage.lost(ledger, stage.replica()))
                            .as(stage.lines())
                            .isZero();
                    assertThat(stage.shard().master()).isEqualTo(next);
                    assertThat(stranger.ask("INFO commandstats")).doesNotContain("cmdstat_incr");
                }
            }
        }
    }

    /// Whoever may publish at a node can tell all Sentinels at once what they believe from each other; see security.md.
    @Test
    void aForgedHelloSendsTheSentinelsToAStrangerAndNoWriteGoesThere() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group();
            stage.watch(20_000);
            RealRedis.Server stranger = stage.stranger();
            stranger.ask("SET own 1");
            stage.serve("  hold_millis_max: 1000\n");
            try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
                // What is asked for every second has to be known.
                Thread.sleep(1_500);
                stage.master()
                        .ask("PUBLISH __sentinel__:hello 127.0.0.1,1," + "a".repeat(40) + ",99," + Stage.GROUP
                                + ",127.0.0.1," + stranger.port() + ",99");
                stage.awaitGate(Gate.State.DOWN);
                ledger.stop();

                assertThat(stage.lines()).contains(stranger.address() + " is kept out");
                assertThat(ledger.errors())
                        .allMatch(error -> error.contains("not sent") || error.contains("outcome unknown"))
                        .anyMatch(error -> error.contains("not sent"));
                assertThat(stranger.ask("DBSIZE")).isEqualTo(":1\r\n");
                assertThat(stage.lost(ledger, stage.master())).isZero();
            }
        }
    }
}
