package dev.cobnut.proxy.backend;

/// What one event loop knows of how a node does, by its answers and failures.
///
/// | state   | entered when                                              | means                                      |
/// |---------|-----------------------------------------------------------|--------------------------------------------|
/// | UP      | it answered; created                                      | nothing is known against it                |
/// | DOWN    | it failed                                                 | a request would probably fail              |
/// | FAILING | another node took the place of one that was DOWN          | those who watch still wait for an answer   |
///
/// After a failed dial there is no other for a while, see [Backoff], so that a dead node costs less than ten dials a second
/// whatever the load; a node that takes a connection and closes it before its first answer is dead in this sense. Dials that
/// fail together count as one. The next dial comes at once when the node has answered on a connection that was new, when it
/// is another node, and when somebody else has found that it is there. Where failures eject there is no such rest: each
/// attempt counts, and the limit is soon reached.
///
/// Owned by a [NodeLink], which tells it what happened and when; it asks no clock.
public final class NodeHealth {
    private enum State {
        UP,
        FAILING,
        DOWN
    }

    private final boolean rests;
    private final Failure noNode;
    private final Backoff backoff;
    private State state = State.UP;
    private boolean known;
    private Failure lastFailure;
    private int failuresInARow;
    private long sinceNanos;
    private boolean resting;
    private long restsUntilNanos;

    /// @param rests whether a failure keeps it from being dialled for a moment
    /// @param noNode the failure of what is sent while no node is known, as at first
    /// @param backoff for how long
    NodeHealth(boolean rests, Failure noNode, Backoff backoff) {
        this.rests = rests;
        this.noNode = noNode;
        this.backoff = backoff;
        this.lastFailure = noNode;
    }

    /// Whether a request would probably fail: no node is known, or it failed last.
    public boolean isDown() {
        return state == State.DOWN || !known;
    }

    /// Why a request that could not be sent was not.
    Failure lastFailure() {
        return lastFailure;
    }

    /// Since the node last answered, or was replaced.
    int failuresInARow() {
        return failuresInARow;
    }

    /// When it first failed after its last answer; now when it did not.
    long failingSinceNanos(long nowNanos) {
        return state == State.UP ? nowNanos : sinceNanos;
    }

    /// Whether it may be connected to now.
    boolean mayDial(long nowNanos) {
        return known && !isResting(nowNanos);
    }

    private boolean isResting(long nowNanos) {
        return resting && nowNanos - restsUntilNanos < 0;
    }

    /// It answered a request.
    ///
    /// @return whether it is back
    boolean onAnswer() {
        failuresInARow = 0;
        if (state == State.UP) {
            return false;
        }
        state = State.UP;
        return true;
    }

    /// It failed.
    ///
    /// @param dialFailed whether there was no answer at all on the connection that failed
    /// @return whether that is news
    boolean onFailure(Failure failure, long nowNanos, boolean dialFailed) {
        boolean news = state == State.UP;
        if (news) {
            sinceNanos = nowNanos;
        }
        state = State.DOWN;
        lastFailure = failure;
        failuresInARow++;
        if (rests && dialFailed && !isResting(nowNanos)) {
            resting = true;
            restsUntilNanos = nowNanos + backoff.nextNanos();
        }
        return news;
    }

    /// It can be connected to: there is no reason to rest, whatever its answers are.
    void onConnected() {
        resting = false;
    }

    /// It serves a connection that was new; or somebody else has found that it would.
    void endRest() {
        resting = false;
        backoff.reset();
    }

    /// From now on it is about another node.
    ///
    /// @param isKnown whether there is one
    void onMoved(boolean isKnown) {
        known = isKnown;
        state = state == State.UP ? State.UP : State.FAILING;
        lastFailure = noNode;
        failuresInARow = 0;
        endRest();
    }
}
