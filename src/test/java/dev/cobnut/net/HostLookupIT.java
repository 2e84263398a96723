package dev.cobnut.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A name that appears, and then moves, as a JVM of our own sees it.
@Timeout(60)
class HostLookupIT {
    @TempDir
    private Path folder;

    /// Looks the name up again and again.
    public static void main(String[] arguments) throws InterruptedException {
        while (true) {
            try {
                System.out.println(HostLookup.lookup("moves", 1_000));
            } catch (IOException _) {
                System.out.println("unknown");
            }
            Thread.sleep(100);
        }
    }

    @Test
    void aNameIsLookedUpAgainAfterASecond() throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 other\n");
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(
                        ChildJvm.command(List.of("-Djdk.net.hosts.file=" + hosts), HostLookupIT.class.getName()))
                .redirectOutput(out.toFile())
                .start();
        try {
            awaitLine(out, "unknown", Duration.ofSeconds(30));
            Files.writeString(hosts, "10.0.0.1 moves\n");
            awaitLine(out, "10.0.0.1", Duration.ofSeconds(5));
            Files.writeString(hosts, "10.0.0.2 moves\n");
            awaitLine(out, "10.0.0.2", Duration.ofSeconds(5));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void awaitLine(Path out, String text, Duration patience) {
        await().atMost(patience).untilAsserted(() -> assertThat(out).content().contains(text));
    }
}
