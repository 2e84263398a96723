package dev.cobnut.proxy.backend;

/// Where a [NodeConnection] stands in its life.
///
/// | state      | entered when                                            | requests  | on death they are |
/// |------------|---------------------------------------------------------|-----------|-------------------|
/// | CONNECTING | created                                                 | collected | not sent          |
/// | PREPARING  | connected; AUTH, SELECT or INFO is under way            | collected | not sent          |
/// | OPEN       | ready                                                   | written   | unknown           |
/// | RETIRED    | another took its place: it is slow, or a request has    | refused   | unknown           |
/// |            | timed out on it; closes when all others are answered    |           |                   |
/// | MOVED      | the shard has another node, or may have; closes when    | refused   | unknown           |
/// |            | all are answered, a second later, or at once: see [Hold] |           |                   |
/// | CLOSED     | socket closed, or never opened                          | refused   | -                 |
enum ConnectionState {
    CONNECTING,
    PREPARING,
    OPEN,
    RETIRED,
    MOVED,
    CLOSED;

    private boolean leadsTo(ConnectionState next) {
        return switch (this) {
            case CONNECTING -> next == PREPARING || next == OPEN || next == CLOSED;
            case PREPARING -> next == OPEN || next == CLOSED;
            case OPEN -> next == RETIRED || next == MOVED || next == CLOSED;
            case RETIRED -> next == MOVED || next == CLOSED;
            case MOVED -> next == CLOSED;
            case CLOSED -> false;
        };
    }

    /// The state after this one.
    ///
    /// @throws IllegalStateException when no connection goes that way
    ConnectionState to(ConnectionState next) {
        if (!leadsTo(next)) {
            throw new IllegalStateException("a connection cannot go from " + this + " to " + next);
        }
        return next;
    }

    /// Whether requests are collected.
    boolean isOpening() {
        return this == CONNECTING || this == PREPARING;
    }

    /// Whether it only waits for answers.
    boolean isLeaving() {
        return this == RETIRED || this == MOVED;
    }
}
