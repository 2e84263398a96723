package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.StackFile;
import dev.cobnut.cli.Main;
import dev.cobnut.control.probe.Dial;
import dev.cobnut.doctor.Diagnosis;
import dev.cobnut.doctor.Rule;
import dev.cobnut.doctor.RuleTable;
import dev.cobnut.net.RespConnection;
import dev.cobnut.render.Passwords;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The reference stack with a second proxy and passwords: what is rendered for its hosts runs, hosts die and come back, and the
/// doctor says which.
class HostsIT {
    private static final List<String> CACHES = List.of("cluster_obj", "cluster_fpc", "cluster_sess");
    private static final Login REDIS = new Login(null, "of the servers");
    private static final Login SENTINEL = new Login(null, "of the Sentinels");

    /// What the kernel of the machine that runs this is like: queue, overcommitment, huge pages, memory, limits. The files set
    /// none of it here.
    private static final Set<String> OF_THIS_MACHINE = Set.of("K01", "K02", "K03", "K04", "K05", "K08");

    private static final Duration SOON = Duration.ofSeconds(40);

    /// As `hold_millis_max` is by default, and 2 s for a machine that is busy.
    private static final int HOLD_MILLIS = 12_000;

    @TempDir
    private Path folder;

    private Rehearsed stack;

    @BeforeEach
    void rehearse() throws Exception {
        Path file = Files.writeString(
                folder.resolve("real.yml"),
                Files.readString(Path.of("examples/stack-reference.yml"))
                        .replace("  redis-proxy: 10.0.0.10\n", "  redis-proxy: 10.0.0.10\n  redis-proxy2: 10.0.0.9\n")
                        .replace("[redis-proxy]", "[redis-proxy, redis-proxy2]")
                        .concat("""
                                passwords:
                                  redis: %s
                                  sentinel: %s
                                  admin: %s
                                """.formatted(
                                        secret("redis", REDIS.password()),
                                        secret("sentinel", SENTINEL.password()),
                                        secret("admin", "a-token-that-is-long-enough-for-orders"))));
        stack = Rehearsed.of(StackFile.read(file), true);
    }

    private String secret(String name, String secret) throws IOException {
        return "file:" + Files.writeString(folder.resolve(name), secret + "\n");
    }

    @Test
    void aHostOfRenderedFilesDiesAndComesBackAndTheDoctorSaysWhich() throws Exception {
        Path root = Files.createDirectory(folder.resolve("hosts"));
        Passwords passwords = new Passwords(REDIS.password(), SENTINEL.password());
        RenderedHosts hosts = new RenderedHosts(stack.here(), passwords, root);
        try {
            for (String host : stack.hosts()) {
                hosts.start(host);
            }
            becomesGreen(hosts);
            writes("redis-proxy", "before");
            writes("redis-proxy2", "before");

            // It has the master of one cache, replicas of the others, and a Sentinel.
            dies(hosts, "redis-shard1", "redis-proxy");
            dies(hosts, "redis-proxy2", "redis-proxy");
        } finally {
            hosts.stop();
        }
    }

    /// Kills a host, and starts it again.
    ///
    /// @param proxy one that lives
    private void dies(RenderedHosts hosts, String host, String proxy) throws Exception {
        hosts.kill(host);
        writes(proxy, "without " + host);
        String said = doctor(hosts, Diagnosis.ERRORS);
        assertThat(said).contains("E K07 " + host + ": nothing answers there");

        hosts.start(host);
        becomesGreen(hosts);
        writes(proxy, "after " + host);
        assertThat(hosts.casualties()).isEmpty();
    }

    private void becomesGreen(RenderedHosts hosts) {
        Awaitility.await("a doctor who is content")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> doctor(hosts, Diagnosis.WELL));
    }

    /// To each cache, and each is answered within the time that a proxy holds it.
    private void writes(String host, String value) throws IOException {
        for (String cache : CACHES) {
            NodeAddress.Tcp pool = stack.pool(cache, host);
            try (RespConnection connection = Dial.open(pool, REDIS, HOLD_MILLIS)) {
                assertThat(connection.command("SET", "greeting", value).text())
                        .as("%s at %s, %s", cache, pool, value)
                        .isEqualTo("OK");
                assertThat(connection.command("GET", "greeting").text()).isEqualTo(value);
            }
        }
    }

    /// What the doctor says, but of this machine.
    private static String doctor(RenderedHosts hosts, int exit) {
        List<String> arguments =
                new ArrayList<>(List.of("doctor", "-f", hosts.stackFile().toString()));
        RuleTable.ALL.stream()
                .map(Rule::code)
                .filter(code -> !OF_THIS_MACHINE.contains(code))
                .forEach(code -> arguments.addAll(List.of("--only", code)));
        StringWriter out = new StringWriter();
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(out), arguments.toArray(String[]::new)))
                .as("%s%s", out, hosts.casualties())
                .isEqualTo(exit);
        return out.toString();
    }
}
