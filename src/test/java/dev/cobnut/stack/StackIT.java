package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cobnut.net.RespConnection;
import dev.cobnut.render.Passwords;
import dev.cobnut.testing.ChildJvm;
import dev.cobnut.topology.NodeAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackIT {
    private static final List<String> CACHES = List.of("cluster_obj", "cluster_fpc", "cluster_sess");

    @TempDir
    private Path directory;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Test
    void everyCacheSurvivesTheKillOfItsMaster() throws Exception {
        Rehearsed here = Rehearsed.reference();
        Stack stack = here.stack(directory, lines::add);
        List<ProcessHandle> before = children();
        try {
            stack.start();
            for (String cache : CACHES) {
                assertThat(ask(pool(here, cache), "SET", "greeting", cache)).isEqualTo("OK");
                assertThat(ask(pool(here, cache), "GET", "greeting")).isEqualTo(cache);
            }
            for (String cache : CACHES) {
                NodeAddress.Tcp old = here.master(cache);
                // The replicas have what the proxy acknowledged before the master dies.
                assertThat(ask(old, "WAIT", "2", "5000")).isEqualTo("2");
                kill(old);
            }
            for (String cache : CACHES) {
                NodeAddress.Tcp old = here.master(cache);
                soon().until(() -> !old.equals(Probe.master(here.sentinels(), null, cache)));
                soon().untilAsserted(() -> assertThat(ask(pool(here, cache), "SET", "after", "switch"))
                        .isEqualTo("OK"));
                assertThat(ask(pool(here, cache), "GET", "greeting")).isEqualTo(cache);
                soon().until(() -> Probe.isLinkedReplica(old, null));
                soon().until(() -> lines.stream()
                        .anyMatch(line -> line.contains(cache + " at " + old + " is back as a replica of ")));
            }
        } finally {
            stack.stop();
        }
        Awaitility.await().until(() -> children().stream().allMatch(before::contains));
    }

    @Test
    void aRestartRemembersTheMastersAndTheData() throws Exception {
        Rehearsed here = Rehearsed.reference();
        NodeAddress.Tcp old = here.master("cluster_obj");
        Stack first = here.stack(directory, lines::add);
        try {
            first.start();
            assertThat(ask(pool(here, "cluster_obj"), "SET", "greeting", "hello"))
                    .isEqualTo("OK");
            assertThat(ask(old, "WAIT", "2", "5000")).isEqualTo("2");
            kill(old);
            soon().until(() -> Probe.isLinkedReplica(old, null));
        } finally {
            first.stop();
        }
        Rehearsed moved = Rehearsed.reference();
        Stack second = moved.stack(directory, lines::add);
        try {
            second.start();

            assertThat(Probe.isLinkedReplica(moved.master("cluster_obj"), null)).isTrue();
            assertThat(ask(pool(moved, "cluster_obj"), "GET", "greeting")).isEqualTo("hello");
        } finally {
            second.stop();
        }
    }

    @Test
    void saysWhoHoldsATakenPort() throws Exception {
        Rehearsed here = Rehearsed.reference();
        NodeAddress.Tcp taken = here.master("cluster_fpc");
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(taken.host(), taken.port()));
            Stack stack = here.stack(directory, lines::add);

            assertRefused(stack, stack::start)
                    .startsWith("port " + taken + " (cluster_fpc on redis-shard2) is taken by pid "
                            + ProcessHandle.current().pid() + " (");
        }
    }

    @Test
    void refusesADirectoryThatAnotherStackUses() throws Exception {
        try (DataDirectory _ = DataDirectory.open(directory, List.of())) {
            Stack stack = Rehearsed.reference().stack(directory, lines::add);

            assertRefused(stack, stack::start).contains(directory + " is in use by another stack");
        }
    }

    @Test
    void showsTheLastWordsOfAServerThatDiesAtStart() throws Exception {
        Path broken = directory.resolve("redis-server");
        Files.writeString(broken, """
                #!/bin/sh
                [ "$1" = --version ] && { echo 'Redis server v=7.0.15 sha=0'; exit 0; }
                echo 'FATAL: out of luck'
                exit 3
                """);
        assertThat(broken.toFile().setExecutable(true)).isTrue();
        Rehearsed here = Rehearsed.reference();
        Stack stack = new Stack(
                new Stack.Options(here.real(), Passwords.NONE, null, directory, here.offset(), broken, 1), lines::add);

        assertRefused(stack, stack::start).contains("ended with exit code 3", "FATAL: out of luck");
    }

    @Test
    void sigtermLeavesNoProcess() throws Exception {
        Rehearsed here = Rehearsed.reference();
        Process jvm = new ProcessBuilder(ChildJvm.command(
                        "dev.cobnut.cli.Main",
                        "up",
                        "--loops",
                        "1",
                        "--dir",
                        directory.toString(),
                        "--port-offset",
                        Integer.toString(here.offset())))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> said = new ArrayList<>();
            String line;
            while ((line = out.readLine()) != null && !line.startsWith("Up after")) {
                said.add(line);
            }
            assertThat(line).as("all lines: %s", said).isNotNull();
            List<ProcessHandle> children = jvm.descendants().toList();
            assertThat(children).hasSizeGreaterThanOrEqualTo(12);

            jvm.destroy();

            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !jvm.isAlive());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            jvm.destroyForcibly();
        }
    }

    private static NodeAddress.Tcp pool(Rehearsed here, String cache) {
        return here.pool(cache, "redis-proxy");
    }

    private static AbstractStringAssert<?> assertRefused(Stack stack, ThrowingCallable start)
            throws InterruptedException {
        StackException refusal = catchThrowableOfType(StackException.class, start);
        stack.stop();
        assertThat(refusal).isNotNull();
        return assertThat(refusal.getMessage());
    }

    private static ConditionFactory soon() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions();
    }

    private static String ask(NodeAddress.Tcp address, String... command) throws IOException {
        try (RespConnection connection = RespConnection.connect(address.host(), address.port(), 2000, 8000)) {
            return connection.command(command).text();
        }
    }

    /// kill -9 of the server that listens there.
    private static void kill(NodeAddress.Tcp address) throws IOException {
        String info = ask(address, "INFO", "server");
        long pid = info.lines()
                .filter(line -> line.startsWith("process_id:"))
                .mapToLong(line -> Long.parseLong(line.substring("process_id:".length())))
                .findFirst()
                .orElseThrow();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private static List<ProcessHandle> children() {
        try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
            return children.filter(child -> child.info().command().orElse("").contains("redis"))
                    .toList();
        }
    }
}
