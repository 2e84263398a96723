package dev.cobnut.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One place on the ring and the replication group behind it.
///
/// @param name the configured ring name; it decides placement and never changes, whoever is master
/// @param weight the share of the ring, 1 or more
/// @param masterName the name Sentinel monitors the group under; null where no Sentinel does
/// @param master where writes go; null while nobody knows
/// @param configEpoch Sentinel's configuration epoch of that master; 0 without Sentinel
/// @param nodes all known nodes of the group, the master first
/// @param readable the replicas that may be read from now, sorted; never the master, and empty for pools that do not
///     read from replicas. Their addresses are as the master names them, which may be written otherwise than in `nodes`
/// @param lineageBreaks how often, since the start, the master's data did not descend from those that were seen before:
///     a stranger, a restart without data, another node at the address
/// @param gate whether requests for the master may be sent
public record Shard(
        String name,
        int weight,
        @Nullable String masterName,
        @Nullable NodeAddress master,
        long configEpoch,
        List<Node> nodes,
        List<NodeAddress> readable,
        long lineageBreaks,
        Gate gate) {

    public Shard {
        nodes = List.copyOf(nodes);
        readable = List.copyOf(readable);
    }

    /// A shard without replicas to read from.
    public Shard(
            String name,
            int weight,
            @Nullable String masterName,
            @Nullable NodeAddress master,
            long configEpoch,
            List<Node> nodes) {
        this(name, weight, masterName, master, configEpoch, nodes, List.of());
    }

    /// A shard whose masters have always been heirs.
    public Shard(
            String name,
            int weight,
            @Nullable String masterName,
            @Nullable NodeAddress master,
            long configEpoch,
            List<Node> nodes,
            List<NodeAddress> readable) {
        this(name, weight, masterName, master, configEpoch, nodes, readable, 0, Gate.NONE);
    }

    /// The same with another number of breaks.
    public Shard withLineageBreaks(long breaks) {
        return new Shard(name, weight, masterName, master, configEpoch, nodes, readable, breaks, gate);
    }

    /// The same with another verdict.
    public Shard withGate(Gate verdict) {
        return new Shard(name, weight, masterName, master, configEpoch, nodes, readable, lineageBreaks, verdict);
    }
}
