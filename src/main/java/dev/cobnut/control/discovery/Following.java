package dev.cobnut.control.discovery;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Decider;
import dev.cobnut.control.Notice;
import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.control.probe.ReplicationProbe;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.control.probe.RoleProbe;
import dev.cobnut.net.HostLookup;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The deciding half of [Discovery]: news in, effects performed, topology out.
///
///     News ─► Settling        until the plan is settled
///          └► Group           for each: who is master (MasterDecision)
///          └► Sentinels       how each was seen last
///          └► ReplicaReads    who may be read from
///          └► Lineages        whether masters are heirs of those before
///          └► Fences          whether a server is left that refuses writes
///          └► Gates           whether requests for a master may be sent (Gatekeeper)
///                 └─► Publisher: a Topology, when something in it is different
///
/// Owned by the deciding thread.
final class Following implements Decider.Owner<News> {
    private static final int LOOK_UP_MILLIS = 1_000;

    private final List<PoolConfig> pools;
    private final Decider<News> decider;
    private final Sentinels sentinels;
    private final ReplicaReads reads;
    private final Lineages lineages;
    private final Fences fences;
    private final Gates gates;
    private final Chronicle chronicle;
    private final Publisher publisher;
    private final Passwords passwords;
    private final CompletableFuture<Topology> first;
    private final Map<String, Group> groups = new TreeMap<>();
    private final Settling settling;

    /// Null until it is settled.
    private @Nullable ShardPlan plan;

    /// Written by the deciding thread, read by any.
    private volatile String waitingFor = "not started";

    /// @param decider asks its questions
    /// @param onTopology gets each publication
    /// @param first gets the first one, or why there will be none
    Following(
            List<PoolConfig> pools,
            Decider<News> decider,
            Sentinels sentinels,
            ReplicaReads reads,
            Lineages lineages,
            Fences fences,
            Chronicle chronicle,
            Consumer<Topology> onTopology,
            CompletableFuture<Topology> first) {
        this.pools = List.copyOf(pools);
        this.decider = decider;
        this.sentinels = sentinels;
        this.reads = reads;
        this.lineages = lineages;
        this.fences = fences;
        this.gates = new Gates(decider, chronicle, lineages, fences);
        this.chronicle = chronicle;
        this.publisher = new Publisher(onTopology);
        this.passwords = new Passwords(pools);
        this.first = first;
        this.settling = new Settling(pools, sentinels.count(), groups, chronicle);
    }

    /// What the first publication waits for, for people. Any thread.
    String waitingFor() {
        return waitingFor;
    }

    @Override
    public void on(News news, long nowNanos) {
        settling.on(news, nowNanos);
        switch (news) {
            case News.Masters masters -> onMasters(masters, nowNanos);
            case News.Replicas replicas -> onReplicas(replicas);
            case News.Heard heard -> onHeard(heard, nowNanos);
            case News.Odd odd -> {
                String line = "sentinel " + sentinels.address(odd.sentinel()) + ": " + odd.line();
                chronicle.tellOnce(Notice.Kind.WARNING, null, line, nowNanos);
            }
            case News.Lost lost -> onLost(lost);
            case News.Role role -> onRole(role, nowNanos);
            case News.Replication replication -> reads.onReplication(replication);
            case News.Descent descent -> onDescent(descent, nowNanos);
            case News.Passage passage -> gates.onPassage(passage, groups, nowNanos);
            case News.Switch begun -> onSwitch(begun, nowNanos);
            case News.SwitchOver over -> onSwitchOver(over, nowNanos);
            case News.Said said -> {
                chronicle.tell(Notice.Kind.FAILOVER, said.group(), said.line());
                boolean _ = said.told().complete(true);
            }
            case News.Fence fence -> fences.onFound(fence, groups, gates::isReplacing, nowNanos);
            case News.Fenced fenced -> fences.onFenced(fenced, nowNanos);
            case News.Raised raised -> fences.onRaised(raised, nowNanos);
            case News.Hint(Trouble trouble) -> onTrouble(trouble, nowNanos);
            case News.Polled _, News.ServerRole _, News.Resolved _ -> {
                // for the settling only
            }
        }
        adoptPromoted(nowNanos);
        settle(nowNanos);
        publish(nowNanos);
    }

