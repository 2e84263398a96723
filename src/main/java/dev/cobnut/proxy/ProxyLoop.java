package dev.cobnut.proxy;

import dev.cobnut.config.BackendSettings;
import dev.cobnut.config.HoldSettings;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.backend.HoldTerms;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.backend.ShardListener;
import dev.cobnut.proxy.dispatch.Dispatcher;
import dev.cobnut.proxy.frontend.ClientConnection;
import dev.cobnut.proxy.routing.PoolClients;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.LoopTurn;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything that one event loop owns: its clients, its connections to every node, its routers. Constructed and used
/// on that loop only.
final class ProxyLoop {
    private static final int TICK_MILLIS_MAX = 100;
    private static final int TICK_MILLIS_MIN = 5;

    private final IoLoop loop;
    private final LaneEpoch epoch = new LaneEpoch();
    private final List<PoolFront> pools = new ArrayList<>();
    private final Dispatcher dispatcher = new Dispatcher();
    private final Consumer<Trouble> troubles;
    private final FailureLog failureLog;
    private final int spread;
    private final String name = Thread.currentThread().getName();
    private long topologyEpoch;

    /// When time was looked after last. Any thread.
    private volatile long turnedNanos;

    /// The last one that was announced; null before the first. Any thread.
    private volatile @Nullable Topology announced;

    /// @param troubles told, on this loop, what suggests that a master has moved or died
    /// @param failureLog shared by all loops
    /// @param spread different for each loop; it decides which replicas are read from
    ProxyLoop(IoLoop loop, Consumer<Trouble> troubles, FailureLog failureLog, int spread) {
        this.loop = loop;
        this.troubles = troubles;
        this.failureLog = failureLog;
        this.spread = spread;
        this.turnedNanos = loop.nowNanos();
    }

    /// When it has turned last. Any thread.
    LoopTurn turn() {
        return new LoopTurn(name, turnedNanos);
    }

    /// A pool begins here; its nodes are known with the next topology.
    ///
    /// @param clients what all loops know together of its clients
    /// @param shards the pool's, in topology order
    /// @param held how many requests of the pool wait for masters now, on all loops
    PoolFront open(PoolConfig config, PoolClients clients, AtomicInteger held, List<Shard> shards) {
        List<RingServer> servers = new ArrayList<>();
        for (Shard shard : shards) {
            servers.add(new RingServer(shard.name(), shard.weight()));
        }
        PlacementSettings placement = config.placement();
        BackendSettings backend = config.backend();
        Router router = new Router(
                Placement.of(placement.hash(), placement.hashTag(), placement.distribution(), servers),
                servers.size(),
                TimeUnit.MILLISECONDS.toNanos(backend.serverRetryTimeoutMillis()));
        LinkSettings settings = new LinkSettings(
                backend.laneTimeoutMillis(),
                backend.ownTimesOut(),
                backend.serverConnections(),
                backend.ownConnectionsMax(),
                backend.autoEjectHosts(),
                Math.max(1, backend.serverFailureLimit()),
                backend.login(),
                backend.redisDb());
        Counters<PoolCounter> counters = new Counters<>(PoolCounter.class);
        ShardListener reports = new ShardReports(config, loop, router, counters, failureLog, troubles);
        List<ShardLink> links = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            HoldTerms terms = terms(config.hold(), shards.get(i), held);
            links.add(new ShardLink(loop, epoch, i, servers.get(i).name(), settings, reports, spread + i, terms));
        }
        PoolFront pool = new PoolFront(config, clients, loop, epoch, router, links, counters);
        pools.add(pool);
        return pool;
    }

    private static @Nullable HoldTerms terms(HoldSettings hold, Shard shard, AtomicInteger held) {
        Duration max = hold.of(shard.masterName() != null);
        boolean isGated = !max.isZero() && (shard.masterName() != null || shard.master() instanceof NodeAddress.Tcp);
        return isGated ? new HoldTerms(max, held, hold.requestsMax(), hold.isLeased()) : null;
    }

    /// Begins to watch time, and connects ahead where a pool says so.
    void start(Topology topology) {
        apply(topology);
        int tickMillis = TICK_MILLIS_MAX;
        for (PoolFront pool : pools) {
            int timeoutMillis = pool.config().backend().laneTimeoutMillis();
            if (timeoutMillis > 0) {
                tickMillis = Math.clamp(timeoutMillis / 8, TICK_MILLIS_MIN, tickMillis);
            }
        }
        loop.onLate(this::onLate);
        loop.eventLoop().scheduleWithFixedDelay(this::tick, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        long now = loop.updateNow();
        turnedNanos = now;
        for (PoolFront pool : pools) {
            for (ShardLink shard : pool.shards()) {
                shard.tick(now);
            }
        }
        loop.memory().tick(now);
    }

    private void onLate(long nanos) {
        for (PoolFront pool : pools) {
            for (ShardLink shard : pool.shards()) {
                shard.onLate(nanos);
            }
        }
        // What was decided meanwhile comes before what nodes have said meanwhile: it may be that this does not count.
        Topology newest = announced;
        if (newest != null && newest.epoch() > topologyEpoch) {
            apply(newest);
        }
    }

    /// A newer topology is there: this loop goes over to it within its next turn, and before it believes what it reads after
    /// having been late. Older ones are ignored. Any thread.
    void announce(Topology topology) {
        announced = topology;
        loop.eventLoop().execute(() -> apply(topology));
    }

    private void apply(Topology topology) {
        // First of all: a loop that stood still is not to send anything because of what was decided before.
        loop.updateNow();
        if (topology.epoch() <= topologyEpoch) {
            return;
        }
        topologyEpoch = topology.epoch();
        for (PoolFront pool : pools) {
            List<Shard> shards = topology.pool(pool.config().name()).shards();
            for (ShardLink shard : pool.shards()) {
                shard.follow(shards.get(shard.index()), pool.config().backend().preconnect());
            }
        }
    }

    /// A client of a pool that this loop has accepted.
    ///
    /// @param onReads whether it came in on `listen_reads`
    ClientConnection newClient(PoolFront pool, long id, Channel channel, boolean onReads) {
        channel.config().setRecvByteBufAllocator(loop.readBuffer());
        return new ClientConnection(id, pool, dispatcher, channel, onReads);
    }

    /// Lets every client leave once it is answered.
    void leave() {
        for (PoolFront pool : pools) {
            List.copyOf(pool.guests()).forEach(PoolFront.Guest::leave);
        }
    }

    /// Closes every connection at once.
    void closeConnections() {
        for (PoolFront pool : pools) {
            List.copyOf(pool.guests()).forEach(PoolFront.Guest::close);
            pool.shards().forEach(ShardLink::close);
        }
    }

    /// For when the event loop has ended.
    void close() {
        loop.close();
    }
}
