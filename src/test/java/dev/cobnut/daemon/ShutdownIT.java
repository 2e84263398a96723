package dev.cobnut.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The end of a process, wished for or not.
@Timeout(60)
class ShutdownIT {
    private static final int CLIENTS = 10;

    /// What a new client may have under way.
    private static final int REQUESTS = 8;

    @TempDir
    private Path folder;

    private final int port = FreePorts.next(1);

    @Test
    void whatIsInFlightIsAnsweredBeforeTheEnd() throws Exception {
        try (RealRedis redis = RealRedis.in(folder)) {
            RealRedis.Server master = redis.master();
            RunningProxy proxy = RunningProxy.of(folder, pool("alpha", port, master.port()), 2);
            List<RespClient> clients = clients();
            try (proxy) {
                master.pause();
                for (RespClient client : clients) {
                    for (int i = 0; i < REQUESTS; i++) {
                        client.send("INCR", "counter");
                    }
                }
                awaitInFlight(proxy, CLIENTS * REQUESTS);
                assertThat(proxy.page("/readyz?pool=alpha")).isEqualTo("200 alpha: ready\n");

                Thread stopping = Thread.ofVirtual().start(proxy.daemon()::stop);
                awaitClosed(port);
                assertThat(proxy.page("/readyz"))
                        .isEqualTo("503 alpha: not ready: draining, this process is about to end\n");
                assertThat(proxy.page("/livez")).isEqualTo("200 alive: all 2 event loops turn\n");
                assertThat(stopping.isAlive()).isTrue();
                master.resume();

                for (RespClient client : clients) {
                    for (int i = 0; i < REQUESTS; i++) {
                        assertThat(client.reply()).startsWith(":");
                    }
                    assertThatThrownBy(client::reply)
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("closed");
                }
                assertThat(stopping.join(Duration.ofSeconds(5))).isTrue();
                assertThat(master.ask("GET counter")).contains("\r\n" + CLIENTS * REQUESTS + "\r\n");
            } finally {
                hangUp(clients);
            }
        }
    }

    @Test
    void nodeThatNeverAnswersHoldsTheEndUpForABoundedTime() throws Exception {
        try (RealRedis redis = RealRedis.in(folder)) {
            RealRedis.Server master = redis.master();
            RunningProxy proxy = RunningProxy.of(folder, pool("alpha", port, master.port()), 1);
            try (proxy;
                    RespClient client = RespClient.to(port)) {
                assertThat(client.ask("SET", "k", "v")).isEqualTo("+OK");
                master.pause();
                client.send("GET", "k");
                awaitInFlight(proxy, 1);

                long begin = System.nanoTime();
                proxy.daemon().stop();

                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(9));
                assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
            } finally {
                master.resume();
            }
        }
    }

    @Test
    void idleClientsDoNotHoldTheEndUp() throws Exception {
        RunningProxy proxy = RunningProxy.of(folder, pool("alpha", port, 1), 1);
        try (proxy;
                RespClient client = RespClient.to(port)) {
            assertThat(client.ask("PING")).isEqualTo("+PONG");

            long begin = System.nanoTime();
            proxy.daemon().stop();

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
            proxy.daemon().awaitStop();
        }
    }

    @Test
    void socketFileIsRemovedAtTheEnd() throws Exception {
        Path socket = folder.resolve("s");
        String yml = "alpha:\n  listen: " + socket + "\n  redis: true\n  servers:\n  - 127.0.0.1:1:1\n";
        try (RunningProxy _ = RunningProxy.of(folder, yml, 1);
                RespClient client = RespClient.to(socket)) {
            assertThat(client.ask("PING")).isEqualTo("+PONG");
        }
        assertThat(Files.exists(socket)).isFalse();
    }

    @Test
    void takenPortNamesPoolAndAddressAndLeavesNothingRunning() throws Exception {
        int free = FreePorts.next(1);
        int statsPort = FreePorts.next(1);
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            Daemon.Options options =
                    RunningProxy.options(folder, pool("alpha", free, 1) + pool("beta", port, 1), 1, statsPort);

            assertThatThrownBy(() -> Daemon.start(options))
                    .isInstanceOf(StartException.class)
                    .hasMessage("pool beta cannot listen on 127.0.0.1:" + port + ": the address is already in use");
        }
        awaitClosed(free);
        awaitClosed(statsPort);
    }

    @Test
    void takenStatisticsPortIsNamedAndLeavesNothingRunning() throws Exception {
        int statsPort = FreePorts.next(1);
        try (ServerSocket _ = new ServerSocket(statsPort, 1, InetAddress.getLoopbackAddress())) {
            Daemon.Options options = RunningProxy.options(folder, pool("alpha", port, 1), 1, statsPort);

            assertThatThrownBy(() -> Daemon.start(options))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("statistics port 127.0.0.1:" + statsPort + ": Address already in use")
                    .hasMessageNotContaining("\n");
        }
        awaitClosed(port);
    }

    private static String pool(String name, int port, int serverPort) {
        return name + ":\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  servers:\n  - 127.0.0.1:" + serverPort
                + ":1\n";
    }

    private List<RespClient> clients() throws IOException {
        List<RespClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            RespClient client = RespClient.to(port);
            clients.add(client);
            assertThat(client.ask("PING")).isEqualTo("+PONG");
        }
        return clients;
    }

    private static void hangUp(List<RespClient> clients) throws IOException {
        for (RespClient client : clients) {
            client.close();
        }
    }

    private static void awaitInFlight(RunningProxy proxy, long requests) {
        Awaitility.await(requests + " requests in flight")
                .atMost(Duration.ofSeconds(10))
                .until(() -> proxy.stat("alpha", "in_queue") + proxy.stat("alpha", "out_queue") == requests);
    }

    /// Until nobody can connect to a port of 127.0.0.1 any more.
    private static void awaitClosed(int port) {
        Awaitility.await("port " + port + " is closed")
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> {
                    try (RespClient client = RespClient.to(port)) {
                        client.sendRaw("\r\n".getBytes(UTF_8));
                        return false;
                    } catch (ConnectException _) {
                        return true;
                    }
                });
    }
}
