package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.control.Notice;
import dev.cobnut.daemon.Daemon;
import dev.cobnut.daemon.StartException;
import dev.cobnut.net.Transport;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What a test of failover begins with: groups of real servers, Sentinels that watch them, and the whole proxy, usually in
/// this JVM, with one pool `obj` whose shards are the groups, in their order.
///
///     try (Stage stage = new Stage(folder)) {
///         stage.group();
///         stage.watch(500);
///         stage.serve("");
///         stage.master().kill();
///         stage.awaitMaster(stage.replica());
///     }
final class Stage implements AutoCloseable {
    /// The name of the first group; others have a number behind it.
    static final String GROUP = "cluster_obj";

    /// What orders have to bring.
    static final String TOKEN = "an-operators-token";

    /// For whatever has to happen at some time.
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int FAILOVER_TIMEOUT_MILLIS = 10_000;

    /// One shard.
    ///
    /// @param port by which all know its master
    private record Group(String name, RealRedis.Server master, RealRedis.Server replica, int port) {}

    private final Path folder;
    private final RealRedis redis;
    private final List<Group> groups = new ArrayList<>();
    private final List<RealRedis.Server> sentinels = new ArrayList<>();
    private final List<NodeAddress.Tcp> known = new ArrayList<>();
    private final List<Relay> relays = new ArrayList<>();
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private final List<Daemon> daemons = new ArrayList<>();
    private final List<ProxyProcess> processes = new ArrayList<>();
    private final int port = FreePorts.next(2);

    /// @param folder for configurations, data and logs
    Stage(Path folder) {
        this.folder = folder;
        this.redis = RealRedis.in(folder);
    }

    // ---- what there is ----------------------------------------------------------------------------------------------

    /// A master and a replica.
    ///
    /// @param settings more lines for the redis.conf of both
    void group(String... settings) {
        RealRedis.Server master = redis.master(settings);
        add(master, redis.replicaOf(master, settings), master.port());
    }

    /// The same, and the proxy reaches the master by a relay, which it shares with the Sentinels and the replica; but
    /// these come from 127.0.0.2, so that it can tell them apart.
    Relay groupBehindRelay() throws IOException {
        return groupBehindRelays().getFirst();
    }

    /// The same with a relay for the master and one for the replica, in this order.
    List<Relay> groupBehindRelays() throws IOException {
        int shown = FreePorts.next(2);
        RealRedis.Server master = redis.master("replica-announce-ip 127.0.0.1", "replica-announce-port " + shown);
        relays.add(Relay.start(shown, master.port()));
        RealRedis.Server replica = redis.master(
                "replicaof 127.0.0.1 " + shown,
                "bind-source-addr 127.0.0.2",
                "replica-announce-ip 127.0.0.1",
                "replica-announce-port " + (shown + 1));
        relays.add(Relay.start(shown + 1, replica.port()));
        replica.await("INFO replication", "master_link_status:up");
        add(master, replica, shown);
        return List.copyOf(relays);
    }

    /// The proxy reaches the Sentinels by relays; between [#watch] and [#serve].
    List<Relay> sentinelsBehindRelays() throws IOException {
        List<Relay> before = List.copyOf(relays);
        known.clear();
        for (RealRedis.Server sentinel : sentinels) {
            Relay relay = Relay.start(FreePorts.next(1), sentinel.port());
            relays.add(relay);
            known.add(new NodeAddress.Tcp("127.0.0.1", relay.port()));
        }
        return relays.subList(before.size(), relays.size());
    }

    /// A server that belongs to nobody.
    RealRedis.Server stranger() {
        return redis.master();
    }

    /// Another replica of the first group; before [#watch].
    RealRedis.Server anotherReplica(String... settings) {
        return redis.replicaOf(master(), settings);
    }

    private void add(RealRedis.Server master, RealRedis.Server replica, int shown) {
        groups.add(new Group(GROUP + (groups.isEmpty() ? "" : groups.size()), master, replica, shown));
    }

    /// Three Sentinels that watch all groups; two must agree.
    void watch(int downAfterMillis) {
        for (int i = 0; i < 3; i++) {
            List<String> lines =
                    new ArrayList<>(List.of("bind-source-addr 127.0.0.2", "sentinel announce-ip 127.0.0.1"));
            for (Group group : groups) {
                String name = group.name;
                lines.add("sentinel monitor " + name + " 127.0.0.1 " + group.port + " 2");
                lines.add("sentinel down-after-milliseconds " + name + " " + downAfterMillis);
                lines.add("sentinel failover-timeout " + name + " " + FAILOVER_TIMEOUT_MILLIS);
            }
            sentinels.add(redis.sentinel(lines.toArray(String[]::new)));
        }
        for (RealRedis.Server sentinel : sentinels) {
            known.add(sentinel.address());
            for (Group group : groups) {
                sentinel.await("SENTINEL MASTER " + group.name, "num-other-sentinels\r\n$1\r\n2\r\n");
                sentinel.await("SENTINEL CKQUORUM " + group.name, "+OK");
                sentinel.await("SENTINEL REPLICAS " + group.name, "slave-repl-offset");
            }
        }
    }

    /// A Sentinel that is no process of ours; before [#serve].
    void know(NodeAddress.Tcp sentinel) {
        known.add(sentinel);
    }

    /// Starts the proxy in this JVM, with two loops.
    ///
    /// @param settings of the pool, each line with two blanks before it
    void serve(String settings) throws IOException, ConfigException, StartException {
        serve(port, settings);
    }

    /// Starts another proxy for the same.
    ///
    /// @return its port
    int serveAnother(String settings) throws IOException, ConfigException, StartException {
        int another = FreePorts.next(2);
        serve(another, settings);
        return another;
    }

