package dev.cobnut.proxy.routing;

import java.util.concurrent.atomic.AtomicInteger;

/// What is to be known of the clients of one pool on all event loops together: how many there are, for
/// `client_connections`, which logins failed, and whether CLIENT PAUSE holds them. Thread safe.
public final class PoolClients {
    private final int most;
    private final AtomicInteger count = new AtomicInteger();
    private final FailedLogins failedLogins = new FailedLogins();

    /// When the pause ends by itself; 0 while there is none.
    private volatile long pausedUntilNanos;

    /// @param most clients at once; 0 for no limit
    public PoolClients(int most) {
        this.most = most;
    }

    /// Counts a client in, also one too many: it has to be told before it leaves.
    ///
    /// @return whether it may stay
    public boolean enter() {
        return count.incrementAndGet() <= most || most == 0;
    }

    /// Logins that failed.
    public FailedLogins failedLogins() {
        return failedLogins;
    }

    /// Counts a client out.
    public void leave() {
        count.decrementAndGet();
    }

    /// A CLIENT PAUSE was passed on.
    public void pause(long untilNanos) {
        pausedUntilNanos = untilNanos == 0 ? 1 : untilNanos;
    }

    public void unpause() {
        pausedUntilNanos = 0;
    }

    /// Whether nodes may hold back requests, and whatever comes behind them on the same connection.
    public boolean isPaused(long nowNanos) {
        long until = pausedUntilNanos;
        return until != 0 && nowNanos - until < 0;
    }
}
