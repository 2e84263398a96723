package dev.cobnut.proxy.client;

import org.jspecify.annotations.Nullable;

/// What has become of a client's WATCH since the last EXEC, DISCARD or UNWATCH. MULTI takes it over whole: what went
/// wrong decides about that transaction, and about no later one.
///
/// | state   | entered when                                          | the next EXEC            |
/// |---------|-------------------------------------------------------|--------------------------|
/// | NONE    | at the beginning                                      | is the node's            |
/// | KEPT    | a node was told to guard keys                         | is the node's            |
/// | BROKEN  | that node is no longer the master, or not reachable   | null, as if a key changed |
/// | REFUSED | a WATCH failed: keys of two shards, or no node took it | EXECABORT               |
///
/// In any state a node may guard keys: [#connection]. It has to be told when nobody wants that any more. For the loop's
/// own thread.
public final class Watch {
    private enum State {
        NONE,
        KEPT,
        BROKEN,
        REFUSED
    }

    private State state = State.NONE;
    private @Nullable OwnConnection connection;

    /// The connection whose node guards keys; null when none does.
    public @Nullable OwnConnection connection() {
        return connection;
    }

    /// A node guards keys from now on.
    public void keep(OwnConnection at) {
        connection = at;
        enter(State.KEPT);
    }

    /// The node that guarded keys cannot vouch for them any more.
    void lose(OwnConnection lost) {
        if (connection == lost) {
            connection = null;
            enter(State.BROKEN);
        }
    }

    /// A WATCH was refused.
    public void refuse() {
        enter(State.REFUSED);
    }

    /// The worst that happened stands.
    private void enter(State next) {
        state = next.compareTo(state) > 0 ? next : state;
    }

    public boolean isBroken() {
        return state == State.BROKEN;
    }

    public boolean isRefused() {
        return state == State.REFUSED;
    }
}
