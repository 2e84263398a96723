package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private final Allowance allowance = new Allowance(10, 4);

    private int taken(long fromMillis, long toMillis) {
        int taken = 0;
        for (long millis = fromMillis; millis < toMillis; millis++) {
            // Near the overflow of the clock on purpose: only differences may count.
            long nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1) + TimeUnit.MILLISECONDS.toNanos(millis);
            taken += allowance.take(nowNanos) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void givesSoMuchAtOnceAndThenSoMuchPerSecond() {
        assertThat(taken(0, 200)).isEqualTo(10);
        assertThat(taken(200, 1_001)).isEqualTo(4);
        assertThat(taken(1_001, 3_001)).isEqualTo(8);
    }

    @Test
    void isFullAgainAfterAWhileAndNeverMoreThanFull() {
        assertThat(taken(0, 100)).isEqualTo(10);
        assertThat(taken(86_400_000, 86_400_100)).isEqualTo(10);
    }
}
