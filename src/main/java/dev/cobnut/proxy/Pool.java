package dev.cobnut.proxy;

import dev.cobnut.config.ListenAddress;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.Descriptors;
import dev.cobnut.net.MemoryBudget;
import dev.cobnut.net.Transport;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.frontend.ClientConnection;
import dev.cobnut.proxy.routing.PoolClients;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.sharding.RingServer;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.stats.StatsSnapshot;
import dev.cobnut.topology.Shard;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// One pool of the process: its configuration, its part on each event loop, its listeners, and what is counted of it.
///
/// Opened by one thread, before it listens. After that nothing of it changes but what its parts do on their own loops;
/// counters may be read by any thread.
final class Pool {
    private static final AtomicLong CLIENT_IDS = new AtomicLong();

    /// Its part on one loop.
    private record Part(ProxyLoop loop, PoolFront front) {}

    private final PoolConfig config;
    private final PoolClients clients;
    private final AtomicInteger held = new AtomicInteger();
    private final Map<EventLoop, Part> parts = new HashMap<>();
    private final List<Listener> listeners = new ArrayList<>();

    Pool(PoolConfig config) {
        this.config = config;
        this.clients = new PoolClients(config.clients().clientConnections());
    }

    PoolConfig config() {
        return config;
    }

    /// Begins on one loop, and waits for that.
    ///
    /// @param shards in topology order
    void open(EventLoop eventLoop, ProxyLoop loop, List<Shard> shards) {
        PoolFront front = eventLoop
                .submit(() -> loop.open(config, clients, held, shards))
                .syncUninterruptibly()
                .getNow();
        parts.put(eventLoop, new Part(loop, front));
    }

    /// Listens: clients are served from here on.
    ///
    /// @param shortage one for all pools
    /// @throws ListenException when an address cannot be listened on; those before it are
    void listen(
            Transport transport,
            MultiThreadIoEventLoopGroup group,
            Descriptors descriptors,
            Admission.Shortage shortage)
            throws ListenException {
        Admission admission = new Admission(descriptors, shortage, this::onTurnedAway);
        Listener.Sockets sockets = new Listener.Sockets(config, transport, group, admission);
        listeners.add(Listener.open(sockets, config.listen(), channel -> accept(channel, false)));
        ListenAddress reads = config.reads().listen();
        if (reads != null) {
            listeners.add(Listener.open(sockets, reads, channel -> accept(channel, true)));
        }
    }

    private void onTurnedAway(EventLoop eventLoop) {
        part(eventLoop).front.counters().add(PoolCounter.CLIENT_TURNED_AWAY, 1);
    }

    private Part part(EventLoop eventLoop) {
        Part part = parts.get(eventLoop);
        if (part == null) {
            throw new IllegalStateException("a client on a loop that is not ours");
        }
        return part;
    }

    private ClientConnection accept(Channel channel, boolean onReads) {
        Part part = part(channel.eventLoop());
        return part.loop.newClient(part.front, CLIENT_IDS.incrementAndGet(), channel, onReads);
    }

    /// Accepts clients as long as there is memory for them.
    void follow(MemoryBudget budget) {
        listeners.forEach(listener -> listener.follow(budget));
    }

    /// Accepts no more clients.
    void stopListening() {
        listeners.forEach(Listener::close);
    }

    /// Whether all of its addresses are listened on. Any thread.
    boolean isListening() {
        return listeners.stream().allMatch(Listener::isOpen);
    }

    // ---- counters ---------------------------------------------------------------------------------------------------

    int listeners() {
        return listeners.size();
    }

    /// How many clients are connected now.
    long connectedClients() {
        long connected = 0;
        for (Part part : parts.values()) {
            connected += part.front.counters().get(PoolCounter.CLIENT_CONNECTIONS);
        }
        return connected;
    }

    /// Counters of all loops, added up.
    StatsSnapshot.Pool stats() {
        Map<PoolCounter, Long> counters = new EnumMap<>(PoolCounter.class);
        List<List<ShardLink>> shards = new ArrayList<>();
        for (Part part : parts.values()) {
            for (PoolCounter counter : PoolCounter.values()) {
                counters.merge(counter, part.front.counters().get(counter), Long::sum);
            }
            shards.add(part.front.shards());
        }
        return new StatsSnapshot.Pool(config.name(), counters, servers(shards));
    }

    private static List<StatsSnapshot.Server> servers(List<List<ShardLink>> shardsOfLoops) {
        List<StatsSnapshot.Server> servers = new ArrayList<>();
        for (ShardLink shard : shardsOfLoops.getFirst()) {
            Map<ServerCounter, Long> counters = new EnumMap<>(ServerCounter.class);
            for (List<ShardLink> ofLoop : shardsOfLoops) {
                for (ServerCounter counter : ServerCounter.values()) {
                    long value = ofLoop.get(shard.index()).counters().get(counter);
                    counters.merge(counter, value, counter == ServerCounter.SERVER_EJECTED_AT ? Math::max : Long::sum);
                }
            }
            servers.add(new StatsSnapshot.Server(shard.name(), counters));
        }
        servers.sort(Comparator.comparing(StatsSnapshot.Server::name, RingServer.NUTCRACKER_ORDER));
        return servers;
    }
}