    private void serve(int port, String settings) throws IOException, ConfigException, StartException {
        daemons.add(Daemon.start(new Daemon.Options(
                ConfigFile.read(configuration(port, settings), true),
                known,
                2,
                Transport.Choice.AUTO,
                "127.0.0.1",
                port + 1,
                TOKEN,
                notices::add)));
    }

    /// Starts the proxy as a process of its own instead: what is seen of [#shard] is not to be had then.
    ProxyProcess serveApart(String settings, String... jvmOptions) throws IOException {
        ProxyProcess process = ProxyProcess.start(configuration(port, settings), port, known, jvmOptions);
        processes.add(process);
        return process;
    }

    private Path configuration(int port, String settings) throws IOException {
        StringBuilder text = new StringBuilder("obj:\n  listen: 127.0.0.1:" + port
                + "\n  redis: true\n  hash: fnv1a_64\n  distribution: ketama\n" + settings + "  servers:\n");
        for (Group group : groups) {
            text.append("  - 127.0.0.1:" + group.port + ":1 " + group.name + "\n");
        }
        return Files.writeString(folder.resolve("nutcracker-" + port + ".yml"), text);
    }

    /// A key that lives on this shard; through the proxy, and away again.
    ///
    /// @param prefix part of it
    String keyOn(int group, String prefix) throws IOException {
        try (RespClient client = RespClient.to(port);
                RespClient node = RespClient.to(groups.get(group).port)) {
            for (int i = 0; true; i++) {
                String key = i + prefix + i * 7_919;
                client.ask("SET", key, "1");
                boolean here = node.ask("EXISTS", key).equals(":1");
                client.ask("DEL", key);
                if (here) {
                    return key;
                }
            }
        }
    }

    /// Of the pool.
    int port() {
        return port;
    }

    /// Of the statistics of the first proxy.
    int statisticsPort() {
        return port + 1;
    }

    /// Ends the first proxy; whoever was there before it counts as the first then.
    void endProxy() {
        daemons.removeFirst().stop();
    }

    /// Who is master of the first group at the start.
    RealRedis.Server master() {
        return master(0);
    }

    RealRedis.Server master(int group) {
        return groups.get(group).master;
    }

    /// The other node of the first group.
    RealRedis.Server replica() {
        return replica(0);
    }

    RealRedis.Server replica(int group) {
        return groups.get(group).replica;
    }

    List<RealRedis.Server> sentinels() {
        return sentinels;
    }

    // ---- what happens -----------------------------------------------------------------------------------------------

    /// Asks Sentinels until one begins a failover of the first group.
    void failOver() {
        await().atMost(PATIENCE)
                .pollInterval(100, TimeUnit.MILLISECONDS)
                .until(() -> sentinels.stream().anyMatch(Stage::begins));
    }

    private static boolean begins(RealRedis.Server sentinel) {
        try {
            return sentinel.ask("SENTINEL FAILOVER " + GROUP).contains("+OK");
        } catch (IOException _) {
            return false; // it is dead, or frozen
        }
    }

    // ---- what is seen -----------------------------------------------------------------------------------------------

    /// The first one, as the proxy knows it.
    Shard shard() {
        return shard(0);
    }

    Shard shard(int index) {
        return daemons.getFirst().topology().pool("obj").shards().get(index);
    }

    /// Waits until the proxy knows it as the master of the first group.
    void awaitMaster(RealRedis.Server expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shard().master()).as(lines()).isEqualTo(expected.address()));
    }

    /// Waits until requests for the first group are sent.
    void awaitOpen() {
        awaitGate(Gate.State.OPEN);
    }

    /// Waits for a verdict on the first group.
    void awaitGate(Gate.State expected) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(shard().gate().state()).as(lines()).isEqualTo(expected));
    }

    /// Waits until it is a replica that the Sentinels could promote.
    void awaitReplica(RealRedis.Server expected) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> expected.ask("INFO replication").contains("master_link_status:up"));
        for (RealRedis.Server sentinel : sentinels) {
            sentinel.await("SENTINEL REPLICAS " + GROUP, "master-link-status\r\n$2\r\nok");
        }
    }

    /// The node of the first group that all Sentinels call master.
    RealRedis.Server leader() {
        return await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () -> {
                            Set<String> named = new HashSet<>();
                            for (RealRedis.Server sentinel : sentinels) {
                                named.add(sentinel.ask("SENTINEL GET-MASTER-ADDR-BY-NAME " + GROUP));
                            }
                            return Stream.of(master(), replica())
                                    .filter(node -> named.size() == 1
                                            && named.iterator().next().contains("\r\n" + node.port() + "\r\n"))
                                    .findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    /// What the proxy has told people.
    String lines() {
        return String.join("\n", notices.stream().map(Notice::line).toList());
    }

    /// How many acknowledged writes are not there.
    long lost(Ledger ledger, RealRedis.Server at) throws IOException {
        report(ledger);
        try (RespClient client = RespClient.to(at.port())) {
            return ledger.lost(client);
        }
    }

    /// Prints what clients and people were told, with `-Dcobnut.chaos.report=true`.
    void report(Ledger ledger) {
        if (Boolean.getBoolean("cobnut.chaos.report")) {
            System.out.println(ledger.done() + " done, " + ledger.errors().size() + " errors, p99 "
                    + ledger.waitedMillis(0.99) + " ms, longest " + ledger.waitedMillis(1) + " ms\n" + lines() + "\n"
                    + String.join("\n", ledger.errors()));
        }
    }

    @Override
    public void close() {
        daemons.forEach(Daemon::stop);
        processes.forEach(ProxyProcess::close);
        relays.forEach(Relay::close);
        redis.close();
    }
}
