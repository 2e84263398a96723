package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What init scripts and logrotate send to nutcracker must not end or freeze its replacement.
class SignalsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void signalsForNutcrackerNeitherEndNorFreezeTheProcess() throws Exception {
        int port = FreePorts.next(2);
        Path config = Files.writeString(
                folder.resolve("a.yml"),
                "alpha:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  servers:\n  - 127.0.0.1:1:1\n");
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(ChildJvm.command(
                        Main.class.getName(),
                        "proxy",
                        "-c",
                        config.toString(),
                        "-a",
                        "127.0.0.1",
                        "-s",
                        Integer.toString(port + 1)))
                .redirectError(errors.toFile())
                .start();
        try {
            awaitLine(process, errors, "pool alpha");
            for (String name : List.of("HUP", "TTIN", "TTOU", "USR1")) {
                Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
                assertThat(kill.waitFor()).isZero();
                awaitLine(process, errors, "SIG" + name);
                assertThat(ping(port)).as("after SIG%s", name).isEqualTo("+PONG\r\n");
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void awaitLine(Process process, Path errors, String text) {
        await("a line with " + text).atMost(PATIENCE).untilAsserted(() -> {
            assertThat(process.isAlive()).isTrue();
            assertThat(errors).content().contains(text);
        });
    }

    private static String ping(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(7), StandardCharsets.US_ASCII);
        }
    }
}
