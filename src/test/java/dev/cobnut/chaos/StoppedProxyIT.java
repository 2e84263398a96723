package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A proxy that stands still while the master changes, as in a pause of its virtual machine: the old master goes on taking
/// writes for some 11 s, and will throw them away.
@Timeout(120)
class StoppedProxyIT {
    private static final String GROUP = "cluster_obj";

    @TempDir
    private Path folder;

    @Test
    void writesNothingToTheOldMasterWhenItWakes() throws Exception {
        int port = FreePorts.next(2);
        try (RealRedis redis = RealRedis.in(folder)) {
            RealRedis.Server master = redis.master();
            RealRedis.Server replica = redis.replicaOf(master);
            List<RealRedis.Server> sentinels = redis.sentinels(3, 2, 5_000, 10_000, GROUP, master);
            Process proxy = start(port, master, sentinels);
            try (Ledger ledger = Ledger.open(port, 8, 1)) {
                Thread.sleep(500);
                signal(proxy, "STOP");
                assertThat(sentinels.get(0).ask("SENTINEL FAILOVER " + GROUP)).contains("+OK");
                replica.await("INFO replication", "role:master");
                Thread.sleep(1_500);
                assertThat(master.ask("INFO replication")).contains("role:master");
                signal(proxy, "CONT");
                // Only then is what it has taken meanwhile thrown away.
                master.await("INFO replication", "role:slave");
                Thread.sleep(300);
                ledger.stop();

                try (RespClient client = RespClient.to(replica.port())) {
                    long lost = ledger.lost(client);
                    if (Boolean.getBoolean("cobnut.chaos.report")) {
                        System.out.println(ledger.done() + " done, " + lost + " lost, " + ledger.errors() + "\n"
                                + Files.readString(folder.resolve("proxy.log")));
                    }
                    assertThat(lost)
                            .as(Files.readString(folder.resolve("proxy.log")))
                            .isZero();
                    assertThat(ledger.errors()).isEmpty();
                }
            } finally {
                signal(proxy, "CONT");
                proxy.destroy();
                if (!proxy.waitFor(10, TimeUnit.SECONDS)) {
                    proxy.destroyForcibly();
                }
            }
        }
    }

    private Process start(int port, RealRedis.Server master, List<RealRedis.Server> sentinels) throws IOException {
        Path file = Files.writeString(
                folder.resolve("nutcracker.yml"),
                "obj:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  servers:\n  - 127.0.0.1:" + master.port()
                        + ":1 " + GROUP + "\n");
        List<String> arguments = new ArrayList<>(List.of(
                "proxy", "-c", file.toString(), "-a", "127.0.0.1", "-s", Integer.toString(port + 1), "--loops", "2"));
        for (RealRedis.Server sentinel : sentinels) {
            arguments.add("--sentinel");
            arguments.add("127.0.0.1:" + sentinel.port());
        }
        Process proxy = new ProcessBuilder(ChildJvm.command("dev.cobnut.cli.Main", arguments.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("proxy.log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            try (RespClient client = RespClient.to(port)) {
                return client.ask("PING").equals("+PONG");
            }
        });
        return proxy;
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }
}
