package dev.cobnut.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.admin.Orders;
import dev.cobnut.admin.Page;
import dev.cobnut.admin.StatsServer;
import dev.cobnut.cli.Main;
import dev.cobnut.stats.StatsSnapshot;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.SentinelView;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command against real servers and Sentinels.
class DoctorIT {
    @TempDir
    private Path directory;

    /// The lines that begin a finding, but those about this host, which is as it is.
    private static List<String> findings(String... arguments) {
        StringWriter out = new StringWriter();
        int exit = Main.run(new PrintWriter(out), new PrintWriter(out), arguments);
        assertThat(exit).as(out.toString()).isBetween(0, 2);
        return out.toString()
                .lines()
                .filter(line -> line.matches("[EWI] [A-Z]\\d\\d .*") && !line.startsWith("W K"))
                .toList();
    }

    /// What a running proxy knows leads to the Sentinels and to all servers.
    private static List<String> findingsOfAProxy(RealRedis.Server master, RealRedis.Server sentinel)
            throws IOException {
        int port = FreePorts.next(1);
        Shard shard = new Shard(
                "shop", 1, "shop", master.address(), 0, List.of(new Node(master.address(), Node.Role.MASTER, "")));
        Topology topology = new Topology(
                1,
                List.of(new PoolTopology("main", List.of(shard))),
                List.of(new SentinelView(sentinel.address(), "ok", "")));
        List<Page> pages = new ArrayList<>(Page.stats(() -> new StatsSnapshot(0, 0, List.of()), "0.1.0"));
        pages.add(Page.topology(() -> topology));
        try (StatsServer _ = StatsServer.start("127.0.0.1", port, pages, new Orders(null, List.of()))) {
            StringWriter out = new StringWriter();
            int _ = Main.run(new PrintWriter(out), new PrintWriter(out), "doctor", "127.0.0.1:" + port);
            assertThat(out.toString())
                    .contains("proxy 127.0.0.1:" + port)
                    .contains("server " + master.address())
                    .containsPattern("(Sentinel \\S+, ){3}");
            return findings("doctor", "127.0.0.1:" + port);
        }
    }

