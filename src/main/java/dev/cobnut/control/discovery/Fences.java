package dev.cobnut.control.discovery;

import dev.cobnut.control.Decider;
import dev.cobnut.control.Notice;
import dev.cobnut.control.probe.SwitchMarks;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The fences at the servers of all groups that Sentinel watches: raises them where a pool says so, and lifts what was
/// left behind, by whom ever. Owned by the deciding thread.
final class Fences {
    /// @param login as whom its nodes are told; null for none
    private record Kept(@Nullable Login login, FenceWatch watch) {}

    private final Decider<News> decider;
    private final Chronicle chronicle;

    /// By group.
    private final Map<String, Kept> groups = new TreeMap<>();

    Fences(Decider<News> decider, Chronicle chronicle) {
        this.decider = decider;
        this.chronicle = chronicle;
    }

    /// Begins with a group: what an earlier process left is found now.
    void start(String group, @Nullable Login login, long nowNanos) {
        groups.computeIfAbsent(group, _ -> new Kept(login, new FenceWatch()));
        suspect(group, nowNanos);
    }

    /// There may be a fence.
    void suspect(String group, long nowNanos) {
        Kept kept = groups.get(group);
        if (kept != null) {
            kept.watch.suspect(nowNanos);
        }
    }

    /// Keeps writes from the master of a group, which is going to be replaced.
    void raise(String group, NodeAddress.Tcp master, long nowNanos) {
        Kept kept = groups.get(group);
        if (kept != null) {
            kept.watch.onRaised(master, nowNanos);
            decider.ask(() -> new News.Fenced(group, raised(group, master, kept.login)));
        }
    }

    private static @Nullable String raised(String group, NodeAddress.Tcp master, @Nullable Login login) {
        try {
            boolean _ = SwitchMarks.fence(master, login);
            return group + ": " + master + " is fenced: it takes no writes until it is a replica";
        } catch (IOException _) {
            return null; // it is gone, which is why it is replaced
        }
    }

    /// Time went on.
    void onTick(Map<String, Group> known, long nowNanos) {
        groups.forEach((name, kept) -> {
            Group group = known.get(name);
            List<NodeAddress.Tcp> nodes = group == null ? List.of() : nodes(group);
            if (!nodes.isEmpty()) {
                for (NodeAddress.Tcp node : kept.watch.onTick(nodes, nowNanos)) {
                    decider.ask(() -> new News.Fence(name, node, SwitchMarks.look(node, kept.login)));
                }
            }
        });
    }

    private static List<NodeAddress.Tcp> nodes(Group group) {
        List<NodeAddress.Tcp> nodes = new ArrayList<>();
        for (Node node : group.nodes()) {
            if (node.address() instanceof NodeAddress.Tcp tcp) {
                nodes.add(tcp);
            }
        }
        return nodes;
    }

    /// A node was looked at.
    ///
    /// @param isReplacing whether the master of a group is being replaced
    void onFound(News.Fence news, Map<String, Group> known, Predicate<String> isReplacing, long nowNanos) {
        Kept kept = groups.get(news.group());
        Group group = known.get(news.group());
        if (kept == null || group == null) {
            return;
        }
        boolean isMaster = news.node().equals(group.master());
        if (kept.watch.onFound(news.node(), news.found(), isMaster, isReplacing.test(news.group()), nowNanos)) {
            decider.ask(() -> new News.Fenced(news.group(), lifted(news.group(), news.node(), kept.login)));
        }
    }

    private static @Nullable String lifted(String group, NodeAddress.Tcp node, @Nullable Login login) {
        try {
            boolean was = SwitchMarks.lift(node, login, true);
            return was
                    ? group + ": the fence at " + node + " is lifted: its settings are as they were before a switch"
                    : null;
        } catch (IOException e) {
            return group + ": the fence at " + node + " cannot be lifted: " + e.getMessage();
        }
    }

    /// A fence was raised, or lifted, or could not be.
    void onFenced(News.Fenced news, long nowNanos) {
        if (news.line() != null) {
            chronicle.tellOnce(Notice.Kind.FAILOVER, news.group(), news.line(), nowNanos);
        }
    }
}
