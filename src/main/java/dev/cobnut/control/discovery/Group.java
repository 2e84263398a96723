package dev.cobnut.control.discovery;

import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.control.discovery.SentinelReplies.ReplicaReport;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is known of one group that Sentinel watches: the decision about its master, and its nodes as the first
/// Sentinel that agrees with the decision sees them. Owned by the deciding thread.
final class Group {
    /// Who hears what Sentinels report.
    interface Reports {
        void on(int sentinel, GroupReport report, long askedNanos);
    }

    private static final long EVENT_LIFE_NANOS = Duration.ofSeconds(5).toNanos();

    private final String name;
    private final MasterDecision decision;

    /// When each Sentinel was asked for its last report.
    private final long[] askedNanos;
    private final Map<Integer, GroupReport> reports = new HashMap<>();
    private final Map<Integer, List<ReplicaReport>> replicas = new HashMap<>();

    /// The first event that announced the switch under way; null between switches.
    private SentinelEvent.@Nullable Told announced;

    private long announcedNanos;

    /// What was shown last, for the time when no Sentinel agrees or answers.
    private List<Node> shown = List.of();

    Group(String name, int sentinels) {
        this.name = name;
        this.decision = new MasterDecision(sentinels);
        this.askedNanos = new long[sentinels];
    }

    String name() {
        return name;
    }

    NodeAddress.@Nullable Tcp master() {
        return decision.master();
    }

    long configEpoch() {
        return decision.configEpoch();
    }

    /// The servers that the configuration names for it, in every way that they may be written.
    void onConfigured(Set<NodeAddress.Tcp> servers) {
        decision.onConfigured(servers);
    }

    /// @param asked when the Sentinel was asked for it
    List<MasterDecision.Effect> onReport(int sentinel, GroupReport report, long asked, long nowNanos) {
        reports.put(sentinel, report);
        askedNanos[sentinel] = asked;
        return decision.onClaim(sentinel, report.master(), report.configEpoch(), nowNanos);
    }

    /// Gives the last report of each Sentinel, with when it was asked, to somebody who comes later.
    void repeatReports(Reports reader) {
        reports.forEach((sentinel, report) -> reader.on(sentinel, report, askedNanos[sentinel]));
    }

    void onReplicas(int sentinel, List<ReplicaReport> rows) {
        replicas.put(sentinel, rows);
        Set<NodeAddress.Tcp> addresses =
                rows.stream().map(ReplicaReport::address).collect(Collectors.toSet());
        decision.onReplicas(sentinel, addresses);
    }

    /// As for [MasterDecision#onPromoted].
    List<MasterDecision.Effect> onPromoted(NodeAddress.Tcp address, long nowNanos) {
        return decision.onPromoted(address, nowNanos);
    }

    /// As for [MasterDecision#isMember].
    boolean isMember(NodeAddress.Tcp address) {
        return decision.isMember(address);
    }

    /// As for [MasterDecision#wasKnown].
    boolean wasKnown(NodeAddress.Tcp address) {
        return decision.wasKnown(address);
    }

    /// Whether a majority of the configured Sentinels names the adopted master in answers to questions that were asked
    /// after a time.
    boolean isConfirmedSince(long nanos) {
        int votes = 0;
        for (int sentinel = 0; sentinel < askedNanos.length; sentinel++) {
            votes += askedNanos[sentinel] - nanos > 0 && decision.agrees(sentinel) ? 1 : 0;
        }
        return votes > askedNanos.length / 2;
    }

    /// A node said which replicas it has.
    void onMembers(NodeAddress.Tcp node, Set<NodeAddress.Tcp> members) {
        decision.onMembers(node, members);
    }

    /// The Sentinel does not answer, or does not watch this group.
    void onSilent(int sentinel) {
        decision.onSilent(sentinel);
    }

