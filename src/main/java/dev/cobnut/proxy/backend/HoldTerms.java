package dev.cobnut.proxy.backend;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// How long requests of a pool may wait for a master, and how many at a time. One for each pool; any thread.
public final class HoldTerms {
    private final long nanosMax;
    private final int requestsMax;
    private final AtomicInteger requests;

    /// @param max how long, more than zero
    /// @param requests those that wait now, of all shards
    /// @param requestsMax how many may, 1 or more
    public HoldTerms(Duration max, AtomicInteger requests, int requestsMax) {
        this.nanosMax = max.toNanos();
        this.requestsMax = requestsMax;
        this.requests = requests;
    }

    long nanosMax() {
        return nanosMax;
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