    @Override
    public void onTick(long nowNanos) {
        groups.values().forEach(group -> perform(group, group.onTick(nowNanos), nowNanos));
        gates.onTick(nowNanos);
        fences.onTick(groups, nowNanos);
        if (gates.wantsWord(nowNanos)) {
            sentinels.askAll(nowNanos);
        }
        settle(nowNanos);
        publish(nowNanos);
    }

    private void onTrouble(Trouble trouble, long nowNanos) {
        sentinels.askAll(nowNanos);
        reads.askNow(nowNanos);
        if (plan != null && trouble.waiting()) {
            gates.onTrouble(trouble, plan, nowNanos);
        }
    }

    private void onSwitch(News.Switch news, long nowNanos) {
        boolean taken = plan != null && gates.onSwitch(news, plan, nowNanos);
        publish(nowNanos);
        news.taken().complete(taken);
    }

    private void onSwitchOver(News.SwitchOver news, long nowNanos) {
        if (plan != null) {
            gates.onSwitchOver(news, plan, nowNanos);
        }
    }

    private void onDescent(News.Descent descent, long nowNanos) {
        Lineage.Finding finding = lineages.onDescent(descent, groups);
        if (finding != null && finding.isForeign()) {
            gates.onForeign(descent.line(), finding.line(), nowNanos);
        }
        gates.onDescent(descent, nowNanos);
    }

    /// Those who are masters already, though no Sentinel has said so.
    private void adoptPromoted(long nowNanos) {
        gates.takePromoted().forEach((name, address) -> {
            Group group = groups.get(name);
            if (group != null) {
                perform(group, group.onPromoted(address, nowNanos), nowNanos);
            }
        });
    }

    @Override
    public void onBroken(Throwable why) {
        first.completeExceptionally(why);
    }

    private void onMasters(News.Masters news, long nowNanos) {
        int sentinel = news.sentinel();
        Set<String> reported = new HashSet<>();
        for (GroupReport report : news.groups()) {
            reported.add(report.name());
            gates.onReport(sentinel, report, news.askedNanos());
            Group group = groups.get(report.name());
            if (group != null) {
                perform(group, group.onReport(sentinel, report, news.askedNanos(), nowNanos), nowNanos);
            }
        }
        gates.onClaims(groups, nowNanos);
        List<String> unknown = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        for (Group group : groups.values()) {
            if (!reported.contains(group.name())) {
                group.onSilent(sentinel);
                (news.unreadable().contains(group.name()) ? unreadable : unknown).add(group.name());
            }
        }
        sentinels.onAnswer(sentinel, unknown, unreadable, nowNanos);
    }

    private void onReplicas(News.Replicas news) {
        Group group = groups.get(news.group());
        if (group != null) {
            group.onReplicas(news.sentinel(), news.replicas());
        }
    }

    private void onHeard(News.Heard heard, long nowNanos) {
        SentinelEvent.Told told;
        try {
            told = SentinelEvent.parse(heard.channel(), heard.payload());
        } catch (IOException e) {
            String line = sentinels.address(heard.sentinel()) + ": " + e.getMessage();
            chronicle.tellOnce(Notice.Kind.WARNING, null, line, nowNanos);
            return;
        }
        Group group = told == null ? null : groups.get(told.group());
        if (told == null || group == null) {
            return;
        }
        gates.onHeard(heard.sentinel(), told, group, nowNanos);
        chronicle.tellOnce(told.event().kind(), told.group(), told.line(), nowNanos);
        if (told.event().announcesMaster()) {
            group.onAnnounced(told, heard.nowNanos());
            sentinels.askAllFor(heard.sentinel(), nowNanos);
        }
        sentinels.ask(heard.sentinel());
    }

    private void onLost(News.Lost lost) {
        groups.values().forEach(group -> group.onSilent(lost.sentinel()));
        sentinels.onLost(lost);
    }

    private void onRole(News.Role role, long nowNanos) {
        Group group = groups.get(role.group());
        if (group == null) {
            return;
        }
        boolean heir = lineages.isHeir(role.group(), role.address(), role.data(), group);
        perform(group, group.onRole(role.address(), role.answer(), heir, nowNanos), nowNanos);
        if (group.master() == null) {
            doubt(group, role, nowNanos);
        }
    }

