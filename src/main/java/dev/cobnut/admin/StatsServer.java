package dev.cobnut.admin;

import dev.cobnut.stats.StatsSnapshot;
import dev.cobnut.topology.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The statistics port: nutcracker's JSON object for whoever connects, and the same and more over HTTP.
///
/// One virtual thread accepts, two attend to each connection. A peer may be silent, slow, deaf or noisy: its connection
/// is closed [#CONNECTION_MILLIS_MAX] ms after it was accepted whatever it does, and beyond [#CONNECTIONS_MAX] at once
/// others wait in the backlog. Nothing here touches the data plane; the suppliers hand out snapshots.
public final class StatsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatsServer.class);

    private static final int CONNECTIONS_MAX = 64;
    private static final int CONNECTION_MILLIS_MAX = 3000;
    private static final int BACKLOG = 128;
    private static final int ACCEPT_PAUSE_MILLIS = 500;
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private final ServerSocket listener;
    private final Supplier<String> stats;
    private final Supplier<String> topology;
    private final Semaphore free = new Semaphore(CONNECTIONS_MAX);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private StatsServer(ServerSocket listener, Supplier<String> stats, Supplier<String> topology) {
        this.listener = listener;
        this.stats = stats;
        this.topology = topology;
    }

    /// Listens and serves until [#close]. Uptime counts from here.
    ///
    /// @param host the address to listen on
    /// @param port 0 to 65535; 0 for any free one
    /// @param stats called for each answer, on any thread
    /// @param topology called for each answer, on any thread
    /// @param version what the object says in `version`
    /// @throws IOException when nothing can listen there; the message names host and port
    public static StatsServer start(
            String host, int port, Supplier<StatsSnapshot> stats, Supplier<Topology> topology, String version)
            throws IOException {
        String source = hostName();
        ServerSocket listener = listen(host, port);
        long startNanos = System.nanoTime();
        StatsServer server = new StatsServer(
                listener,
                () -> StatsJson.of(
                        stats.get(),
                        source,
                        version,
                        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos),
                        TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis())),
                () -> TopologyJson.of(topology.get()));
        Thread.ofVirtual().name("stats-accept").start(server::acceptUntilClosed);
        return server;
    }

    private static ServerSocket listen(String host, int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
            return listener;
        } catch (IOException e) {
            listener.close();
            throw new IOException(
                    "statistics port " + host + ":" + port + ": " + e.getMessage()
                            + " (expected: an address of this machine and a free port)",
                    e);
        }
    }

    /// What gethostname(2) says. The JDK's way would ask DNS, which can take seconds at start.
    private static String hostName() throws IOException {
        return Files.exists(HOST_NAME)
                ? Files.readString(HOST_NAME).strip()
                : InetAddress.getLocalHost().getHostName();
    }

    /// The port that is listened on.
    public int port() {
        return listener.getLocalPort();
    }

    /// How many peers are connected now.
    int connections() {
        return open.size();
    }

    /// Stops listening and ends every connection, at once.
    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void acceptUntilClosed() {
        while (!listener.isClosed()) {
            free.acquireUninterruptibly();
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().name("stats-deadline").start(() -> attend(socket));
            } catch (IOException e) {
                free.release();
                if (!listener.isClosed()) {
                    LOG.warn("statistics port {} accepts nothing for {} ms", port(), ACCEPT_PAUSE_MILLIS, e);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ACCEPT_PAUSE_MILLIS));
                }
            }
        }
    }

    /// Has the peer served by another thread, because a write to a deaf peer has no timeout of its own: only closing
    /// the socket ends it.
    private void attend(Socket socket) {
        open.add(socket);
        try (socket) {
            if (!listener.isClosed()) {
                Thread.ofVirtual()
                        .name("stats-connection")
                        .start(() -> serve(socket))
                        .join(Duration.ofMillis(CONNECTION_MILLIS_MAX));
            }
        } catch (IOException e) {
            LOG.debug("statistics peer {} left: {}", socket.getRemoteSocketAddress(), e.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
            free.release();
        }
    }

    private void serve(Socket socket) {
        try {
            new StatsConnection(socket, stats, topology).serve();
        } catch (IOException e) {
            LOG.debug("statistics peer {} left: {}", socket.getRemoteSocketAddress(), e.toString());
        } catch (RuntimeException e) {
            LOG.error("statistics peer {} got no answer", socket.getRemoteSocketAddress(), e);
        }
    }
}
