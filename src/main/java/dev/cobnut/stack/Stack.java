package dev.cobnut.stack;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Rehearsal;
import dev.cobnut.config.BadValue;
import dev.cobnut.render.Passwords;
import dev.cobnut.render.Rendered;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A stack on one machine: real redis-servers, real Sentinels, and the proxies in this process, all from the files that its
/// hosts would have ([Rehearsal] says what is different).
///
/// [#start] goes through: addresses, free ports, redis-server, data directory, files, servers, proxies. Each
/// step needs the one before. [#stop] goes back, within 3 s, and leaves nothing behind. One thread calls both.
///
///     clients ── 127.0.0.1:6379..6381 ── proxy ──┬── redis-shard1  127.0.0.11:12000..12002, Sentinel 26379
///                                                ├── redis-shard2  127.0.0.12  (the same ports)
///                                                └── redis-shard3  127.0.0.13  (the same ports)
public final class Stack {
    private static final Duration STOP_PROXIES_MAX = Duration.ofMillis(800);
    private static final Duration STOP_SERVERS_MAX = Duration.ofMillis(1800);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    /// What an operator can choose.
    ///
    /// @param blueprint what to run, as it would be on its hosts
    /// @param passwords of its servers and Sentinels
    /// @param adminToken what orders to the proxies have to bring; null for a new one, in a file
    /// @param directory for data, configurations and logs; made when it is missing
    /// @param portOffset added to every port
    /// @param redisServer the server to run; null to look for one
    /// @param loops event loops of each proxy, 1 or more
    public record Options(
            Blueprint blueprint,
            Passwords passwords,
            @Nullable String adminToken,
            Path directory,
            int portOffset,
            @Nullable Path redisServer,
            int loops) {
        /// Without the token: records end up in logs.
        @Override
        public String toString() {
            return "Options[" + blueprint.name() + " in " + directory + "]";
        }
    }

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
        Rehearsal rehearsal = rehearse();
        requireFreePorts(rehearsal.blueprint());
        ServerBinary binary = ServerBinary.find(options.redisServer());
        List<String> hosts =
                rehearsal.blueprint().hosts().stream().map(Blueprint.Host::name).toList();
        DataDirectory data = DataDirectory.open(options.directory(), hosts);
        undos.push(data::close);
        out.accept("redis-server: " + binary.describe());
        out.accept("data: " + data.root());
        rehearsal.notes().forEach(out);
        Site site = writeFiles(new Site(rehearsal.blueprint(), data, options.passwords(), binary));
        Front front = front(site);
        Fleet fleet = new Fleet(site, this::event);
        undos.push(() -> fleet.stop(STOP_SERVERS_MAX));
        fleet.start();
        undos.push(() -> front.stop(STOP_PROXIES_MAX));
        front.start(options.loops(), token(data), this::event);
        out.accept("");
        new StackReport(site.blueprint(), fleet).lines().forEach(out);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        out.accept("Up after %.1f s. Ctrl-C stops everything and keeps the data.".formatted(seconds));
        out.accept("");
    }

    /// Stops whatever runs: the proxies, the Sentinels, the redis-servers. Returns when all have ended.
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

    private Rehearsal rehearse() throws StackException {
        try {
            Rehearsal wanted = Rehearsal.of(options.blueprint(), options.portOffset(), true);
            boolean here = wanted.blueprint().hosts().stream().allMatch(host -> isLocal(host.address()));
            return here ? wanted : Rehearsal.of(options.blueprint(), options.portOffset(), false);
        } catch (BadValue e) {
            throw new StackException("--port-offset " + e.getMessage(), e);
        }
    }

    private static boolean isLocal(String address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// What clients use comes first.
    private static void requireFreePorts(Blueprint blueprint) throws StackException {
        List<Blueprint.Service> processes = new ArrayList<>(blueprint.processes());
        processes.sort(Comparator.comparing(Blueprint.Redis.class::isInstance)
                .thenComparing(Blueprint.Sentinel.class::isInstance));
        for (Blueprint.Service process : processes) {
            NodeAddress.Tcp address = blueprint.address(process);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(address.host(), address.port()));
            } catch (IOException e) {
                throw new StackException(
                        "port " + address + " (" + title(process) + ") is taken by "
                                + new PortHolder(Path.of("/proc")).describe(address)
                                + "; stop it, or move all ports, for example with --port-offset 1000",
                        e);
            }
        }
    }

    private static String title(Blueprint.Service process) {
        return switch (process) {
            case Blueprint.Redis redis -> redis.group() + " on " + redis.host();
            case Blueprint.Sentinel sentinel -> "the Sentinel on " + sentinel.host();
            case Blueprint.Pool pool -> "the proxy for " + pool.cache().name() + " on " + pool.host();
            case Blueprint.Statistics statistics -> "the statistics on " + statistics.host();
        };
    }

    /// Writes the files of servers and Sentinels, and of those who look at them and use them.
    ///
    /// @return with the masters that the Sentinels remember
    private static Site writeFiles(Site fresh) throws StackException {
        DataDirectory data = fresh.data();
        try {
            Blueprint blueprint = fresh.blueprint().withMasters(data.masters(fresh.blueprint()));
            Site now = new Site(blueprint, data, fresh.passwords(), fresh.binary());
            for (Blueprint.Redis redis : blueprint.redises()) {
                data.write(now.file(redis));
            }
            data.writeMemories(
                    fresh.blueprint().watchers().stream().map(fresh::file).toList(),
                    now.blueprint().watchers().stream().map(now::file).toList());
            for (Rendered each : now.filesForOthers()) {
                data.write(each);
            }
            return now;
        } catch (IOException e) {
            throw unwritable(data, e);
        }
    }

    private static Front front(Site site) throws StackException {
        try {
            return new Front(site);
        } catch (IOException e) {
            throw unwritable(site.data(), e);
        }
    }

    private String token(DataDirectory data) throws StackException {
        try {
            String given = options.adminToken();
            return given == null ? data.newToken() : given;
        } catch (IOException e) {
            throw unwritable(data, e);
        }
    }

    private static StackException unwritable(DataDirectory data, IOException e) {
        return new StackException("files cannot be written below " + data.root() + ": " + e, e);
    }

    private void event(String line) {
        if (!stopping) {
            out.accept(LocalTime.now(ZoneId.systemDefault()).format(CLOCK) + "  " + line);
        }
    }
}
