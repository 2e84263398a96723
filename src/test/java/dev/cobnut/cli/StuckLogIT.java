package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RawClient;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A log that cannot be written must not keep anybody waiting.
@Timeout(120)
class StuckLogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// What a pipe of Linux holds before its writer has to wait.
    private static final int PIPE_BYTES = 64 * 1024;

    @TempDir
    private Path folder;

    @Test
    void aPipeThatNobodyReadsStopsNeitherClientsNorTheEnd() throws Exception {
        int port = FreePorts.next(2);
        Path config = Files.writeString(
                folder.resolve("a.yml"),
                "alpha:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  servers:\n  - 127.0.0.1:1:1\n");
        Path fifo = folder.resolve("stderr");
        Path pid = folder.resolve("pid");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        try (RandomAccessFile pipe = new RandomAccessFile(fifo.toFile(), "rw")) {
            pipe.write(new byte[PIPE_BYTES]);
            Process process = new ProcessBuilder(ChildJvm.command(
                            Main.class.getName(),
                            "proxy",
                            "-c",
                            config.toString(),
                            "-p",
                            pid.toString(),
                            "-a",
                            "127.0.0.1",
                            "-s",
                            Integer.toString(port + 1),
                            "--loops",
                            "1"))
                    .redirectError(fifo.toFile())
                    .start();
            try {
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(pid).isNotEmptyFile());
                // The loop has a line to say of the dead node before it answers.
                ask(port, "GET a", "-ERR Connection refused");
                ask(port, "PING", "+PONG");

                process.destroy();
                assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static void ask(int port, String command, String reply) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            client.send(command + "\r\n");
            assertThat(client.readLine()).startsWith(reply);
        }
    }
}
