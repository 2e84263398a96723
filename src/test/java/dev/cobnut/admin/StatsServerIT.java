package dev.cobnut.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.StatsSnapshot;
import dev.cobnut.testing.FreePorts;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatsServerIT {
    private static final int CONNECTIONS_MAX = 64;
    private static final int DEAF_BODY_CHARS = 12_000_000;

    /// The captured object, with patterns where the value is not ours to choose.
    private static final Pattern STATS = Pattern.compile(Samples.STATS_FORMAT
            .replaceAll("[{}.]", "\\\\$0")
            .formatted("[^\"]+", "\\d{1,2}", "\\d{10}")
            .concat("\n"));

    private final List<Socket> peers = new ArrayList<>();
    private volatile Supplier<StatsSnapshot> stats = () -> Samples.STATS;
    private StatsServer server;

    @BeforeEach
    void start() throws IOException {
        server = StatsServer.start("127.0.0.1", FreePorts.next(1), pages(), new Orders(null, List.of()));
    }

    private List<Page> pages() throws IOException {
        List<Page> pages = new ArrayList<>(Page.stats(() -> stats.get(), "0.5.0"));
        pages.add(Page.topology(() -> Samples.TOPOLOGY));
        pages.add(new Page(
                "/of",
                parameters -> parameters == null
                        ? Answer.plain("400 Bad Request", "what?\n")
                        : Answer.plain(
                                "503 Service Unavailable", parameters.get("a") + " " + parameters.get("b") + "\n")));
        return pages;
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket peer : peers) {
            peer.close();
        }
        server.close();
    }

    @Test
    void answersASilentPeerAsNutcrackerDoes() throws IOException {
        assertThat(readAll(connect())).matches(STATS);
    }

    @Test
    void namesThisHostAsSource() throws IOException {
        String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        assertThat(readAll(connect())).contains("\"source\":\"" + name + "\"");
    }

    @Test
    void answersAPeerThatOnlyHalfClosed() throws IOException {
        Socket peer = connect();
        peer.shutdownOutput();
        assertThat(readAll(peer)).matches(STATS);
    }

    @Test
    void answersGarbageAsNutcrackerDoes() throws IOException {
        byte[] garbage = new byte[30_000];
        ThreadLocalRandom.current().nextBytes(garbage);
        garbage[0] = 0;
        Socket peer = connect();
        peer.getOutputStream().write(garbage);
        assertThat(readAll(peer)).matches(STATS);
    }

    @Test
    void servesBothPagesOverHttp() throws IOException {
        for (String path : List.of("/", "/stats", "/stats?x=1")) {
            String response = get(path);
            assertThat(response).startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
            assertThat(body(response)).matches(STATS);
        }
        assertThat(body(get("/topology"))).isEqualTo(Samples.TOPOLOGY_JSON + "\n");
    }

    @Test
    void saysHowLongAPageIsAndThatItCloses() throws IOException {
        String response = get("/topology");
        assertThat(response)
                .contains("\r\nContent-Length: " + body(response).length() + "\r\n")
                .contains("\r\nConnection: close\r\n");
    }

    @Test
    void refusesOtherPagesInOneSentence() throws IOException {
        assertThat(get("/secret"))
                .startsWith("HTTP/1.1 404 Not Found\r\n")
                .endsWith("\r\n\r\nThere is no such page; ask for /stats or /counters or /topology or /of.\n");
    }

    @Test
    void headIsGetWithoutTheBody() throws IOException {
        for (String path : List.of("/topology", "/secret", "/of?a=1")) {
            String whole = get(path);
            assertThat(ask("HEAD " + path))
                    .isEqualTo(whole.substring(0, whole.length() - body(whole).length()));
        }
    }

    @Test
    void refusesOtherMethodsOfHttp() throws IOException {
        for (String method : List.of("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT")) {
            assertThat(ask(method + " *"))
                    .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
                    .contains("\r\nAllow: GET, HEAD, POST\r\n")
                    .endsWith("\r\n\r\nThere is no " + method + " here; expected: GET, HEAD, POST.\n");
        }
    }

    @Test
    void aPageSeesTheQueryAndChoosesTheStatus() throws IOException {
        assertThat(get("/of?a=1&b=x%26y"))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .endsWith("1 x&y\n");
        assertThat(get("/of?a")).startsWith("HTTP/1.1 400 Bad Request\r\n").endsWith("\r\n\r\nwhat?\n");
    }

    @Test
    void refusesAHeadThatIsTooLong() throws IOException {
        Socket peer = connect();
        peer.getOutputStream().write(bytes("GET / HTTP/1.1\r\nX: " + "x".repeat(20_000)));
        assertThat(readAll(peer))
                .startsWith("HTTP/1.1 431 ")
                .endsWith("\r\n\r\nThe request is longer than 8192 bytes.\n");
    }

    @Test
    void refusesAMalformedRequestLine() throws IOException {
        Socket peer = connect();
        peer.getOutputStream().write(bytes("GET /\r\n\r\n"));
        assertThat(readAll(peer)).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void refusesAPeerThatTricklesItsRequest() throws IOException {
        Socket peer = connect();
        peer.getOutputStream().write(bytes("GET / HTTP/1.1\r\nX: "));
        peer.setSoTimeout(50);
        int first = 0;
        for (int i = 0; i < 200 && first == 0; i++) {
            try {
                first = peer.getInputStream().read();
            } catch (SocketTimeoutException _) {
                peer.getOutputStream().write('x');
            }
        }
        assertThat((char) first + readAll(peer)).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void servesOthersWhileEveryPlaceIsTakenBySlowPeers() throws IOException {
        for (int i = 0; i < 2 * CONNECTIONS_MAX; i++) {
            connect().getOutputStream().write(bytes("GET "));
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> server.connections() == CONNECTIONS_MAX);
        assertThat(readAll(connect())).matches(STATS);
        assertThat(server.connections()).isLessThanOrEqualTo(CONNECTIONS_MAX);
    }

    @Test
    void aMonitorDoesNotWaitBehindAFloodOfPeersThatStall() throws IOException {
        for (int i = 0; i < 6 * CONNECTIONS_MAX; i++) {
            connect().getOutputStream().write(bytes("GET "));
        }
        long begin = System.nanoTime();
        assertThat(get("/stats")).startsWith("HTTP/1.1 200 OK");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(900));
    }

    @Test
    void cutsOffAPeerThatNeverReads() throws IOException {
        String name = "x".repeat(DEAF_BODY_CHARS);
        stats = () -> new StatsSnapshot(0, 0, List.of(new StatsSnapshot.Pool(name, Map.of(), List.of())));
        Socket peer = new Socket();
        peers.add(peer);
        peer.setReceiveBufferSize(4096);
        peer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        await().atMost(Duration.ofSeconds(10)).until(() -> server.connections() == 1);
        await().atMost(Duration.ofSeconds(10)).until(() -> server.connections() == 0);
        assertThat(peer.isClosed()).isFalse();
    }

    @Test
    void goesOnAfterASnapshotFails() throws IOException {
        stats = () -> {
            throw new IllegalStateException("no snapshot today");
        };
        assertThat(readAll(connect())).isEmpty();
        stats = () -> Samples.STATS;
        assertThat(readAll(connect())).matches(STATS);
    }

    @Test
    void saysWhichPortIsTaken() {
        assertThatThrownBy(() -> StatsServer.start("127.0.0.1", server.port(), pages(), new Orders(null, List.of())))
                .isInstanceOf(IOException.class)
                .hasMessage("statistics port 127.0.0.1:" + server.port() + ": Address already in use"
                        + " (expected: an address of this machine and a free port)")
                .hasCauseInstanceOf(BindException.class);
    }

    @Test
    void closeEndsEveryConnectionAtOnce() throws IOException {
        Socket peer = connect();
        peer.getOutputStream().write(bytes("GET "));
        await().until(() -> server.connections() == 1);
        server.close();
        assertThat(readAll(peer)).isEmpty();
        await().until(() -> server.connections() == 0);
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }

    private Socket connect() throws IOException {
        Socket peer = new Socket(InetAddress.getLoopbackAddress(), server.port());
        peers.add(peer);
        peer.setSoTimeout(10_000);
        return peer;
    }

    private static String readAll(Socket peer) throws IOException {
        return new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String get(String path) throws IOException {
        return ask("GET " + path);
    }

    private String ask(String what) throws IOException {
        Socket peer = connect();
        peer.getOutputStream().write(bytes(what + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        return readAll(peer);
    }

    private static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
