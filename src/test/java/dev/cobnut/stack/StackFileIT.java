package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cobnut.blueprint.StackFile;
import dev.cobnut.control.probe.Dial;
import dev.cobnut.net.RespConnection;
import dev.cobnut.testing.ChildJvm;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cobnut up -f` with the stack of a file.
class StackFileIT {
    private static final int KEYS = 40;
    private static final Login REDIS = new Login(null, "of the servers");
    private static final Login SENTINEL = new Login(null, "of the Sentinels");

    @TempDir
    private Path folder;

    /// Two shards, two proxies, passwords for servers and Sentinels.
    @Test
    void aStackOfAFileServesAndFailsOver() throws Exception {
        Path file = Files.writeString(
                folder.resolve("stack.yml"),
                Files.readString(Path.of("examples/stack-two-shards.yml"))
                        .replace("file:/etc/cobnut/redis-password", secret("redis", REDIS.password()))
                        .replace("file:/etc/cobnut/admin-token", secret("admin", "order"))
                        .concat("  sentinel: " + secret("sentinel", SENTINEL.password()) + "\n"));
        Rehearsed here = Rehearsed.of(StackFile.read(file), true);
        Path data = folder.resolve("data");
        Process up = new ProcessBuilder(ChildJvm.command(
                        "dev.cobnut.cli.Main",
                        "up",
                        "--loops=1",
                        "--file=" + file,
                        "--dir=" + data,
                        "--port-offset=" + here.offset()))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(up.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> said = linesUntilUp(out);
            assertThat(said)
                    .contains(
                            "hosts: red1 is 127.0.0.11, red2 is 127.0.0.12, red3 is 127.0.0.13, web1 is 127.0.0.1, web2 is"
                                    + " 127.0.0.14")
                    .anyMatch(line -> line.startsWith("cluster_sess-2 " + pool(here, "web1") + "  " + pool(here, "web2")
                            + " " + here.master("cluster_sess-2")));
            assertThat(String.join("", said)).doesNotContain(REDIS.password());
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(data.resolve("red1/cluster_sess-1/redis.conf"))))
                    .isEqualTo("rw-------");

            servesBothShardsThroughBothProxies(here);
            // Nobody is answered without a password.
            assertThat(ask(pool(here, "web1"), null, "GET", "k1")).startsWith("NOAUTH");
            assertThat(ask(here.sentinels().getFirst(), null, "SENTINEL", "MYID"))
                    .startsWith("NOAUTH");
            aDeadMasterIsReplacedForBothProxies(here);
        } finally {
            up.destroy();
            up.onExit().join();
        }
    }

    private void servesBothShardsThroughBothProxies(Rehearsed here) throws IOException {
        for (int i = 0; i < KEYS; i++) {
            assertThat(ask(pool(here, "web1"), REDIS, "SET", "k" + i, "v" + i)).isEqualTo("OK");
        }
        for (int i = 0; i < KEYS; i++) {
            assertThat(ask(pool(here, "web2"), REDIS, "GET", "k" + i)).isEqualTo("v" + i);
        }
        int first = Integer.parseInt(ask(here.master("cluster_sess-1"), REDIS, "DBSIZE"));
        int second = Integer.parseInt(ask(here.master("cluster_sess-2"), REDIS, "DBSIZE"));
        assertThat(first).isPositive().isLessThan(KEYS);
        assertThat(first + second).isEqualTo(KEYS);
    }

    private void aDeadMasterIsReplacedForBothProxies(Rehearsed here) throws IOException {
        NodeAddress.Tcp old = here.master("cluster_sess-1");
        assertThat(ask(old, REDIS, "WAIT", "2", "5000")).isEqualTo("2");
        long pid = ask(old, REDIS, "INFO", "server")
                .lines()
                .filter(line -> line.startsWith("process_id:"))
                .mapToLong(line -> Long.parseLong(line.substring("process_id:".length())))
                .findFirst()
                .orElseThrow();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .ignoreExceptions()
                .until(() -> !old.equals(Probe.master(here.sentinels(), SENTINEL, "cluster_sess-1")));
        for (String web : List.of("web1", "web2")) {
            Awaitility.await().atMost(Duration.ofSeconds(40)).ignoreExceptions().untilAsserted(() -> {
                for (int i = 0; i < KEYS; i++) {
                    assertThat(ask(pool(here, web), REDIS, "SET", "k" + i, web)).isEqualTo("OK");
                }
            });
        }
        Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> Probe.isLinkedReplica(old, REDIS));
    }

    /// Without replicas, too.
    @Test
    void aStackOnOneHostNeedsNoSentinels() throws Exception {
        Rehearsed here = Rehearsed.of(StackFile.read(Path.of("examples/stack-one-host.yml")), true);
        List<String> lines = new ArrayList<>();
        Stack stack = here.stack(folder.resolve("data"), lines::add);
        try {
            stack.start();

            NodeAddress.Tcp pool = here.pool("cluster_sess", "shop");
            assertThat(ask(pool, null, "SET", "greeting", "hello")).isEqualTo("OK");
            assertThat(lines).noneMatch(line -> line.startsWith("Sentinels"));
        } finally {
            stack.stop();
        }
    }

    @Test
    void whatAProxyWouldRefuseIsToldBeforeAnythingIsStarted() throws Exception {
        Path file = Files.writeString(
                folder.resolve("stack.yml"),
                Files.readString(Path.of("examples/stack-one-host.yml"))
                        .replace("memory: 512 MB}", "memory: 512 MB, pool: {timeout: soon}}"));
        Stack stack = Rehearsed.of(StackFile.read(file), true).stack(folder.resolve("data"), _ -> {});
        try {
            StackException refusal = catchThrowableOfType(StackException.class, stack::start);
            assertThat(refusal)
                    .hasMessageContaining("the proxy on shop would refuse what it is given")
                    .hasMessageContaining("timeout \"soon\"");
        } finally {
            stack.stop();
        }
    }

    private String secret(String name, String secret) throws IOException {
        return "file:" + Files.writeString(folder.resolve(name), secret + "\n");
    }

    private static List<String> linesUntilUp(BufferedReader out) throws IOException {
        List<String> said = new ArrayList<>();
        String line;
        while ((line = out.readLine()) != null) {
            said.add(line);
            if (line.startsWith("Up after")) {
                return said;
            }
        }
        throw new AssertionError("it ended: " + String.join("\n", said));
    }

    private static NodeAddress.Tcp pool(Rehearsed here, String host) {
        return here.pool("cluster_sess", host);
    }

    private static String ask(NodeAddress.Tcp address, @Nullable Login login, String... command) throws IOException {
        try (RespConnection connection = Dial.open(address, login, 8000)) {
            return String.valueOf(connection.command(command).text());
        }
    }
}
