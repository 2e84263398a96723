package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.cli.Main;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.Gate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `cobnut failover` on real servers, with clients of the proxy, of another proxy that nobody tells of it, and of the nodes
/// themselves.
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test starts with what it needs
class SwitchoverIT {
    private static final String FENCE = "CONFIG GET min-replicas-to-write";
    private static final String NOT_FENCED = "$1\r\n0\r\n";

    @TempDir
    private Path folder;

    private Stage stage;
    private final StringWriter said = new StringWriter();

    @BeforeEach
    void begin() throws IOException {
        Files.writeString(folder.resolve("token"), Stage.TOKEN + "\n");
        stage = new Stage(folder);
    }

    @AfterEach
    void end() {
        stage.close();
    }

    private int failover(String... options) {
        List<String> arguments = new ArrayList<>(List.of("failover", "obj", "--yes"));
        if (!List.of(options).contains("--proxy")) {
            arguments.addAll(List.of("--proxy", "127.0.0.1:" + stage.statisticsPort()));
        }
        arguments.addAll(List.of("--admin-token", "file:" + folder.resolve("token")));
        arguments.addAll(List.of(options));
        PrintWriter out = new PrintWriter(said, true);
        int code = Main.run(out, out, arguments.toArray(String[]::new));
        if (Boolean.getBoolean("cobnut.chaos.report")) {
            System.out.println(said);
        }
        return code;
    }

    @Test
    void nobodyLosesAnything() throws Exception {
        stage.group();
        stage.watch(2_000);
        stage.serve("");
        int another = stage.serveAnother("");
        try (Ledger ledger = Ledger.open(stage.port(), 4, 1);
                Ledger deaf = Ledger.open(another, 4, 1);
                Direct direct = Direct.open(stage.master().port(), 4)) {
            Thread.sleep(500);

            assertThat(failover()).as(said.toString()).isZero();

            assertThat(stage.shard().master()).isEqualTo(stage.replica().address());
            ledger.stop();
            deaf.stop();
            direct.stop();
            assertThat(stage.lost(ledger, stage.replica())).isZero();
            assertThat(ledger.errors()).as(stage.lines()).isEmpty();
            assertThat(stage.lost(deaf, stage.replica())).isZero();
            assertThat(deaf.errors()).as(stage.lines()).isEmpty();
            assertThat(direct.lost(stage.replica().port())).isZero();
        }
        assertThat(stage.master().ask("INFO replication")).contains("role:slave");
        assertThat(stage.master().ask(FENCE)).endsWith(NOT_FENCED);
        assertThat(said.toString()).contains("has everything").contains("requests go on");
    }

    @Test
    void theWantedReplicaBecomesMaster() throws Exception {
        stage.group();
        RealRedis.Server other = stage.anotherReplica("replica-priority 50");
        stage.watch(2_000);
        stage.serve("");

        int code = failover("--to", stage.replica().address().toString());

        assertThat(code).as(said.toString()).isZero();
        assertThat(stage.shard().master()).isEqualTo(stage.replica().address());
        assertThat(other.ask("CONFIG GET replica-priority")).endsWith("$2\r\n50\r\n");
    }

    @Test
    void aReplicaWithoutALinkStandsBackThoughSentinelWouldPreferIt() throws Exception {
        stage.group();
        RealRedis.Server other = stage.anotherReplica("replica-priority 10");
        stage.watch(2_000);
        stage.serve("");
        other.ask("CONFIG SET masteruser nobody");
        other.ask("CONFIG SET masterauth none");
        stage.master().ask("CLIENT KILL TYPE replica");
        other.await("INFO replication", "master_link_status:down");
        stage.replica().await("INFO replication", "master_link_status:up");
        try (Ledger ledger = Ledger.open(stage.port(), 4, 1)) {
            Thread.sleep(300);

            assertThat(failover()).as(said.toString()).isZero();

            assertThat(stage.shard().master()).isEqualTo(stage.replica().address());
            ledger.stop();
            assertThat(stage.lost(ledger, stage.replica())).isZero();
        }
        assertThat(said.toString()).contains("has no link to its master, so it stands back");
        assertThat(other.ask("CONFIG GET replica-priority")).endsWith("$2\r\n10\r\n");
    }

    @Test
    void twoSwitchesAtOnceAreOne() throws Exception {
        stage.group();
        stage.watch(2_000);
        stage.serve("");
        int another = stage.serveAnother("");
        try (Direct direct = Direct.open(stage.master().port(), 4)) {
            CompletableFuture<Integer> one = CompletableFuture.supplyAsync(() -> failover());
            CompletableFuture<Integer> other =
                    CompletableFuture.supplyAsync(() -> failover("--proxy", "127.0.0.1:" + (another + 1)));

            assertThat(List.of(one.get(), other.get())).as(said.toString()).contains(0);
            direct.stop();
            assertThat(direct.lost(stage.replica().port())).as(said.toString()).isZero();
        }
        assertThat(stage.master().ask(FENCE)).endsWith(NOT_FENCED);
    }

    @Test
    void aSwitchThatCannotBeDoneInTimeLeavesAllAsItWas() throws Exception {
        stage.group("min-replicas-to-write 1");
        RealRedis.Server other = stage.anotherReplica();
        stage.watch(5_000);
        stage.serve("");
        try (Ledger ledger = Ledger.open(stage.port(), 4, 1)) {
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(
                    () -> failover("--to", stage.replica().address().toString(), "--timeout", "2s"));
            await().atMost(Stage.PATIENCE).until(() -> said.toString().contains("others stand back"));
            // What is written from now on it lacks.
            stage.replica().pause();
            assertThat(code.get()).as(said.toString()).isEqualTo(2);
            stage.replica().resume();
            stage.awaitOpen();
            Thread.sleep(200);
            ledger.stop();

            assertThat(stage.lost(ledger, stage.master())).isZero();
            assertThat(ledger.errors()).as(stage.lines()).isEmpty();
        }
        assertThat(said.toString()).contains("given up: replica").contains("all is as it was before");
        assertThat(stage.shard().master()).isEqualTo(stage.master().address());
        assertThat(stage.master().ask(FENCE)).endsWith("$1\r\n1\r\n");
        assertThat(other.ask("CONFIG GET replica-priority")).endsWith("$3\r\n100\r\n");
    }

