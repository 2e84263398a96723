package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as an operator and an init script meet it. No Redis is needed: it starts without its servers.
class ProxyCommandIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Process> processes = new ArrayList<>();
    private final int port = FreePorts.next(2);

    @TempDir
    private Path folder;

    private Path config;
    private Path pidFile;
    private Path log;

    @BeforeEach
    void writeConfiguration() throws IOException {
        config = Files.writeString(
                folder.resolve("a.yml"),
                "alpha:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  servers:\n  - 127.0.0.1:1:1\n");
        pidFile = folder.resolve("pid");
        log = folder.resolve("log");
    }

    @AfterEach
    void leaveNothingBehind() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void servesUntilSigtermThenExitsWithZeroAndRemovesItsPidFile() throws Exception {
        Process process = start("-p", pidFile.toString(), "-o", log.toString());
        awaitServing(process);

        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            process.destroy();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        assertThat(process.exitValue()).isZero();
        assertThat(pidFile).doesNotExist();
        assertThat(log).content().contains("pool alpha on 127.0.0.1:" + port + ": 1 shard, 1 node");
    }

    @Test
    void sighupOpensTheLogAnewAndStopsNothing() throws Exception {
        Process process = start("-p", pidFile.toString(), "-o", log.toString());
        awaitServing(process);
        Files.move(log, folder.resolve("log.1"));

        signal(process, "HUP");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log).exists());
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void sigtermWhileWaitingForASentinelEndsTheProcess() throws Exception {
        Process process = start("-o", log.toString(), "--sentinel", "127.0.0.1:1");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log).content().contains("127.0.0.1:1"));

        process.destroy();

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void processThatCannotListenSaysWhyAndLeavesThePidFileOfTheOtherAlone() throws Exception {
        Process first = start("-p", pidFile.toString(), "-o", log.toString());
        awaitServing(first);

        Process second = start("-p", pidFile.toString());

        assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(second.errorReader().lines()).singleElement().asString().contains(Integer.toString(port));
        assertThat(pidFile).hasContent(Long.toString(first.pid()));
    }

    @Test
    void testOfABadFileSaysEveryProblemWithItsPlaceAndExitsWithOne() throws Exception {
        Files.writeString(
                config,
                "alpha:\n  listen: 127.0.0.1:70000\n  hash: sha1\n  redis: true\n  servers:\n  - 127.0.0.1:1:0\n");

        Process process = start("-t");

        assertThat(process.errorReader().lines())
                .anySatisfy(line -> assertThat(line).contains(config + ":2", "70000"))
                .anySatisfy(line -> assertThat(line).contains(config + ":3", "sha1"))
                .anySatisfy(line -> assertThat(line).contains(config + ":6", "127.0.0.1:1:0"))
                .noneSatisfy(line -> assertThat(line).contains("\tat "));
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
    }

    @Test
    void testOfAGoodFileExitsWithZeroAndServesNothing() throws Exception {
        Process process = start("-t");

        assertThat(process.errorReader().lines()).containsExactly(config + " syntax is ok");
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private void awaitServing(Process process) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(process.isAlive()).isTrue();
            assertThat(pidFile).hasContent(Long.toString(process.pid()));
            assertThat(log).content().contains("pool alpha");
        });
    }

    private Process start(String... more) throws IOException {
        List<String> command = ChildJvm.command(
                Main.class.getName(),
                "proxy",
                "-c",
                config.toString(),
                "-a",
                "127.0.0.1",
                "-s",
                Integer.toString(port + 1),
                "--loops",
                "1");
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
