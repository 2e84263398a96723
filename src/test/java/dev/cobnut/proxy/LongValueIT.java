package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.request;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.cli.Main;
import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RealRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The largest value that Redis takes goes through a process with 48 MiB of heap and 64 MiB of direct memory: it is
/// passed on while it arrives and never collected.
class LongValueIT {
    private static final int VALUE_BYTES = 512 * 1024 * 1024;
    private static final int PIECE_BYTES = 1024 * 1024;

    @TempDir
    private Path directory;

    private RealRedis redis;
    private Process proxy;
    private int port;

    @BeforeEach
    void start() throws IOException {
        redis = RealRedis.in(directory);
        port = FreePorts.next(2);
        Path config = Files.writeString(
                directory.resolve("a.yml"),
                "alpha:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  servers:\n  - "
                        + redis.master().address() + ":1\n");
        proxy = new ProcessBuilder(ChildJvm.command(
                        List.of("-Xmx48m", "-XX:MaxDirectMemorySize=64m", "-XX:+ExitOnOutOfMemoryError"),
                        Main.class.getName(),
                        "proxy",
                        "-c",
                        config.toString(),
                        "-a",
                        "127.0.0.1",
                        "-s",
                        Integer.toString(port + 1),
                        "--loops",
                        "1",
                        "-o",
                        directory.resolve("log").toString()))
                .start();
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    try (RawClient client = RawClient.connect(port)) {
                        client.ask("PING");
                        client.expect("+PONG\r\n");
                        return true;
                    }
                });
    }

    @AfterEach
    void stop() throws InterruptedException {
        proxy.destroyForcibly().waitFor();
        redis.close();
    }

    @Test
    void valueOf512MegabytesIsSetAndReadBySlowAndFastClients() throws Exception {
        try (RawClient client = RawClient.connect(port);
                RawClient slow = RawClient.connect(port, 4096);
                RawClient other = RawClient.connect(port)) {
            Thread sender = Thread.ofVirtual().start(() -> sendLong(client));
            for (int i = 0; i < 100; i++) {
                other.ask("SET", "small", "v" + i);
                other.expect("+OK\r\n");
            }
            sender.join();
            client.expect("+OK\r\n");

            slow.ask("GET", "long");
            slow.expect("$" + VALUE_BYTES + "\r\n");
            client.ask("GET", "long");
            client.expect("$" + VALUE_BYTES + "\r\n");
            for (int got = 0; got < VALUE_BYTES; got += 64 * PIECE_BYTES) {
                client.skip(64 * PIECE_BYTES);
            }
            client.expect("\r\n");
            client.ask("GET", "small");
            client.expect("$3\r\nv99\r\n");
            assertThat(proxy.isAlive()).isTrue();
        }
    }

    private static void sendLong(RawClient client) {
        try {
            String end = "$" + VALUE_BYTES + "\r\n";
            client.send(request("SET", "long", "").replace("$0\r\n\r\n", end));
            byte[] piece = "0123456789abcdef".repeat(PIECE_BYTES / 16).getBytes(US_ASCII);
            for (int sent = 0; sent < VALUE_BYTES; sent += piece.length) {
                client.send(piece);
            }
            client.send("\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
