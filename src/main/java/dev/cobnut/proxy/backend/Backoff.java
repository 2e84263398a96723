package dev.cobnut.proxy.backend;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// How long to wait before a node is dialled again: twice as long after each failure, from 20 ms up to 500, of which half is
/// left to chance, so that those who lost a node in one moment do not all come back in one.
///
/// | failures in a row | 1        | 2        | 3        | 4         | 5          | 6 and more |
/// |-------------------|----------|----------|----------|-----------|------------|------------|
/// | pause, ms         | 10 to 20 | 20 to 40 | 40 to 80 | 80 to 160 | 160 to 320 | 250 to 500 |
///
/// Half is fixed so that there are less than ten dials in any second. Longer pauses would spare a dead node little, and cost
/// clients of one that is back an error for as long. Owned by a [NodeHealth]; it asks no clock.
final class Backoff {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final long NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);

    private final RandomGenerator chance;
    private long nextNanos = FIRST_NANOS;

    /// @param chance for the half that is left to it
    Backoff(RandomGenerator chance) {
        this.chance = chance;
    }

    /// The pause after one more failure.
    long nextNanos() {
        long pause = nextNanos;
        nextNanos = Math.min(2 * nextNanos, NANOS_MAX);
        return pause / 2 + chance.nextLong(pause / 2 + 1);
    }

    /// It went well: the next failure is the first.
    void reset() {
        nextNanos = FIRST_NANOS;
    }
}
