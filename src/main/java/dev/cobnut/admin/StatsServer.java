package dev.cobnut.admin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The statistics port: nutcracker's JSON object for whoever connects, the same and more over HTTP, and orders.
///
/// One virtual thread accepts, two attend to each connection. A peer may be silent, slow, deaf or noisy: its connection
/// is closed [#CONNECTION_MILLIS_MAX] ms after it was accepted whatever it does, and when there are [#CONNECTIONS_MAX]
/// and another comes, the oldest is closed: a monitor needs a tenth of a second, and must not wait behind peers that
/// stall. Nothing here touches the data plane; pages are made from snapshots.
public final class StatsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatsServer.class);

    private static final int CONNECTIONS_MAX = 64;
    private static final int CONNECTION_MILLIS_MAX = 3000;
    private static final int BACKLOG = 128;
    private static final int ACCEPT_PAUSE_MILLIS = 500;

    private final ServerSocket listener;
    private final List<Page> pages;
    private final Orders orders;

    /// In the order in which they came; guarded by itself.
    private final Set<Socket> open = new LinkedHashSet<>();

    private StatsServer(ServerSocket listener, List<Page> pages, Orders orders) {
        this.listener = listener;
        this.pages = pages;
        this.orders = orders;
    }

    /// Listens and serves until [#close].
    ///
    /// @param host the address to listen on
    /// @param port 0 to 65535; 0 for any free one
    /// @param pages at least one; the first is also the answer to `/`, and to whoever says nothing
    /// @param orders what else it does
    /// @throws IOException when nothing can listen there; the message names host and port
    public static StatsServer start(String host, int port, List<Page> pages, Orders orders) throws IOException {
        StatsServer server = new StatsServer(listen(host, port), List.copyOf(pages), orders);
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

    /// The port that is listened on.
    public int port() {
        return listener.getLocalPort();
    }

    /// How many peers are connected now.
    int connections() {
        synchronized (open) {
            return open.size();
        }
    }

    /// Stops listening and ends every connection, at once.
    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (open) {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private void acceptUntilClosed() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                makeRoomFor(socket);
                Thread.ofVirtual().name("stats-deadline").start(() -> attend(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.warn(
                            "statistics port {} accepts nothing for {} ms: {}",
                            port(),
                            ACCEPT_PAUSE_MILLIS,
                            e.getMessage());
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ACCEPT_PAUSE_MILLIS));
                }
            }
        }
    }

    private void makeRoomFor(Socket socket) throws IOException {
        synchronized (open) {
            if (open.size() == CONNECTIONS_MAX) {
                Socket oldest = open.iterator().next();
                open.remove(oldest);
                oldest.close();
            }
            open.add(socket);
        }
    }

    /// Has the peer served by another thread, because a write to a deaf peer has no timeout of its own: only closing
    /// the socket ends it.
    private void attend(Socket socket) {
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
            synchronized (open) {
                open.remove(socket);
            }
        }
    }

    private void serve(Socket socket) {
        try {
            new StatsConnection(socket, pages, orders).serve();
        } catch (IOException e) {
            LOG.debug("statistics peer {} left: {}", socket.getRemoteSocketAddress(), e.toString());
        } catch (RuntimeException e) {
            LOG.error("statistics peer {} got no answer", socket.getRemoteSocketAddress(), e);
        }
    }
}
