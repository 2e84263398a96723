package dev.cobnut.control.discovery;

import java.time.Duration;

/// How much one peer may cause: so much at once, and then so much per second. Pure; used by one thread.
final class Allowance {
    private final int most;
    private final long eachNanos;

    /// What is left, counted in time: one piece costs `eachNanos`.
    private long leftNanos;

    private long filledNanos;

    /// @param most at once, 1 or more
    /// @param perSecond afterwards, 1 or more
    Allowance(int most, int perSecond) {
        this.most = most;
        this.eachNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        this.leftNanos = most * eachNanos;
    }

    /// Takes one piece, if there is one.
    boolean take(long nowNanos) {
        if (leftNanos == most * eachNanos) {
            filledNanos = nowNanos;
        }
        long full = most * eachNanos;
        leftNanos = Math.min(full, leftNanos + Math.min(full, nowNanos - filledNanos));
        filledNanos = nowNanos;
        if (leftNanos < eachNanos) {
            return false;
        }
        leftNanos -= eachNanos;
        return true;
    }
}
