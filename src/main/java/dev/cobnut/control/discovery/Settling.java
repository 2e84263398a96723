package dev.cobnut.control.discovery;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Notice;
import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that happens before the first publication: which servers are one shard, which groups are followed, who their
/// masters are. Ends with the [ShardPlan], which then holds for the life of the process.
///
/// | state | waits for | left when |
/// | --- | --- | --- |
/// | GROUPING | what [Grouping] waits for | that is known, or its patience is over: CONFIRMING |
/// | CONFIRMING | masters to say so themselves | all did, or 1.5 s are over: SETTLED; more is to be asked: GROUPING |
/// | SETTLED | nothing | never |
///
/// Without Sentinels GROUPING waits for nothing. Whoever goes back to GROUPING does not get the 1.5 s anew.
///
/// Pure: news and `nowNanos` in, effects out; no clock, socket or thread. Owned by the deciding thread.
final class Settling {
    /// How long a publication waits for masters, when all else is known. A shard without one is published as such.
    static final long CONFIRM_NANOS = Duration.ofMillis(1_500).toNanos();

    /// What the caller has to do.
    sealed interface Effect {
        /// Look the name up; the answer comes as [News.Resolved].
        record LookUp(String host) implements Effect {}

        /// Ask a configured server for its ROLE; the answer comes as [News.ServerRole].
        record AskServer(NodeAddress.Tcp server) implements Effect {}

        /// A group turned out to be ours, and is among the groups now. The Sentinels are to be asked again: what they
        /// said of its replicas was not kept.
        ///
        /// @param effects of what was kept
        record Follow(Group group, List<MasterDecision.Effect> effects) implements Effect {}

        /// It is over.
        record Settled(ShardPlan plan) implements Effect {}
    }

    private enum State {
        GROUPING,
        CONFIRMING,
        SETTLED
    }

    private final int sentinels;
    private final Map<String, Group> groups;
    private final Chronicle chronicle;
    private final Grouping grouping;

    /// What each Sentinel said last, for groups that turn out to be ours later.
    private final Map<Integer, List<GroupReport>> lastReports = new HashMap<>();

    private State state = State.GROUPING;

    /// When CONFIRMING was entered first; null before.
    private @Nullable Long confirmingNanos;

    /// @param sentinels how many are followed; 0 for none
    /// @param groups by master name; filled here, and exactly those of the plan at the end
    Settling(List<PoolConfig> pools, int sentinels, Map<String, Group> groups, Chronicle chronicle) {
        this.sentinels = sentinels;
        this.groups = groups;
        this.chronicle = chronicle;
        this.grouping = new Grouping(pools, sentinels);
    }

    /// How far it is; the final plan when it is over.
    ShardPlan plan() {
        return grouping.plan();
    }

    /// What it waits for, for people.
    ///
    /// @param seen how the Sentinels were seen last
    String waitingFor(String seen) {
        return switch (state) {
            case GROUPING -> "waiting for a Sentinel that knows the servers: " + seen;
            case CONFIRMING -> "waiting for a master to confirm its role";
            case SETTLED -> "waiting for nothing";
        };
    }

    /// A piece of news came; does nothing when it is over.
    void on(News news, long nowNanos) {
        if (state == State.SETTLED) {
            return;
        }
        switch (news) {
            case News.Masters masters -> {
                lastReports.put(masters.sentinel(), masters.groups());
                masters.groups().forEach(report -> grouping.onNode(report.name(), report.master()));
                masters.unreadable().forEach(grouping::onGroup);
            }
            case News.Replicas replicas ->
                replicas.replicas().forEach(replica -> grouping.onNode(replicas.group(), replica.address()));
            case News.Polled polled -> grouping.onPolled(polled.sentinel(), nowNanos);
            case News.Lost lost -> grouping.onLost(lost.sentinel());
            case News.ServerRole role -> grouping.onServerRole(role.address(), role.answer());
            case News.Resolved resolved -> grouping.onResolved(resolved.host(), resolved.addresses());
            case News.Heard _,
                    News.Odd _,
                    News.Role _,
                    News.Replication _,
                    News.Descent _,
                    News.Passage _,
                    News.Switch _,
                    News.SwitchOver _,
                    News.Said _,
                    News.Fence _,
                    News.Fenced _,
                    News.Raised _,
                    News.Hint _ -> {
                // of groups that are followed already
            }
        }
    }

