package dev.cobnut.control.discovery;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.topology.NodeAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Collects, before the first publication, what is needed to group servers into shards, and says when that is enough.
/// The grouping holds for the life of the process, and a wrong one sends keys to the wrong place; so it waits for
/// every Sentinel to answer or fail, and for names and servers that were asked, but 2 s at most after the first answer.
///
/// Pure; owned by the deciding thread.
final class Grouping {
    static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();

    private final List<PoolConfig> pools;
    private final int sentinels;
    private final Map<String, Set<NodeAddress.Tcp>> nodes = new TreeMap<>();
    private final Map<NodeAddress.Tcp, NodeAddress.Tcp> masterOf = new HashMap<>();
    private final Map<String, Set<InetAddress>> resolved = new HashMap<>();
    private final Set<String> lookups = new HashSet<>();
    private final Set<NodeAddress.Tcp> askedServers = new HashSet<>();
    private final Set<NodeAddress.Tcp> waitingServers = new HashSet<>();
    private final BitSet polled = new BitSet();
    private final BitSet lost = new BitSet();
    private long firstPolledNanos;

    Grouping(List<PoolConfig> pools, int sentinels) {
        this.pools = List.copyOf(pools);
        this.sentinels = sentinels;
    }

    /// A Sentinel watches a group of which it names no node that could be read.
    void onGroup(String group) {
        nodes.computeIfAbsent(group, _ -> new HashSet<>());
    }

    void onNode(String group, NodeAddress.Tcp address) {
        nodes.computeIfAbsent(group, _ -> new HashSet<>()).add(address);
    }

    void onPolled(int sentinel, long nowNanos) {
        if (polled.isEmpty()) {
            firstPolledNanos = nowNanos;
        }
        polled.set(sentinel);
    }

    void onLost(int sentinel) {
        lost.set(sentinel);
    }

    void onResolved(String host, List<InetAddress> addresses) {
        resolved.put(host, Set.copyOf(addresses));
    }

    void onServerRole(NodeAddress.Tcp server, RoleAnswer answer) {
        waitingServers.remove(server);
        if (answer.kind() == RoleAnswer.Kind.REPLICA) {
            masterOf.put(server, answer.peers().getFirst());
        }
    }

    /// Host names that nobody looked up yet; the caller does, once for each.
    Set<String> newLookups() {
        Set<String> hosts = new HashSet<>();
        for (PoolConfig pool : pools) {
            for (ServerConfig server : pool.servers()) {
                if (server.address() instanceof NodeAddress.Tcp tcp) {
                    hosts.add(tcp.host());
                }
            }
        }
        nodes.values().forEach(members -> members.forEach(member -> hosts.add(member.host())));
        hosts.removeIf(host -> !lookups.add(host));
        return hosts;
    }

    /// Servers that no Sentinel names; the caller asks them for their ROLE, once for each. A replica that Sentinel has
    /// not discovered yet (it learns them from the master, a moment after its own start) says itself who its master
    /// is.
    Set<NodeAddress.Tcp> newQuestions() {
        Set<NodeAddress.Tcp> servers = new HashSet<>();
        if (!polled.isEmpty() && !nodes.isEmpty()) {
            for (NodeAddress address : plan().unmatched()) {
                if (address instanceof NodeAddress.Tcp tcp && askedServers.add(tcp)) {
                    servers.add(tcp);
                    waitingServers.add(tcp);
                }
            }
        }
        return servers;
    }

    /// The servers that the configuration names for a group: as they are written there, and with each address that
    /// their names have.
    Set<NodeAddress.Tcp> servers(ShardPlan plan, String group) {
        Set<NodeAddress.Tcp> servers = new HashSet<>();
        for (NodeAddress address : plan.addresses(group)) {
            if (address instanceof NodeAddress.Tcp tcp) {
                servers.add(tcp);
                addresses(tcp.host())
                        .forEach(each -> servers.add(new NodeAddress.Tcp(each.getHostAddress(), tcp.port())));
            }
        }
        return servers;
    }

    /// How far it is, by what is known now.
    ShardPlan plan() {
        return ShardPlan.of(pools, new ShardPlan.Groups(nodes, masterOf, this::same));
    }

    /// True when the plan may be made final.
    boolean isSettled(ShardPlan plan, long nowNanos) {
        if (polled.isEmpty()) {
            return false;
        }
        boolean majority = polled.cardinality() > sentinels / 2;
        boolean noneMatched = Collections.disjoint(plan.masterNames(), nodes.keySet());
        if (!majority && noneMatched && !plan.unmatched().isEmpty()) {
            return false;
        }
        BitSet heard = (BitSet) polled.clone();
        heard.or(lost);
        boolean quiet =
                heard.cardinality() == sentinels && resolved.keySet().containsAll(lookups) && waitingServers.isEmpty();
        return quiet || nowNanos - firstPolledNanos >= PATIENCE_NANOS;
    }

    private boolean same(NodeAddress.Tcp one, NodeAddress.Tcp other) {
        return one.port() == other.port()
                && (one.host().equalsIgnoreCase(other.host())
                        || !Collections.disjoint(addresses(one.host()), addresses(other.host())));
    }

    private Set<InetAddress> addresses(String host) {
        return resolved.getOrDefault(host, Set.of());
    }

    /// The names of the groups that were seen.
    Set<String> groups() {
        return nodes.keySet();
    }
}
