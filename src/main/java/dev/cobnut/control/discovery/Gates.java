package dev.cobnut.control.discovery;

import dev.cobnut.config.HoldSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Decider;
import dev.cobnut.control.Notice;
import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.control.gate.Answer;
import dev.cobnut.control.gate.Gatekeeper;
import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.control.probe.ReplicationProbe;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The gates of all shards for which requests may wait: for each a [Gatekeeper] that decides. Shards of one group have one
/// gate. Owned by the deciding thread.
final class Gates {
    /// @param strict whether a foreign master is kept out
    /// @param fences whether the server is to keep writes from a master that is being replaced
    /// @param lease null where a master is written to without the Sentinels
    private record Kept(
            String line,
            ShardPlan.PlannedShard planned,
            @Nullable Login login,
            boolean strict,
            boolean fences,
            @Nullable SentinelLease lease,
            Gatekeeper keeper) {}

    private final Decider<News> decider;
    private final Chronicle chronicle;
    private final Lineages lineages;
    private final Fences fences;

    /// By what people call them: see [Lineages#line].
    private final Map<String, Kept> gates = new LinkedHashMap<>();

    /// Those for which no majority of the Sentinels is heard any more, where the pool asks for that: see [Gate#cutOff].
    private final Set<String> cutOff = new HashSet<>();

    /// What is to be adopted since the last [#takePromoted], by group.
    private final Map<String, NodeAddress.Tcp> promoted = new LinkedHashMap<>();

    Gates(Decider<News> decider, Chronicle chronicle, Lineages lineages, Fences fences) {
        this.decider = decider;
        this.chronicle = chronicle;
        this.lineages = lineages;
        this.fences = fences;
    }

    /// Whether requests for a shard ever wait.
    static boolean holds(HoldSettings hold, ShardPlan.PlannedShard shard) {
        boolean asked = shard.masterName() != null || Publisher.master(shard, Map.of()) instanceof NodeAddress.Tcp;
        return asked && !hold.of(shard.masterName() != null).isZero();
    }

    /// Makes the gates; once, when the plan is settled.
    ///
    /// @param sentinels how many are configured
    void start(List<PoolConfig> pools, ShardPlan plan, int sentinels, long nowNanos) {
        Map<String, Duration> longest = new LinkedHashMap<>();
        for (int i = 0; i < pools.size(); i++) {
            ShardPlan.PlannedPool pool = plan.pools().get(i);
            HoldSettings hold = pools.get(i).hold();
            for (ShardPlan.PlannedShard shard : pool.shards()) {
                if (holds(hold, shard)) {
                    longest.merge(
                            Lineages.line(pool.name(), shard), hold.of(shard.masterName() != null), Gates::longer);
                }
            }
        }
        for (int i = 0; i < pools.size(); i++) {
            ShardPlan.PlannedPool pool = plan.pools().get(i);
            for (ShardPlan.PlannedShard shard : pool.shards()) {
                String line = Lineages.line(pool.name(), shard);
                Duration hold = longest.get(line);
                if (hold != null && !gates.containsKey(line)) {
                    Login login = pools.get(i).backend().login();
                    boolean strict = Lineages.isStrict(line, pools, plan);
                    SentinelLease lease =
                            wants(HoldSettings::isLeased, line, pools, plan) ? new SentinelLease(sentinels) : null;
                    boolean fenced = wants(HoldSettings::isFencedAtServer, line, pools, plan);
                    Gatekeeper keeper = new Gatekeeper(hold, nowNanos);
                    gates.put(line, new Kept(line, shard, login, strict, fenced, lease, keeper));
                }
            }
        }
    }

