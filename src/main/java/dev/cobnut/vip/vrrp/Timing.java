package dev.cobnut.vip.vrrp;

import java.time.Duration;

/// How long a backup waits, by the formulas of RFC 3768 (6.1) for version 2 and RFC 9568 (6.1) for version 3.
final class Timing {
    private static final int PRIORITIES = 256;
    private static final int ADVERTS = 3;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long LIFETIME_SECONDS_MIN = 2;

    private Timing() {}

    /// The less the priority, the longer: 1/256 of an interval for each; in version 2 of a second, whatever the interval.
    ///
    /// @param intervalNanos of the master
    static long skewNanos(int version, int priority, long intervalNanos) {
        return (PRIORITIES - priority) * (version == 2 ? SECOND : intervalNanos) / PRIORITIES;
    }

    /// Without an advertisement for so long, the master is dead.
    ///
    /// @param intervalNanos of the master
    static long masterDownNanos(int version, int priority, long intervalNanos) {
        return ADVERTS * intervalNanos + skewNanos(version, priority, intervalNanos);
    }

    /// For how long a kernel carries an address of a speaker that says no more: until each backup, whatever its priority, has
    /// found out that the master is dead. Whole seconds, since kernels count an address' life in them, and 2 at least.
    static Duration lifetime(int version, long intervalNanos) {
        long longest = masterDownNanos(version, 1, intervalNanos);
        return Duration.ofSeconds(Math.max(LIFETIME_SECONDS_MIN, Math.ceilDiv(longest, SECOND)));
    }
}
