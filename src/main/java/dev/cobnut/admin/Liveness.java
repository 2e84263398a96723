package dev.cobnut.admin;

import dev.cobnut.stats.LoopTurn;
import java.time.Duration;
import java.util.List;

/// Whether the process is alive in a way that matters to clients: every event loop has turned lately. A process whose loop
/// stands still is there, accepts, and even answers on other loops. Pure.
final class Liveness {
    /// For how long a loop may stand still; usually it does not for a tenth of a second.
    static final long STILL_NANOS_MAX = Duration.ofSeconds(5).toNanos();

    private Liveness() {}

    /// A line for each loop that stands still, or one that says that none does.
    static Answer of(List<LoopTurn> loops, long nowNanos) {
        StringBuilder still = new StringBuilder();
        for (LoopTurn each : loops) {
            Duration since = Duration.ofNanos(nowNanos - each.nanos());
            if (since.toNanos() > STILL_NANOS_MAX) {
                still.append("event loop " + each.loop() + " has stood still for " + since.toMillis() + " ms\n");
            }
        }
        return still.isEmpty()
                ? Answer.plain("alive: all " + loops.size() + " event loops turn\n")
                : Answer.plain(Answer.UNAVAILABLE, still.toString());
    }
}