    /// Asks for what is missing, and makes the plan final when nothing is. To be called after each piece of news and
    /// each tick; does nothing when it is over.
    List<Effect> settle(long nowNanos) {
        List<Effect> effects = new ArrayList<>();
        if (state == State.SETTLED) {
            return effects;
        }
        grouping.newLookups().forEach(host -> effects.add(new Effect.LookUp(host)));
        ShardPlan plan = grouping.plan();
        grouping.newQuestions().forEach(server -> effects.add(new Effect.AskServer(server)));
        for (String name : plan.masterNames()) {
            Group group = groups.get(name);
            if (group == null) {
                effects.add(adoptGroup(name, plan, nowNanos));
            } else {
                group.onConfigured(grouping.servers(plan, name));
            }
        }
        become(next(plan, nowNanos), nowNanos);
        if (state == State.SETTLED) {
            groups.keySet().retainAll(plan.masterNames());
            announce(plan);
            effects.add(new Effect.Settled(plan));
        }
        return effects;
    }

    private State next(ShardPlan plan, long nowNanos) {
        if (sentinels > 0 && !grouping.isSettled(plan, nowNanos)) {
            return State.GROUPING;
        }
        boolean patient = confirmingNanos == null || nowNanos - confirmingNanos < CONFIRM_NANOS;
        return patient && !isConfirmed(plan) ? State.CONFIRMING : State.SETTLED;
    }

    private boolean isConfirmed(ShardPlan plan) {
        for (String name : plan.masterNames()) {
            Group group = groups.get(name);
            if (group == null || group.master() == null) {
                return false;
            }
        }
        return true;
    }

    /// The one door between states; the table at the head of the class.
    private void become(State next, long nowNanos) {
        if (state == State.SETTLED) {
            throw new IllegalStateException("settled, so it cannot become " + next);
        }
        if (next == State.CONFIRMING && confirmingNanos == null) {
            confirmingNanos = nowNanos;
        }
        state = next;
    }

    /// A group turned out to be ours: catch up with what the Sentinels said of it.
    private Effect adoptGroup(String name, ShardPlan plan, long nowNanos) {
        Group group = new Group(name, sentinels);
        group.onConfigured(grouping.servers(plan, name));
        groups.put(name, group);
        List<MasterDecision.Effect> effects = new ArrayList<>();
        lastReports.forEach((sentinel, reports) -> {
            for (GroupReport report : reports) {
                if (report.name().equals(name)) {
                    effects.addAll(group.onReport(sentinel, report, 0, nowNanos));
                }
            }
        });
        return new Effect.Follow(group, effects);
    }

    private void announce(ShardPlan plan) {
        plan.notes().forEach(note -> chronicle.tell(Notice.Kind.SHARDS, null, note));
        plan.warnings().forEach(warning -> chronicle.tell(Notice.Kind.WARNING, null, warning));
        if (sentinels == 0) {
            return;
        }
        for (String name : plan.masterNames()) {
            if (!grouping.groups().contains(name)) {
                chronicle.tell(
                        Notice.Kind.WARNING,
                        name,
                        "no Sentinel watches " + name + " (they watch "
                                + StrictText.printable(grouping.groups().toString()) + ")");
            }
        }
        for (NodeAddress address : plan.unmatched()) {
            chronicle.tell(
                    Notice.Kind.WARNING,
                    null,
                    "no Sentinel watches " + address + ": it stays as it is configured, without failover");
        }
    }
}
