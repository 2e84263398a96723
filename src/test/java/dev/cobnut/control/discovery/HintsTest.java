package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.Trouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HintsTest {
    private final Hints hints = new Hints();

    private boolean admits(String shard, Trouble.Kind kind, long millis) {
        // Near the overflow of the clock on purpose: only differences may count.
        long nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2) + TimeUnit.MILLISECONDS.toNanos(millis);
        return hints.admit(new Trouble("obj", shard, null, kind, nowNanos, false), nowNanos);
    }

    @Test
    void theFirstIsActedOnAtOnceAndAFloodOncePerSecondAndShard() {
        int acted = 0;
        for (long millis = 0; millis < 5_000; millis++) {
            for (Trouble.Kind kind : Trouble.Kind.values()) {
                acted += admits("s0", kind, millis) ? 1 : 0;
            }
            if (millis == 0) {
                assertThat(acted).isOne();
            }
        }
        assertThat(acted).isEqualTo(5);
    }

    @Test
    void oneShardsFloodDoesNotHideAnothersHint() {
        assertThat(admits("s0", Trouble.Kind.READONLY, 0)).isTrue();
        assertThat(admits("s1", Trouble.Kind.LOST, 1)).isTrue();
        assertThat(admits("s0", Trouble.Kind.LOST, 999)).isFalse();
        assertThat(admits("s0", Trouble.Kind.LOST, 1_000)).isTrue();
    }
}
