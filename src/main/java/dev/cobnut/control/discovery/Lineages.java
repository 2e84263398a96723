package dev.cobnut.control.discovery;

import dev.cobnut.config.HoldSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Inbox;
import dev.cobnut.control.Notice;
import dev.cobnut.control.probe.History;
import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The masters of all shards: for each a [MasterWatch] that asks and a [Lineage] that judges. Shards of one group are
/// one; a shard without a group is one of its own. Owned by the deciding thread.
final class Lineages {
    private record Followed(ShardPlan.PlannedShard planned, MasterWatch watch, Lineage lineage) {}

    private final Inbox<News> inbox;
    private final Chronicle chronicle;

    /// By what people call it.
    private final Map<String, Followed> lines = new LinkedHashMap<>();

    Lineages(Inbox<News> inbox, Chronicle chronicle) {
        this.inbox = inbox;
        this.chronicle = chronicle;
    }

    /// Starts asking; once, when the plan is settled.
    void start(List<PoolConfig> pools, ShardPlan plan) {
        for (int i = 0; i < pools.size(); i++) {
            ShardPlan.PlannedPool pool = plan.pools().get(i);
            for (ShardPlan.PlannedShard shard : pool.shards()) {
                String line = line(pool.name(), shard);
                boolean asked =
                        shard.masterName() != null || Publisher.master(shard, Map.of()) instanceof NodeAddress.Tcp;
                if (asked && !lines.containsKey(line)) {
                    MasterWatch watch =
                            new MasterWatch(line, pools.get(i).backend().login(), inbox);
                    lines.put(line, new Followed(shard, watch, new Lineage(isStrict(line, pools, plan))));
                    watch.start();
                }
            }
        }
    }

    /// Whether a foreign master of a line is kept out.
    static boolean isStrict(String line, List<PoolConfig> pools, ShardPlan plan) {
        for (int i = 0; i < pools.size(); i++) {
            HoldSettings hold = pools.get(i).hold();
            for (ShardPlan.PlannedShard shard : plan.pools().get(i).shards()) {
                if (line.equals(line(pools.get(i).name(), shard))
                        && Gates.holds(hold, shard)
                        && hold.onForeign() == HoldSettings.OnForeign.HOLD) {
                    return true;
                }
            }
        }
        return false;
    }

    /// What people call the data of a shard: shards of one group have the same.
    static String line(String pool, ShardPlan.PlannedShard shard) {
        String group = shard.masterName();
        return group != null ? group : "pool " + pool + ", shard " + shard.name();
    }

    /// Looks who is master of the shards now; to be called before each publication.
    ///
    /// @param groups by master name
    void follow(Map<String, Group> groups) {
        for (Followed line : lines.values()) {
            line.watch.follow(Publisher.master(line.planned, groups) instanceof NodeAddress.Tcp tcp ? tcp : null);
        }
    }

    /// A master said of which data it is master.
    ///
    /// @param groups by master name
    /// @return what was found, if it is worth telling; it has been told
    Lineage.@Nullable Finding onDescent(News.Descent news, Map<String, Group> groups) {
        Followed line = lines.get(news.line());
        if (line == null
                || !(news.answer() instanceof MasterAnswer.Master said)
                || !news.master().equals(Publisher.master(line.planned, groups))) {
            return null;
        }
        History history = said.history();
        Group group = groups.get(news.line());
        boolean known = group != null && group.wasKnown(news.master());
        if (group != null) {
            group.onMembers(news.master(), history.replicas());
        }
        Lineage.Finding finding = line.lineage.onHistory(news.master(), history, known);
        tell(line, news.line(), finding);
        return finding;
    }

    /// A node is master of a line from now on, by what it said.
    void record(String line, NodeAddress.Tcp node, MasterAnswer answer, @Nullable Group group) {
        Followed followed = lines.get(line);
        if (followed != null && answer instanceof MasterAnswer.Master said) {
            boolean known = group != null && group.wasKnown(node);
            tell(followed, line, followed.lineage.onHistory(node, said.history(), known));
        }
    }

    private void tell(Followed followed, String line, Lineage.@Nullable Finding finding) {
        if (finding != null) {
            chronicle.tell(Notice.Kind.WARNING, followed.planned.masterName(), line + ": " + finding.line());
        }
    }

    /// What would be found if a node were master of a line.
    ///
    /// @param group that it belongs to; null without one
    Lineage.@Nullable Finding judge(String line, NodeAddress.Tcp node, History history, @Nullable Group group) {
        Followed followed = lines.get(line);
        boolean known = group != null && group.wasKnown(node);
        return followed == null ? null : followed.lineage.judge(node, history, known);
    }

    /// Whether the data of a node descend from those that were seen last on a line.
    ///
    /// @param data what it said of them; null when it said nothing
    boolean isHeir(String line, NodeAddress.Tcp node, @Nullable MasterAnswer data, Group group) {
        Followed followed = lines.get(line);
        return followed == null || followed.lineage.isHeir(node, data, group.wasKnown(node));
    }

    /// Asks the master of a line at once.
    void askNow(String line) {
        Followed followed = lines.get(line);
        if (followed != null) {
            followed.watch.askNow();
        }
    }

    /// As for [Lineage#identity], of the master that is followed.
    String identity(String line) {
        Followed followed = lines.get(line);
        return followed == null ? "" : followed.lineage.identity(followed.watch.master());
    }

    /// How often the data of a shard did not descend from those that were seen before.
    long breaks(String pool, ShardPlan.PlannedShard shard) {
        Followed line = lines.get(line(pool, shard));
        return line == null ? 0 : line.lineage.breaks();
    }

    /// Ends all threads; they are gone when this returns, unless the caller is interrupted.
    void close() throws InterruptedException {
        List<Followed> all = new ArrayList<>(lines.values());
        for (Followed line : all) {
            line.watch.interrupt();
        }
        for (Followed line : all) {
            line.watch.join();
        }
    }
}