    /// As for [MasterDecision#onRole].
    List<MasterDecision.Effect> onRole(NodeAddress.Tcp address, RoleAnswer answer, boolean heir, long nowNanos) {
        return decision.onRole(address, answer, heir, nowNanos);
    }

    List<MasterDecision.Effect> onTick(long nowNanos) {
        return decision.onTick(nowNanos);
    }

    /// An event names a next master: remember the first one, to tell how long the switch took.
    void onAnnounced(SentinelEvent.Told told, long nowNanos) {
        boolean stale = announced == null || nowNanos - announcedNanos > EVENT_LIFE_NANOS;
        if (stale && !told.address().equals(decision.master())) {
            announced = told;
            announcedNanos = nowNanos;
        }
    }

    /// Its new master and how the switch was noticed, for people.
    String tell(MasterDecision.Effect.Adopted adopted, long nowNanos) {
        String master = adopted.master() + " (config epoch " + adopted.configEpoch() + ")";
        if (adopted.before() == null) {
            return name + ": master is " + master;
        }
        String from = "switch " + name + ": " + adopted.before() + " -> ";
        return switch (adopted.ground()) {
            case CLAIMED -> from + master + ", " + noticed(nowNanos);
            case OVERRULED -> from + master + ", a majority of the Sentinels insists";
            case PROMOTED -> from + adopted.master() + ", which was promoted and says that it is master";
        };
    }

    private String noticed(long nowNanos) {
        SentinelEvent.Told event = announced;
        announced = null;
        return event == null || nowNanos - announcedNanos > EVENT_LIFE_NANOS
                ? "found by asking"
                : Duration.ofNanos(nowNanos - announcedNanos).toMillis() + " ms after "
                        + event.event().channel();
    }

    /// The nodes, the master first, then by address.
    List<Node> nodes() {
        NodeAddress.Tcp master = decision.master();
        List<Node> nodes = new ArrayList<>();
        if (master == null) {
            reports.entrySet().stream().min(Map.Entry.comparingByKey()).ifPresent(first -> {
                NodeAddress.Tcp claimed = first.getValue().master();
                nodes.add(new Node(claimed, Node.Role.UNKNOWN, "has not confirmed that it is master"));
                addReplicas(nodes, first.getKey(), claimed);
            });
            return nodes;
        }
        for (Map.Entry<Integer, GroupReport> entry : reports.entrySet()) {
            if (decision.agrees(entry.getKey()) && replicas.containsKey(entry.getKey())) {
                nodes.add(
                        new Node(master, Node.Role.MASTER, note(entry.getValue().flags())));
                addReplicas(nodes, entry.getKey(), master);
                shown = nodes;
                return nodes;
            }
        }
        nodes.add(new Node(master, Node.Role.MASTER, ""));
        for (Node node : shown) {
            if (!node.address().equals(master)) {
                boolean former = node.role() == Node.Role.MASTER;
                nodes.add(former ? new Node(node.address(), Node.Role.UNKNOWN, "was master before") : node);
            }
        }
        return nodes;
    }

    private void addReplicas(List<Node> nodes, int sentinel, NodeAddress.Tcp master) {
        replicas.getOrDefault(sentinel, List.of()).stream()
                .filter(replica -> !replica.address().equals(master))
                .sorted(Comparator.comparing(replica -> replica.address().toString()))
                .map(Group::node)
                .forEach(nodes::add);
    }

    private static Node node(ReplicaReport replica) {
        if (replica.saysMaster()) {
            return new Node(replica.address(), Node.Role.UNKNOWN, "says that it is master");
        }
        String note = note(replica.flags());
        return new Node(
                replica.address(),
                Node.Role.REPLICA,
                note.isEmpty() && !replica.linkUp() ? "its link to the master is down" : note);
    }

    private static String note(Set<String> flags) {
        return flags.contains("o_down")
                ? "down, the quorum agrees"
                : flags.contains("s_down") ? "down" : flags.contains("disconnected") ? "disconnected" : "";
    }
}
