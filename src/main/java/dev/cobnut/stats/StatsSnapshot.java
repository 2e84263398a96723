package dev.cobnut.stats;

import java.util.List;
import java.util.Map;

/// All counters at about one instant, added up over event loops.
///
/// @param totalConnections connections ever, clients and servers and listeners
/// @param currConnections the same, now
/// @param pools in nutcracker's order: by length of name, then by bytes
public record StatsSnapshot(long totalConnections, long currConnections, List<Pool> pools) {

    /// @param name the pool
    /// @param counters a value for every counter
    /// @param servers in nutcracker's order: by length of ring name, then by bytes
    public record Pool(String name, Map<PoolCounter, Long> counters, List<Server> servers) {}

    /// @param name the ring name
    /// @param counters a value for every counter
    public record Server(String name, Map<ServerCounter, Long> counters) {}
}
