package dev.cobnut.stack;

import dev.cobnut.config.Config;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.daemon.Daemon;
import dev.cobnut.daemon.StartException;
import dev.cobnut.net.Transport;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The reference stack on one machine: nine real redis-servers, three real Sentinels, and the proxy in this process.
///
/// [#start] goes through: data directory, free ports, redis-server, configuration files, servers, proxy. Each
/// step needs the one before. [#stop] goes back, within 3 s, and leaves nothing behind. One thread calls both.
///
///     clients ── 127.0.0.1:6379..6381 ── proxy ──┬── redis-shard1  127.0.0.11:12000..12002, Sentinel 26379
///                                                ├── redis-shard2  127.0.0.12  (the same ports)
///                                                └── redis-shard3  127.0.0.13  (the same ports)
public final class Stack {
    private static final Duration STOP_PROXY_MAX = Duration.ofMillis(800);
    private static final Duration STOP_SERVERS_MAX = Duration.ofMillis(1800);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    /// What an operator can choose.
    ///
    /// @param directory for data, configurations and logs; made when it is missing
    /// @param portOffset added to every port
    /// @param referenceSettings Sentinel as published (quorum 1, down after 200 ms) instead of sound settings
    /// @param redisServer the server to run; null to look for one
    /// @param loops event loops of the proxy, 1 or more
    public record Options(
            Path directory,
            int portOffset,
            boolean referenceSettings,
            @Nullable Path redisServer,
            int loops) {}

    /// Takes one step of the start back.
    private interface Undo {
        void run() throws IOException, InterruptedException;
    }

    private final Options options;
    private final Consumer<String> out;

    /// What [#stop] has to take back, the latest first.
    private final Deque<Undo> undos = new ArrayDeque<>();

    /// From now on nothing is news: all that ends is meant to end.
    private volatile boolean stopping;

    /// @param out gets the lines that people read; called on any thread
    public Stack(Options options, Consumer<String> out) {
        this.options = options;
        this.out = out;
    }

    /// Starts everything and prints what runs where. Call it once, and [#stop] afterwards, also when this threw.
    ///
    /// @throws StackException with the reason, for the operator
    /// @throws InterruptedException when interrupted, which is how to end a start that is under way
    public void start() throws StackException, InterruptedException {
        long startNanos = System.nanoTime();
        Layout layout = Layout.of(options.portOffset());
        requireFreePorts(layout);
        ServerBinary binary = ServerBinary.find(options.redisServer());
        DataDirectory data = DataDirectory.open(options.directory());
        undos.push(data::close);
        out.accept("redis-server: " + binary.describe());
        out.accept("data: " + data.root());
        if (!layout.ownAddresses()) {
            out.accept("hosts: 127.0.0.11 to 127.0.0.13 are no addresses of this machine, so all three are 127.0.0.1,"
                    + " each with ports 10 above the last");
        }
        Map<Cache, Integer> masters = writeFiles(data, layout, binary);
        Fleet fleet = new Fleet(layout, data, binary, this::event);
        undos.push(() -> fleet.stop(STOP_SERVERS_MAX));
        fleet.start(masters);
        Daemon proxy = startProxy(data, layout);
        undos.push(
                () -> Thread.ofVirtual().name("stop proxy").start(proxy::stop).join(STOP_PROXY_MAX));
        out.accept("");
        new StackReport(layout, fleet, masters).lines().forEach(out);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        out.accept("Up after %.1f s. Ctrl-C stops everything and keeps the data.".formatted(seconds));
        out.accept("");
    }

    /// Stops whatever runs: the proxy, the Sentinels, the redis-servers. Returns when all have ended.
    ///
    /// @throws InterruptedException when interrupted; what still ran is killed
    public void stop() throws InterruptedException {
        stopping = true;
        while (!undos.isEmpty()) {
            try {
                undos.pop().run();
            } catch (IOException e) {
                out.accept("while stopping: " + e.getMessage());
            }
        }
    }

    private void requireFreePorts(Layout layout) throws StackException {
        for (Map.Entry<NodeAddress.Tcp, String> entry : layout.everything().entrySet()) {
            NodeAddress.Tcp address = entry.getKey();
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(address.host(), address.port()));
            } catch (IOException e) {
                throw new StackException(
                        "port " + address + " (" + entry.getValue() + ") is taken by "
                                + new PortHolder(Path.of("/proc")).describe(address)
                                + "; stop it, or move all ports, for example with --port-offset 1000",
                        e);
            }
        }
    }

    private Map<Cache, Integer> writeFiles(DataDirectory data, Layout layout, ServerBinary binary)
            throws StackException {
        SentinelConf.Settings settings =
                options.referenceSettings() ? SentinelConf.Settings.REFERENCE : SentinelConf.Settings.SOUND;
        try {
            Map<Cache, Integer> masters = data.masters(layout);
            data.write(layout, settings, masters, binary);
            return masters;
        } catch (IOException e) {
            throw new StackException("the configuration cannot be written below " + data.root() + ": " + e, e);
        }
    }

    private Daemon startProxy(DataDirectory data, Layout layout) throws StackException {
        try {
            Config config = ConfigFile.read(data.poolFile(), true);
            NodeAddress.Tcp statistics = layout.statistics();
            return Daemon.start(new Daemon.Options(
                    config,
                    layout.sentinels(),
                    options.loops(),
                    Transport.Choice.AUTO,
                    statistics.host(),
                    statistics.port(),
                    data.newToken(),
                    event -> event(event.line())));
        } catch (IOException e) {
            throw new StackException("the token cannot be written below " + data.root() + ": " + e, e);
        } catch (ConfigException e) {
            throw new IllegalStateException("the generated configuration is wrong: " + e.getMessage(), e);
        } catch (StartException e) {
            throw new StackException("the proxy cannot be started: " + e.getMessage(), e);
        }
    }

    private void event(String line) {
        if (!stopping) {
            out.accept(LocalTime.now(ZoneId.systemDefault()).format(CLOCK) + "  " + line);
        }
    }
}
