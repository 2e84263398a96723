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
/// to nothing, and did not say so, is not heard for [#REST_NANOS]; who did say so, for [#SHORT_REST_NANOS], and for twice as long
/// each time it does so again, up to [#REST_NANOS], until it has been quiet for [#QUIET_NANOS]. Others are: theirs may be real.
final class Replacement {
    static final long REST_NANOS = Duration.ofSeconds(30).toNanos();
    static final long SHORT_REST_NANOS = Duration.ofSeconds(1).toNanos();

    static final long QUIET_NANOS = Duration.ofMinutes(5).toNanos();

    /// A Sentinel is not heard.
    private record Rest(long nanos, long untilNanos) {}

    /// The Sentinels that lead a failover, or want to.
    private final BitSet leaders = new BitSet();

    /// The step that the failover came to last, and when; null between failovers.
    private @Nullable Failover step;

    private long steppedNanos;

    /// The last one of each Sentinel that had one.
    private final Map<Integer, Rest> rests = new HashMap<>();

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
        Rest rest = rests.get(sentinel);
        return leaders.get(sentinel) || rest == null || nowNanos - rest.untilNanos >= 0;
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
        Rest last = rests.get(sentinel);
        long nanos = last != null && nowNanos - last.untilNanos < QUIET_NANOS
                ? Math.min(2 * last.nanos, REST_NANOS)
                : SHORT_REST_NANOS;
        rest(sentinel, nanos, nowNanos);
        if (namedBy == sentinel) {
            candidate = null;
        }
        if (leaders.isEmpty()) {
            endFailover();
        }
        return leaders.isEmpty();
    }

    private void rest(int sentinel, long nanos, long nowNanos) {
        rests.put(sentinel, new Rest(nanos, nowNanos + nanos));
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
            leaders.stream().forEach(each -> rest(each, REST_NANOS, nowNanos));
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
        rests.clear();
        switchUntilNanos = null;
    }
}
