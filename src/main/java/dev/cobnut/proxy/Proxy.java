package dev.cobnut.proxy;

import dev.cobnut.config.ListenAddress;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Resolver;
import dev.cobnut.net.Transport;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.routing.PoolClients;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.sharding.RingServer;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.stats.StatsSnapshot;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The data plane of a process: event loops, listeners, and the way a new topology reaches every loop.
///
/// Thread safe; the calls wait for the event loops where they say so.
public final class Proxy {
    private final List<PoolConfig> configs;
    private final MultiThreadIoEventLoopGroup group;
    private final Map<EventLoop, ProxyLoop> loops;
    private final List<Listener> listeners = new ArrayList<>();

    private Proxy(List<PoolConfig> configs, MultiThreadIoEventLoopGroup group, Map<EventLoop, ProxyLoop> loops) {
        this.configs = configs;
        this.group = group;
        this.loops = loops;
    }

    /// Starts event loops and opens every pool's listener; clients are served when this returns.
    ///
    /// @param loopCount event loops, 1 or more
    /// @param troubles told what suggests that a master has moved or died: on event loops, and often while a node is
    ///     down, so it has to return at once
    /// @throws ListenException when an address cannot be listened on; nothing is left running
    public static Proxy start(
            List<PoolConfig> configs, Topology topology, Transport transport, int loopCount, Consumer<Trouble> troubles)
            throws ListenException {
        MultiThreadIoEventLoopGroup group = transport.newGroup(loopCount);
        ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        Resolver resolver = new Resolver(transport);
        FailureLog failureLog = new FailureLog();
        List<PoolClients> clients = new ArrayList<>();
        configs.forEach(config -> clients.add(new PoolClients(config.clients().clientConnections())));
        Map<EventLoop, ProxyLoop> loops = new HashMap<>();
        // Proxies that start with the same topology do not all read from the same replicas.
        int spread = ThreadLocalRandom.current().nextInt(1 << 16);
        for (EventExecutor executor : group) {
            EventLoop eventLoop = (EventLoop) executor;
            int place = spread + loops.size();
            ProxyLoop loop = eventLoop
                    .submit(() -> {
                        IoLoop io = new IoLoop(eventLoop, transport, resolver, allocator);
                        ProxyLoop made = new ProxyLoop(io, configs, clients, topology, troubles, failureLog, place);
                        made.start(topology);
                        return made;
                    })
                    .syncUninterruptibly()
                    .getNow();
            loops.put(eventLoop, loop);
        }
        Proxy proxy = new Proxy(List.copyOf(configs), group, Map.copyOf(loops));
        try {
            for (int pool = 0; pool < configs.size(); pool++) {
                proxy.listen(pool, transport);
            }
        } catch (ListenException e) {
            proxy.stop(Duration.ZERO);
            throw e;
        }
        return proxy;
    }

    private void listen(int pool, Transport transport) throws ListenException {
        PoolConfig config = configs.get(pool);
        listeners.add(Listener.open(config, config.listen(), pool, false, transport, group, loops));
        ListenAddress reads = config.reads().listen();
        if (reads != null) {
            listeners.add(Listener.open(config, reads, pool, true, transport, group, loops));
        }
    }

    /// Hands a topology to every loop; each goes over to it within its next turn. Older epochs are ignored.
    public void apply(Topology topology) {
        loops.forEach((eventLoop, loop) -> eventLoop.execute(() -> loop.apply(topology)));
    }

    /// Counters of all loops, added up.
    public StatsSnapshot stats() {
        List<StatsSnapshot.Pool> pools = new ArrayList<>();
        long current = listeners.size();
        long total = listeners.size();
        for (int i = 0; i < configs.size(); i++) {
            Map<PoolCounter, Long> counters = new EnumMap<>(PoolCounter.class);
            List<List<ShardLink>> links = new ArrayList<>();
            for (ProxyLoop loop : loops.values()) {
                PoolFront pool = loop.pools().get(i);
                for (PoolCounter counter : PoolCounter.values()) {
                    counters.merge(counter, pool.counters().get(counter), Long::sum);
                }
                links.add(pool.shards());
            }
            List<StatsSnapshot.Server> servers = servers(links);
            pools.add(new StatsSnapshot.Pool(configs.get(i).name(), counters, servers));
            long clients = value(counters, PoolCounter.CLIENT_CONNECTIONS);
            current += clients;
            total += clients + value(counters, PoolCounter.CLIENT_EOF) + value(counters, PoolCounter.CLIENT_ERR);
            for (StatsSnapshot.Server server : servers) {
                long open = value(server.counters(), ServerCounter.SERVER_CONNECTIONS);
                current += open;
                total += open
                        + value(server.counters(), ServerCounter.SERVER_EOF)
                        + value(server.counters(), ServerCounter.SERVER_ERR)
                        + value(server.counters(), ServerCounter.SERVER_TIMEDOUT);
            }
        }
        pools.sort(Comparator.comparing(StatsSnapshot.Pool::name, RingServer.NUTCRACKER_ORDER));
        return new StatsSnapshot(total, current, pools);
    }

    private static <E extends Enum<E>> long value(Map<E, Long> counters, E counter) {
        return counters.getOrDefault(counter, 0L);
    }

    private static List<StatsSnapshot.Server> servers(List<List<ShardLink>> links) {
        List<StatsSnapshot.Server> servers = new ArrayList<>();
        for (int shard = 0; shard < links.getFirst().size(); shard++) {
            Map<ServerCounter, Long> counters = new EnumMap<>(ServerCounter.class);
            for (List<ShardLink> ofLoop : links) {
                for (ServerCounter counter : ServerCounter.values()) {
                    long value = ofLoop.get(shard).counters().get(counter);
                    counters.merge(counter, value, counter == ServerCounter.SERVER_EJECTED_AT ? Math::max : Long::sum);
                }
            }
            servers.add(new StatsSnapshot.Server(links.getFirst().get(shard).name(), counters));
        }
        servers.sort(Comparator.comparing(StatsSnapshot.Server::name, RingServer.NUTCRACKER_ORDER));
        return servers;
    }

    /// Stops accepting, answers what is in flight, and ends.
    ///
    /// @param grace how long what is in flight may take; waits no longer
    public void stop(Duration grace) {
        listeners.forEach(Listener::close);
        long deadline = System.nanoTime() + grace.toNanos();
        loops.forEach((eventLoop, loop) -> eventLoop.execute(loop::leave));
        while (System.nanoTime() < deadline && clients() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        loops.forEach((eventLoop, loop) -> {
            eventLoop.execute(loop::closeConnections);
            eventLoop.terminationFuture().addListener(_ -> loop.close());
        });
        // A moment of quiet: closing a channel may take more than one turn (io_uring).
        group.shutdownGracefully(20, 1_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private long clients() {
        long clients = 0;
        for (ProxyLoop loop : loops.values()) {
            for (PoolFront pool : loop.pools()) {
                clients += pool.counters().get(PoolCounter.CLIENT_CONNECTIONS);
            }
        }
        return clients;
    }
}
