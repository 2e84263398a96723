package dev.cobnut.proxy.routing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// What is to be known of the clients of one pool on all event loops together: how many there are, for
/// `client_connections`, which logins failed, and whether CLIENT PAUSE holds them. Thread safe.
public final class PoolClients {
    private final int most;
    private final AtomicInteger count = new AtomicInteger();
    private final FailedLogins failedLogins = new FailedLogins();

    /// When the pause ends by itself; 0 while there is none.
    private final AtomicLong pausedUntilNanos = new AtomicLong();

    /// The users of the connections that clients have for themselves and know the node's number of, by that number.
    private final Map<Long, String> users = new ConcurrentHashMap<>();

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

    /// A CLIENT PAUSE was passed on. As for Redis the one that lasts longest counts.
    public void pause(long untilNanos) {
        long until = untilNanos == 0 ? 1 : untilNanos;
        pausedUntilNanos.accumulateAndGet(until, (before, now) -> before == 0 || now - before > 0 ? now : before);
    }

    public void unpause() {
        pausedUntilNanos.set(0);
    }

    /// Whether nodes may hold back requests, and whatever comes behind them on the same connection.
    public boolean isPaused(long nowNanos) {
        long until = pausedUntilNanos.get();
        return until != 0 && nowNanos - until < 0;
    }

    // ---- connections that clients know by the node's number ---------------------------------------------------------

    /// A client has been told the number of a connection that it has for itself.
    ///
    /// @param id of a node; a pool of several shards has numbers of its own, and tells none of these
    public void introduce(long id, String user) {
        users.put(id, user);
    }

    /// That connection has ended, or its node is no longer the master.
    public void forget(long id) {
        users.remove(id);
    }

    /// Whether a client of this user has a connection of this number for itself, and has asked for the number.
    public boolean isKnown(long id, String user) {
        return user.equals(users.get(id));
    }
}
