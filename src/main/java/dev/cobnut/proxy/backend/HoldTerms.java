package dev.cobnut.proxy.backend;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// How long requests of a pool may wait for a master, and how many at a time. One for each pool; any thread.
public final class HoldTerms {
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// A lease ends 250 ms before the Sentinels can find the master dead, and from there to the promotion of another they
    /// need four rounds of their timers, 200 ms: a loop that stood still for so long is awake before that.
    private static final long STALL_OF_LEASE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final long nanosMax;
    private final int requestsMax;
    private final AtomicInteger requests;
    private final boolean leased;

    /// @param max how long, more than zero
    /// @param requests those that wait now, of all shards
    /// @param requestsMax how many may, 1 or more
    /// @param leased whether a master is believed only as long as a majority of the Sentinels confirms it
    public HoldTerms(Duration max, AtomicInteger requests, int requestsMax, boolean leased) {
        this.nanosMax = max.toNanos();
        this.requestsMax = requestsMax;
        this.requests = requests;
        this.leased = leased;
    }

    long nanosMax() {
        return nanosMax;
    }

    boolean isLeased() {
        return leased;
    }

    /// Who has done nothing for longer does not know who is master now.
    long stallNanos() {
        return leased ? STALL_OF_LEASE_NANOS : STALL_NANOS;
    }

    /// One more waits.
    ///
    /// @return false when there are too many
    boolean take() {
        if (requests.incrementAndGet() <= requestsMax) {
            return true;
        }
        requests.decrementAndGet();
        return false;
    }

    void give() {
        requests.decrementAndGet();
    }
}
