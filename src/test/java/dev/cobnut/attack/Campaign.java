package dev.cobnut.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cobnut.daemon.StartException;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.RunningProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// One configuration under attack: a proxy in front of real nodes, clients, weather; and in the end a look at what the
/// nodes hold.
final class Campaign {
    private static final int CLIENTS = Integer.getInteger("cobnut.attack.clients", 48);
    private static final long STUCK_SECONDS = 120;

    /// Clients go to the first node without a proxy, to see whether they expect what Redis does.
    private static final boolean DIRECT = Boolean.getBoolean("cobnut.attack.direct");

    /// @param timeoutMillis of the pool; 0 for none
    record Plan(int shards, int timeoutMillis, int loops, long seed, long replies) {}

    private final Plan plan;
    private final Findings findings;
    private final List<Habit> habits;
    private final List<Fault> faults;

    Campaign(Plan plan, Findings findings, List<Habit> habits, List<Fault> faults) {
        this.plan = plan;
        this.findings = findings;
        this.habits = habits;
        this.faults = faults;
    }

    /// @return how many replies there were
    long run(Path folder) throws IOException, StartException, InterruptedException {
        int port = FreePorts.next(1);
        Random random = new Random(plan.seed());
        try (RealRedis redis = RealRedis.in(folder)) {
            List<RealRedis.Server> nodes = new ArrayList<>();
            StringBuilder servers = new StringBuilder();
            for (int i = 0; i < plan.shards(); i++) {
                nodes.add(redis.master("enable-debug-command yes", "maxclients 10000"));
                servers.append("   - 127.0.0.1:" + nodes.getLast().port() + ":1 s" + i + "\n");
            }
            String yml = "alpha:\n  listen: 127.0.0.1:" + port
                    + "\n  redis: true\n  hash: fnv1a_64\n  distribution: ketama\n  hash_tag: \"{}\"\n"
                    + (plan.timeoutMillis() > 0 ? "  timeout: " + plan.timeoutMillis() + "\n" : "")
                    + "  servers:\n" + servers;
            Weather weather = new Weather(nodes, faults, random);
            Arena arena = new Arena(
                    plan.toString(), DIRECT ? nodes.getFirst().port() : port, plan.shards(), weather, findings, habits);
            List<Attacker> clients = new ArrayList<>();
            try (RunningProxy proxy = RunningProxy.of(folder, yml, plan.loops())) {
                seed(arena);
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new Attacker(arena, i, random.nextLong()));
                }
                attack(arena, clients);
                assert proxy.daemon() != null;
            }
            new Aftermath(nodes, clients, arena).look();
            return arena.replies();
        }
    }

    private void attack(Arena arena, List<Attacker> clients) throws IOException, InterruptedException {
        long calmReplies = plan.replies() / 5;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            clients.forEach(threads::submit);
            long before = 0;
            long progressNanos = System.nanoTime();
            while (arena.replies() < plan.replies()) {
                if (arena.replies() < calmReplies) {
                    Thread.sleep(10);
                } else {
                    int losses = arena.weather().losses();
                    arena.weather().change();
                    if (arena.weather().losses() != losses) {
                        seed(arena);
                    }
                }
                if (arena.replies() > before) {
                    before = arena.replies();
                    progressNanos = System.nanoTime();
                } else if (System.nanoTime() - progressNanos
                        > Duration.ofSeconds(STUCK_SECONDS).toNanos()) {
                    findings.add("HUNG everybody", arena + ", no reply for " + STUCK_SECONDS + " s");
                    break;
                }
            }
            arena.end();
        }
    }

    /// What all have.
    private static void seed(Arena arena) {
        try (Wire wire = new Wire(arena.port())) {
            for (int database = 0; database < Arena.DATABASES; database++) {
                say(wire, "SELECT", "" + database);
                for (int i = 0; i < Arena.SMALL_SHARED + Arena.LARGE_SHARED.size(); i++) {
                    say(wire, "SET", Arena.sharedKey(i), arena.sharedValue(database, i));
                }
            }
        } catch (IOException e) {
            arena.findings().add("CLOSED seed", e.toString());
        }
    }

    private static void say(Wire wire, String... words) throws IOException {
        byte[] bytes = Requests.request(words).getBytes(ISO_8859_1);
        wire.send(bytes, 0, bytes.length);
        wire.read();
    }
}
