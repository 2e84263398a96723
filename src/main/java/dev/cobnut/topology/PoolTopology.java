package dev.cobnut.topology;

import java.util.List;

/// The shards of one pool. Their number, order, names and weights are fixed for the life of the process; only who
/// is behind them changes.
///
/// @param pool the pool's name
/// @param shards in the order in which the configuration first mentions them
public record PoolTopology(String pool, List<Shard> shards) {
    public PoolTopology {
        shards = List.copyOf(shards);
    }
}
