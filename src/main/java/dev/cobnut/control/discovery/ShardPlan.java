package dev.cobnut.control.discovery;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Which configured servers are one shard, and which group Sentinel knows it as. Pure.
///
/// A server belongs to a group when, in this order: `cobnut.yml` says so, its ring name is the master name, its
/// address is a node of the group, or it is itself a replica of such a node. Servers of one group in one pool are one
/// shard; so are servers of one ring name, since they stand on the same points of the ring anyway. The first of them
/// in the file gives name and weight.
///
/// @param pools in configuration order
/// @param notes one line for each shard that more than one server became
/// @param warnings one line for each thing that wants a look
record ShardPlan(List<PlannedPool> pools, List<String> notes, List<String> warnings) {

    record PlannedPool(String name, List<PlannedShard> shards) {}

    /// @param masterName the group; null where no Sentinel knows one
    /// @param addresses of the servers that the configuration names, in file order
    record PlannedShard(String name, int weight, @Nullable String masterName, List<NodeAddress> addresses) {}

    /// What is known of the groups.
    ///
    /// @param nodes by master name: masters and replicas, as any Sentinel names them
    /// @param masterOf what servers that were asked say they replicate
    /// @param same whether two addresses mean the same node: equal, or their hosts resolve to a common address
    record Groups(
            Map<String, Set<NodeAddress.Tcp>> nodes,
            Map<NodeAddress.Tcp, NodeAddress.Tcp> masterOf,
            BiPredicate<NodeAddress.Tcp, NodeAddress.Tcp> same) {

        /// The groups that have this node, sorted.
        private Set<String> with(NodeAddress.Tcp address) {
            Set<String> found = new TreeSet<>();
            nodes.forEach((group, members) -> {
                if (members.stream().anyMatch(member -> same.test(member, address))) {
                    found.add(group);
                }
            });
            return found;
        }
    }

    ShardPlan {
        pools = List.copyOf(pools);
        notes = List.copyOf(notes);
        warnings = List.copyOf(warnings);
    }

    /// Every master name that a shard has.
    Set<String> masterNames() {
        Set<String> names = new TreeSet<>();
        for (PlannedPool pool : pools) {
            for (PlannedShard shard : pool.shards) {
                if (shard.masterName != null) {
                    names.add(shard.masterName);
                }
            }
        }
        return names;
    }

    /// Every server that the configuration names for a group.
    List<NodeAddress> addresses(String group) {
        List<NodeAddress> addresses = new ArrayList<>();
        for (PlannedPool pool : pools) {
            for (PlannedShard shard : pool.shards) {
                if (group.equals(shard.masterName)) {
                    addresses.addAll(shard.addresses);
                }
            }
        }
        return addresses;
    }

    /// The shards without a group, as far as they have an address: nobody will ever say who their master is.
    List<NodeAddress> unmatched() {
        List<NodeAddress> addresses = new ArrayList<>();
        for (PlannedPool pool : pools) {
            for (PlannedShard shard : pool.shards) {
                if (shard.masterName == null) {
                    addresses.addAll(shard.addresses);
                }
            }
        }
        return addresses;
    }

    static ShardPlan of(List<PoolConfig> pools, Groups groups) {
        List<PlannedPool> planned = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (PoolConfig pool : pools) {
            List<Draft> drafts = new ArrayList<>();
            for (ServerConfig server : pool.servers()) {
                String group = groupOf(pool, server, groups, warnings);
                Draft draft = draftFor(drafts, server, group);
                if (group != null && draft.group == null) {
                    draft.group = group;
                } else if (group != null && !group.equals(draft.group)) {
                    warnings.add("pool " + pool.name() + ", line " + server.line() + ": ring name " + server.ringName()
                            + " stands for groups " + draft.group + " and " + group + "; following " + draft.group
                            + ": give each shard a name of its own");
                }
                draft.servers.add(server);
            }
            List<Draft> merged = merge(drafts);
            for (Draft draft : merged) {
                draft.describe(pool, notes);
            }
            planned.add(new PlannedPool(
                    pool.name(), merged.stream().map(Draft::planned).toList()));
        }
        return new ShardPlan(planned, notes, warnings);
    }

    private static @Nullable String groupOf(
            PoolConfig pool, ServerConfig server, Groups groups, List<String> warnings) {
        if (server.masterName() != null) {
            return server.masterName();
        }
        if (groups.nodes.containsKey(server.ringName())) {
            return server.ringName();
        }
        if (!(server.address() instanceof NodeAddress.Tcp address)) {
            return null;
        }
        Set<String> found = groups.with(address);
        NodeAddress.Tcp master = groups.masterOf.get(address);
        if (found.isEmpty() && master != null) {
            found = groups.with(master);
        }
        if (found.isEmpty()) {
            return null;
        }
        String first = found.iterator().next();
        if (found.size() > 1) {
            warnings.add("pool " + pool.name() + ", line " + server.line() + ": " + address + " is a node of groups "
                    + String.join(", ", found) + "; following " + first
                    + ": name the server like the master that is meant");
        }
        return first;
    }

    private static Draft draftFor(List<Draft> drafts, ServerConfig server, @Nullable String group) {
        for (Draft draft : drafts) {
            if (draft.has(server.ringName())) {
                return draft;
            }
        }
        for (Draft draft : drafts) {
            if (group != null && group.equals(draft.group)) {
                return draft;
            }
        }
        Draft draft = new Draft(group);
        drafts.add(draft);
        return draft;
    }

    /// A draft may learn its group only from its second server; then an earlier draft of the same group takes it in.
    private static List<Draft> merge(List<Draft> drafts) {
        List<Draft> merged = new ArrayList<>();
        for (Draft draft : drafts) {
            Draft earlier = null;
            for (Draft each : merged) {
                if (draft.group != null && draft.group.equals(each.group)) {
                    earlier = each;
                }
            }
            if (earlier == null) {
                merged.add(draft);
            } else {
                earlier.servers.addAll(draft.servers);
            }
        }
        return merged;
    }

    private static final class Draft {
        private final List<ServerConfig> servers = new ArrayList<>();
        private @Nullable String group;

        Draft(@Nullable String group) {
            this.group = group;
        }

        boolean has(String ringName) {
            return servers.stream().anyMatch(server -> server.ringName().equals(ringName));
        }

        PlannedShard planned() {
            List<NodeAddress> addresses = new ArrayList<>();
            for (ServerConfig server : servers) {
                NodeAddress address = server.address();
                if (address != null) {
                    addresses.add(address);
                }
            }
            ServerConfig first = servers.getFirst();
            return new PlannedShard(first.ringName(), first.weight(), group, List.copyOf(addresses));
        }

        void describe(PoolConfig pool, List<String> notes) {
            if (servers.size() < 2) {
                return;
            }
            PlannedShard shard = planned();
            notes.add("pool " + pool.name() + ": " + shard.addresses + " are one shard, " + shard.name
                    + (group == null ? " (one ring name; no Sentinel knows them)" : ", master by Sentinel: " + group));
        }
    }
}
