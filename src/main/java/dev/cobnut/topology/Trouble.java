package dev.cobnut.topology;

import org.jspecify.annotations.Nullable;

/// What the data plane saw of a node that a switch, or a master's death, would explain. A fact for those who decide,
/// not a decision.
///
/// @param pool the pool that saw it
/// @param shard ring name of the shard
/// @param node the node that was asked as master; null when none was known
/// @param kind what was seen
/// @param sinceNanos since when, on the clock of [System#nanoTime]: the first failure after the last answer
public record Trouble(String pool, String shard, @Nullable NodeAddress node, Kind kind, long sinceNanos) {

    /// What was seen of the node.
    public enum Kind {
        /// An open connection ended.
        LOST,
        /// It answered that it is no master, or a replica without one.
        READONLY,
        /// It said nothing within the pool's timeout.
        SILENT,
        /// It could not be connected to, or would not serve the connection.
        REFUSED
    }
}
