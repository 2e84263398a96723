package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.ReadPolicy;
import dev.cobnut.config.ReadSettings;
import dev.cobnut.control.probe.ReplicationInfo;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadableReplicasTest {
    private static final NodeAddress.Tcp MASTER = new NodeAddress.Tcp("127.0.0.11", 12000);
    private static final NodeAddress.Tcp B = new NodeAddress.Tcp("127.0.0.12", 12000);
    private static final NodeAddress.Tcp C = new NodeAddress.Tcp("127.0.0.13", 12000);

    /// At most 100 bytes and 10 s behind.
    private final ReadableReplicas replicas =
            new ReadableReplicas(new ReadSettings(ReadPolicy.PREFER_REPLICA, null, 100, 10, 1_000, false));

    private static ReplicationInfo master(NodeAddress.Tcp... online) {
        return new ReplicationInfo.Master("id", 1_000, Set.of(online));
    }

    private static ReplicationInfo good() {
        return replica("id", 1_000, true, false, 1, -1);
    }

    private static ReplicationInfo replica(
            String replid, long offset, boolean up, boolean syncing, long lastIoSeconds, long downSeconds) {
        return new ReplicationInfo.Replica(MASTER, replid, offset, up, syncing, lastIoSeconds, downSeconds);
    }

    private static ReplicationInfo silence() {
        return new ReplicationInfo.Nothing("no answer in 500 ms");
    }

    private List<String> round(ReplicationInfo master, ReplicationInfo b) {
        return replicas.onRound(MASTER, master, Map.of(B, b));
    }

    private void bothAreGood() {
        replicas.onMaster(MASTER);
        replicas.onRound(MASTER, master(B, C), Map.of(C, good(), B, good()));
        assertThat(replicas.readable()).containsExactly(B, C);
    }

    @ParameterizedTest
    @CsvSource({
        "id, 1000, true, false, 1, true, all is well",
        "id, 900, true, false, 10, true, at both bounds",
        "id, 1005, true, false, 0, true, asked a moment after the master",
        "id, 899, true, false, 1, false, 101 bytes behind (replica_lag_bytes_max 100)",
        "id, 1000, true, false, 11, false, not heard of its master for 11 s (replica_lag_seconds_max 10)",
        "id, 1000, true, false, -1, false, not heard of its master yet",
        "id, 1000, false, false, 1, false, link to the master is down",
        "id, 1000, true, true, 1, false, being synchronised",
        "other, 1000, true, false, 1, false, another history",
        "'', 1000, true, false, 1, true, too old for an identity and names the master",
    })
    void masterAnswers(
            String replid, long offset, boolean up, boolean syncing, long lastIo, boolean readable, String why) {
        replicas.onMaster(MASTER);

        List<String> changes = round(master(B), replica(replid, offset, up, syncing, lastIo, -1));

        assertThat(replicas.readable()).isEqualTo(readable ? List.of(B) : List.of());
        assertThat(changes).singleElement().asString().contains(readable ? "reads from replica " + B : why);
    }

    @ParameterizedTest
    @CsvSource({
        "true, 0, -1, false, true",
        "true, 10, -1, false, true",
        "true, 11, -1, false, false",
        "true, -1, -1, false, false",
        "false, -1, 0, false, true",
        "false, -1, 10, false, true",
        "false, -1, 11, false, false",
        "false, -1, -1, false, false",
        "false, -1, 3, true, false",
    })
    void masterIsSilentAfterAReplicaWasGood(
            boolean up, long lastIo, long downSeconds, boolean syncing, boolean readable) {
        bothAreGood();

        round(silence(), replica("any", 0, up, syncing, lastIo, downSeconds));

        assertThat(replicas.readable()).isEqualTo(readable ? List.of(B) : List.of());
    }

    @Test
    void replicaThatIsNotListedOnlineOrDoesNotAnswerOrIsAMasterIsNotRead() {
        bothAreGood();
        assertThat(replicas.onRound(MASTER, master(B), Map.of(B, good(), C, good())))
                .containsExactly("no reads from replica " + C + ": the master has no connection to it");
        assertThat(replicas.readable()).containsExactly(B);

        assertThat(round(master(B), silence())).containsExactly("no reads from replica " + B + ": no answer in 500 ms");
        assertThat(round(master(B), good())).containsExactly("reads from replica " + B);
        assertThat(round(master(B), master()))
                .containsExactly("no reads from replica " + B + ": it says that it is a master");
        assertThat(replicas.onRound(MASTER, master(B), Map.of())).isEmpty();
        assertThat(replicas.readable()).isEmpty();
    }

    @Test
    void replicaTooOldForAnIdentityMustNameTheMasterByItsAddress() {
        replicas.onMaster(B);

        replicas.onRound(B, new ReplicationInfo.Master("", 1_000, Set.of(C)), Map.of(C, good()));

        assertThat(replicas.readable()).isEmpty();
    }

    @Test
    void silenceOfTheMasterOnlyMakesTheListShorter() {
        replicas.onMaster(MASTER);
        round(master(B), replica("id", 0, true, false, 1, -1));
        assertThat(round(silence(), good()))
                .containsExactly("master " + MASTER + " does not tell of its replicas: no answer in 500 ms");
        assertThat(replicas.readable()).isEmpty();

        bothAreGood();
        replicas.onRound(MASTER, silence(), Map.of(B, good(), C, silence()));
        replicas.onRound(MASTER, silence(), Map.of(B, good(), C, good()));
        assertThat(replicas.readable()).containsExactly(B);
    }

    @Test
    void masterThatSaysItIsAReplicaIsAsGoodAsSilent() {
        bothAreGood();

        assertThat(replicas.onRound(MASTER, good(), Map.of(B, good(), C, replica("id", 0, true, false, 99, -1))))
                .hasSize(2);
        assertThat(replicas.readable()).containsExactly(B);
    }

    @Test
    void newMasterEmptiesTheListUntilItHasAnswered() {
        bothAreGood();

        replicas.onMaster(B);
        assertThat(replicas.readable()).isEmpty();

        assertThat(replicas.onRound(MASTER, master(B, C), Map.of(B, good(), C, good())))
                .as("an answer of the former master")
                .isEmpty();
        replicas.onRound(B, silence(), Map.of(C, good()));
        assertThat(replicas.readable()).isEmpty();

        replicas.onRound(B, new ReplicationInfo.Master("id", 1_000, Set.of(C)), Map.of(C, good()));
        assertThat(replicas.readable()).containsExactly(C);
    }

    @Test
    void saysNothingTwice() {
        bothAreGood();

        assertThat(replicas.onRound(MASTER, master(B, C), Map.of(B, good(), C, good())))
                .isEmpty();
        round(silence(), good());
        assertThat(round(silence(), good())).isEmpty();
        replicas.onMaster(MASTER);
        assertThat(replicas.readable()).containsExactly(B);
    }
}
