package dev.cobnut.proxy.frontend;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts the clients of one pool on all event loops together, for `client_connections`. Thread safe.
public final class ClientLimit {
    private final int most;
    private final AtomicInteger clients = new AtomicInteger();

    /// @param most clients at once; 0 for no limit
    public ClientLimit(int most) {
        this.most = most;
    }

    /// Counts a client in, also one too many: it has to be told before it leaves.
    ///
    /// @return whether it may stay
    boolean enter() {
        return clients.incrementAndGet() <= most || most == 0;
    }

    /// Counts a client out.
    void leave() {
        clients.decrementAndGet();
    }
}
