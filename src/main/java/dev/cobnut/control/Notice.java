package dev.cobnut.control;

import org.jspecify.annotations.Nullable;

/// Something that people want to know, and that other parts may act on: one line.
///
/// @param kind what it is
/// @param group the Sentinel master name it is about; null when it is about a Sentinel or a pool
/// @param line a sentence without a line end; what others sent in it is cut and made printable
public record Notice(Kind kind, @Nullable String group, String line) {

    /// What happened; the names sort by how much they matter to an operator.
    public enum Kind {
        /// A group has a new master, and it was published.
        SWITCH,
        /// A Sentinel began to depose a master, or goes on with it: writes will fail soon.
        FAILOVER,
        /// Requests wait for a master from now on.
        HOLD,
        /// They go on, or wait for longer than they should.
        GATE,
        /// A node is down, or answers again, in the opinion of Sentinel.
        NODE,
        /// A replica may be read from, or may no longer.
        READS,
        /// A Sentinel stopped or began to answer.
        SENTINEL,
        /// How servers were grouped into shards at start.
        SHARDS,
        /// Something is odd and wants a look.
        WARNING
    }
}
