package dev.cobnut.render;

import org.jspecify.annotations.Nullable;

/// One file that follows from a blueprint.
///
/// @param host the name of the host that it belongs to; null for what belongs to none, such as a part of a shop's settings
/// @param path where it goes there, from the root: `/etc/redis/redis-cluster_obj.conf`; without a host, a name
/// @param text all of it
/// @param keeper who changes it from then on
/// @param secret whether it holds a password, so that nobody but its user may read it
public record Rendered(@Nullable String host, String path, String text, Keeper keeper, boolean secret) {
    /// Who changes a file after it was written.
    public enum Keeper {
        /// Only whoever renders it.
        COBNUT,
        /// The redis-server, at CONFIG REWRITE, and Sentinel through that.
        SERVER,
        /// Sentinel: from its first start on the file is its memory.
        SENTINEL
    }
}
