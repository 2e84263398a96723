package dev.cobnut.topology;

/// What the control plane last saw of one Sentinel, for people.
///
/// @param address where it listens
/// @param state one word: `ok`, `connecting`, `silent` (connected, but does not answer)
/// @param detail what it says of the groups, or why it is not ok; may be empty
public record SentinelView(NodeAddress address, String state, String detail) {}
