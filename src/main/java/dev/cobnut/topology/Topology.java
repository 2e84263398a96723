package dev.cobnut.topology;

import java.util.List;

/// Who is where, at one moment. Immutable: the control plane publishes a new one for each change, every event loop
/// reads the latest.
///
/// @param epoch counts publications from 1; a reader never goes back to a smaller one
/// @param pools one for each configured pool, in configuration order
/// @param sentinels the Sentinels that are followed; empty without Sentinel
public record Topology(long epoch, List<PoolTopology> pools, List<SentinelView> sentinels) {

    public Topology {
        pools = List.copyOf(pools);
        sentinels = List.copyOf(sentinels);
    }

    /// The pool of that name.
    ///
    /// @throws IllegalArgumentException when there is none
    public PoolTopology pool(String name) {
        for (PoolTopology pool : pools) {
            if (pool.pool().equals(name)) {
                return pool;
            }
        }
        throw new IllegalArgumentException("pool " + name + " (expected one of " + pools + ")");
    }
}
