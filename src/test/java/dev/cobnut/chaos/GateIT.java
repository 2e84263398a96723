package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.config.ConfigFile;
import dev.cobnut.control.Notice;
import dev.cobnut.daemon.Daemon;
import dev.cobnut.net.Transport;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A group of real servers with three real Sentinels, and clients that keep books, while its master changes.
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test starts with what it needs
class GateIT {
    private static final String GROUP = "cluster_obj";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private final int port = FreePorts.next(2);
    private RealRedis redis;
    private RealRedis.Server master;
    private RealRedis.Server replica;
    private List<RealRedis.Server> sentinels;
    private Daemon daemon;

    private void start(int downAfterMillis, String settings, String... ofServers) throws Exception {
        redis = RealRedis.in(folder);
        master = redis.master(ofServers);
        replica = redis.replicaOf(master, ofServers);
        sentinels = redis.sentinels(3, 2, downAfterMillis, 10_000, GROUP, master);
        String text = "obj:\n  listen: 127.0.0.1:" + port
                + "\n  redis: true\n  hash: fnv1a_64\n  distribution: ketama\n" + settings
                + "  servers:\n  - 127.0.0.1:" + master.port() + ":1 " + GROUP + "\n";
        daemon = Daemon.start(new Daemon.Options(
                ConfigFile.read(Files.writeString(folder.resolve("nutcracker.yml"), text), true),
                sentinels.stream().map(RealRedis.Server::address).toList(),
                2,
                Transport.Choice.AUTO,
                "127.0.0.1",
                port + 1,
                notices::add));
    }

    @AfterEach
    void end() {
        if (daemon != null) {
            daemon.stop();
        }
        redis.close();
    }

    private Shard shard() {
        return daemon.topology().pool("obj").shards().getFirst();
    }

    private void awaitMaster(NodeAddress expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shard().master()).as(lines()).isEqualTo(expected));
    }

    private String lines() {
        return String.join("\n", notices.stream().map(Notice::line).toList());
    }

    private void report(String what, Ledger ledger, long lost) {
        if (Boolean.getBoolean("cobnut.chaos.report")) {
            System.out.println(what + ": " + ledger.done() + " done, " + lost + " lost, "
                    + ledger.errors().size() + " errors, p99 " + ledger.waitedMillis(0.99) + " ms, longest "
                    + ledger.waitedMillis(1) + " ms\n" + lines() + "\n" + String.join("\n", ledger.errors()));
        }
    }

    private long lost(Ledger ledger, RealRedis.Server at) throws Exception {
        try (RespClient client = RespClient.to(at.port())) {
            return ledger.lost(client);
        }
    }

    @Test
    void aPlannedFailoverIsNoticedByNobodyAndLosesNothing() throws Exception {
        start(2_000, "");
        try (Ledger ledger = Ledger.open(port, 8, 1)) {
            Thread.sleep(500);
            assertThat(sentinels.get(1).ask("SENTINEL FAILOVER " + GROUP)).contains("+OK");
            awaitMaster(replica.address());
            // Only then is what it has taken meanwhile thrown away.
            master.await("INFO replication", "role:slave");
            Thread.sleep(500);
            ledger.stop();

            long lost = lost(ledger, replica);
            report("planned", ledger, lost);
            assertThat(ledger.errors()).isEmpty();
            assertThat(lost).as("acknowledged writes that are lost").isZero();
        }
    }

    @Test
    void whenAMasterIsKilledOnlyWhatWasUnderWayIsUnknown() throws Exception {
        start(500, "");
        try (Ledger ledger = Ledger.open(port, 8, 1)) {
            Thread.sleep(500);
            master.kill();
            awaitMaster(replica.address());
            await().atMost(PATIENCE).until(() -> shard().gate().state() == Gate.State.OPEN);
            Thread.sleep(500);
            ledger.stop();

            long lost = lost(ledger, replica);
            report("killed", ledger, lost);
            assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
            assertThat(ledger.errorsOfOneMax()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aMasterThatIsRestartedWithItsDataIsWaitedFor() throws Exception {
        start(5_000, "", "appendonly yes", "appendfsync always");
        try (Ledger ledger = Ledger.open(port, 8, 1)) {
            Thread.sleep(300);
            master.kill();
            Thread.sleep(300);
            master.start();
            await().atMost(PATIENCE).until(() -> shard().gate().state() == Gate.State.OPEN);
            Thread.sleep(500);
            ledger.stop();

            long lost = lost(ledger, master);
            report("restarted", ledger, lost);
            assertThat(shard().master()).isEqualTo(master.address());
            assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
            assertThat(ledger.errorsOfOneMax()).isLessThanOrEqualTo(1);
            assertThat(lost).as("acknowledged writes that are lost").isZero();
        }
    }

    @Test
    void nothingIsWrittenToAMasterThatCameBackWithoutItsData() throws Exception {
        // Without a dump: one that was written for the replica would be loaded.
        start(30_000, "  hold_millis_max: 1000\n", "repl-diskless-sync yes", "repl-diskless-sync-delay 0");
        try (RespClient client = RespClient.to(port)) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.ask("SET", "key" + i, "1")).isEqualTo("+OK");
            }
            // It is looked at every second.
            Thread.sleep(1_500);
            master.kill();
            master.start();
            String answer = client.ask("SET", "later", "1");
            assertThat(answer).as(lines()).contains("not sent").contains("CAME BACK WITHOUT ITS DATA");
            assertThat(client.ask("SET", "later", "1")).contains("not sent");
            assertThat(master.ask("DBSIZE")).isEqualTo(":0\r\n");
            assertThat(lines()).contains("is kept out");
            await().atMost(PATIENCE).until(() -> shard().gate().state() == Gate.State.DOWN);
        }
    }

    @Test
    void requestsForAFrozenMasterWaitForTheNext() throws Exception {
        start(1_000, "  timeout: 400\n");
        try (Ledger ledger = Ledger.open(port, 8, 1)) {
            Thread.sleep(500);
            master.pause();
            awaitMaster(replica.address());
            await().atMost(PATIENCE).until(() -> shard().gate().state() == Gate.State.OPEN);
            Thread.sleep(300);
            master.resume();
            master.await("INFO replication", "role:slave");
            ledger.stop();

            long lost = lost(ledger, replica);
            report("frozen", ledger, lost);
            assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
            assertThat(ledger.errorsOfOneMax()).isLessThanOrEqualTo(1);
            assertThat(lost).as("acknowledged writes that are lost").isZero();
        }
    }
}
