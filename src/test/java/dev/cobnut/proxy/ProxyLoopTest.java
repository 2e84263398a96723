package dev.cobnut.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.LoopTurn;
import dev.cobnut.testing.TestLoop;
import dev.cobnut.topology.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyLoopTest {
    @Test
    void aLoopThatTurnsSaysSoTenTimesASecondAndOneThatStandsStillDoesNot() {
        try (TestLoop loop = new TestLoop()) {
            ProxyLoop proxy = new ProxyLoop(loop.io(), _ -> {}, new FailureLog(), 0);
            String thread = Thread.currentThread().getName();
            long start = loop.nowNanos();
            assertThat(proxy.turn()).isEqualTo(new LoopTurn(thread, start));

            loop.advanceMillis(1_000);
            assertThat(proxy.turn().nanos()).as("it has not begun").isEqualTo(start);
            proxy.start(new Topology(1, List.of(), List.of()));
            loop.advanceMillis(250);
            assertThat(loop.nowNanos() - proxy.turn().nanos()).isEqualTo(50_000_000);
            loop.advanceMillis(60_000);
            assertThat(loop.nowNanos() - proxy.turn().nanos()).isEqualTo(50_000_000);
        }
    }
}
