package dev.cobnut.control.gate;

import dev.cobnut.control.gate.Gatekeeper.Failover;
import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far the replacement of one master has come: what Sentinels tell of a failover, and an operator's switch. Pure.
///
/// A Sentinel may be mad. Whoever says the same step again and again does not make it last longer. Who has begun one that came
/// to nothing, and did not say so, is not heard for [#REST_NANOS]; who did say so, for [#SHORT_REST_NANOS]. Others are:
/// theirs may be real.
final class Replacement {
    static final long REST_NANOS = Duration.ofSeconds(30).toNanos();
    static final long SHORT_REST_NANOS = Duration.ofSeconds(1).toNanos();

    /// The Sentinels that lead a failover, or want to.
    private final BitSet leaders = new BitSet();

    /// The step that the failover came to last, and when; null between failovers.
    private @Nullable Failover step;

    private long steppedNanos;

    /// Until when a Sentinel is not heard.
    private final Map<Integer, Long> restUntilNanos = new HashMap<>();

    /// The replica that is being promoted; null while none is chosen.
    private NodeAddress.@Nullable Tcp candidate;

    private int namedBy;

    /// Until when an operator's switch may take; null when there is none.
    private @Nullable Long switchUntilNanos;

    /// Whether the master is being replaced, as far as is known.
    boolean isUnderWay() {
        return step != null || switchUntilNanos != null;
    }

    /// Whether this Sentinel leads a failover.
    boolean isLedBy(int sentinel) {
        return leaders.get(sentinel);
    }

    /// The replica that is being promoted; null while none is chosen.
    NodeAddress.@Nullable Tcp candidate() {
        return candidate;
    }

    /// When the failover made its last step.
    long steppedNanos() {
        return steppedNanos;
    }

    /// Whether it counts what a Sentinel says.
    boolean hears(int sentinel, long nowNanos) {
        Long until = restUntilNanos.get(sentinel);
        return leaders.get(sentinel) || until == null || nowNanos - until >= 0;
    }

    /// A Sentinel has begun a failover, or goes on with it.
    void onFailover(int sentinel, Failover come, NodeAddress.@Nullable Tcp named, long nowNanos) {
        if (step == null || come.compareTo(step) > 0) {
            step = come;
            steppedNanos = nowNanos;
        }
        leaders.set(sentinel);
        if (named != null) {
            candidate = named;
            namedBy = sentinel;
        }
    }

    /// A Sentinel gives a failover up; another may lead one.
    ///
    /// @return whether that was the last
    boolean onAborted(int sentinel, long nowNanos) {
        if (!leaders.get(sentinel)) {
            return false;
        }
        leaders.clear(sentinel);
        restUntilNanos.put(sentinel, nowNanos + SHORT_REST_NANOS);
        if (namedBy == sentinel) {
            candidate = null;
        }
        if (leaders.isEmpty()) {
            endFailover();
        }
        return leaders.isEmpty();
    }

    private void endFailover() {
        leaders.clear();
        step = null;
        candidate = null;
    }

    void beginSwitch(long untilNanos) {
        switchUntilNanos = untilNanos;
    }

    void endSwitch() {
        switchUntilNanos = null;
    }

    /// Time went on.
    ///
    /// @param holdNanos how long requests may wait
    /// @return whether something has ended
    boolean onTick(long holdNanos, long nowNanos) {
        boolean ended = false;
        // Once the replica was told, it may be master at any moment.
        long patience =
                step == Failover.TOLD ? Math.max(holdNanos, Gatekeeper.FAILOVER_NANOS) : Gatekeeper.FAILOVER_NANOS;
        if (step != null && nowNanos - steppedNanos >= patience) {
            leaders.stream().forEach(each -> restUntilNanos.put(each, nowNanos + REST_NANOS));
            endFailover();
            ended = true;
        }
        if (switchUntilNanos != null && nowNanos - switchUntilNanos >= 0) {
            endSwitch();
            ended = true;
        }
        return ended;
    }

    /// Another node is the master now.
    void onAdopted() {
        endFailover();
        restUntilNanos.clear();
        switchUntilNanos = null;
    }
}
