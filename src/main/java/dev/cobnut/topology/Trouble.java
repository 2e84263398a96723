package dev.cobnut.topology;

import org.jspecify.annotations.Nullable;

/// What the data plane saw of a node that a switch, or a master's death, would explain. A fact for those who decide,
/// not a decision.
///
/// @param pool the pool that saw it
/// @param shard ring name of the shard
/// @param node the node that was asked as master; null when none was known
/// @param kind what was seen
/// @param sinceNanos when, on the clock of [System#nanoTime]
/// @param waiting whether requests wait until the [Gate] of the shard has been decided about
public record Trouble(
        String pool, String shard, @Nullable NodeAddress node, Kind kind, long sinceNanos, boolean waiting) {

    /// What was seen of the node.
    public enum Kind {
        /// An open connection ended while requests were under way on it.
        LOST("a connection to the master ended"),
        /// A connection ended that nobody was using: it may have been idle for too long, or the node was restarted.
        ENDED("the master has ended its connections"),
        /// It answered that it is no master, or a replica without one.
        READONLY("the master says that it is a replica"),
        /// It said nothing within the pool's timeout.
        SILENT("the master does not answer"),
        /// It could not be connected to, or would not serve the connection.
        REFUSED("the master cannot be connected to"),
        /// It is there, but has no data yet.
        LOADING("the master is loading its data"),
        /// This process stood still; who is master now is not known.
        STALLED("this process stood still for a while"),
        /// It takes no writes, as if it had too few replicas: that is how a master is fenced that is being replaced.
        FENCED("the master takes no writes");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /// A sentence for people, without a full stop.
        public String text() {
            return text;
        }
    }
}
