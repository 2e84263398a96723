package dev.cobnut.daemon;

import static dev.cobnut.testing.Requests.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.Crowd;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Clients that would have much kept for them, against a process with 64 MB of heap and of direct memory: it lives,
/// another client is answered all the while, and what was kept is given back when they are gone.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResourcesIT {
    private static final boolean REPORT = Boolean.getBoolean("cobnut.resources.report");
    private static final int MEGABYTE = 1_000_000;
    private static final int ABUSE_MILLIS = 1_000;
    private static final int QUIET_MILLIS = 200;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String NAME = "x".repeat(60_000);

    /// What clients do.
    ///
    /// @param pool which pool they come to
    /// @param clients how many
    /// @param sends what each of them sends, and then nothing more
    record Abuse(String name, String pool, int clients, String sends) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final int ports = FreePorts.next(6);
    private final int statsPort = ports + 3;
    private Path folder;
    private RealRedis redis;
    private List<RealRedis.Server> servers;
    private Process proxy;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        folder = directory;
        redis = RealRedis.in(folder);
        servers = List.of(redis.master(), redis.master());
        List<RealRedis.Server> first = servers.subList(0, 1);
        String pools = pool("alpha", ports, servers)
                + pool("locked", ports + 1, first)
                + "  redis_auth: secret\n"
                + pool("single", ports + 2, first);
        proxy = launch("64m", pools, statsPort);
        fill(ports);
    }

    private static void fill(int port) throws IOException {
        try (RespClient client = RespClient.to(port)) {
            for (int i = 0; i < 8; i++) {
                assertThat(client.ask("SET", "big" + i, "v".repeat(MEGABYTE / 4)))
                        .isEqualTo("+OK");
            }
            for (int i = 0; i < 2_000; i++) {
                assertThat(client.ask("SET", "key:" + i, "1")).isEqualTo("+OK");
            }
        }
    }

    private Process launch(String directMemory, String pools, int stats) throws IOException {
        Path file = Files.writeString(folder.resolve(stats + ".yml"), pools);
        List<String> options = List.of(
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=" + directMemory,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError");
        List<String> command = ChildJvm.command(
                options,
                "dev.cobnut.cli.Main",
                "proxy",
                "-c",
                file.toString(),
                "--loops",
                "2",
                "-a",
                "127.0.0.1",
                "-s");
        command.add(Integer.toString(stats));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(stats + ".log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> stage(stats).equals("free"));
        return started;
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private static String pool(String name, int port, List<RealRedis.Server> servers) {
        StringBuilder text = new StringBuilder(name + ":\n  listen: 127.0.0.1:" + port
                + "\n  redis: true\n  hash: fnv1a_64\n  distribution: modula\n  servers:\n");
        for (int i = 0; i < servers.size(); i++) {
            text.append("  - 127.0.0.1:" + servers.get(i).port() + ":1 s" + i + "\n");
        }
        return text.toString();
    }

    /// For `bench/abuse`: a test that passes says nothing.
    private static void report(String line) {
        if (REPORT) {
            System.out.println(line);
        }
    }

    /// The same at one node, without a proxy: what another client waits there is what nobody can spare it.
    private String directly(Abuse abuse) throws Exception {
        int port = redis.master().port();
        fill(port);
        Witness witness = new Witness(port);
        Thread asking = Thread.ofPlatform().start(witness);
        Thread.sleep(QUIET_MILLIS);
        witness.enter(Phase.DURING);
        try (Crowd crowd = Crowd.to(port, abuse.clients, abuse.sends.getBytes(ISO_8859_1))) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ABUSE_MILLIS);
            while (System.nanoTime() < end) {
                crowd.pump();
                if (abuse.name.startsWith("messages")) {
                    publish(port);
                }
            }
            witness.enter(Phase.LEAVING);
        }
        witness.enter(Phase.AFTER);
        Thread.sleep(QUIET_MILLIS);
        witness.stop();
        asking.join();
        return witness.toString();
    }

    @AfterAll
    void stop() throws Exception {
        if (proxy != null) {
            end(proxy);
            report(Files.readString(folder.resolve(statsPort + ".log")));
        }
        redis.close();
    }

    static List<Abuse> abuses() {
        String half = "*9\r\n$3\r\nSET\r\n" + ("$16000\r\n" + "x".repeat(16_000) + "\r\n").repeat(4);
        String mget = request("MGET", "big0", "big1", "big2", "big3");
        String mset = request("MSET", "m0", "y".repeat(10 * MEGABYTE), "m1", "y".repeat(10 * MEGABYTE), "m2", "y");
        String keys = "k".repeat(500);
        List<String> watch = new ArrayList<>(List.of("WATCH"));
        for (int i = 0; i < 100; i++) {
            watch.add(keys + i);
        }
        return List.of(
                new Abuse("joined replies, never read", "alpha", 1, mget.repeat(1_000)),
                new Abuse("joined replies of many, never read", "alpha", 50, mget.repeat(20)),
                new Abuse("names of channels", "alpha", 1, numbered("SUBSCRIBE", 1_000)),
                new Abuse("names of channels of many", "alpha", 40, numbered("SUBSCRIBE", 40)),
                new Abuse("names of clients", "alpha", 800, request("CLIENT", "SETNAME", NAME)),
                new Abuse("half requests before AUTH", "locked", 2_000, half),
                new Abuse("half requests", "alpha", 2_000, half),
                new Abuse("little of a request, of very many", "alpha", 5_000, half.substring(0, 3_000)),
                new Abuse("unread values", "alpha", 100, request("GET", "big0").repeat(40)),
                new Abuse(
                        "held transactions",
                        "alpha",
                        400,
                        request("MULTI") + request("PING", NAME).repeat(4)),
                new Abuse(
                        "subscriptions in a transaction", "single", 1, request("MULTI") + numbered("SUBSCRIBE", 1_000)),
                new Abuse("long requests that are collected", "alpha", 8, mset),
                new Abuse("half of long requests", "alpha", 40, mset.substring(0, 2 * MEGABYTE)),
                new Abuse(
                        "half of uploads",
                        "alpha",
                        40,
                        request("SET", "up", "z".repeat(8 * MEGABYTE)).substring(0, 6 * MEGABYTE)),
                new Abuse(
                        "keys of all shards, never read",
                        "alpha",
                        50,
                        request("KEYS", "*").repeat(400)),
                new Abuse("keys watched", "single", 200, request(watch.toArray(String[]::new))),
                new Abuse("messages, never read", "alpha", 50, request("SUBSCRIBE", "news")));
    }

    private static String numbered(String command, int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(request(command, NAME + i));
        }
        return all.toString();
    }

    @ParameterizedTest
    @MethodSource("abuses")
    void abuseCostsNobodyElse(Abuse abuse) throws Exception {
        collectGarbage();
        long heapBefore = number("heap_used");
        Witness witness = new Witness(ports);
        Thread asking = Thread.ofPlatform().start(witness);
        int port = switch (abuse.pool) {
            case "locked" -> ports + 1;
            case "single" -> ports + 2;
            default -> ports;
        };
        try {
            Thread.sleep(QUIET_MILLIS);
            witness.enter(Phase.DURING);
            long most = 0;
            long looked = System.nanoTime();
            String worst = "free";
            try (Crowd crowd = Crowd.to(port, abuse.clients, abuse.sends.getBytes(ISO_8859_1))) {
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ABUSE_MILLIS);
                while (System.nanoTime() < end) {
                    crowd.pump();
                    if (abuse.name.startsWith("messages")) {
                        publish(ports);
                    }
                    assertThat(proxy.isAlive()).as("the process lives").isTrue();
                    if (System.nanoTime() - looked > LOOK_NANOS) {
                        looked = System.nanoTime();
                        long held = number("held");
                        worst = held > most ? stage(statsPort) : worst;
                        most = Math.max(most, held);
                    }
                }
                witness.enter(Phase.LEAVING);
                collectGarbage();
                report(abuse + ": " + crowd.open() + " of " + abuse.clients + " left, held at most " + most
                        + " (" + worst + "), then "
                        + memory(statsPort).lines().reduce((_, last) -> last).orElse(""));
            }
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(number("held")).as(memory(statsPort)).isLessThan(100_000));
            assertThat(stage(statsPort)).isEqualTo("free");
            witness.enter(Phase.AFTER);
            Thread.sleep(QUIET_MILLIS);
        } finally {
            witness.stop();
            asking.join();
        }
        report("  the witness: " + witness);
        if (REPORT) {
            report("  directly at a node: " + directly(abuse));
        }
        assertThat(witness.wrong).as("what another client was answered").isNull();
        assertThat(witness.answered()).isPositive();
        collectGarbage();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            touchLoops();
            collectGarbage();
            assertThat(number("heap_used")).isLessThan(heapBefore * 11 / 10 + 3 * MEGABYTE);
        });
    }

    /// The JDK would collect garbage and sleep for half a second for each piece that cannot be had, on the loop.
    @Test
    void withoutMemoryOutsideOfTheHeapTheLoopsGoOn() throws Exception {
        Process small = launch("16m", pool("small", ports + 4, servers), ports + 5);
        try {
            Witness witness = new Witness(ports + 4);
            witness.enter(Phase.DURING);
            Thread asking = Thread.ofPlatform().start(witness);
            byte[] gets = request("GET", "big0").repeat(20).getBytes(ISO_8859_1);
            try (Crowd crowd = Crowd.to(ports + 4, 400, gets)) {
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3 * ABUSE_MILLIS);
                while (System.nanoTime() < end) {
                    crowd.pump();
                    assertThat(small.isAlive()).as("the process lives").isTrue();
                    Thread.sleep(10);
                }
                report("little direct memory: " + crowd.open() + " of 400 left; " + memory(ports + 5));
            }
            witness.stop();
            asking.join();
            report("  the witness: " + witness);
            assertThat(witness.wrong).isNull();
            assertThat(witness.answered()).isPositive();
        } finally {
            end(small);
        }
    }

    private static void publish(int port) throws IOException {
        try (RespClient client = RespClient.to(port)) {
            client.ask("PUBLISH", "news", NAME);
        }
    }

    /// Each loop remembers the last request that it has looked at.
    private void touchLoops() throws IOException {
        for (int i = 0; i < 2; i++) {
            try (RespClient client = RespClient.to(ports)) {
                client.ask("PING");
            }
        }
    }

    private void collectGarbage() throws IOException, InterruptedException {
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(proxy.pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static String memory(int port) throws IOException {
        String answer = memoryOnce(port);
        // Whoever is kept from sending for 100 ms is taken for a monitor that says nothing.
        for (int i = 0; i < 10 && !answer.startsWith("HTTP/"); i++) {
            answer = memoryOnce(port);
        }
        return answer;
    }

    private static String memoryOnce(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET /memory HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static String stage(int port) throws IOException {
        Matcher stage = Pattern.compile("\"stage\":\"(\\w+)\"").matcher(memory(port));
        assertThat(stage.find()).isTrue();
        return stage.group(1);
    }

    private long number(String name) throws IOException {
        Matcher value = Pattern.compile("\"" + name + "\":(-?\\d+)").matcher(memory(statsPort));
        assertThat(value.find()).as(name).isTrue();
        return Long.parseLong(value.group(1));
    }

    private enum Phase {
        BEFORE,
        DURING,
        LEAVING,
        AFTER
    }

    /// Another client, which asks one thing after the other and wants the right answer.
    private static final class Witness implements Runnable {
        private final RespClient client;
        private final List<List<Long>> micros = Stream.of(Phase.values())
                .map(_ -> (List<Long>) new ArrayList<Long>())
                .toList();
        private volatile Phase phase = Phase.BEFORE;
        private volatile boolean stopped;
        private volatile @Nullable String wrong;

        Witness(int port) throws IOException {
            client = RespClient.to(port);
        }

        void enter(Phase next) {
            phase = next;
        }

        void stop() {
            stopped = true;
        }

        int answered() {
            return micros.get(Phase.DURING.ordinal()).size();
        }

        @Override
        public void run() {
            try (client) {
                while (!stopped && wrong == null) {
                    String value = Long.toString(System.nanoTime());
                    Phase now = phase;
                    long begin = System.nanoTime();
                    String set = client.ask("SET", "mine", value);
                    String got = client.ask("GET", "mine");
                    micros.get(now.ordinal()).add((System.nanoTime() - begin) / 2_000);
                    if (!set.equals("+OK") || !got.contains(value)) {
                        wrong = set + " / " + got;
                    }
                    Thread.sleep(1);
                }
            } catch (IOException | InterruptedException e) {
                wrong = e.toString();
            }
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (Phase each : Phase.values()) {
                long[] sorted = micros.get(each.ordinal()).stream()
                        .mapToLong(Long::longValue)
                        .sorted()
                        .toArray();
                if (sorted.length > 0) {
                    text.append(each.name().toLowerCase(Locale.ROOT) + " " + sorted.length + " answers, p99 "
                            + sorted[sorted.length * 99 / 100] + " us, longest " + sorted[sorted.length - 1] + " us; ");
                }
            }
            return text.toString();
        }
    }
}
