package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentinelTextTest {
    private static RespValue bulks(String... texts) {
        return new RespValue.Array(Arrays.stream(texts)
                .map(text -> (RespValue) new RespValue.Bulk(text.getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    private static RespValue masters(String ip, String port, String epoch) {
        return new RespValue.Array(
                List.of(bulks("name", "m0", "ip", ip, "port", port, "flags", "master,s_down", "config-epoch", epoch)));
    }

    @Test
    void readsMasters() throws IOException {
        SentinelReplies.GroupReport report =
                SentinelReplies.masters(masters("::1", "6379", "3")).getFirst();

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
    void refusesMastersWithImpossibleFields(String ip, String port, String epoch) {
        assertThatThrownBy(() -> SentinelReplies.masters(masters(ip, port, epoch)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void refusesRowsThatAreNotPairsOrLackAField() {
        assertThatThrownBy(() -> SentinelReplies.masters(new RespValue.Array(List.of(bulks("name")))))
                .hasMessageContaining("expected pairs");
        assertThatThrownBy(() -> SentinelReplies.masters(new RespValue.Array(List.of(bulks("name", "m0")))))
                .hasMessage("a row without the field config-epoch");
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
