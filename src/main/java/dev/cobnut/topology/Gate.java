package dev.cobnut.topology;

/// Whether requests for the master of a shard may be sent, as the control plane decided.
///
/// @param state what becomes of them
/// @param sinceNanos on the clock of [System#nanoTime]. OPEN: when the question was asked whose answer it rests on; whoever
///     has seen a trouble after that waits for a later verdict. Else: when it closed
/// @param why for people: what closed it; empty when it is open
/// @param history the identity of the data that the master had when it was asked last (`master_replid`); empty when it does
///     not matter or is not known. A new connection that finds another one there is not used
/// @param believed whether what the master says from now on counts. It does not while another node may have taken its place
///     already: then a write that it acknowledges may be lost, and whoever waits for its answer is told that nobody knows
/// @param cutOff whether it is closed since this process has heard of no majority of the Sentinels for too long, so that
///     another one may well be better off. For those who choose between proxies; nothing becomes of requests by it
public record Gate(State state, long sinceNanos, String why, String history, boolean believed, boolean cutOff) {

    /// What becomes of requests for the master.
    public enum State {
        /// They are sent.
        OPEN,
        /// They wait.
        HELD,
        /// They have waited for as long as they may; they fail.
        DOWN
    }

    /// Without knowledge of the data.
    public Gate(State state, long sinceNanos, String why) {
        this(state, sinceNanos, why, "", true, false);
    }

    /// The same with other data.
    public Gate withHistory(String identity) {
        return new Gate(state, sinceNanos, why, identity, believed, cutOff);
    }

    /// The same, for a master whose answers count, or do not.
    public Gate withBelief(boolean counts) {
        return new Gate(state, sinceNanos, why, history, counts, cutOff);
    }

    /// The same, for a process that has lost the Sentinels, or has not.
    public Gate withCutOff(boolean lost) {
        return new Gate(state, sinceNanos, why, history, believed, lost);
    }

    /// For a shard that has no gate: nothing ever waits for it.
    public static final Gate NONE = new Gate(State.OPEN, Long.MIN_VALUE, "");
}
