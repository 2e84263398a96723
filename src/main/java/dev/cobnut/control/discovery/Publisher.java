package dev.cobnut.control.discovery;

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
    void publish(ShardPlan plan, Map<String, Group> groups, List<SentinelView> sentinels) {
        Topology before = last;
        Topology next = topology(before == null ? 1 : before.epoch() + 1, plan, groups, sentinels);
        if (before == null
                || !before.pools().equals(next.pools())
                || !before.sentinels().equals(next.sentinels())) {
            last = next;
            onTopology.accept(next);
        }
    }

    /// @param groups by master name; a shard whose group is missing has no master
    static Topology topology(long epoch, ShardPlan plan, Map<String, Group> groups, List<SentinelView> sentinels) {
        List<PoolTopology> pools = new ArrayList<>();
        for (ShardPlan.PlannedPool pool : plan.pools()) {
            List<Shard> shards = new ArrayList<>();
            for (ShardPlan.PlannedShard shard : pool.shards()) {
                Group group = shard.masterName() == null ? null : groups.get(shard.masterName());
                shards.add(group == null ? fixed(shard) : followed(shard, group));
            }
            pools.add(new PoolTopology(pool.name(), shards));
        }
        return new Topology(epoch, pools, sentinels);
    }

    private static Shard followed(ShardPlan.PlannedShard shard, Group group) {
        List<Node> nodes = group.nodes();
        return new Shard(
                shard.name(),
                shard.weight(),
                group.name(),
                group.master(),
                group.configEpoch(),
                nodes.isEmpty() ? configured(shard, Node.Role.UNKNOWN) : nodes);
    }

    private static Shard fixed(ShardPlan.PlannedShard shard) {
        List<NodeAddress> addresses = shard.addresses();
        NodeAddress master = shard.masterName() != null || addresses.isEmpty() ? null : addresses.getFirst();
        Node.Role role = master == null ? Node.Role.UNKNOWN : Node.Role.MASTER;
        return new Shard(shard.name(), shard.weight(), shard.masterName(), master, 0, configured(shard, role));
    }

    private static List<Node> configured(ShardPlan.PlannedShard shard, Node.Role firstRole) {
        List<Node> nodes = new ArrayList<>();
        for (NodeAddress address : shard.addresses()) {
            nodes.add(new Node(address, nodes.isEmpty() ? firstRole : Node.Role.UNKNOWN, ""));
        }
        return nodes;
    }
}
