package dev.cobnut.control.discovery;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Inbox;
import dev.cobnut.control.Notice;
import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The shards of pools whose reads may go to replicas: for each a [ReplicaWatch] that asks and a [ReadableReplicas]
/// that decides. Owned by the deciding thread.
final class ReplicaReads {
    private static final long ASK_AGAIN_NANOS = Duration.ofMillis(100).toNanos();

    /// One shard of one pool; two pools may have shards of one group, each with its own bounds and password.
    record Place(String pool, String shard) {}

    private record Followed(ShardPlan.PlannedShard planned, ReplicaWatch watch, ReadableReplicas replicas) {}

    private final Inbox<News> inbox;
    private final Chronicle chronicle;
    private final Map<Place, Followed> shards = new LinkedHashMap<>();

    /// When all were last asked at once.
    private long askedNanos;

    ReplicaReads(Inbox<News> inbox, Chronicle chronicle) {
        this.inbox = inbox;
        this.chronicle = chronicle;
    }

    /// Starts asking, for the pools that want it; once, when the plan is settled.
    void start(List<PoolConfig> pools, ShardPlan plan, long nowNanos) {
        askedNanos = nowNanos;
        for (int i = 0; i < pools.size(); i++) {
            PoolConfig pool = pools.get(i);
            if (pool.reads().wantReplicas()) {
                for (ShardPlan.PlannedShard shard : plan.pools().get(i).shards()) {
                    start(pool, new Place(pool.name(), shard.name()), shard);
                }
            }
        }
    }

    private void start(PoolConfig pool, Place place, ShardPlan.PlannedShard planned) {
        if (Publisher.master(planned, Map.of()) instanceof NodeAddress.Unix master) {
            chronicle.tell(
                    Notice.Kind.WARNING,
                    null,
                    line(
                            place,
                            master + " is a unix socket, which is not asked for replicas: nothing is read from them"));
            return;
        }
        ReplicaWatch watch = new ReplicaWatch(place, pool.backend().login(), inbox);
        shards.put(place, new Followed(planned, watch, new ReadableReplicas(pool.reads())));
        watch.start();
    }

    /// Looks who is master of the shards now; to be called before each publication.
    ///
    /// @param groups by master name
    void follow(Map<String, Group> groups) {
        for (Followed shard : shards.values()) {
            NodeAddress.Tcp master =
                    Publisher.master(shard.planned, groups) instanceof NodeAddress.Tcp tcp ? tcp : null;
            shard.replicas.onMaster(master);
            shard.watch.follow(master);
        }
    }

    /// A shard's nodes were asked.
    void onReplication(News.Replication news) {
        Followed shard = shards.get(news.place());
        if (shard != null) {
            for (String change : shard.replicas.onRound(news.master(), news.masterSaid(), news.replicasSaid())) {
                chronicle.tell(Notice.Kind.READS, null, line(news.place(), change));
            }
        }
    }

    /// The replicas of a shard to read from, sorted; empty for pools that do not want any.
    List<NodeAddress> readable(String pool, String shard) {
        Followed followed = shards.get(new Place(pool, shard));
        return followed == null ? List.of() : followed.replicas.readable();
    }

    /// Asks all at once instead of at the next second, ten times a second at most.
    void askNow(long nowNanos) {
        if (nowNanos - askedNanos >= ASK_AGAIN_NANOS) {
            askedNanos = nowNanos;
            shards.values().forEach(shard -> shard.watch.askNow());
        }
    }

    /// Ends all threads; they are gone when this returns, unless the caller is interrupted.
    void close() throws InterruptedException {
        List<Followed> all = new ArrayList<>(shards.values());
        for (Followed shard : all) {
            shard.watch.interrupt();
        }
        for (Followed shard : all) {
            shard.watch.join();
        }
    }

    private static String line(Place place, String text) {
        return "pool " + place.pool + ", shard " + place.shard + ": " + text;
    }
}
