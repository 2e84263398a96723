package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RealRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// More clients than a process has descriptors for.
@Timeout(120)
class DescriptorsIT {
    private static final int LIMIT = 160;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void clientsAreTurnedAwayBeforeNodesAndStatisticsHaveNoDescriptorsLeft() throws Exception {
        int port = FreePorts.next(2);
        Path errors = folder.resolve("errors");
        List<RawClient> clients = new ArrayList<>();
        try (RealRedis redis = RealRedis.in(folder)) {
            Process process = start(port, redis.master().port(), errors);
            try {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(errors).content().contains("serves"));
                clients.add(RawClient.connect(port));
                for (int i = 0; i < LIMIT; i++) {
                    clients.add(RawClient.connect(port));
                }

                assertThat(clients.getLast().readToTheEnd()).isEqualTo("-ERR max number of clients reached\r\n");
                clients.getFirst().ask("GET", "a");
                clients.getFirst().expect("$-1\r\n");
                assertThat(counters(port + 1)).containsPattern("\"client_turned_away\":[1-9]");

                for (RawClient client : clients) {
                    client.close();
                }
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(errors).content().contains("there are file descriptors for clients again"));
                try (RawClient later = RawClient.connect(port)) {
                    later.ask("GET", "a");
                    later.expect("$-1\r\n");
                }
                assertThat(errors)
                        .content()
                        .containsOnlyOnce("clients are turned away: the rest of " + LIMIT)
                        .doesNotContain("\tat ");
            } finally {
                process.destroyForcibly().waitFor();
                for (RawClient client : clients) {
                    client.close();
                }
            }
        }
    }

    private Process start(int port, int node, Path errors) throws IOException {
        Path config = Files.writeString(
                folder.resolve("a.yml"),
                "alpha:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  servers:\n  - 127.0.0.1:" + node + ":1\n");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + LIMIT + "; exec \"$@\"", "sh"));
        command.addAll(ChildJvm.command(
                Main.class.getName(),
                "proxy",
                "-c",
                config.toString(),
                "-a",
                "127.0.0.1",
                "-s",
                Integer.toString(port + 1),
                "--loops",
                "1"));
        return new ProcessBuilder(command).redirectError(errors.toFile()).start();
    }

    private static String counters(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write("GET /counters HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