    /// Says why a group has no master although Sentinel names one: wrong password, refused connections, no real master.
    private void doubt(Group group, News.Role role, long nowNanos) {
        String answer = switch (role.answer().kind()) {
            case MASTER -> "is not the one that Sentinels agree on";
            case REPLICA ->
                "says that it is a replica of " + role.answer().peers().getFirst();
            case NONE -> "did not say so: " + role.answer().detail();
        };
        String line = group.name() + ": " + role.address() + " should be master, but " + answer;
        chronicle.tellOnce(Notice.Kind.WARNING, group.name(), line, nowNanos);
    }

    private void perform(Group group, List<MasterDecision.Effect> effects, long nowNanos) {
        for (MasterDecision.Effect effect : effects) {
            switch (effect) {
                case MasterDecision.Effect.Verify verify -> verify(group.name(), verify);
                case MasterDecision.Effect.Adopted adopted -> {
                    fences.onAdopted(group.name(), adopted.master(), nowNanos);
                    publish(nowNanos);
                    chronicle.tell(Notice.Kind.SWITCH, group.name(), group.tell(adopted, nowNanos));
                }
                case MasterDecision.Effect.Ignored ignored -> {
                    String line = group.name() + ": sentinel " + sentinels.address(ignored.sentinel()) + " names "
                            + ignored.stranger() + " as master, which is not known as a node of this group: not"
                            + " followed unless " + (sentinels.count() / 2 + 1) + " of the " + sentinels.count()
                            + " configured Sentinels name it";
                    chronicle.tellOnce(Notice.Kind.WARNING, group.name(), line, nowNanos);
                }
            }
        }
    }

    private void verify(String group, MasterDecision.Effect.Verify verify) {
        Login login = passwords.of(group, plan == null ? settling.plan() : plan);
        decider.ask(() -> {
            TimeUnit.NANOSECONDS.sleep(verify.delayNanos());
            RoleAnswer answer = RoleProbe.ask(verify.address(), login);
            if (answer.kind() != RoleAnswer.Kind.MASTER) {
                return new News.Role(group, verify.address(), answer, null);
            }
            try (ReplicationProbe probe = new ReplicationProbe(verify.address(), login)) {
                return new News.Role(group, verify.address(), answer, probe.askMaster());
            }
        });
    }

    private void settle(long nowNanos) {
        if (plan != null) {
            return;
        }
        for (Settling.Effect effect : settling.settle(nowNanos)) {
            switch (effect) {
                case Settling.Effect.LookUp(String host) -> decider.ask(() -> new News.Resolved(host, lookUp(host)));
                case Settling.Effect.AskServer ask -> {
                    Login login = passwords.of(ask.server());
                    decider.ask(() -> new News.ServerRole(ask.server(), RoleProbe.ask(ask.server(), login)));
                }
                case Settling.Effect.Follow follow -> {
                    perform(follow.group(), follow.effects(), nowNanos);
                    sentinels.askAllAnyway();
                }
                case Settling.Effect.Settled(ShardPlan settled) -> {
                    plan = settled;
                    sentinels.onSettled(settled.masterNames());
                    reads.start(pools, settled, nowNanos);
                    lineages.start(pools, settled);
                    gates.start(pools, settled, sentinels.count(), nowNanos);
                    groups.values().forEach(group -> group.repeatReports(gates::onReport));
                    groups.values().forEach(group -> {
                        Login login = passwords.of(group.name(), settled);
                        fences.start(group, login, gates.isFencedAtServer(group.name()), nowNanos);
                    });
                }
            }
        }
        waitingFor = settling.waitingFor(sentinels.describe());
    }

    private static List<InetAddress> lookUp(String host) {
        try {
            return HostLookup.lookup(host, LOOK_UP_MILLIS);
        } catch (IOException _) {
            // an unknown name matches no address; whoever connects to it will say so
            return List.of();
        }
    }

    private void publish(long nowNanos) {
        ShardPlan current = plan;
        if (current == null) {
            return;
        }
        reads.follow(groups);
        lineages.follow(groups);
        gates.follow(groups, nowNanos);
        publisher.publish(current, groups, reads::readable, lineages::breaks, gates::of, sentinels.views());
        Topology last = publisher.last();
        if (last != null) {
            first.complete(last);
        }
    }
}
