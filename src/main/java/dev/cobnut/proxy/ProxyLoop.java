package dev.cobnut.proxy;

import dev.cobnut.config.BackendSettings;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.LinkListener;
import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.proxy.backend.ReplicaLink;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.dispatch.Dispatcher;
import dev.cobnut.proxy.frontend.ClientConnection;
import dev.cobnut.proxy.routing.PoolClients;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
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
        Ejector ejector = new Ejector(config, router);
        for (int shard = 0; shard < servers.size(); shard++) {
            links.add(new ShardLink(loop, epoch, shard, servers.get(shard).name(), settings, ejector));
        }
        List<ReplicaLink> replicas = new ArrayList<>();
        if (config.reads().wantReplicas()) {
            LinkListener listener = new ReplicaFailures(config);
            for (ShardLink link : links) {
                int index = link.index();
                replicas.add(new ReplicaLink(
                        loop, epoch, index, link.name(), settings, listener, link.counters(), spread + index));
            }
        }
        PoolFront pool = new PoolFront(config, clients, loop, epoch, router, links, replicas);
        ejector.pool = pool;
        return pool;
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
            if (backend.preconnect()) {
                pool.shards().forEach(ShardLink::preconnect);
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
            for (ReplicaLink replica : pool.replicas()) {
                replica.link().tick(now);
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
                link.setMaster(shards.get(link.index()).master());
                if (pool.config().backend().preconnect()) {
                    link.preconnect();
                }
            }
            for (ReplicaLink replica : pool.replicas()) {
                replica.setReadable(shards.get(replica.link().index()).readable());
                if (pool.config().backend().preconnect()) {
                    replica.link().preconnect();
                }
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
            pool.replicas().forEach(replica -> replica.link().close());
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

    /// A replica that fails is worth a line, and no more: nobody is ejected, and the master has nothing to do with it.
    private final class ReplicaFailures implements LinkListener {
        private final PoolConfig config;

        ReplicaFailures(PoolConfig config) {
            this.config = config;
        }

        @Override
        public void onFailing(ShardLink link, String why) {
            failureLog.onReplicaFailing(config.name(), link.name(), why);
        }

        @Override
        public void onRecovered(ShardLink link) {
            failureLog.onReplicaRecovered(config.name(), link.name());
        }

        @Override
        public void onFailureLimit(ShardLink link) {}

        @Override
        public void onTrouble(ShardLink link, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos) {}
    }

    private final class Ejector implements LinkListener {
        private final PoolConfig config;
        private final Router router;
        private @Nullable PoolFront pool;

        Ejector(PoolConfig config, Router router) {
            this.config = config;
            this.router = router;
        }

        @Override
        public void onFailureLimit(ShardLink link) {
            router.eject(link.index(), loop.nowNanos());
            link.counters()
                    .set(ServerCounter.SERVER_EJECTED_AT, TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()));
            if (pool != null) {
                pool.counters().add(PoolCounter.SERVER_EJECTS, 1);
            }
            failureLog.onEjected(config.name(), link.name(), config.backend().serverRetryTimeoutMillis());
        }

        @Override
        public void onFailing(ShardLink link, String why) {
            failureLog.onFailing(config.name(), link.name(), why);
        }

        @Override
        public void onRecovered(ShardLink link) {
            failureLog.onRecovered(config.name(), link.name());
        }

        @Override
        public void onTrouble(ShardLink link, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos) {
            troubles.accept(new Trouble(config.name(), link.name(), node, kind, sinceNanos));
        }
    }
}
