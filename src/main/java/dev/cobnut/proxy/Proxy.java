package dev.cobnut.proxy;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.Descriptors;
import dev.cobnut.net.DirectMemory;
import dev.cobnut.net.IoLoop;
import dev.cobnut.net.MemoryBudget;
import dev.cobnut.net.Resolver;
import dev.cobnut.net.Transport;
import dev.cobnut.sharding.RingServer;
import dev.cobnut.stats.LoopTurn;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.stats.StatsSnapshot;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The data plane of a process: event loops, pools, and the way a new topology reaches every loop.
///
/// Thread safe; the calls wait for the event loops where they say so.
public final class Proxy {
    private final MultiThreadIoEventLoopGroup group;
    private final Map<EventLoop, ProxyLoop> loops;
    private final List<Pool> pools;
    private final Runnable onMemory = this::followMemory;

    private Proxy(MultiThreadIoEventLoopGroup group, Map<EventLoop, ProxyLoop> loops, List<Pool> pools) {
        this.group = group;
        this.loops = loops;
        this.pools = pools;
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
        List<Pool> pools = configs.stream().map(Pool::new).toList();
        Descriptors descriptors = Descriptors.ofProcess(nodeConnections(configs, topology, loopCount));
        Proxy proxy = new Proxy(group, loops(group, transport, descriptors, troubles), pools);
        proxy.open(topology);
        Admission.Shortage shortage = new Admission.Shortage();
        try {
            for (Pool pool : pools) {
                pool.listen(transport, group, descriptors, shortage);
            }
        } catch (ListenException e) {
            proxy.stop(Duration.ZERO);
            throw e;
        }
        MemoryBudget.PROCESS.addListener(proxy.onMemory);
        proxy.followMemory();
        return proxy;
    }

    private void followMemory() {
        pools.forEach(pool -> pool.follow(MemoryBudget.PROCESS));
    }

    /// Shared connections in both protocols; those that are lent to single clients come on top.
    private static int nodeConnections(List<PoolConfig> configs, Topology topology, int loopCount) {
        long connections = 0;
        for (PoolConfig config : configs) {
            int shards = topology.pool(config.name()).shards().size();
            connections += 2L * loopCount * shards * config.backend().serverConnections();
        }
        return (int) Math.min(connections, Integer.MAX_VALUE);
    }

    private static Map<EventLoop, ProxyLoop> loops(
            MultiThreadIoEventLoopGroup group,
            Transport transport,
            Descriptors descriptors,
            Consumer<Trouble> troubles) {
        ByteBufAllocator allocator = DirectMemory.allocator();
        Resolver resolver = new Resolver(transport);
        FailureLog failureLog = new FailureLog();
        Map<EventLoop, ProxyLoop> loops = new HashMap<>();
        // Proxies that start with the same topology do not all read from the same replicas.
        int spread = ThreadLocalRandom.current().nextInt(1 << 16);
        for (EventExecutor executor : group) {
            EventLoop eventLoop = (EventLoop) executor;
            int place = spread + loops.size();
            ProxyLoop loop = eventLoop
                    .submit(() -> {
                        IoLoop io = new IoLoop(
                                eventLoop,
                                target -> descriptors.roomForNode(transport.newClientChannel(target)),
                                resolver,
                                allocator,
                                System::nanoTime,
                                MemoryBudget.PROCESS);
                        return new ProxyLoop(io, troubles, failureLog, place);
                    })
                    .syncUninterruptibly()
                    .getNow();
            loops.put(eventLoop, loop);
        }
        return Map.copyOf(loops);
    }

    private void open(Topology topology) {
        for (Pool pool : pools) {
            loops.forEach((eventLoop, loop) -> pool.open(
                    eventLoop, loop, topology.pool(pool.config().name()).shards()));
        }
        loops.forEach((eventLoop, loop) ->
                eventLoop.submit(() -> loop.start(topology)).syncUninterruptibly());
    }

    /// Hands a topology to every loop; each goes over to it within its next turn. Older epochs are ignored.
    public void apply(Topology topology) {
        loops.values().forEach(loop -> loop.announce(topology));
    }

    /// Counters of all loops, added up.
    public StatsSnapshot stats() {
        List<StatsSnapshot.Pool> snapshots = new ArrayList<>();
        long current = 0;
        long total = 0;
        for (Pool pool : pools) {
            StatsSnapshot.Pool stats = pool.stats();
            snapshots.add(stats);
            long clients = value(stats.counters(), PoolCounter.CLIENT_CONNECTIONS);
            current += clients + pool.listeners();
            total += clients
                    + pool.listeners()
                    + value(stats.counters(), PoolCounter.CLIENT_EOF)
                    + value(stats.counters(), PoolCounter.CLIENT_ERR);
            for (StatsSnapshot.Server server : stats.servers()) {
                long open = value(server.counters(), ServerCounter.SERVER_CONNECTIONS);
                current += open;
                total += open
                        + value(server.counters(), ServerCounter.SERVER_EOF)
                        + value(server.counters(), ServerCounter.SERVER_ERR)
                        + value(server.counters(), ServerCounter.SERVER_TIMEDOUT);
            }
        }
        snapshots.sort(Comparator.comparing(StatsSnapshot.Pool::name, RingServer.NUTCRACKER_ORDER));
        return new StatsSnapshot(total, current, snapshots);
    }

    private static <E extends Enum<E>> long value(Map<E, Long> counters, E counter) {
        return counters.getOrDefault(counter, 0L);
    }

    /// When each event loop has turned last.
    public List<LoopTurn> turns() {
        return loops.values().stream().map(ProxyLoop::turn).toList();
    }

    /// The names of pools that do not listen on all of their addresses.
    public Set<String> closed() {
        return pools.stream()
                .filter(pool -> !pool.isListening())
                .map(pool -> pool.config().name())
                .collect(Collectors.toSet());
    }

    /// Stops accepting, answers what is in flight, and ends.
    ///
    /// @param grace how long what is in flight may take; waits no longer
    public void stop(Duration grace) {
        MemoryBudget.PROCESS.removeListener(onMemory);
        pools.forEach(Pool::stopListening);
        long deadline = System.nanoTime() + grace.toNanos();
        loops.forEach((eventLoop, loop) -> eventLoop.execute(loop::leave));
        while (System.nanoTime() < deadline && connectedClients() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        loops.forEach((eventLoop, loop) -> {
            eventLoop.execute(loop::closeConnections);
            eventLoop.terminationFuture().addListener(_ -> loop.close());
        });
        // A moment of quiet: closing a channel may take more than one turn (io_uring).
        group.shutdownGracefully(20, 1_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private long connectedClients() {
        long connected = 0;
        for (Pool pool : pools) {
            connected += pool.connectedClients();
        }
        return connected;
    }
}
