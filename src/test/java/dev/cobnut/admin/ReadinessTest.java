package dev.cobnut.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadinessTest {
    private static final NodeAddress MASTER = new NodeAddress.Tcp("10.0.0.1", 6379);
    private static final String READY = "200 OK";
    private static final String UNREADY = "503 Service Unavailable";

    /// @param state `open`, `held`, `down`, `lost` (no master is known), `cut` (off from the Sentinels), `free` (has no gate)
    private static Shard shard(int number, String state) {
        Shard shard = new Shard("s" + number, 1, null, state.equals("lost") ? null : MASTER, 0, List.of());
        return switch (state) {
            case "open" -> shard.withGate(new Gate(Gate.State.OPEN, 1, ""));
            case "held" -> shard.withGate(new Gate(Gate.State.HELD, 1, "it died"));
            case "down" -> shard.withGate(new Gate(Gate.State.DOWN, 1, "it died"));
            case "cut" -> shard.withGate(new Gate(Gate.State.HELD, 1, "it died").withCutOff(true));
            default -> shard;
        };
    }

    /// @param states of the shards, as in [#shard], with blanks between them
    private static PoolTopology pool(String name, String states) {
        String[] words = states.split(" ");
        Shard[] shards = new Shard[words.length];
        for (int i = 0; i < words.length; i++) {
            shards[i] = shard(i, words[i]);
        }
        return new PoolTopology(name, List.of(shards));
    }

    private static Readiness of(PoolTopology... pools) {
        return new Readiness(false, Set.of(), new Topology(1, List.of(pools), List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    open           | 200 | ready
                    free free      | 200 | ready
                    held held      | 200 | ready; 2 of 2 shards in trouble: shard s0: requests wait: it died
                    open held open | 200 | ready; 1 of 3 shards in trouble: shard s1: requests wait: it died
                    down open lost | 200 | ready; 2 of 3 shards in trouble: shard s0: requests fail: it died
                    down held      | 200 | ready; 2 of 2 shards in trouble: shard s0: requests fail: it died
                    lost free      | 200 | ready; 1 of 2 shards in trouble: shard s0: no master is known
                    lost lost      | 503 | not ready: 2 of 2 shards in trouble: shard s0: no master is known
                    down down      | 503 | not ready: 2 of 2 shards in trouble: shard s0: requests fail: it died
                    lost down      | 503 | not ready: 2 of 2 shards in trouble: shard s0: no master is known
                    open cut       | 503 | not ready: shard s1: no majority of the Sentinels answers here (on_sentinel_loss: fence)
                    down cut lost  | 503 | not ready: shard s1: no majority of the Sentinels answers here (on_sentinel_loss: fence)
                    """)
    void aPoolIsReadyUnlessAnotherProxyMayBeBetterOff(String states, String status, String line) {
        Answer answer = of(pool("alpha", states)).answer(Map.of());
        assertThat(answer.text()).isEqualTo("alpha: " + line + "\n");
        assertThat(answer.status()).startsWith(status);
    }

    @Test
    void allPoolsHaveToBeReadyUnlessOneIsAskedAbout() {
        Readiness readiness = of(pool("alpha", "open"), pool("beta", "lost"));
        String beta = "beta: not ready: 1 of 1 shards in trouble: shard s0: no master is known\n";
        assertThat(readiness.answer(Map.of())).isEqualTo(Answer.plain(UNREADY, "alpha: ready\n" + beta));
        assertThat(readiness.answer(Map.of("pool", "alpha"))).isEqualTo(Answer.plain(READY, "alpha: ready\n"));
        assertThat(readiness.answer(Map.of("pool", "beta"))).isEqualTo(Answer.plain(UNREADY, beta));
    }

    @Test
    void whoIsAboutToEndIsNotReadyWhateverItsMastersAre() {
        Topology topology = new Topology(1, List.of(pool("alpha", "open"), pool("beta", "lost")), List.of());
        assertThat(new Readiness(true, Set.of("alpha"), topology).answer(Map.of()))
                .isEqualTo(Answer.plain(UNREADY, """
                        alpha: not ready: draining, this process is about to end
                        beta: not ready: draining, this process is about to end
                        """));
    }

    @Test
    void aPoolThatDoesNotListenIsNotReady() {
        Topology topology = new Topology(1, List.of(pool("alpha", "open"), pool("beta", "open")), List.of());
        assertThat(new Readiness(false, Set.of("beta"), topology).answer(Map.of()))
                .isEqualTo(Answer.plain(UNREADY, "alpha: ready\nbeta: not ready: it does not listen any more\n"));
    }

    @Test
    void anotherQueryIsRefusedWithWhatWasExpected() {
        Readiness readiness = of(pool("alpha", "open"), pool("beta", "open"));
        assertThat(readiness.answer(Map.of("pool", "gamma")))
                .isEqualTo(Answer.plain("404 Not Found", "There is no pool \"gamma\"; expected: alpha, beta.\n"));
        Answer refusal =
                Answer.plain("400 Bad Request", "The query is not understood; expected: none, or pool=NAME.\n");
        assertThat(readiness.answer(null)).isEqualTo(refusal);
        assertThat(readiness.answer(Map.of("shard", "s0"))).isEqualTo(refusal);
        assertThat(readiness.answer(Map.of("pool", "alpha", "x", "1"))).isEqualTo(refusal);
    }
}
