package dev.cobnut.control.discovery;

import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.control.discovery.SentinelReplies.ReplicaReport;
import dev.cobnut.control.gate.Answer;
import dev.cobnut.control.gate.Gatekeeper;
import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The deciding half for one group, as [Following], [Gates] and [Lineages] put it together, but with neither threads nor
/// sockets: what they would ask goes to [Outside]. For one thread.
public final class SimControl {
    /// The name of the group and its shard.
    public static final String NAME = "s0";

    /// Whoever is asked, and told.
    public interface Outside {
        /// Ask a node for INFO after a delay, and give the answer to [SimControl#onPassage].
        void askPassage(NodeAddress.Tcp node, long delayNanos);

        /// Ask a node for its ROLE after a delay, and give the answer to [SimControl#onRole].
        void askRole(NodeAddress.Tcp node, long delayNanos);

        /// Ask a Sentinel soon.
        void askSentinel(int sentinel);

        /// From now on this one is asked for INFO, now and every second, for [SimControl#onDescent].
        void watch(NodeAddress.Tcp master);

        /// What all loops are to follow.
        void publish(Shard shard);

        /// Something for people.
        void tell(String line);
    }

    private final Outside outside;
    private final int sentinels;
    private final Group group;
    private final Lineage lineage = new Lineage(true);
    private final Gatekeeper keeper;
    private final @Nullable SentinelLease lease;
    private NodeAddress.@Nullable Tcp promoted;
    private NodeAddress.@Nullable Tcp shownMaster;
    private @Nullable Gate shownGate;

    /// @param configured the servers that the configuration names; may be none
    /// @param fenced whether the master is written to only while a majority of the Sentinels has confirmed it lately
    public SimControl(
            Outside outside,
            int sentinels,
            Set<NodeAddress.Tcp> configured,
            Duration hold,
            boolean fenced,
            long nowNanos) {
        this.outside = outside;
        this.sentinels = sentinels;
        this.group = new Group(NAME, sentinels);
        this.keeper = new Gatekeeper(hold, nowNanos);
        this.lease = fenced ? new SentinelLease(sentinels) : null;
        group.onConfigured(configured);
    }

    /// The adopted master; null while there is none.
    public NodeAddress.@Nullable Tcp master() {
        return group.master();
    }

    /// The verdict.
    public Gate gate() {
        return keeper.gate();
    }

    /// A Sentinel has answered.
    public void onClaim(
            int sentinel,
            NodeAddress.Tcp master,
            long epoch,
            Set<NodeAddress.Tcp> replicas,
            long downAfterNanos,
            long askedNanos,
            long nowNanos) {
        if (lease != null) {
            lease.onAnswer(sentinel, master, downAfterNanos, askedNanos);
        }
        GroupReport report = new GroupReport(NAME, master, epoch, Set.of());
        performAll(group.onReport(sentinel, report, askedNanos, nowNanos), nowNanos);
        if (keeper.isStalled() && group.isConfirmedSince(keeper.troubledNanos())) {
            perform(keeper.onConfirmed(nowNanos));
        }
        end(nowNanos);
        group.onReplicas(
                sentinel,
                replicas.stream()
                        .map(each -> new ReplicaReport(each, Set.of("slave"), true, false))
                        .toList());
        end(nowNanos);
    }

    /// A Sentinel cannot be asked.
    public void onSilent(int sentinel, long nowNanos) {
        group.onSilent(sentinel);
        end(nowNanos);
    }

    /// A Sentinel has published something.
    public void onHeard(int sentinel, String channel, String payload, long nowNanos) {
        SentinelEvent.Told told;
        try {
            told = SentinelEvent.parse(channel, payload);
        } catch (IOException e) {
            throw new IllegalArgumentException(channel + " " + payload, e);
        }
        if (told == null) {
            throw new IllegalArgumentException("no row for " + channel);
        }
        boolean member = group.isMember(told.address());
        perform(
                switch (told.event().step()) {
                    case NONE -> List.of();
                    case BEGUN ->
                        told.address().equals(group.master())
                                ? keeper.onFailover(sentinel, Gatekeeper.Failover.BEGUN, null, nowNanos)
                                : List.<Gatekeeper.Effect>of();
                    case NAMED, TOLD -> {
                        boolean isTold = told.event().step() == SentinelEvent.Step.TOLD;
                        Gatekeeper.Failover step = isTold ? Gatekeeper.Failover.TOLD : Gatekeeper.Failover.NAMED;
                        yield member
                                ? keeper.onFailover(sentinel, step, told.address(), nowNanos)
                                : List.<Gatekeeper.Effect>of();
                    }
                    case ABORTED -> keeper.onFailoverAborted(sentinel, nowNanos);
                });
        if (told.event().announcesMaster()) {
            group.onAnnounced(told, nowNanos);
            askAll();
        }
        outside.askSentinel(sentinel);
        end(nowNanos);
    }

    private void askAll() {
        for (int sentinel = 0; sentinel < sentinels; sentinel++) {
            outside.askSentinel(sentinel);
        }
    }

    /// A loop has seen something.
    public void onTrouble(Trouble.Kind kind, boolean waiting, long atNanos, long nowNanos) {
        askAll();
        if (waiting) {
            perform(keeper.onTrouble(kind, atNanos, nowNanos));
            if (group.master() != null) {
                outside.watch(group.master());
            }
        }
        end(nowNanos);
    }

