package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One failover after the other, there and back, with clients that keep books: `-Dcobnut.chaos.rounds=N` makes N of each
/// kind of what is one round otherwise; a master is frozen half as often. How long clients wait is judged from
/// five rounds on, since a build server may be busy with other things.
@Timeout(3_600)
@SuppressWarnings("NullAway.Init") // each test starts with what it needs
class RoundsIT {
    private static final int ROUNDS = Integer.getInteger("cobnut.chaos.rounds", 1);
    private static final int JUDGED_FROM = 5;
    private static final int CLIENTS = 8;
    private static final int STALL_MAX_MILLIS = 400;
    private static final int BEHIND_MAX_MILLIS = 50;

    @TempDir
    private Path folder;

    private Stage stage;
    private final List<Long> behindMillis = new ArrayList<>();

    private void start(int downAfterMillis, String settings) throws Exception {
        stage = new Stage(folder);
        stage.group();
        stage.watch(downAfterMillis);
        stage.serve(settings);
    }

    @AfterEach
    void end() {
        stage.close();
    }

    /// What happens in a round, to a master that is succeeded by its replica, which was the master before.
    private interface Round {
        void run(RealRedis.Server from, RealRedis.Server to, Ledger ledger) throws Exception;
    }

    private Outcome play(String kind, int rounds, Round round) throws Exception {
        try (Ledger ledger = Ledger.open(stage.port(), CLIENTS, 2)) {
            List<RealRedis.Server> nodes = List.of(stage.master(), stage.replica());
            for (int i = 0; i < rounds; i++) {
                RealRedis.Server from = nodes.get(i % 2);
                RealRedis.Server to = nodes.get(1 - i % 2);
                Thread.sleep(300);
                round.run(from, to, ledger);
                ledger.endRound();
                if (i + 1 < rounds) {
                    stage.awaitReplica(from);
                }
                assertThat(ledger.errorsOfOneMax()).as(stage.lines()).isLessThanOrEqualTo(i + 1);
            }
            ledger.stop();
            try (RespClient client = RespClient.to(nodes.get(rounds % 2).port())) {
                Outcome outcome = new Outcome(kind, rounds, ledger, ledger.compare(client), behindMillis);
                outcome.report();
                stage.report(ledger);
                return outcome;
            }
        }
    }

    @Test
    void plannedFailoversAreNoticedByNobodyAndLoseNothing() throws Exception {
        start(2_000, "");
        Outcome outcome = play("planned failover", ROUNDS, (from, to, _) -> {
            stage.failOver();
            stage.awaitMaster(to);
            // Only then is what it has taken meanwhile thrown away.
            from.await("INFO replication", "role:slave");
            Thread.sleep(300);
        });
        outcome.assertHonest();
        assertThat(outcome.ledger().errors()).isEmpty();
        assertThat(outcome.books().lost())
                .as("acknowledged writes that are lost")
                .isZero();
        if (ROUNDS >= JUDGED_FROM) {
            assertThat(outcome.ledger().stallMillis(0.99)).isLessThanOrEqualTo(STALL_MAX_MILLIS);
        }
    }

    /// What was acknowledged may be lost here: the books say how much.
    @Test
    void killedMastersCostOnlyWhatWasUnderWay() throws Exception {
        start(700, "");
        Outcome outcome = play("kill -9", ROUNDS, (from, to, ledger) -> {
            from.kill();
            ledger.begin();
            long direct = FirstWrite.nanos(to.port());
            stage.awaitMaster(to);
            stage.awaitOpen();
            Thread.sleep(300);
            behindMillis.add((ledger.firstDoneNanos() - direct) / 1_000_000);
            // It is back as a master, with old data, until the Sentinels make it a replica; and hears nothing.
            from.start();
            Thread.sleep(300);
            assertThat(from.ask("INFO replication")).contains("role:master");
            assertThat(from.ask("INFO commandstats")).doesNotContain("cmdstat_incr");
        });
        outcome.assertHonest();
        assertThat(outcome.ledger().errors()).allMatch(error -> error.contains("outcome unknown"));
        if (ROUNDS >= JUDGED_FROM) {
            assertThat(behindMillis).allMatch(millis -> millis <= BEHIND_MAX_MILLIS);
        }
    }

    @Test
    void frozenMastersLoseNothingAndNobodyHearsOfThemWhenTheyWake() throws Exception {
        start(1_000, "  timeout: 400\n");
        Outcome outcome = play("SIGSTOP, SIGCONT", (ROUNDS + 1) / 2, (from, to, _) -> {
            from.pause();
            stage.awaitMaster(to);
            stage.awaitOpen();
            Thread.sleep(300);
            from.resume();
            from.await("INFO replication", "role:slave");
        });
        outcome.assertHonest();
        assertThat(outcome.ledger().errors()).allMatch(error -> error.contains("outcome unknown"));
        assertThat(outcome.books().lost())
                .as("acknowledged writes that are lost")
                .isZero();
    }
}
