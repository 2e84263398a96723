package dev.cobnut.control.switchover;

import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an operator asks for.
///
/// @param pool its name
/// @param shard its name; null for the only one of the pool
/// @param to the replica that is to be master; null for the one that the Sentinel chooses
/// @param atMost how long requests may wait for it
public record Wish(String pool, @Nullable String shard, NodeAddress.@Nullable Tcp to, Duration atMost) {}
