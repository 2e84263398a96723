package dev.cobnut.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.stack.Child;
import dev.cobnut.stack.ServerBinary;
import dev.cobnut.stack.StackException;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/// Real redis-servers and Sentinels for integration tests, on free ports of 127.0.0.1. Make one per test in a
/// `@TempDir` and close it; what is still alive ends with the JVM in any case.
///
///     try (RealRedis redis = RealRedis.in(directory)) {
///         var master = redis.master();
///         var replica = redis.replicaOf(master);
///         var sentinels = redis.sentinels(3, 2, 2000, 10_000, "cluster_obj", master);
///         master.kill();
///     }
public final class RealRedis implements AutoCloseable {
    private static final String END = "$7\r\nthe-end\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final ServerBinary binary;
    private final Path directory;
    private final List<Server> servers = new ArrayList<>();

    private RealRedis(ServerBinary binary, Path directory) {
        this.binary = binary;
        this.directory = directory;
    }

    /// @param directory for configurations, data and logs
    public static RealRedis in(Path directory) {
        try {
            return new RealRedis(ServerBinary.find(null), directory);
        } catch (StackException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A server without persistence that answers PING.
    ///
    /// @param settings more lines for redis.conf
    public Server master(String... settings) {
        int port = FreePorts.next(1);
        List<String> lines = new ArrayList<>(List.of(
                "port " + port,
                "bind 127.0.0.1",
                "protected-mode no",
                "save \"\"",
                "appendonly no",
                "repl-diskless-sync no",
                "dir " + folder("redis-" + port)));
        lines.addAll(List.of(settings));
        return started("redis-" + port, port, lines, false);
    }

    /// A replica of this master that answers PING and whose link is up.
    public Server replicaOf(Server master, String... settings) {
        List<String> lines = new ArrayList<>(List.of("replicaof 127.0.0.1 " + master.port()));
        lines.addAll(List.of(settings));
        Server replica = master(lines.toArray(String[]::new));
        replica.await("INFO replication", "master_link_status:up");
        return replica;
    }

    /// A Sentinel that answers PING.
    ///
    /// @param lines `sentinel ...` lines
    public Server sentinel(String... lines) {
        int port = FreePorts.next(1);
        List<String> all = new ArrayList<>(
                List.of("port " + port, "bind 127.0.0.1", "protected-mode no", "dir " + folder("sentinel-" + port)));
        all.addAll(List.of(lines));
        return started("sentinel-" + port, port, all, true);
    }

    /// Sentinels that watch one master and know each other and its replicas.
    ///
    /// @param count how many
    /// @param quorum how many must agree that the master is down
    public List<Server> sentinels(
            int count, int quorum, int downAfterMillis, int failoverTimeoutMillis, String name, Server master) {
        List<Server> sentinels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sentinels.add(sentinel(
                    "sentinel monitor " + name + " 127.0.0.1 " + master.port() + " " + quorum,
                    "sentinel down-after-milliseconds " + name + " " + downAfterMillis,
                    "sentinel failover-timeout " + name + " " + failoverTimeoutMillis));
        }
        for (Server sentinel : sentinels) {
            sentinel.await("SENTINEL MASTER " + name, "num-other-sentinels\r\n$1\r\n" + (count - 1) + "\r\n");
            sentinel.await("SENTINEL CKQUORUM " + name, "+OK");
        }
        return sentinels;
    }

    private String folder(String name) {
        try {
            return Files.createDirectories(directory.resolve(name)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Server started(String name, int port, List<String> lines, boolean sentinel) {
        try {
            Path config = directory.resolve(name).resolve(sentinel ? "sentinel.conf" : "redis.conf");
            Files.write(config, lines);
            List<String> command = sentinel ? binary.sentinelCommand(config) : binary.serverCommand(config);
            Server server =
                    new Server(name, port, command, directory.resolve(name).resolve("log"));
            servers.add(server);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (Server server : servers) {
            server.kill();
        }
    }

    /// One redis-server or Sentinel.
    public static final class Server {
        private final String name;
        private final int port;
        private final List<String> command;
        private final Path log;
        private Child child;

        Server(String name, int port, List<String> command, Path log) throws IOException {
            this.name = name;
            this.port = port;
            this.command = command;
            this.log = log;
            this.child = Child.start(name, command, log, _ -> {});
            await("PING", "+PONG");
        }

        public int port() {
            return port;
        }

        public NodeAddress.Tcp address() {
            return new NodeAddress.Tcp("127.0.0.1", port);
        }

        public long pid() {
            return child.pid();
        }

        public boolean isAlive() {
            return child.isAlive();
        }

        /// kill -9, and waits for the end.
        public void kill() {
            if (!child.isAlive()) {
                return;
            }
            signal("KILL");
            ended();
        }

        /// TERM, and waits for the end.
        public void stop() {
            child.terminate();
            ended();
        }

        /// Freezes it: connections stay open, nothing is answered.
        public void pause() {
            signal("STOP");
        }

        /// Ends a {@link #pause}.
        public void resume() {
            signal("CONT");
        }

        /// Starts it again after {@link #kill} or {@link #stop}, with its (perhaps rewritten) configuration.
        public void start() {
            if (child.isAlive()) {
                throw new IllegalStateException(name + " still runs");
            }
            try {
                child = Child.start(name, command, log, _ -> {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            await("PING", "+PONG");
        }

        /// Sends an inline command on a connection of its own.
        ///
        /// @return the reply as it came, with its CRLFs
        /// @throws IOException when the connection fails or nothing comes for 2 s
        public String ask(String inlineCommand) throws IOException {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
                socket.setSoTimeout(2000);
                socket.getOutputStream().write((inlineCommand + "\r\nPING the-end\r\n").getBytes(UTF_8));
                StringBuilder reply = new StringBuilder();
                byte[] buffer = new byte[64 << 10];
                while (!reply.toString().endsWith(END)) {
                    int length = socket.getInputStream().read(buffer);
                    if (length < 0) {
                        throw new IOException(name + " closed the connection after " + reply);
                    }
                    reply.append(new String(buffer, 0, length, UTF_8));
                }
                return reply.substring(0, reply.length() - END.length());
            }
        }

        /// Asks until the reply contains the text; fails with the last lines of the server's log after 15 s.
        public void await(String inlineCommand, String expected) {
            try {
                Awaitility.await(name + " answers " + inlineCommand + " with " + expected)
                        .atMost(PATIENCE)
                        .pollInterval(20, TimeUnit.MILLISECONDS)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> ask(inlineCommand).contains(expected));
            } catch (ConditionTimeoutException e) {
                throw new AssertionError(e.getMessage() + "\n" + String.join("\n", child.lastLines(10)), e);
            }
        }

        private void ended() {
            Awaitility.await(name + " has ended").atMost(PATIENCE).until(() -> !child.isAlive());
        }

        private void signal(String signal) {
            try {
                new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid()))
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
