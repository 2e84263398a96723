package dev.cobnut.control.discovery;

import dev.cobnut.topology.Trouble;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Which hints of the data plane are acted on: the first of a shard at once, and then one a second. A client can make
/// a node say READONLY as often as it likes; that must not cost the Sentinels more than this. Nothing is lost by it:
/// they are asked every second in any case. Any thread may call; nobody waits.
final class Hints {
    static final long AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    /// When a hint of a shard was last acted on. As many as there are shards.
    private final ConcurrentMap<ReplicaReads.Place, Long> actedNanos = new ConcurrentHashMap<>();

    /// Whether to act on it. True for one of those who ask at the same time.
    boolean admit(Trouble trouble, long nowNanos) {
        ReplicaReads.Place place = new ReplicaReads.Place(trouble.pool(), trouble.shard());
        Long before = actedNanos.get(place);
        if (before == null) {
            return actedNanos.putIfAbsent(place, nowNanos) == null;
        }
        return nowNanos - before >= AGAIN_NANOS && actedNanos.replace(place, before, nowNanos);
    }
}
