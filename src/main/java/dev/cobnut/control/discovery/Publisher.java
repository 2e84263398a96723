package dev.cobnut.control.discovery;

import dev.cobnut.topology.Gate;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.SentinelView;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes topologies out of the plan and what is known of the groups, counts their epochs, and passes on those that
/// differ from the one before. Owned by the deciding thread.
final class Publisher {
    /// Which replicas of a shard of a pool may be read from.
    interface Readers {
        List<NodeAddress> of(String pool, String shard);
    }

    /// How often a shard's data did not descend from those before.
    interface Breaks {
        long of(String pool, ShardPlan.PlannedShard shard);
    }

    /// Whether requests for a shard may be sent; null where they never wait.
    interface Passages {
        @Nullable
        Gate of(String pool, ShardPlan.PlannedShard shard);
    }

    private final Consumer<Topology> onTopology;
    private @Nullable Topology last;

    Publisher(Consumer<Topology> onTopology) {
        this.onTopology = onTopology;
    }

    /// The last publication; null before the first.
    @Nullable
    Topology last() {
        return last;
    }

    /// Publishes when something changed.
    void publish(
            ShardPlan plan,
            Map<String, Group> groups,
            Readers readers,
            Breaks breaks,
            Passages passages,
            List<SentinelView> sentinels) {
        Topology before = last;
        Topology next =
                topology(before == null ? 1 : before.epoch() + 1, plan, groups, readers, breaks, passages, sentinels);
        if (before == null
                || !before.pools().equals(next.pools())
                || !before.sentinels().equals(next.sentinels())) {
            last = next;
            onTopology.accept(next);
        }
    }

    /// @param groups by master name; a shard whose group is missing has no master
    static Topology topology(
            long epoch,
            ShardPlan plan,
            Map<String, Group> groups,
            Readers readers,
            Breaks breaks,
            Passages passages,
            List<SentinelView> sentinels) {
        List<PoolTopology> pools = new ArrayList<>();
        for (ShardPlan.PlannedPool pool : plan.pools()) {
            List<Shard> shards = new ArrayList<>();
            for (ShardPlan.PlannedShard shard : pool.shards()) {
                Group group = group(shard, groups);
                List<NodeAddress> readable = readers.of(pool.name(), shard.name());
                Shard next = group == null ? fixed(shard, readable) : followed(shard, group, readable);
                Gate gate = passages.of(pool.name(), shard);
                next = next.withLineageBreaks(breaks.of(pool.name(), shard));
                shards.add(gate == null ? next : next.withGate(gate));
            }
            pools.add(new PoolTopology(pool.name(), shards));
        }
        return new Topology(epoch, pools, sentinels);
    }

    /// Where writes to a shard go, as it will be published.
    static @Nullable NodeAddress master(ShardPlan.PlannedShard shard, Map<String, Group> groups) {
        Group group = group(shard, groups);
        return group == null ? fixedMaster(shard) : group.master();
    }

    private static @Nullable Group group(ShardPlan.PlannedShard shard, Map<String, Group> groups) {
        return shard.masterName() == null ? null : groups.get(shard.masterName());
    }

    private static @Nullable NodeAddress fixedMaster(ShardPlan.PlannedShard shard) {
        List<NodeAddress> addresses = shard.addresses();
        return shard.masterName() != null || addresses.isEmpty() ? null : addresses.getFirst();
    }

    private static Shard followed(ShardPlan.PlannedShard shard, Group group, List<NodeAddress> readable) {
        List<Node> nodes = group.nodes();
        return new Shard(
                shard.name(),
                shard.weight(),
                group.name(),
                group.master(),
                group.configEpoch(),
                nodes.isEmpty() ? configured(shard, Node.Role.UNKNOWN) : nodes,
                readable);
    }

    private static Shard fixed(ShardPlan.PlannedShard shard, List<NodeAddress> readable) {
        NodeAddress master = fixedMaster(shard);
        Node.Role role = master == null ? Node.Role.UNKNOWN : Node.Role.MASTER;
        return new Shard(
                shard.name(), shard.weight(), shard.masterName(), master, 0, configured(shard, role), readable);
    }

    private static List<Node> configured(ShardPlan.PlannedShard shard, Node.Role firstRole) {
        List<Node> nodes = new ArrayList<>();
        for (NodeAddress address : shard.addresses()) {
            nodes.add(new Node(address, nodes.isEmpty() ? firstRole : Node.Role.UNKNOWN, ""));
        }
        return nodes;
    }
}
