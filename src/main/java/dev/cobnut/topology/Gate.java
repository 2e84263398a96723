package dev.cobnut.topology;

/// Whether requests for the master of a shard may be sent, as the control plane decided.
///
/// @param state what becomes of them
/// @param sinceNanos on the clock of [System#nanoTime]. OPEN: when the question was asked whose answer it rests on; whoever
///     has seen a trouble after that waits for a later verdict. Else: when it closed
/// @param why for people: what closed it; empty when it is open
public record Gate(State state, long sinceNanos, String why) {

    /// What becomes of requests for the master.
    public enum State {
        /// They are sent.
        OPEN,
        /// They wait.
        HELD,
        /// They have waited for as long as they may; they fail.
        DOWN
    }

    /// For a shard that has no gate: nothing ever waits for it.
    public static final Gate NONE = new Gate(State.OPEN, Long.MIN_VALUE, "");
}
