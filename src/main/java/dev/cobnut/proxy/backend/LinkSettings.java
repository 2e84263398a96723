package dev.cobnut.proxy.backend;

import java.util.List;

/// What a pool says about connections to its nodes.
///
/// @param timeoutMillis from queueing a request to its reply, and for connecting; 0 for none
/// @param lanes shared connections for each shard and loop, 1 or more
/// @param ejects true when failures take a server off the ring; then a failed dial is repeated at once, since each
///     attempt counts
/// @param failureLimit failures in a row before the listener is told, 1 or more
/// @param prelude commands for a new connection, in order: AUTH, then SELECT
public record LinkSettings(int timeoutMillis, int lanes, boolean ejects, int failureLimit, List<byte[]> prelude) {
    public LinkSettings {
        prelude = List.copyOf(prelude);
    }

    long timeoutNanos() {
        return timeoutMillis * 1_000_000L;
    }
}
