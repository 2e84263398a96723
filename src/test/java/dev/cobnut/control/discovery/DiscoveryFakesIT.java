package dev.cobnut.control.discovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.RespConnection;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RealRedis.Server;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.SentinelView;
import dev.cobnut.topology.Topology;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Peers that do everything wrong, beside a real Sentinel that must not notice.
class DiscoveryFakesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir
    private Path directory;

    private final List<Topology> published = new CopyOnWriteArrayList<>();

    /// What a fake does with a connection that it accepted; ends when the fake is closed.
    private interface Script {
        void serve(OutputStream out, CountDownLatch closed) throws IOException, InterruptedException;
    }

    private static final Script NEVER_ANSWERS = (_, closed) -> closed.await();
    private static final Script GARBAGE = (out, closed) -> {
        out.write("\0\u0001\u0002 HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
        closed.await();
    };
    private static final Script HUGE_ARRAY = (out, closed) -> {
        out.write("*999999\r\n*999999999\r\n".getBytes(ISO_8859_1));
        closed.await();
    };
    private static final Script ENDLESS_ROW = (out, closed) -> {
        byte[] field = ("$1000000\r\n" + "x".repeat(1_000_000) + "\r\n").getBytes(ISO_8859_1);
        out.write("*1\r\n*500000\r\n".getBytes(ISO_8859_1));
        while (closed.getCount() > 0) {
            out.write(field);
        }
    };
    private static final Script ONE_BYTE_PER_SECOND = (out, closed) -> {
        do {
            out.write('*');
            out.flush();
        } while (!closed.await(1, TimeUnit.SECONDS));
    };

    private static final class FakeSentinel implements AutoCloseable {
        private final ServerSocket listener;
        private final CountDownLatch closed = new CountDownLatch(1);
        private final List<Socket> accepted = new CopyOnWriteArrayList<>();

        FakeSentinel(Script script) throws IOException {
            listener = new ServerSocket(FreePorts.next(1), 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> accept(script));
        }

        private void accept(Script script) {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    accepted.add(socket);
                    Thread.ofVirtual().start(() -> serve(script, socket));
                }
            } catch (IOException _) {
                // closed
            }
        }

        private void serve(Script script, Socket socket) {
            try (socket) {
                script.serve(socket.getOutputStream(), closed);
            } catch (IOException | InterruptedException _) {
                // the other side left
            }
        }

        NodeAddress.Tcp address() {
            return new NodeAddress.Tcp("127.0.0.1", listener.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            listener.close();
            for (Socket socket : accepted) {
                socket.close();
            }
        }
    }

    @Test
    void aReplyThatTricklesDoesNotOutliveItsDeadline() throws Exception {
        try (FakeSentinel fake = new FakeSentinel(ONE_BYTE_PER_SECOND);
                RespConnection connection =
                        RespConnection.connect("127.0.0.1", fake.address().port(), 1_000, 1_500)) {
            long startNanos = System.nanoTime();
            connection.send("PING");

            assertThatThrownBy(connection::read).isInstanceOf(SocketTimeoutException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                    .isBetween(Duration.ofMillis(1_499), Duration.ofSeconds(4));
        }
    }

    @Test
    void sentinelsThatHangTrickleOrSendGarbageDoNotDisturbTheGoodOne() throws Exception {
        List<FakeSentinel> fakes = new ArrayList<>();
        for (Script script : List.of(NEVER_ANSWERS, GARBAGE, HUGE_ARRAY, ENDLESS_ROW, ONE_BYTE_PER_SECOND)) {
            fakes.add(new FakeSentinel(script));
        }
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master();
            Server replica = redis.replicaOf(master);
            Server sentinel =
                    redis.sentinels(1, 1, 1_000, 5_000, "cluster_obj", master).getFirst();
            sentinel.await("SENTINEL MASTER cluster_obj", "num-slaves\r\n$1\r\n1\r\n");
            List<NodeAddress.Tcp> sentinels =
                    new ArrayList<>(fakes.stream().map(FakeSentinel::address).toList());
            sentinels.add(sentinel.address());
            List<PoolConfig> pools = List.of(Pools.pool("obj", Pools.server(master.address(), "cluster_obj")));
            try (Discovery discovery = new Discovery(pools, sentinels, published::add, _ -> {})) {
                discovery.start();
                Topology first = discovery.awaitFirst(Duration.ofSeconds(1), _ -> {});
                await().atMost(PATIENCE).until(() -> master.address().equals(master(published.getLast())));
                assertThat(first.sentinels()).hasSize(6);

                sentinel.await("SENTINEL FAILOVER cluster_obj", "+OK");
                long orderedNanos = System.nanoTime();
                await().atMost(PATIENCE).until(() -> replica.address().equals(master(published.getLast())));
                assertThat(Duration.ofNanos(System.nanoTime() - orderedNanos)).isLessThan(Duration.ofSeconds(10));

                await().atMost(PATIENCE)
                        .until(() -> published.getLast().sentinels().stream()
                                .map(SentinelView::state)
                                .toList()
                                .equals(List.of("silent", "connecting", "connecting", "connecting", "silent", "ok")));
            }
        } finally {
            for (FakeSentinel fake : fakes) {
                fake.close();
            }
        }
    }

    @Test
    void waitsWithProgressAndEndsWhenClosed() throws Exception {
        try (FakeSentinel fake = new FakeSentinel(NEVER_ANSWERS)) {
            List<PoolConfig> pools = List.of(Pools.pool("obj", Pools.server(new NodeAddress.Tcp("127.0.0.1", 1), "a")));
            List<String> progress = new CopyOnWriteArrayList<>();
            Discovery discovery = new Discovery(pools, List.of(fake.address()), published::add, _ -> {});
            Thread closer = Thread.ofVirtual().start(() -> {
                await().atMost(PATIENCE).until(() -> progress.size() >= 2);
                discovery.close();
            });
            discovery.start();

            assertThatThrownBy(() -> discovery.awaitFirst(Duration.ofMillis(100), progress::add))
                    .isInstanceOf(IllegalStateException.class);
            closer.join();
            assertThat(progress.getLast()).contains(fake.address().toString());
            assertThat(published).isEmpty();
        }
    }

    @Test
    void publishesTheConfigurationAsItIsWithoutSentinels() throws Exception {
        NodeAddress.Tcp address = new NodeAddress.Tcp("127.0.0.1", 1);
        List<PoolConfig> pools = List.of(Pools.pool("obj", Pools.server(address, "a")));
        try (Discovery discovery = new Discovery(pools, List.of(), published::add, _ -> {})) {
            discovery.start();

            assertThat(discovery.awaitFirst(Duration.ofSeconds(1), _ -> {}))
                    .isEqualTo(Discovery.withoutSentinels(pools));
            assertThat(master(published.getLast())).isEqualTo(address);
        }
    }

    private static @Nullable NodeAddress master(Topology topology) {
        return topology.pool("obj").shards().getFirst().master();
    }
}
