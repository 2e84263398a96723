package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The gate of a shard, simulated: real loops' ends, a real Gatekeeper and master decision, and between and around them nodes,
/// Sentinels and a network that fail at random ([SimWorld]). Whatever fails, in each run:
///
/// | what | must be |
/// | --- | --- |
/// | a write | executed at most once, and never when it was said not to be sent |
/// | a request | ended in time, with its own reply if it has one |
/// | requests of one client | executed in their order, as far as they are answered |
/// | a loop | writes to whom it follows, and after it stood still only when it is told to |
/// | an answer | of no master that the loop was told to doubt |
/// | a write | where only the master fails: acknowledged by nobody after another was promoted |
/// | a write, with `on_sentinel_loss: fence` | the same, by a master that is cut off together with the loops |
/// | a node with foreign data | never written to, unless Sentinels have promoted it |
/// | planned failovers and nothing else | no errors, and no acknowledged write lost |
/// | when all is healed | the gate opens, and requests are answered |
///
/// `-Dcobnut.sim.seed=N` runs one seed and prints its trace; `-Dcobnut.sim.seeds=N` says how many are run.
class GateSimTest {
    private static final int SEEDS = Integer.getInteger("cobnut.sim.seeds", 1_000);
    private static final long FIRST_SEED = Long.getLong("cobnut.sim.first", 0);
    private static final long PLANTED_SEEDS = 2_000;
    private static final long ONE_SEED = Long.getLong("cobnut.sim.seed", -1);

    private static long run(long seed, Map<String, Integer> counts, boolean traced) {
        try {
            return new SimWorld(seed, counts, traced, SimBug.NONE).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    @Test
    void nothingIsWrittenTwiceOrToTheWrongNodeWhateverFails() {
        Map<String, Integer> counts = new TreeMap<>();
        if (ONE_SEED >= 0) {
            run(ONE_SEED, counts, true);
            return;
        }
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            run(seed, counts, false);
        }
        if (SEEDS >= 100) {
            assertThat(counts)
                    .containsKeys("ANSWERED", "NOT_SENT", "UNKNOWN", "gate HELD", "gate DOWN", "trouble STALLED")
                    .containsKey("not believed");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsPlantedIsCaught(SimBug bug) {
        List<String> caught = new ArrayList<>();
        for (long seed = 0; seed < PLANTED_SEEDS && caught.size() < 2; seed++) {
            if (!SimWorld.isOfOneThing(seed)) {
                continue;
            }
            try {
                long _ = new SimWorld(seed, new TreeMap<>(), false, bug).run();
            } catch (AssertionError e) {
                caught.add(e.getMessage());
            }
        }
        assertThat(caught).hasSize(2).allMatch(violation -> violation.contains(bug.violation));
    }

    @Test
    void theSameSeedMakesTheSameRun() {
        for (long seed = 0; seed < 5; seed++) {
            assertThat(run(seed, new TreeMap<>(), false)).isEqualTo(run(seed, new TreeMap<>(), false));
        }
    }
}
