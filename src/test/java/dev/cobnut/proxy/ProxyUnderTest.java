package dev.cobnut.proxy;

import dev.cobnut.config.Config;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.net.Transport;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
import dev.cobnut.stats.LoopTurn;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.stats.StatsSnapshot;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.ScriptedNode;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A data plane with one pool on a free port. Shards are named `s0`, `s1`, ...; [#key] finds a key for each.
final class ProxyUnderTest implements AutoCloseable {
    private final Proxy proxy;
    private final PoolConfig config;
    private final int port;
    private final int loops;
    private final List<@Nullable NodeAddress> masters;
    private final List<List<NodeAddress>> readable = new ArrayList<>();
    private final List<Trouble> troubles = new CopyOnWriteArrayList<>();
    private volatile Runnable onTrouble = () -> {};
    private long epoch = 1;

    private ProxyUnderTest(int loops, List<String> settings, List<NodeAddress> nodes) {
        this.port = FreePorts.next(1);
        this.loops = loops;
        this.config = config(port, settings, nodes);
        this.masters = new ArrayList<>(nodes);
        nodes.forEach(_ -> readable.add(List.of()));
        try {
            this.proxy =
                    Proxy.start(List.of(config), topology(), Transport.Choice.AUTO.select(), loops, this::onTrouble);
        } catch (ListenException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param settings lines of the pool, such as `timeout: 400`; one event loop
    static ProxyUnderTest start(List<String> settings, ScriptedNode... nodes) {
        return start(1, settings, nodes);
    }

    static ProxyUnderTest start(int loops, List<String> settings, ScriptedNode... nodes) {
        List<NodeAddress> addresses = new ArrayList<>();
        for (ScriptedNode node : nodes) {
            addresses.add(node.address());
        }
        return new ProxyUnderTest(loops, settings, addresses);
    }

    static ProxyUnderTest startAt(List<String> settings, NodeAddress... nodes) {
        return new ProxyUnderTest(1, settings, List.of(nodes));
    }

    private static PoolConfig config(int port, List<String> settings, List<NodeAddress> nodes) {
        StringBuilder yaml = new StringBuilder("alpha:\n  listen: 127.0.0.1:" + port
                + "\n  redis: true\n  hash: fnv1a_64\n  distribution: modula\n  hash_tag: \"{}\"\n");
        settings.forEach(line -> yaml.append("  ").append(line).append('\n'));
        yaml.append("  servers:\n");
        for (int i = 0; i < nodes.size(); i++) {
            yaml.append("  - ").append(nodes.get(i)).append(":1 s").append(i).append('\n');
        }
        try {
            Path file = Files.createTempFile("pool", ".yml");
            try {
                Config read = ConfigFile.read(Files.writeString(file, yaml), false);
                return read.pools().getFirst();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    private void onTrouble(Trouble trouble) {
        troubles.add(trouble);
        onTrouble.run();
    }

    /// What is done on an event loop with each report to the control plane.
    void onTrouble(Runnable work) {
        onTrouble = work;
    }

    /// When each loop has turned last.
    List<LoopTurn> turns() {
        return proxy.turns();
    }

    private Topology topology() {
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < masters.size(); i++) {
            ServerConfig server = config.servers().get(i);
            shards.add(new Shard(
                    server.ringName(), server.weight(), null, masters.get(i), epoch, List.of(), readable.get(i)));
        }
        return new Topology(epoch, List.of(new PoolTopology(config.name(), shards)), List.of());
    }

    /// The shard's master is another node from now on: when this returns, all loops know.
    void move(int shard, @Nullable NodeAddress master) throws IOException {
        masters.set(shard, master);
        publish();
    }

    /// These replicas of the shard may be read from, from now on: when this returns, all loops know.
    void letRead(int shard, NodeAddress... replicas) throws IOException {
        readable.set(shard, List.of(replicas));
        publish();
    }

    private void publish() throws IOException {
        epoch++;
        proxy.apply(topology());
        // Clients are given to the loops in turn, and a loop reads a new client after what it was told before.
        for (int i = 0; i < loops; i++) {
            try (RawClient client = client()) {
                client.ask("UNWATCH");
                client.expect("+OK\r\n");
            }
        }
    }

    /// A key of this name that lives on this shard while none is ejected.
    String key(int shard, String name) {
        List<RingServer> ring = new ArrayList<>();
        config.servers().forEach(server -> ring.add(new RingServer(server.ringName(), server.weight())));
        PlacementSettings settings = config.placement();
        Placement placement = Placement.of(settings.hash(), settings.hashTag(), settings.distribution(), ring);
        int tag = 0;
        byte[] key;
        do {
            key = ("{" + tag++ + "}" + name).getBytes(StandardCharsets.US_ASCII);
        } while (placement.place(key, 0, key.length) != shard);
        return new String(key, StandardCharsets.US_ASCII);
    }

    RawClient client() throws IOException {
        return RawClient.connect(port);
    }

    int port() {
        return port;
    }

    /// What the data plane reported to the control plane.
    List<Trouble> troubles() {
        return troubles;
    }

    long count(PoolCounter counter) {
        return pool().counters().getOrDefault(counter, 0L);
    }

    long count(int shard, ServerCounter counter) {
        for (StatsSnapshot.Server server : pool().servers()) {
            if (server.name().equals("s" + shard)) {
                return server.counters().getOrDefault(counter, 0L);
            }
        }
        throw new IllegalArgumentException("shard " + shard);
    }

    private StatsSnapshot.Pool pool() {
        return proxy.stats().pools().getFirst();
    }

    @Override
    public void close() {
        proxy.stop(Duration.ZERO);
    }
}
