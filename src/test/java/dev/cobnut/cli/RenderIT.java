package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RealRedis;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rendering for a stack that runs already.
class RenderIT {
    @TempDir
    private Path directory;

    private List<String> render(Path file) {
        StringWriter out = new StringWriter();
        int exit = Main.run(
                new PrintWriter(out, true),
                new PrintWriter(out, true),
                "render",
                "-f",
                file.toString(),
                "-o",
                directory.resolve("out").toString(),
                "--only",
                "redis,sentinel");
        assertThat(exit).as(out.toString()).isZero();
        return out.toString().lines().map(String::strip).toList();
    }

    @Test
    void whatRunsIsToldWhatIsDifferentAndThenNothing() throws IOException {
        try (RealRedis redis = RealRedis.in(directory)) {
            RealRedis.Server master = redis.master("maxmemory 10mb");
            RealRedis.Server sentinel =
                    redis.sentinels(1, 1, 30_000, 10_000, "obj", master).getFirst();
            Path file =
                    Files.writeString(directory.resolve("stack.yml"), """
                    stack: s
                    hosts: {a: 127.0.0.1}
                    caches: {obj: {kind: cache, hosts: [a], port: %d, listen: 1, memory: 20 MB}}
                    sentinels: {hosts: [a], port: %d, down_after: 2 s}
                    """.formatted(master.port(), sentinel.port()));
            String server = "redis-cli -h 127.0.0.1 -p " + master.port() + " ";
            String watcher = "redis-cli -h 127.0.0.1 -p " + sentinel.port() + " ";

            assertThat(render(file))
                    .contains(
                            server + "CONFIG SET maxmemory 20mb",
                            server + "CONFIG SET maxmemory-policy allkeys-lru",
                            server + "CONFIG REWRITE",
                            watcher + "SENTINEL SET obj down-after-milliseconds 2000")
                    .noneMatch(line -> line.contains("SENTINEL MONITOR") || line.contains("SENTINEL REMOVE"));

            for (String line : render(file)) {
                if (line.startsWith(server) && !line.endsWith("REWRITE")) {
                    assertThat(master.ask(line.substring(server.length()).replace("''", "\"\"")))
                            .as(line)
                            .startsWith("+OK");
                } else if (line.startsWith(watcher)) {
                    assertThat(sentinel.ask(line.substring(watcher.length())))
                            .as(line)
                            .startsWith("+OK");
                }
            }
            // The server of this test has its data elsewhere.
            assertThat(render(file))
                    .contains("1 process runs, set as rendered")
                    .noneMatch(line -> line.startsWith("redis-cli"))
                    .filteredOn(line -> line.startsWith("#"))
                    .singleElement()
                    .asString()
                    .startsWith("# dir /var/lib/redis/obj, not ");
        }
    }

    @Test
    void whoHasAnotherPasswordOrIsNotThereIsNamed() throws IOException {
        try (RealRedis redis = RealRedis.in(directory)) {
            RealRedis.Server master = redis.master();
            RealRedis.Server sentinel = redis.sentinel();
            assertThat(sentinel.ask("ACL SETUSER default resetpass >theirs")).startsWith("+OK");
            Path password = Files.writeString(directory.resolve("password"), "ours\n");
            String text = """
                    stack: s
                    hosts: {a: 127.0.0.1}
                    caches: {obj: {kind: cache, hosts: [a], port: %d, listen: 1, memory: 20 MB}}
                    sentinels: {hosts: [a], port: %d, down_after: 2 s}
                    passwords: {redis: "file:%s", sentinel: "file:%s"}
                    """.formatted(master.port(), sentinel.port(), password, password);
            Path file = Files.writeString(directory.resolve("stack.yml"), text);

            // A server that asks for none answers, and has to hear of one.
            assertThat(render(file))
                    .contains("Sentinels that refuse (NOAUTH Authentication required.): a:" + sentinel.port())
                    .anyMatch(line -> line.startsWith("another password of the servers"))
                    .anyMatch(line -> line.startsWith("another password of the Sentinels"))
                    .anyMatch(line -> line.equals(
                            "# Refused without its password: export REDISCLI_AUTH=\"$(cat " + password + ")\""))
                    .noneMatch(line -> line.contains("masterauth") || line.contains("requirepass"));

            master.ask("CONFIG SET requirepass ours masterauth ours");
            sentinel.kill();
            assertThat(render(file))
                    .contains("Sentinels that do not answer: a:" + sentinel.port())
                    .noneMatch(line -> line.startsWith("another password"));
        }
    }
}