    @Test
    void whatCannotBeginChangesNothing() throws Exception {
        stage.group();
        stage.watch(5_000);
        stage.serve("");

        assertThat(failover("--to", "127.0.0.1:1")).isEqualTo(1);
        assertThat(failover("--timeout", "20s")).isEqualTo(1);
        assertThat(said.toString())
                .contains("127.0.0.1:1 cannot be master")
                .contains("expected: one of " + stage.replica().address())
                .contains("hold_millis_max");
        assertThat(stage.shard().gate().state()).isEqualTo(Gate.State.OPEN);
        assertThat(stage.master().ask(FENCE)).endsWith(NOT_FENCED);
        assertThat(stage.lines()).doesNotContain("requests wait");
    }

    @Test
    void aFenceThatADeadProxyLeftIsLiftedByTheNext() throws Exception {
        stage.group();
        stage.watch(5_000);
        // As it would be if the process had been killed between the fence and the Sentinel, and somebody had the server
        // write
        // its settings to its file then.
        stage.master().ask("CONFIG SET min-replicas-to-write 1000000001");
        stage.master().ask("CONFIG REWRITE");
        stage.master().stop();
        stage.master().start();
        assertThat(stage.master().ask("SET direct 1")).startsWith("-NOREPLICAS");
        stage.serve("  hold_millis_max: 30000\n");

        try (RespClient client = RespClient.to(stage.port())) {
            assertThat(client.ask("SET", "key", "1")).isEqualTo("+OK");
        }
        assertThat(stage.master().ask(FENCE)).endsWith("$1\r\n1\r\n");
        assertThat(stage.lines()).contains("is lifted");
        stage.master().stop();
        stage.master().start();
        assertThat(stage.master().ask(FENCE)).endsWith("$1\r\n1\r\n");
    }

    @Test
    void aPlainSentinelFailoverIsFencedForEverybodyWhereThePoolSaysSo() throws Exception {
        stage.group();
        stage.watch(2_000);
        stage.serve("  fence: server\n");
        int another = stage.serveAnother("");
        try (Ledger ledger = Ledger.open(stage.port(), 4, 1);
                Ledger deaf = Ledger.open(another, 4, 1)) {
            Thread.sleep(300);
            stage.failOver();
            stage.awaitMaster(stage.replica());
            stage.master().await(FENCE, "$10\r\n1000000000");
            assertThat(stage.master().ask("SET direct 1")).startsWith("-NOREPLICAS");
            stage.master().await("INFO replication", "role:slave");
            stage.master().await(FENCE, NOT_FENCED);
            ledger.stop();
            deaf.stop();

            assertThat(stage.lost(ledger, stage.replica())).isZero();
            assertThat(stage.lost(deaf, stage.replica())).isZero();
            assertThat(ledger.errors()).as(stage.lines()).isEmpty();
            assertThat(deaf.errors()).as(stage.lines()).isEmpty();
        }
    }

    @Test
    void aProxyThatIsToldToEndPutsBackWhatItHasChangedAndSaysSo() throws Exception {
        stage.group();
        RealRedis.Server other = stage.anotherReplica();
        stage.watch(5_000);
        ProxyProcess first = stage.serveApart("");
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(
                () -> failover("--to", stage.replica().address().toString()));
        await().atMost(Stage.PATIENCE).until(() -> said.toString().contains("others stand back"));
        assertThat(first.terminate()).contains("given up: the process ends").contains("all is as it was before");
        assertThat(other.ask("CONFIG GET replica-priority")).endsWith("$3\r\n100\r\n");
        assertThat(code.get()).as(said.toString()).isNotZero();

        ProxyProcess second = stage.serveApart("");
        said.getBuffer().setLength(0);
        CompletableFuture<Integer> again = CompletableFuture.supplyAsync(
                () -> failover("--to", stage.replica().address().toString()));
        await().atMost(Stage.PATIENCE).until(() -> said.toString().contains("others stand back"));
        stage.replica().pause();
        stage.master().await(FENCE, "$10\r\n1000000000");
        assertThat(second.terminate()).contains("given up: the process ends").contains("all is as it was before");
        stage.replica().resume();
        assertThat(stage.master().ask(FENCE)).endsWith(NOT_FENCED);
        assertThat(other.ask("CONFIG GET replica-priority")).endsWith("$3\r\n100\r\n");
        assertThat(again.get()).as(said.toString()).isNotZero();
    }

    @Test
    void aSentinelThatHangsCostsNoTimeForWhichRequestsWait() throws Exception {
        stage.group();
        stage.watch(2_000);
        try (OddSentinel hangs = new OddSentinel(
                Stage.GROUP, stage.master().address(), stage.master().address())) {
            stage.know(hangs.address());
            stage.serve("");

            assertThat(failover()).as(said.toString()).isZero();
        }
        assertThat(millis("is asked for a failover") - millis("has everything"))
                .as(said.toString())
                .isLessThan(500);
    }

    /// When a step was, as it was printed.
    private long millis(String step) {
        String line = said.toString()
                .lines()
                .filter(each -> each.contains(step))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.strip().split(" ")[0]);
    }
}
