package dev.cobnut.control.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoleAnswerTest {
    private static final NodeAddress.Tcp NODE = new NodeAddress.Tcp("10.0.0.1", 6379);

    private static RespValue bulk(String text) {
        return new RespValue.Bulk(text.getBytes(UTF_8));
    }

    private static RespValue array(RespValue... elements) {
        return new RespValue.Array(List.of(elements));
    }

    private static RespValue row(String host, String port) {
        return array(bulk(host), bulk(port), bulk("14"));
    }

    private static RespValue replica(String host, long port, String link) {
        return array(bulk("slave"), bulk(host), new RespValue.Int(port), bulk(link), new RespValue.Int(14));
    }

    @Test
    void readsAMasterAndItsReplicasButNoBackupTool() throws IOException {
        RoleAnswer answer = RoleAnswer.parse(array(
                bulk("master"),
                new RespValue.Int(14),
                array(row("10.0.0.1", "6379"), row("10.0.0.2", "0"), row("::1", "6380"))));

        assertThat(answer).isEqualTo(RoleAnswer.master(List.of(NODE, new NodeAddress.Tcp("::1", 6380))));
        assertThat(answer.isLinkedReplica()).isFalse();
    }

    @Test
    void onlyAConnectedReplicaHasAllOfItsData() throws IOException {
        RoleAnswer linked = RoleAnswer.parse(replica("10.0.0.1", 6379, "connected"));
        RoleAnswer syncing = RoleAnswer.parse(replica("10.0.0.1", 6379, "sync"));

        assertThat(linked).isEqualTo(RoleAnswer.replica(NODE, "connected"));
        assertThat(linked.isLinkedReplica()).isTrue();
        assertThat(syncing.peers()).containsExactly(NODE);
        assertThat(syncing.isLinkedReplica()).isFalse();
        assertThat(RoleAnswer.none("connected").isLinkedReplica()).isFalse();
    }

    @Test
    void aReplicaThatAnnouncesNonsenseCostsItsOwnRowOnly() throws IOException {
        RoleAnswer answer = RoleAnswer.parse(array(
                bulk("master"),
                new RespValue.Int(14),
                array(
                        array(bulk("10.0.0.2")),
                        row("10.0.0.3", "65536"),
                        row("", "6379"),
                        row("a b", "6379"),
                        bulk("10.0.0.4"),
                        row("10.0.0.1", "6379"))));

        assertThat(answer).isEqualTo(RoleAnswer.master(List.of(NODE)));
    }

    @Test
    void aLiarCannotNameEndlessReplicas() throws IOException {
        RespValue[] rows = new RespValue[RoleAnswer.REPLICAS_MAX + 1];
        Arrays.fill(rows, row("10.0.0.1", "6379"));

        assertThat(RoleAnswer.parse(array(bulk("master"), new RespValue.Int(14), array(rows)))
                        .peers())
                .hasSize(RoleAnswer.REPLICAS_MAX);
    }

    static Stream<RespValue> lies() {
        return Stream.of(
                array(),
                array(bulk("master")),
                array(bulk("master"), new RespValue.Int(14)),
                array(bulk("master"), new RespValue.Int(14), bulk("none")),
                array(bulk("slave"), bulk("10.0.0.1"), new RespValue.Int(6379)),
                replica("", 6379, "connected"),
                replica("10.0.0.1", 0, "connected"),
                array(bulk("sentinel"), array(bulk("m0"))),
                new RespValue.ErrorReply("NOAUTH Authentication required."),
                new RespValue.Null());
    }

    @ParameterizedTest
    @MethodSource("lies")
    void refusesWhatNoMasterOrReplicaSays(RespValue reply) {
        assertThatThrownBy(() -> RoleAnswer.parse(reply)).isInstanceOf(IOException.class);
    }

    @Test
    void saysWhatItWasToldInsteadOfARole() {
        assertThatThrownBy(() -> RoleAnswer.parse(array(bulk("sentinel"), array(bulk("m0\u001b")))))
                .hasMessage("ROLE: [sentinel, [m0?]] (expected master or slave)");
        assertThatThrownBy(() -> RoleAnswer.parse(new RespValue.ErrorReply("NOAUTH Authentication required.")))
                .hasMessage("it says: NOAUTH Authentication required.");
    }
}
