package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.cli.Main;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.NodeAddress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `fence: server` when the failover comes to nothing, is none, or the server does not let itself be fenced.
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test starts with what it needs
class FencedServerIT {
    private static final String FENCE = "CONFIG GET min-replicas-to-write";
    private static final String FENCED = "$10\r\n1000000000";
    private static final String NOT_FENCED = "$1\r\n0\r\n";

    @TempDir
    private Path folder;

    private Stage stage;

    @BeforeEach
    void begin() {
        stage = new Stage(folder);
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @Test
    void aFailoverThatTheSentinelsGiveUpLeavesNoFence() throws Exception {
        stage.group();
        stage.watch(5_000);
        for (var sentinel : stage.sentinels()) {
            sentinel.ask("SENTINEL SET " + Stage.GROUP + " failover-timeout 2000");
        }
        stage.serve("  fence: server\n");
        try (Ledger ledger = Ledger.open(stage.port(), 2, 1)) {
            stage.master().await("INFO commandstats", "cmdstat_incr");
            stage.replica().pause();
            stage.failOver();
            stage.master().await(FENCE, FENCED);
            await().atMost(Stage.PATIENCE).until(() -> stage.lines().contains("given up"));
            stage.master().await(FENCE, NOT_FENCED);
            stage.awaitOpen();
            ledger.stop();
            assertThat(ledger.errors()).as(stage.lines()).isEmpty();
            assertThat(stage.lost(ledger, stage.master())).isZero();
            stage.replica().resume();
        }
    }

    @Test
    void aSentinelThatAnnouncesFailoversWithoutEndRaisesOneFenceAndNoMore() throws Exception {
        stage.group();
        stage.watch(5_000);
        NodeAddress.Tcp nobody = new NodeAddress.Tcp("127.0.0.1", FreePorts.next(1));
        try (OddSentinel mad = new OddSentinel(Stage.GROUP, stage.master().address(), nobody)) {
            mad.become(OddSentinel.Mood.WAVERS, stage.master().address());
            stage.know(mad.address());
            stage.serve("  fence: server\n");
            stage.master().await(FENCE, FENCED);
            stage.master().await(FENCE, NOT_FENCED);
            long fenced = 0;
            long looks = 0;
            long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (System.nanoTime() < until) {
                fenced += stage.master().ask(FENCE).contains(FENCED) ? 1 : 0;
                looks++;
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(fenced).as(looks + " looks\n" + stage.lines()).isZero();
            assertThat(stage.lines()).contains("is not fenced: this Sentinel's last failover came to nothing");
        }
    }

    @Test
    void aUserThatMayNotDoItIsToldOnceAndNothingElseBreaks() throws Exception {
        stage.group();
        String user = "ACL SETUSER proxy on >secret ~* &* +@all -config";
        stage.master().ask(user);
        stage.replica().ask(user);
        stage.watch(2_000);
        stage.serve("  fence: server\n  redis_auth: secret\n  redis_user: proxy\n");
        await().atMost(Stage.PATIENCE).until(() -> stage.lines().contains("will not be fenced"));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        String token = "file:" + Files.writeString(folder.resolve("token"), Stage.TOKEN + "\n");
        String proxy = "127.0.0.1:" + stage.statisticsPort();
        assertThat(Main.run(out, out, "failover", "obj", "--yes", "--proxy", proxy, "--admin-token", token))
                .isEqualTo(1);
        assertThat(said.toString())
                .contains("refused: " + stage.master().address()
                        + " refuses CONFIG GET, CONFIG SET, CONFIG REWRITE to user"
                        + " proxy, and it has to be fenced");
        assertThat(stage.lines()).doesNotContain("requests wait");
        try (RespClient client = RespClient.to(stage.port())) {
            assertThat(client.ask("AUTH", "secret")).isEqualTo("+OK");
            stage.failOver();
            stage.awaitMaster(stage.replica());
            assertThat(client.ask("SET", "key", "1")).as(stage.lines()).isEqualTo("+OK");
        }
        assertThat(stage.replica().ask("GET key")).contains("1");
        assertThat(stage.lines())
                .containsOnlyOnce(stage.master().address()
                        + " will not be fenced when it is replaced (fence: server): it refuses CONFIG GET, CONFIG SET,"
                        + " CONFIG REWRITE to user proxy")
                .contains(stage.master().address() + " is not fenced: ");
    }
}
