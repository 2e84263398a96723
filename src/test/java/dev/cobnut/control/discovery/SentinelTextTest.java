package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentinelTextTest {
    private static RespValue bulks(String... texts) {
        return new RespValue.Array(Arrays.stream(texts)
                .map(text -> (RespValue) new RespValue.Bulk(text.getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    private static RespValue masters(String ip, String port, String epoch) {
        return new RespValue.Array(List.of(row(ip, port, epoch)));
    }

    private static RespValue row(String ip, String port, String epoch) {
        return bulks("name", "m0", "ip", ip, "port", port, "flags", "master,s_down", "config-epoch", epoch);
    }

    @Test
    void readsMasters() throws IOException {
        SentinelReplies.GroupReport report =
                SentinelReplies.masters(masters("::1", "6379", "3")).rows().getFirst();

        assertThat(report.name()).isEqualTo("m0");
        assertThat(report.master()).isEqualTo(new NodeAddress.Tcp("::1", 6379));
        assertThat(report.configEpoch()).isEqualTo(3);
        assertThat(report.flags()).containsExactlyInAnyOrder("master", "s_down");
    }

    @ParameterizedTest
    @CsvSource({
        "'',6379,1",
        "a b,6379,1",
        "ä,6379,1",
        "10.0.0.1,0,1",
        "10.0.0.1,65536,1",
        "10.0.0.1,-1,1",
        "10.0.0.1,x,1",
        "10.0.0.1,6379,-1",
        "10.0.0.1,6379,9223372036854775808",
        "10.0.0.1,6379,''"
    })
    void aRowWithAnImpossibleFieldCostsThatRowOnly(String ip, String port, String epoch) throws IOException {
        SentinelReplies.Table<SentinelReplies.GroupReport> table =
                SentinelReplies.masters(new RespValue.Array(List.of(row(ip, port, epoch), row("::1", "6379", "3"))));

        assertThat(table.rows())
                .containsExactly(new SentinelReplies.GroupReport(
                        "m0", new NodeAddress.Tcp("::1", 6379), 3, Set.of("master", "s_down")));
        assertThat(table.refused()).singleElement().satisfies(refused -> {
            assertThat(refused.name()).isEqualTo("m0");
            assertThat(refused.why()).contains("expected");
        });
    }

    static Stream<RespValue> oddRows() {
        byte[] noUtf8 = {'m', (byte) 0xff, ' '};
        return Stream.of(
                bulks(),
                bulks("name"),
                bulks("name", "m0"),
                bulks("x ".repeat(514).split(" ")),
                bulks("name", "m 0", "ip", "::1", "port", "1", "flags", "", "config-epoch", "1"),
                bulks("name", "m".repeat(1 << 20), "ip", "::1", "port", "1", "flags", "", "config-epoch", "1"),
                bulks("name", "m0", "ip", "::1", "port", "1", "flags", "f".repeat(1 << 20), "config-epoch", "1"),
                bulks("name", "m0", "ip", "h".repeat(1 << 20), "port", "1", "flags", "", "config-epoch", "1"),
                new RespValue.Array(List.of(new RespValue.Bulk(noUtf8), new RespValue.Bulk(noUtf8))),
                new RespValue.Bulk(noUtf8),
                new RespValue.Int(7),
                new RespValue.Null(),
                new RespValue.ErrorReply("ERR \u001b[2J"));
    }

    @ParameterizedTest
    @MethodSource("oddRows")
    void aRowThatIsNoneCostsThatRowOnly(RespValue odd) throws IOException {
        RespValue reply = new RespValue.Array(List.of(odd, row("::1", "6379", "3")));

        assertThat(SentinelReplies.masters(reply).rows()).hasSize(1);
        assertThat(SentinelReplies.masters(reply).refused())
                .singleElement()
                .satisfies(refused ->
                        assertThat(refused.why()).hasSizeLessThan(400).matches("[ -~…]+"));
        assertThat(SentinelReplies.replicas(reply).rows()).hasSize(1);
        assertThat(SentinelReplies.replicas(reply).refused()).hasSize(1);
    }

    @Test
    void leavesOutReplicasBeyondTheBound() throws IOException {
        RespValue reply = new RespValue.Array(
                Collections.nCopies(SentinelReplies.REPLICAS_MAX + 1, row("10.0.0.1", "6379", "3")));

        assertThat(SentinelReplies.replicas(reply).rows()).hasSize(SentinelReplies.REPLICAS_MAX);
        assertThat(SentinelReplies.replicas(reply).refused())
                .containsExactly(new SentinelReplies.Refused("", "there are 1001 replicas (at most 1000)"));
    }

    @Test
    void refusesAReplyThatIsNoTable() {
        assertThatThrownBy(() -> SentinelReplies.masters(new RespValue.ErrorReply("NOAUTH Authentication\u001b[2J")))
                .hasMessage("it says: NOAUTH Authentication?[2J");
    }

    @Test
    void readsEvents() throws IOException {
        SentinelEvent.Told switched = SentinelEvent.parse("+switch-master", "m0 127.0.0.1 32500 127.0.0.1 32502");
        assertThat(switched)
                .isEqualTo(new SentinelEvent.Told(
                        SentinelEvent.SWITCH_MASTER, "m0", true, new NodeAddress.Tcp("127.0.0.1", 32502)));

        SentinelEvent.Told down =
                SentinelEvent.parse("+sdown", "slave 127.0.0.1:32502 127.0.0.1 32502 @ m0 127.0.0.1 32500");
        assertThat(down)
                .isNotNull()
                .extracting(SentinelEvent.Told::line)
                .isEqualTo("m0: replica 127.0.0.1:32502 is down (sdown)");
        SentinelEvent.Told agreed = SentinelEvent.parse("+odown", "master m0 127.0.0.1 32501 #quorum 2/2");
        assertThat(agreed)
                .isNotNull()
                .extracting(SentinelEvent.Told::line)
                .isEqualTo("m0: master 127.0.0.1:32501 is down, the quorum agrees (odown)");
        assertThat(SentinelEvent.parse("+sdown", "sentinel abc 127.0.0.1 26379 @ m0 127.0.0.1 6379"))
                .isNull();
        assertThat(SentinelEvent.parse("+tilt", "#tilt mode entered")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "m0 127.0.0.1 32500 127.0.0.1",
                "m0 127.0.0.1 32500 127.0.0.1 32502 x",
                "m0 127.0.0.1 32500 127.0.0.1 99999",
                "m0 127.0.0.1 32500 a\r\nb 32502",
            })
    void refusesSwitchesThatDoNotFit(String payload) {
        assertThatThrownBy(() -> SentinelEvent.parse("+switch-master", payload)).isInstanceOf(IOException.class);
    }
}
