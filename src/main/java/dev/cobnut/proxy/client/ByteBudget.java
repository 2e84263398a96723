package dev.cobnut.proxy.client;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes that all clients together may have collected: of requests that are split and of replies that are joined,
/// which cannot be passed on as they come. Each of them has a bound of its own; without a common one, a few clients
/// could fill the heap for everybody.
///
/// Only what is longer than a piece of 64 KiB counts, so nothing is asked on the way of an ordinary request. Thread
/// safe.
public final class ByteBudget {
    /// A quarter of the heap: arrays are copied while they grow.
    public static final ByteBudget HEAP = new ByteBudget(Runtime.getRuntime().maxMemory() / 4);

    private final long max;
    private final AtomicLong taken = new AtomicLong();

    /// @param max bytes, 1 or more
    ByteBudget(long max) {
        this.max = max;
    }

    public long max() {
        return max;
    }

    /// Takes some bytes, all or none.
    ///
    /// @return false when there are not so many left
    public boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= max) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /// Gives bytes back that were taken.
    public void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    public long taken() {
        return taken.get();
    }
}
