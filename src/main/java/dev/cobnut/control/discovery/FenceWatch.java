package dev.cobnut.control.discovery;

import dev.cobnut.control.probe.SwitchMarks.Found;
import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides when the nodes of one group are looked at for a fence that somebody left, and which is lifted. Pure.
///
/// | state | event | next | and then |
/// | --- | --- | --- | --- |
/// | CLEAN | there may be a fence | SUSPECT | all nodes are looked at, each second, after a minute every ten |
/// | CLEAN | [#ROUTINE_NANOS] have passed | the same | all that would say are looked at: whoever left a mark may be dead |
/// | CLEAN | a mark is found | SUSPECT | |
/// | SUSPECT | all nodes of one round have none, or would not say | CLEAN | |
///
/// | what is found | what is done |
/// | --- | --- |
/// | a fenced replica | it is lifted: the switch is over, or was never about this node |
/// | a replica that stands back | that is lifted when it has been so for [#STAND_BACK_NANOS]: a switch may be under way |
/// | the fenced master, which is not being replaced | it is lifted, if we have raised it, or it has been there for [#GRACE_NANOS] |
/// | a fenced master that is being replaced | it is lifted, if we have raised it [#GRACE_NANOS] ago; else it stays |
/// | a fenced master that was replaced | it stays until it is a replica |
///
/// A Sentinel may be mad, or have a failover to announce that comes to nothing each time: a fence that is lifted at the
/// master was raised in vain, and its next ones raise none for [#REST_NANOS], after the second time for twice as long, and so
/// on, up to [#REST_NANOS_MAX]. Others are heard: theirs may be real.
///
/// Owned by the deciding thread.
final class FenceWatch {
    /// Longer than a planned switch holds a fence before it has asked a Sentinel.
    static final long GRACE_NANOS = Duration.ofSeconds(15).toNanos();

    /// Longer than replicas stand back before a Sentinel is asked, with the usual time for the switch.
    static final long STAND_BACK_NANOS = Duration.ofSeconds(30).toNanos();

    static final long ROUND_NANOS = Duration.ofSeconds(1).toNanos();
    static final long SLOW_ROUND_NANOS = Duration.ofSeconds(10).toNanos();
    static final long FAST_FOR_NANOS = Duration.ofMinutes(1).toNanos();
    static final long ROUTINE_NANOS = Duration.ofMinutes(1).toNanos();
    static final long REST_NANOS = Duration.ofMinutes(1).toNanos();
    static final long REST_NANOS_MAX = Duration.ofHours(1).toNanos();

    /// A fence of this process.
    ///
    /// @param sentinel on whose word it was raised
    /// @param sinceNanos when
    private record Own(int sentinel, long sinceNanos) {}

    /// Of a Sentinel whose word is not enough.
    ///
    /// @param restNanos how long its next ones raise none
    private record Vain(long restNanos, long untilNanos) {}

    /// Since when there may be one; null when there is none.
    private @Nullable Long suspectNanos;

    /// When the last round began, or when there was none yet, the first tick.
    private @Nullable Long roundNanos;

    /// Whose answers of this round are under way.
    private final Set<NodeAddress.Tcp> looking = new HashSet<>();

    /// Whether all of this round have none, so far.
    private boolean roundIsClean;

    /// Since when each is known to be fenced, or to stand back.
    private final Map<NodeAddress.Tcp, Long> markedNanos = new HashMap<>();

    /// All of the group, with those that have been in it since there may be a fence: until Sentinels have learnt of a
    /// switch, none of them counts the old master among the nodes.
    private final Set<NodeAddress.Tcp> members = new LinkedHashSet<>();

    /// Raised by this process.
    private final Map<NodeAddress.Tcp, Own> own = new HashMap<>();

    /// By the number of the Sentinel.
    private final Map<Integer, Vain> vain = new HashMap<>();

    /// Those that would not say: nobody bothers them without a suspicion.
    private final Set<NodeAddress.Tcp> mute = new HashSet<>();

    /// There may be a fence, for whatever reason.
    void suspect(long nowNanos) {
        if (suspectNanos == null) {
            roundNanos = nowNanos - ROUND_NANOS;
        }
        suspectNanos = nowNanos;
    }

