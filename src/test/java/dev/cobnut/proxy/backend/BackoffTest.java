package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void doublesUpToHalfASecondAndLeavesHalfToChance() {
        for (int seed = 0; seed < 100; seed++) {
            Backoff backoff = new Backoff(new Random(seed));
            for (long millis : new long[] {20, 40, 80, 160, 320, 500, 500, 500}) {
                assertThat(backoff.nextNanos())
                        .isBetween(TimeUnit.MICROSECONDS.toNanos(500 * millis), TimeUnit.MILLISECONDS.toNanos(millis));
            }
        }
    }

    @Test
    void thereAreLessThanTenInAnySecond() {
        for (int seed = 0; seed < 100; seed++) {
            Backoff backoff = new Backoff(new Random(seed));
            int dials = 1;
            for (long at = backoff.nextNanos(); at < SECOND; at += backoff.nextNanos()) {
                dials++;
            }
            assertThat(dials).isBetween(6, 9);
        }
    }

    @Test
    void twoDoNotGoInStep() {
        Set<Long> first = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            first.add(new Backoff(new Random(seed)).nextNanos());
        }
        assertThat(first).hasSizeGreaterThan(90);
    }

    @Test
    void beginsAnewWhenItWentWell() {
        Backoff backoff = new Backoff(new Random(1));
        for (int i = 0; i < 8; i++) {
            backoff.nextNanos();
        }
        backoff.reset();
        assertThat(backoff.nextNanos()).isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }
}
