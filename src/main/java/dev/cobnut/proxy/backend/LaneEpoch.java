package dev.cobnut.proxy.backend;

/// Counts how often a shared connection of this event loop was replaced by another while requests could be under way
/// on it. A client whose requests are still unanswered from an older epoch waits for them before it sends more:
/// otherwise its later request could overtake an earlier one on the new connection.
///
/// One comparison of ints for each request buys that order. For the loop's own thread.
public final class LaneEpoch {
    private int current;
    private int parted;
    private int held;

    public int current() {
        return current;
    }

    void advance() {
        current++;
    }

    /// Whether any link is [NodeLink#isParted]: then a client's reads could overtake its writes, too, or the other way.
    public boolean isParted() {
        return parted > 0;
    }

    /// Whether requests wait for the master of any shard: see [Hold].
    public boolean isAnyHeld() {
        return held > 0;
    }

    void onHeld(int more) {
        held += more;
    }

    void onParted(boolean now) {
        parted += now ? 1 : -1;
    }
}
