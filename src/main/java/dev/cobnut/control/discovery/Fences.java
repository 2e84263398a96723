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
    /// @param raises whether its master is fenced when it is being replaced
    private record Kept(@Nullable Login login, boolean raises, FenceWatch watch) {}

    private final Decider<News> decider;
    private final Chronicle chronicle;

    /// By group.
    private final Map<String, Kept> groups = new TreeMap<>();

    Fences(Decider<News> decider, Chronicle chronicle) {
        this.decider = decider;
        this.chronicle = chronicle;
    }

    /// Begins with a group: what an earlier process left is found now.
    ///
    /// @param login as whom its nodes are told; null for none
    /// @param raises whether its master is to be fenced when it is being replaced
    void start(Group group, @Nullable Login login, boolean raises, long nowNanos) {
        groups.computeIfAbsent(group.name(), _ -> new Kept(login, raises, new FenceWatch()));
        suspect(group.name(), nowNanos);
        if (group.master() != null) {
            askWhetherItCanBeRaised(group.name(), group.master());
        }
    }

    /// Another node is master of a group.
    void onAdopted(String group, NodeAddress.Tcp master, long nowNanos) {
        Kept kept = groups.get(group);
        if (kept != null) {
            kept.watch.onAdopted(nowNanos);
            askWhetherItCanBeRaised(group, master);
        }
    }

    /// So that the operator hears of it before it matters.
    private void askWhetherItCanBeRaised(String group, NodeAddress.Tcp master) {
        Kept kept = groups.get(group);
        if (kept != null && kept.raises) {
            decider.ask(() -> {
                String lacking = SwitchMarks.lacking(master, kept.login);
                String line = group + ": " + master
                        + " will not be fenced when it is replaced (fence: server): it refuses " + lacking + " to "
                        + SwitchMarks.who(kept.login) + "; requests of this proxy wait all the same";
                return new News.Fenced(group, Notice.Kind.WARNING, lacking.isEmpty() ? null : line);
            });
        }
    }

    /// There may be a fence.
    void suspect(String group, long nowNanos) {
        Kept kept = groups.get(group);
        if (kept != null) {
            kept.watch.suspect(nowNanos);
        }
    }

    /// Keeps writes from the master of a group, which is going to be replaced.
    ///
    /// @param sentinel who says so
    void raise(String group, NodeAddress.Tcp master, int sentinel, long nowNanos) {
        Kept kept = groups.get(group);
        if (kept != null && kept.watch.onBegun(master, sentinel, nowNanos)) {
            decider.ask(() -> new News.Raised(master, sentinel, raised(group, master, kept.login)));
        } else if (kept != null) {
            String line = group + ": " + master + " is not fenced: this Sentinel's last failover came to nothing";
            chronicle.tellOnce(Notice.Kind.FAILOVER, group, line, nowNanos);
        }
    }

    private static News.Fenced raised(String group, NodeAddress.Tcp master, @Nullable Login login) {
        try {
            boolean _ = SwitchMarks.fence(master, login);
            String line = group + ": " + master + " is fenced: it takes no writes until it is a replica";
            return new News.Fenced(group, Notice.Kind.FAILOVER, line);
        } catch (SwitchMarks.Refused e) {
            String line = group + ": " + master + " is not fenced: " + e.getMessage();
            return new News.Fenced(group, Notice.Kind.WARNING, line);
        } catch (IOException _) {
            return new News.Fenced(group, Notice.Kind.FAILOVER, null); // it is gone, which is why it is replaced
        }
    }

    /// A fence was raised, or may have been.
    void onRaised(News.Raised news, long nowNanos) {
        Kept kept = groups.get(news.fenced().group());
        if (kept != null) {
            kept.watch.onRaised(news.node(), news.sentinel(), nowNanos);
            onFenced(news.fenced(), nowNanos);
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
            decider.ask(() -> lifted(news.group(), news.node(), kept.login));
        }
    }

    private static News.Fenced lifted(String group, NodeAddress.Tcp node, @Nullable Login login) {
        String fence = group + ": the fence at " + node;
        try {
            SwitchMarks.Lifted lifted = SwitchMarks.lift(node, login, true);
            if (lifted.fileRefusal() != null) {
                String line = fence + " is lifted, but its configuration file may still have it: CONFIG REWRITE says "
                        + lifted.fileRefusal();
                return new News.Fenced(group, Notice.Kind.WARNING, line);
            }
            String line = fence + " is lifted: its settings are as they were before a switch";
            return new News.Fenced(group, Notice.Kind.FAILOVER, lifted.had() ? line : null);
        } catch (IOException e) {
            return new News.Fenced(group, Notice.Kind.WARNING, fence + " cannot be lifted: " + e.getMessage());
        }
    }

    /// There may be something to tell of a fence.
    void onFenced(News.Fenced news, long nowNanos) {
        if (news.line() != null) {
            chronicle.tellOnce(news.kind(), news.group(), news.line(), nowNanos);
        }
    }
}
