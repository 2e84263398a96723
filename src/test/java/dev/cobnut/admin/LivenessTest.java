package dev.cobnut.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.LoopTurn;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LivenessTest {
    /// Clocks may show anything, and run over.
    private static final long NOW = Long.MIN_VALUE + 3;

    private static LoopTurn turned(String loop, long agoNanos) {
        return new LoopTurn(loop, NOW - agoNanos);
    }

    @Test
    void aLoopMayStandStillForFiveSecondsAndNoLonger() {
        long five = TimeUnit.SECONDS.toNanos(5);
        assertThat(Liveness.of(List.of(turned("loop-2-1", 0), turned("loop-2-2", five)), NOW))
                .isEqualTo(Answer.plain("alive: all 2 event loops turn\n"));
        assertThat(Liveness.of(List.of(turned("loop-2-1", 0), turned("loop-2-2", five + 1)), NOW))
                .isEqualTo(
                        Answer.plain("503 Service Unavailable", "event loop loop-2-2 has stood still for 5000 ms\n"));
    }

    @Test
    void everyLoopThatStandsStillIsNamed() {
        LoopTurn one = turned("loop-2-1", TimeUnit.MILLISECONDS.toNanos(6_200));
        LoopTurn other = turned("loop-2-2", TimeUnit.MINUTES.toNanos(1));
        assertThat(Liveness.of(List.of(one, other), NOW).text()).isEqualTo("""
                        event loop loop-2-1 has stood still for 6200 ms
                        event loop loop-2-2 has stood still for 60000 ms
                        """);
    }
}
