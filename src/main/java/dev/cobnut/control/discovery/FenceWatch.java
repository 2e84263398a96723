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
/// | SUSPECT | all nodes of one round have none, or would not say | CLEAN | |
///
/// | what is found | what is done |
/// | --- | --- |
/// | a fenced replica | it is lifted: the switch is over, or was never about this node |
/// | a replica that stands back | that is lifted when it has been so for [#STAND_BACK_NANOS]: a switch may be under way |
/// | the fenced master, which is not being replaced | it is lifted, if we have raised it, or it has been there for [#GRACE_NANOS] |
/// | a fenced master that is being replaced, or was | it stays |
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

    /// Since when there may be one; null when there is none.
    private @Nullable Long suspectNanos;

    private long roundNanos;

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
    private final Set<NodeAddress.Tcp> own = new HashSet<>();

    /// There may be a fence, for whatever reason.
    void suspect(long nowNanos) {
        if (suspectNanos == null) {
            roundNanos = nowNanos - ROUND_NANOS;
        }
        suspectNanos = nowNanos;
    }

    /// This process raises one.
    void onRaised(NodeAddress.Tcp node, long nowNanos) {
        own.add(node);
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
        if (suspectNanos == null || !looking.isEmpty()) {
            return List.of();
        }
        long period = nowNanos - suspectNanos < FAST_FOR_NANOS ? ROUND_NANOS : SLOW_ROUND_NANOS;
        if (nowNanos - roundNanos < period) {
            return List.of();
        }
        roundNanos = nowNanos;
        roundIsClean = true;
        looking.addAll(members);
        return List.copyOf(members);
    }

    /// A node was looked at.
    ///
    /// @param isMaster whether it is the adopted master
    /// @param isReplacing whether that is being replaced, as far as is known
    /// @return whether its fence is to be lifted
    boolean onFound(NodeAddress.Tcp node, Found found, boolean isMaster, boolean isReplacing, long nowNanos) {
        looking.remove(node);
        boolean lift = switch (found) {
            case MARKED_REPLICA -> true;
            case STANDING_BACK -> nowNanos - since(node, nowNanos) >= STAND_BACK_NANOS;
            case MARKED_MASTER -> {
                boolean isOld = nowNanos - since(node, nowNanos) >= GRACE_NANOS;
                yield isMaster && !isReplacing && (own.contains(node) || isOld);
            }
            case MASTER, REPLICA, MUTE -> {
                markedNanos.remove(node);
                own.remove(node);
                yield false;
            }
            case ABSENT -> false;
        };
        roundIsClean &= found == Found.MASTER || found == Found.REPLICA || found == Found.MUTE;
        if (looking.isEmpty() && roundIsClean && suspectNanos != null && suspectNanos - roundNanos <= 0) {
            suspectNanos = null;
        }
        return lift;
    }

    private long since(NodeAddress.Tcp node, long nowNanos) {
        return markedNanos.computeIfAbsent(node, _ -> nowNanos);
    }
}