    /// A Sentinel has begun a failover of this master.
    ///
    /// @return whether it is to be fenced; then [#onRaised] follows
    boolean onBegun(NodeAddress.Tcp node, int sentinel, long nowNanos) {
        Vain before = vain.get(sentinel);
        if (before != null && nowNanos - before.untilNanos < 0) {
            return false;
        }
        Own raised = own.get(node);
        if (raised == null || raised.sentinel != sentinel) {
            own.put(node, new Own(sentinel, nowNanos)); // who begins again and again has no more time for it
        }
        suspect(nowNanos);
        return true;
    }

    /// This process has raised one, or may have: whoever was asked before may have said that there is none.
    void onRaised(NodeAddress.Tcp node, int sentinel, long nowNanos) {
        own.putIfAbsent(node, new Own(sentinel, nowNanos));
        suspect(nowNanos);
    }

    /// Another node is the master: what was announced was real.
    void onAdopted(long nowNanos) {
        vain.clear();
        suspect(nowNanos);
    }

    /// Time went on.
    ///
    /// @param nodes all of the group
    /// @return those that are to be looked at now; each ends with [#onFound]
    List<NodeAddress.Tcp> onTick(List<NodeAddress.Tcp> nodes, long nowNanos) {
        if (suspectNanos == null) {
            members.clear();
        } else if (nowNanos - suspectNanos >= FAST_FOR_NANOS) {
            members.retainAll(markedNanos.keySet());
        }
        members.addAll(nodes);
        if (roundNanos == null) {
            roundNanos = nowNanos;
        }
        if (!looking.isEmpty() || nowNanos - roundNanos < period(nowNanos)) {
            return List.of();
        }
        roundNanos = nowNanos;
        roundIsClean = true;
        looking.addAll(members);
        if (suspectNanos == null) {
            looking.removeAll(mute);
        }
        return List.copyOf(looking);
    }

    private long period(long nowNanos) {
        if (suspectNanos == null) {
            return ROUTINE_NANOS;
        }
        return nowNanos - suspectNanos < FAST_FOR_NANOS ? ROUND_NANOS : SLOW_ROUND_NANOS;
    }

    /// A node was looked at.
    ///
    /// @param isMaster whether it is the adopted master
    /// @param isReplacing whether that is being replaced, as far as is known
    /// @return whether its fence is to be lifted
    boolean onFound(NodeAddress.Tcp node, Found found, boolean isMaster, boolean isReplacing, long nowNanos) {
        looking.remove(node);
        boolean hasMark = found == Found.MARKED_MASTER || found == Found.MARKED_REPLICA || found == Found.STANDING_BACK;
        if (hasMark && suspectNanos == null) {
            suspect(nowNanos);
        }
        switch (found) {
            case MUTE -> mute.add(node);
            case ABSENT -> {}
            default -> mute.remove(node);
        }
        boolean lift = switch (found) {
            case MARKED_REPLICA -> true;
            case STANDING_BACK -> nowNanos - since(node, nowNanos) >= STAND_BACK_NANOS;
            case MARKED_MASTER -> isMaster && isOver(node, isReplacing, nowNanos);
            case MASTER, REPLICA, MUTE -> {
                markedNanos.remove(node);
                own.remove(node);
                yield false;
            }
            case ABSENT -> false;
        };
        roundIsClean &= found == Found.MASTER || found == Found.REPLICA || found == Found.MUTE;
        if (looking.isEmpty()
                && roundIsClean
                && suspectNanos != null
                && roundNanos != null
                && suspectNanos - roundNanos <= 0) {
            suspectNanos = null;
        }
        return lift;
    }

    /// Whether the fence of the master has had its time; who announced it in vain is remembered.
    private boolean isOver(NodeAddress.Tcp node, boolean isReplacing, long nowNanos) {
        Own raised = own.get(node);
        if (raised == null) {
            return !isReplacing && nowNanos - since(node, nowNanos) >= GRACE_NANOS;
        }
        boolean isOver = !isReplacing || nowNanos - raised.sinceNanos >= GRACE_NANOS;
        if (isOver) {
            rest(raised.sentinel, nowNanos);
        }
        return isOver;
    }

    private void rest(int sentinel, long nowNanos) {
        Vain before = vain.get(sentinel);
        if (before == null || nowNanos - before.untilNanos >= 0) {
            long restNanos = before == null ? REST_NANOS : Math.min(REST_NANOS_MAX, before.restNanos * 2);
            vain.put(sentinel, new Vain(restNanos, nowNanos + restNanos));
        }
    }

    private long since(NodeAddress.Tcp node, long nowNanos) {
        return markedNanos.computeIfAbsent(node, _ -> nowNanos);
    }
}