    /// The answer to [Outside#askRole].
    ///
    /// @param data what the node said to INFO right after; null when it is no master
    public void onRole(NodeAddress.Tcp node, RoleAnswer answer, @Nullable MasterAnswer data, long nowNanos) {
        boolean heir = lineage.isHeir(node, data, group.wasKnown(node));
        performAll(group.onRole(node, answer, heir, nowNanos), nowNanos);
        end(nowNanos);
    }

    /// The answer to [Outside#askPassage].
    public void onPassage(NodeAddress.Tcp node, MasterAnswer answer, long askedNanos, long nowNanos) {
        Answer understood = switch (answer) {
            case MasterAnswer.Master master -> {
                Lineage.Finding finding = lineage.judge(node, master.history(), group.wasKnown(node));
                yield finding == null || finding.kind() == Lineage.Kind.GAP
                        ? new Answer.Master(Answer.Descent.HEIR, "")
                        : new Answer.Master(
                                finding.isForeign() ? Answer.Descent.FOREIGN : Answer.Descent.UNPROVEN, finding.line());
            }
            case MasterAnswer.NotYet notYet -> new Answer.NotYet(notYet.detail());
            case MasterAnswer.Mute _ -> new Answer.Mute();
            case MasterAnswer.Nothing nothing -> new Answer.Nothing(nothing.detail());
        };
        boolean wasOpen = keeper.gate().state() == Gate.State.OPEN;
        List<Gatekeeper.Effect> effects = keeper.onAnswer(node, understood, askedNanos, nowNanos);
        boolean opens = !wasOpen && keeper.gate().state() == Gate.State.OPEN;
        boolean adopts = effects.stream().anyMatch(Gatekeeper.Effect.Adopt.class::isInstance);
        if ((opens || adopts) && answer instanceof MasterAnswer.Master master) {
            lineage.onHistory(node, master.history(), group.wasKnown(node));
        }
        perform(effects);
        end(nowNanos);
    }

    /// The watched master has answered, or has not.
    public void onDescent(NodeAddress.Tcp node, MasterAnswer answer, long askedNanos, long nowNanos) {
        if (answer instanceof MasterAnswer.Master master && node.equals(group.master())) {
            boolean known = group.wasKnown(node);
            group.onMembers(node, master.history().replicas());
            Lineage.Finding finding = lineage.onHistory(node, master.history(), known);
            if (finding != null) {
                outside.tell(finding.kind() + " " + finding.line());
                if (finding.isForeign()) {
                    perform(keeper.onForeign(finding.line(), nowNanos));
                }
            }
        }
        if (answer instanceof MasterAnswer.Nothing) {
            perform(keeper.onTrouble(Trouble.Kind.SILENT, askedNanos, nowNanos));
        }
        end(nowNanos);
    }

    /// Time went on.
    public void onTick(long nowNanos) {
        performAll(group.onTick(nowNanos), nowNanos);
        perform(keeper.onTick(nowNanos));
        if (lease != null && lease.takesQuestion(nowNanos)) {
            askAll();
        }
        publish(nowNanos);
    }

    private void end(long nowNanos) {
        NodeAddress.Tcp heir = promoted;
        promoted = null;
        if (heir != null) {
            performAll(group.onPromoted(heir, nowNanos), nowNanos);
        }
        publish(nowNanos);
    }

    private void performAll(List<MasterDecision.Effect> effects, long nowNanos) {
        for (MasterDecision.Effect effect : effects) {
            switch (effect) {
                case MasterDecision.Effect.Verify verify -> outside.askRole(verify.address(), verify.delayNanos());
                case MasterDecision.Effect.Adopted adopted -> {
                    publish(nowNanos);
                    outside.tell("adopted " + adopted.master() + ", " + adopted.ground());
                }
                case MasterDecision.Effect.Ignored ignored -> outside.tell("ignored " + ignored.stranger());
            }
        }
    }

    private void perform(List<Gatekeeper.Effect> effects) {
        for (Gatekeeper.Effect effect : effects) {
            switch (effect) {
                case Gatekeeper.Effect.Ask ask -> outside.askPassage(ask.address(), ask.delayNanos());
                case Gatekeeper.Effect.Adopt adopt -> promoted = adopt.address();
                case Gatekeeper.Effect.Tell tell -> outside.tell(tell.line());
                case Gatekeeper.Effect.Fence _ -> {
                    // no pool of the simulation has its servers fenced
                }
            }
        }
    }

    private void publish(long nowNanos) {
        NodeAddress.Tcp master = group.master();
        if (master == null) {
            return;
        }
        perform(keeper.onAdopted(master, nowNanos));
        if (lease != null) {
            perform(keeper.onLease(lease.isValid(master, nowNanos), lease.lasts(master, nowNanos), nowNanos));
        }
        Gate gate = keeper.gate().withHistory(lineage.identity(master));
        boolean moved = !master.equals(shownMaster);
        if (moved || !Objects.equals(gate, shownGate)) {
            shownMaster = master;
            shownGate = gate;
            outside.publish(new Shard(NAME, 1, NAME, master, group.configEpoch(), List.of()).withGate(gate));
        }
        if (moved) {
            outside.watch(master);
        }
    }
}