    private static String run(int exit, String... arguments) {
        StringWriter out = new StringWriter();
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(out), arguments))
                .as(out.toString())
                .isEqualTo(exit);
        return out.toString();
    }

    @Test
    void aStackFileIsComparedWithWhatRuns() throws IOException {
        try (RealRedis redis = RealRedis.in(directory)) {
            RealRedis.Server master = redis.master("appendonly yes", "maxmemory 100mb");
            RealRedis.Server replica = redis.replicaOf(master, "appendonly yes", "maxmemory 100mb");
            RealRedis.Server sentinel =
                    redis.sentinels(1, 1, 5_000, 60_000, "shop", master).getFirst();
            sentinel.await("SENTINEL MASTER shop", "num-slaves\r\n$1\r\n1\r\n");
            String file = Files.writeString(directory.resolve("stack.yml"), """
                            stack: shop
                            hosts: {here: 127.0.0.1}
                            caches:
                              shop:
                                kind: plain
                                listen: 6379
                                memory: 100 MB
                                shards: [{servers: [here:%d, here:%d]}]
                            sentinels: {hosts: [here], port: %d, down_after: 5 s, failover_timeout: 60 s}
                            """.formatted(
                                    master.port(), replica.port(), sentinel.port()))
                    .toString();

            assertThat(run(0, "plan", "--live", "-f", file))
                    .contains("  master   -\n")
                    .contains("  replica  -\n")
                    .contains("0 to change, 0 to add, 0 to remove or write down, 0 not known");
            assertThat(findings("doctor", "-f", file))
                    .allMatch(line -> line.startsWith("W S02") || line.startsWith("W S10"));

            assertThat(master.ask("CONFIG SET maxmemory 200mb")).startsWith("+OK");
            assertThat(run(2, "plan", "--live", "-f", file)).contains("~ maxmemory 200 MB -> 100 MB");
            assertThat(run(2, "plan", "--live", "--output", "json", "-f", file))
                    .contains("\"changes\": [\"~ maxmemory 200 MB -> 100 MB\"]");
            assertThat(findings("doctor", "-f", file))
                    .contains("W F06 " + master.address() + ": shop: maxmemory 200 MB (expected: 100 MB, as the file"
                            + " says)");

            replica.kill();
            assertThat(run(2, "plan", "--live", "-f", file))
                    .contains("(nothing)  + start, replicate " + master.address());
            assertThat(findings("doctor", "-f", file))
                    .filteredOn(line -> line.contains(replica.address().toString()))
                    .singleElement()
                    .asString()
                    .startsWith("E F01 " + replica.address() + ": redis shop of here does not answer");

            assertThat(master.ask("CONFIG SET requirepass s3cret")).startsWith("+OK");
            assertThat(findings("doctor", "-f", file))
                    .anyMatch(line ->
                            line.startsWith("I R20 " + master.address() + ": it answers, and does not tell us"));
        }
    }

    /// Each host has an address of the loopback network to itself, since the port of the page is always the same.
    @Test
    void whoWouldNotTakeTheVirtualAddressIsAskedForIt() throws IOException {
        int port = FreePorts.next(1);
        String network = "127." + (1 + port % 250) + "." + (1 + port / 250) + ".";
        String file = Files.writeString(
                        directory.resolve("stack.yml"), """
                stack: shop
                hosts: {one: %s1, two: %s2}
                caches: {shop: {kind: plain, hosts: [one, two], port: %d, listen: 7000}}
                proxies: {hosts: [one, two], stats: %d}
                vip: {address: %s9/24, interface: lo}
                """.formatted(network, network, port + 1, port, network))
                .toString();
        List<Page> proxy = new ArrayList<>(Page.stats(() -> new StatsSnapshot(0, 0, List.of()), "0.1.0"));
        proxy.add(Page.topology(() -> new Topology(1, List.of(), List.of())));
        Orders none = new Orders(null, List.of());
        List<Page> drained = List.of(Page.json(
                "/vip",
                () -> "{\"drained\": true, \"instances\": [{\"state\": \"fault\", \"addresses\": [\"" + network
                        + "9/24\"]}]}\n"));
        try (StatsServer _ = StatsServer.start(network + "1", port, proxy, none);
                StatsServer _ = StatsServer.start(network + "2", port, proxy, none);
                StatsServer _ = StatsServer.start(network + "2", 22_223, drained, none)) {
            assertThat(findings("doctor", "-f", file, "--only", "V08"))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("W V08 " + network + "1:22223: one would not take " + network
                                            + "9: cobnut vip does not run there, or "),
                            line -> assertThat(line)
                                    .startsWith("W V08 " + network + "2:22223: two would not take " + network
                                            + "9: it is drained (expected: "));
            assertThat(run(2, "plan", "--live", "-f", file))
                    .containsPattern("cobnut vip +22223 +- +\\(nothing\\) +\\+ start\n")
                    .containsPattern("cobnut vip +22223 +- +drained +-\n");
        }
    }

    @Test
    void aGoodGroupIsWellAndEachFaultIsNamed() throws IOException {
        try (RealRedis redis = RealRedis.in(directory)) {
            RealRedis.Server master = redis.master("appendonly yes");
            RealRedis.Server one = redis.replicaOf(master, "appendonly yes");
            RealRedis.Server two = redis.replicaOf(master, "appendonly yes");
            List<RealRedis.Server> sentinels = redis.sentinels(3, 2, 30_000, 60_000, "shop", master);
            for (RealRedis.Server sentinel : sentinels) {
                sentinel.await("SENTINEL MASTER shop", "num-slaves\r\n$1\r\n2\r\n");
            }
            assertThat(findingsOfAProxy(master, sentinels.getFirst())).isEmpty();

            String[] ask = {
                "doctor", "--sentinel", sentinels.getFirst().address().toString()
            };

            assertThat(findings(ask)).isEmpty();

            assertThat(master.ask("CONFIG SET min-replicas-to-write 1000000000"))
                    .startsWith("+OK");
            assertThat(findings(ask)).anyMatch(line -> line.startsWith("E R08 " + master.address() + ": "));
            assertThat(master.ask("CONFIG SET min-replicas-to-write 0")).startsWith("+OK");

            assertThat(two.ask("REPLICAOF NO ONE")).startsWith("+OK");
            assertThat(findings(ask))
                    .anyMatch(line -> line.startsWith("E R06 shop: 2 masters: ")
                            && line.contains(two.address().toString()));

            one.kill();
            sentinels.get(2).kill();
            assertThat(findings(ask))
                    .anyMatch(line -> line.startsWith("E R11 " + one.address() + ": "))
                    .anyMatch(
                            line -> line.startsWith("E S14 " + sentinels.get(2).address() + ": "));
        }
    }
}
