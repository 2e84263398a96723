package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A master that was frozen with writes in its sockets, and wakes when it may have been replaced: it executes them, and says
/// so. Nobody is told that they are done.
@Timeout(120)
class LateAnswerIT {
    @TempDir
    private Path folder;

    /// The proxy does not reach the replica, so that the moment between promotion and adoption lasts.
    @Test
    void whatAMasterAcknowledgesAfterAnotherWasPromotedIsUnknown() throws Exception {
        try (Stage stage = new Stage(folder)) {
            List<Relay> nodes = stage.groupBehindRelays();
            Relay replica = nodes.getLast();
            NodeAddress old = at(nodes.getFirst());
            stage.watch(10_000);
            stage.serve("");
            try (RespClient plain = RespClient.to(stage.port());
                    RespClient transaction = RespClient.to(stage.port());
                    RespClient blocked = RespClient.to(stage.port());
                    RespClient subscriber = RespClient.to(stage.port())) {
                assertThat(plain.ask("SET", "before", "1")).isEqualTo("+OK");
                assertThat(transaction.ask("MULTI")).isEqualTo("+OK");
                assertThat(transaction.ask("SET", "in transaction", "1")).isEqualTo("+QUEUED");
                blocked.send("BLPOP", "nothing", "0");
                subscriber.ask("SUBSCRIBE", "channel");
                stage.master().await("INFO clients", "blocked_clients:1");
                stage.master().await("INFO replication", "lag=0");
                replica.set(Relay.State.FROZEN);
                stage.master().pause();
                plain.send("SET", "late", "1");
                transaction.send("EXEC");
                Thread.sleep(100); // they lie in its sockets

                stage.failOver();
                stage.replica().await("INFO replication", "role:master");
                assertThat(stage.shard().master()).as(stage.lines()).isEqualTo(old);
                stage.master().resume();
                stage.master().await("EXISTS late", ":1");
                assertThat(stage.shard().master()).as(stage.lines()).isEqualTo(old);

                assertThat(plain.reply()).as(stage.lines()).endsWith("outcome unknown");
                assertThat(transaction.reply()).endsWith("outcome unknown");
                assertThat(blocked.reply()).startsWith("-UNBLOCKED");
                replica.set(Relay.State.WELL);
                await().atMost(Stage.PATIENCE)
                        .untilAsserted(() -> assertThat(stage.shard().master())
                                .as(stage.lines())
                                .isEqualTo(at(replica)));
                assertThat(plain.ask("GET", "before")).isEqualTo("1");
                assertThat(plain.ask("GET", "late")).isEqualTo("(nil)");
                assertThat(plain.ask("EXISTS", "in transaction")).isEqualTo(":0");
                await().atMost(Stage.PATIENCE).until(() -> hears(plain));
                assertThat(subscriber.reply()).contains("channel");
            }
        }
    }

    private static boolean hears(RespClient client) throws IOException {
        return client.ask("PUBLISH", "channel", "message").equals(":1");
    }

    @Test
    void whatAMasterAcknowledgesAfterTheLeaseHasRunOutIsUnknown() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group();
            stage.watch(3_000);
            stage.serve("  on_sentinel_loss: fence\n");
            try (RespClient client = RespClient.to(stage.port())) {
                assertThat(client.ask("SET", "before", "1")).isEqualTo("+OK");
                stage.sentinels().get(0).pause();
                stage.sentinels().get(1).pause();
                stage.master().pause();
                client.send("SET", "late", "1");
                await().atMost(Stage.PATIENCE).until(() -> !stage.shard().gate().believed());
                stage.master().resume();
                stage.master().await("EXISTS late", ":1");
                assertThat(client.reply()).as(stage.lines()).endsWith("outcome unknown");

                stage.sentinels().get(0).resume();
                stage.sentinels().get(1).resume();
                assertThat(client.ask("SET", "after", "1")).isEqualTo("+OK");
            }
        }
    }

    private static NodeAddress at(Relay relay) {
        return new NodeAddress.Tcp("127.0.0.1", relay.port());
    }
}
