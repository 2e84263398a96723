package dev.cobnut.proxy.routing;

import dev.cobnut.sharding.Placement;

/// Which shard a key belongs to right now: placement, less the servers that are ejected for a while.
///
/// As in nutcracker, ejecting recomputes the ring without the server, and a server whose time is up returns
/// untested with the next request. One for each pool and event loop; for that loop's own thread.
public final class Router {
    /// There is no live server.
    public static final int NONE = -1;

    private final Placement all;
    private final long retryNanos;
    private final boolean[] ejected;
    private final long[] returnsAtNanos;
    private int ejectedCount;
    private Placement current;

    /// @param all placement over every shard of the pool
    /// @param shards how many there are
    /// @param retryNanos how long an ejected server stays off the ring
    public Router(Placement all, int shards, long retryNanos) {
        this.all = all;
        this.current = all;
        this.retryNanos = retryNanos;
        this.ejected = new boolean[shards];
        this.returnsAtNanos = new long[shards];
    }

    /// The shard of a key, or [#NONE].
    public int route(byte[] bytes, int offset, int length, long nowNanos) {
        if (ejectedCount > 0) {
            readmit(nowNanos);
        }
        return current.place(bytes, offset, length);
    }

    /// The shard of all keys that begin with these bytes, [#NONE], or [Placement#ANYWHERE].
    public int routeAll(byte[] bytes, int offset, int length, long nowNanos) {
        if (ejectedCount > 0) {
            readmit(nowNanos);
        }
        return current.placeAll(bytes, offset, length);
    }

    /// The first shard whose server is not ejected, or [#NONE].
    public int any(long nowNanos) {
        if (ejectedCount > 0) {
            readmit(nowNanos);
        }
        for (int shard = 0; shard < ejected.length; shard++) {
            if (!ejected[shard]) {
                return shard;
            }
        }
        return NONE;
    }

    /// Takes a shard off the ring for the retry time.
    public void eject(int shard, long nowNanos) {
        if (!ejected[shard]) {
            ejected[shard] = true;
            ejectedCount++;
        }
        returnsAtNanos[shard] = nowNanos + retryNanos;
        current = all.without(ejected);
    }

    private void readmit(long nowNanos) {
        int before = ejectedCount;
        for (int shard = 0; shard < ejected.length; shard++) {
            if (ejected[shard] && nowNanos - returnsAtNanos[shard] >= 0) {
                ejected[shard] = false;
                ejectedCount--;
            }
        }
        if (ejectedCount != before) {
            current = ejectedCount == 0 ? all : all.without(ejected);
        }
    }
}