    /// Whether a pool wants something for shards of this line.
    private static boolean wants(Predicate<HoldSettings> what, String line, List<PoolConfig> pools, ShardPlan plan) {
        for (int i = 0; i < pools.size(); i++) {
            HoldSettings hold = pools.get(i).hold();
            for (ShardPlan.PlannedShard shard : plan.pools().get(i).shards()) {
                if (line.equals(shard.masterName()) && holds(hold, shard) && what.test(hold)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /// The gate of a shard; null where requests never wait.
    @Nullable
    Gate of(String pool, ShardPlan.PlannedShard shard) {
        Kept kept = gates.get(Lineages.line(pool, shard));
        if (kept == null) {
            return null;
        }
        Gate gate = kept.keeper.gate().withCutOff(cutOff.contains(kept.line));
        return kept.strict ? gate.withHistory(lineages.identity(kept.line)) : gate;
    }

    // ---- events -----------------------------------------------------------------------------------------------------

    /// Looks who is master of the shards now; to be called before each publication.
    void follow(Map<String, Group> groups, long nowNanos) {
        for (Kept kept : gates.values()) {
            if (Publisher.master(kept.planned, groups) instanceof NodeAddress.Tcp master) {
                perform(kept, kept.keeper.onAdopted(master, nowNanos), nowNanos);
                if (kept.lease != null) {
                    boolean valid = kept.lease.isValid(master, nowNanos);
                    boolean lasts = kept.lease.lasts(master, nowNanos);
                    perform(kept, kept.keeper.onLease(valid, lasts, nowNanos), nowNanos);
                    if (kept.lease.isCutOff(nowNanos)) {
                        cutOff.add(kept.line);
                    } else {
                        cutOff.remove(kept.line);
                    }
                }
            }
        }
    }

    /// The data plane has seen something.
    void onTrouble(Trouble trouble, ShardPlan plan, long nowNanos) {
        Kept kept = find(trouble.pool(), trouble.shard(), plan);
        if (kept != null) {
            perform(kept, kept.keeper.onTrouble(trouble.kind(), trouble.sinceNanos(), nowNanos), nowNanos);
            lineages.askNow(kept.line);
        }
    }

    /// A master that is asked every second gave no answer.
    void onDescent(News.Descent news, long nowNanos) {
        Kept kept = gates.get(news.line());
        if (kept != null && news.answer() instanceof MasterAnswer.Nothing) {
            perform(kept, kept.keeper.onTrouble(Trouble.Kind.SILENT, news.askedNanos(), nowNanos), nowNanos);
        }
    }

    /// A master is there whose data are foreign.
    void onForeign(String line, String detail, long nowNanos) {
        Kept kept = gates.get(line);
        if (kept != null && kept.strict) {
            perform(kept, kept.keeper.onForeign(detail, nowNanos), nowNanos);
        }
    }

    /// A Sentinel told of a failover.
    ///
    /// @param group whose it is
    void onHeard(int sentinel, SentinelEvent.Told told, Group group, long nowNanos) {
        Kept kept = gates.get(group.name());
        if (kept == null) {
            return;
        }
        List<Gatekeeper.Effect> effects = switch (told.event().step()) {
            case NONE -> List.of();
            case BEGUN ->
                told.address().equals(group.master())
                        ? kept.keeper.onFailover(sentinel, Gatekeeper.Failover.BEGUN, null, nowNanos)
                        : List.<Gatekeeper.Effect>of();
            case NAMED, TOLD -> {
                boolean isTold = told.event().step() == SentinelEvent.Step.TOLD;
                Gatekeeper.Failover step = isTold ? Gatekeeper.Failover.TOLD : Gatekeeper.Failover.NAMED;
                yield group.isMember(told.address())
                        ? kept.keeper.onFailover(sentinel, step, told.address(), nowNanos)
                        : List.<Gatekeeper.Effect>of();
            }
            case ABORTED -> kept.keeper.onFailoverAborted(sentinel, nowNanos);
        };
        perform(kept, effects, nowNanos);
    }

    /// An operator's switch begins.
    ///
    /// @return whether there is such a gate
    boolean onSwitch(News.Switch news, ShardPlan plan, long nowNanos) {
        Kept kept = find(news.pool(), news.shard(), plan);
        if (kept != null) {
            perform(kept, kept.keeper.onSwitch(news.untilNanos(), nowNanos), nowNanos);
        }
        return kept != null;
    }

    /// It is over.
    void onSwitchOver(News.SwitchOver news, ShardPlan plan, long nowNanos) {
        Kept kept = find(news.pool(), news.shard(), plan);
        if (kept != null) {
            perform(kept, kept.keeper.onSwitchOver(), nowNanos);
            fences.suspect(kept.line, nowNanos);
        }
    }

    /// Whether a master of this group that is being replaced is to be fenced at the server.
    boolean isFencedAtServer(String group) {
        Kept kept = gates.get(group);
        return kept != null && kept.fences;
    }

    /// Whether the master of a group is being replaced, as far as is known.
    boolean isReplacing(String group) {
        Kept kept = gates.get(group);
        return kept != null && kept.keeper.isReplacing();
    }

    private @Nullable Kept find(String poolName, String shardName, ShardPlan plan) {
        for (ShardPlan.PlannedPool pool : plan.pools()) {
            for (ShardPlan.PlannedShard shard : pool.shards()) {
                if (pool.name().equals(poolName) && shard.name().equals(shardName)) {
                    return gates.get(Lineages.line(poolName, shard));
                }
            }
        }
        return null;
    }

    /// A Sentinel has said who is master of a group.
    ///
    /// @param askedNanos when it was asked
    void onReport(int sentinel, GroupReport report, long askedNanos) {
        Kept kept = gates.get(report.name());
        if (kept != null && kept.lease != null) {
            long downAfterNanos = TimeUnit.MILLISECONDS.toNanos(report.downAfterMillis());
            kept.lease.onAnswer(sentinel, report.master(), downAfterNanos, askedNanos);
            String warning = kept.lease.warning();
            if (warning != null) {
                chronicle.tell(Notice.Kind.WARNING, kept.line, kept.line + ": " + warning);
            }
        }
    }

    /// Whether it is time to ask all Sentinels, so that they confirm the masters. Who is told so does it.
    boolean wantsWord(long nowNanos) {
        boolean wants = false;
        for (Kept kept : gates.values()) {
            wants |= kept.lease != null && kept.lease.takesQuestion(nowNanos);
        }
        return wants;
    }

    /// Sentinels have answered.
    void onClaims(Map<String, Group> groups, long nowNanos) {
        for (Kept kept : gates.values()) {
            Group group = groups.get(kept.line);
            if (group != null && kept.keeper.isStalled() && group.isConfirmedSince(kept.keeper.troubledNanos())) {
                perform(kept, kept.keeper.onConfirmed(nowNanos), nowNanos);
            }
        }
    }

    /// A node was asked because of a gate.
    void onPassage(News.Passage news, Map<String, Group> groups, long nowNanos) {
        Kept kept = gates.get(news.line());
        if (kept != null) {
            Answer answer = answer(kept, news, groups);
            if (news.answer() instanceof MasterAnswer.Master master && master.fenced()) {
                fences.suspect(kept.line, nowNanos);
            }
            boolean wasOpen = kept.keeper.gate().state() == Gate.State.OPEN;
            List<Gatekeeper.Effect> effects = kept.keeper.onAnswer(news.node(), answer, news.askedNanos(), nowNanos);
            boolean opens = !wasOpen && kept.keeper.gate().state() == Gate.State.OPEN;
            boolean adopts = effects.stream().anyMatch(Gatekeeper.Effect.Adopt.class::isInstance);
            if (opens || adopts) {
                // What others are compared with is what requests are sent to.
                lineages.record(news.line(), news.node(), news.answer(), groups.get(news.line()));
            }
            perform(kept, effects, nowNanos);
        }
    }

    private Answer answer(Kept kept, News.Passage news, Map<String, Group> groups) {
        return switch (news.answer()) {
            case MasterAnswer.Master master -> {
                Group group = groups.get(news.line());
                if (master.fenced() && group != null && news.node().equals(group.master())) {
                    yield new Answer.NotYet("it is fenced, since it is being replaced");
                }
                Lineage.Finding finding = lineages.judge(news.line(), news.node(), master.history(), group);
                yield finding == null || finding.kind() == Lineage.Kind.GAP
                        ? new Answer.Master(Answer.Descent.HEIR, "", master.lacking())
                        : new Answer.Master(
                                finding.isForeign() && kept.strict ? Answer.Descent.FOREIGN : Answer.Descent.UNPROVEN,
                                finding.line(),
                                master.lacking());
            }
            case MasterAnswer.NotYet notYet -> new Answer.NotYet(notYet.detail());
            case MasterAnswer.Mute _ -> new Answer.Mute();
            case MasterAnswer.Nothing nothing -> new Answer.Nothing(nothing.detail());
        };
    }

    /// Time went on.
    void onTick(long nowNanos) {
        gates.values().forEach(kept -> perform(kept, kept.keeper.onTick(nowNanos), nowNanos));
    }

    /// The nodes that are masters by now though no Sentinel has said so; each is given once.
    Map<String, NodeAddress.Tcp> takePromoted() {
        if (promoted.isEmpty()) {
            return Map.of();
        }
        Map<String, NodeAddress.Tcp> taken = new LinkedHashMap<>(promoted);
        promoted.clear();
        return taken;
    }

    private void perform(Kept kept, List<Gatekeeper.Effect> effects, long nowNanos) {
        for (Gatekeeper.Effect effect : effects) {
            switch (effect) {
                case Gatekeeper.Effect.Ask ask -> ask(kept, ask);
                case Gatekeeper.Effect.Adopt adopt -> promoted.put(kept.line, adopt.address());
                case Gatekeeper.Effect.Fence fence -> {
                    if (kept.fences) {
                        fences.raise(kept.line, fence.address(), fence.sentinel(), nowNanos);
                    }
                }
                case Gatekeeper.Effect.Tell tell -> {
                    Notice.Kind kind = switch (tell.matter()) {
                        case CLOSED -> Notice.Kind.HOLD;
                        case OPENED -> Notice.Kind.GATE;
                        case ALARM -> Notice.Kind.WARNING;
                    };
                    chronicle.tell(kind, kept.line, kept.line + ": " + tell.line());
                }
            }
        }
    }

    private void ask(Kept kept, Gatekeeper.Effect.Ask ask) {
        decider.ask(() -> {
            TimeUnit.NANOSECONDS.sleep(ask.delayNanos());
            long askedNanos = System.nanoTime();
            try (ReplicationProbe probe = new ReplicationProbe(ask.address(), kept.login)) {
                return new News.Passage(kept.line, ask.address(), probe.askMaster(), askedNanos);
            }
        });
    }
}
