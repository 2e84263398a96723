package dev.cobnut.proxy;

import dev.cobnut.config.BackendSettings;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.FailureLog.Role;
import dev.cobnut.proxy.FailureLog.Source;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.backend.ShardListener;
import dev.cobnut.proxy.frontend.ClientConnection;
import dev.cobnut.proxy.dispatch.Dispatcher;
import dev.cobnut.proxy.routing.PoolClients;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything that one event loop owns: its clients, its connections to every node, its routers. Constructed and used
/// on that loop only, but for reading counters.
final class ProxyLoop {
    private static final int TICK_MILLIS_MAX = 100;
    private static final int TICK_MILLIS_MIN = 5;

    private final IoLoop loop;
    private final LaneEpoch epoch = new LaneEpoch();
    private final List<PoolFront> pools = new ArrayList<>();
    private final Dispatcher dispatcher;
    private final Consumer<Trouble> troubles;
    private final FailureLog failureLog;
    private final int spread;
    private long topologyEpoch;

    /// @param clients one for each pool, shared by all loops
    /// @param failureLog shared by all loops
    /// @param troubles told, on this loop, what suggests that a master has moved or died
    /// @param spread different for each loop; it decides which replicas are read from
    ProxyLoop(
            IoLoop loop,
            List<PoolConfig> configs,
            List<PoolClients> clients,
            Topology topology,
            Consumer<Trouble> troubles,
            FailureLog failureLog,
            int spread) {
        this.loop = loop;
        this.troubles = troubles;
        this.failureLog = failureLog;
        this.spread = spread;
        this.dispatcher = new Dispatcher();
        for (int i = 0; i < configs.size(); i++) {
            PoolConfig config = configs.get(i);
            pools.add(poolFront(config, clients.get(i), topology.pool(config.name())));
        }
    }

    private PoolFront poolFront(PoolConfig config, PoolClients clients, PoolTopology topology) {
        List<RingServer> servers = new ArrayList<>();
        for (Shard shard : topology.shards()) {
            servers.add(new RingServer(shard.name(), shard.weight()));
        }
        PlacementSettings placement = config.placement();
        BackendSettings backend = config.backend();
        Router router = new Router(
                Placement.of(placement.hash(), placement.hashTag(), placement.distribution(), servers),
                servers.size(),
                TimeUnit.MILLISECONDS.toNanos(backend.serverRetryTimeoutMillis()));
        LinkSettings settings = new LinkSettings(
                backend.timeoutMillis(),
                backend.serverConnections(),
                backend.ownConnectionsMax(),
                backend.autoEjectHosts(),
                Math.max(1, backend.serverFailureLimit()),
                backend.redisAuth(),
                backend.redisDb());
        List<ShardLink> links = new ArrayList<>();
        Counters<PoolCounter> counters = new Counters<>(PoolCounter.class);
        ShardListener listener = new Reports(config, router, counters);
        for (int shard = 0; shard < servers.size(); shard++) {
            String name = servers.get(shard).name();
            links.add(new ShardLink(loop, epoch, shard, name, settings, listener, spread + shard));
        }
        return new PoolFront(config, clients, loop, epoch, router, links, counters);
    }

    /// Begins to watch time, and connects ahead where the pool says so.
    void start(Topology topology) {
        apply(topology);
        int tickMillis = TICK_MILLIS_MAX;
        for (PoolFront pool : pools) {
            BackendSettings backend = pool.config().backend();
            if (backend.timeoutMillis() > 0) {
                tickMillis = Math.clamp(backend.timeoutMillis() / 8, TICK_MILLIS_MIN, tickMillis);
            }
        }
        loop.eventLoop().scheduleWithFixedDelay(this::tick, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        long now = loop.updateNow();
        for (PoolFront pool : pools) {
            for (ShardLink link : pool.shards()) {
                link.tick(now);
            }
        }
    }

    /// Goes over to a newer topology.
    void apply(Topology topology) {
        if (topology.epoch() <= topologyEpoch) {
            return;
        }
        topologyEpoch = topology.epoch();
        for (PoolFront pool : pools) {
            List<Shard> shards = topology.pool(pool.config().name()).shards();
            for (ShardLink link : pool.shards()) {
                link.follow(shards.get(link.index()), pool.config().backend().preconnect());
            }
        }
    }

    /// @param reader whether it came in on `listen_reads`
    ClientConnection newClient(int pool, long id, Channel channel, boolean reader) {
        channel.config().setRecvByteBufAllocator(loop.readBuffer());
        return new ClientConnection(id, pools.get(pool), dispatcher, channel, reader);
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

    /// For reading counters, from any thread.
    List<PoolFront> pools() {
        return pools;
    }

    /// What the shards of a pool report: lines for the operator, ejection, and news for those who decide who is master.
    /// A replica that fails is worth a line, and no more: nobody is ejected, and the master has nothing to do with it.
    private final class Reports implements ShardListener {
        private final PoolConfig config;
        private final Router router;
        private final Counters<PoolCounter> counters;

        Reports(PoolConfig config, Router router, Counters<PoolCounter> counters) {
            this.config = config;
            this.router = router;
            this.counters = counters;
        }

        @Override
        public void onFailureLimit(ShardLink shard) {
            router.eject(shard.index(), loop.nowNanos());
            shard.counters()
                    .set(ServerCounter.SERVER_EJECTED_AT, TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()));
            counters.add(PoolCounter.SERVER_EJECTS, 1);
            failureLog.onEjected(config.name(), shard.name(), config.backend().serverRetryTimeoutMillis());
        }

        @Override
        public void onFailing(ShardLink shard, String why) {
            failureLog.onFailing(new Source(config.name(), shard.name(), Role.MASTER), why);
        }

        @Override
        public void onRecovered(ShardLink shard) {
            failureLog.onRecovered(new Source(config.name(), shard.name(), Role.MASTER));
        }

        @Override
        public void onReplicaFailing(ShardLink shard, String why) {
            failureLog.onFailing(new Source(config.name(), shard.name(), Role.REPLICA), why);
        }

        @Override
        public void onReplicaRecovered(ShardLink shard) {
            failureLog.onRecovered(new Source(config.name(), shard.name(), Role.REPLICA));
        }

        @Override
        public void onTrouble(ShardLink shard, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos) {
            troubles.accept(new Trouble(config.name(), shard.name(), node, kind, sinceNanos));
        }
    }
}
