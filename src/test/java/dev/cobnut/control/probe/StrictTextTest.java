package dev.cobnut.control.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictTextTest {
    @ParameterizedTest
    @CsvSource({"10.0.0.1,1", "::1,6379", "fe80::1%eth0,6379", "redis_obj-1.example.org,65535", "a,06379"})
    void readsAddresses(String host, String port) throws IOException {
        assertThat(StrictText.address(host, port)).isEqualTo(new NodeAddress.Tcp(host, Integer.parseInt(port)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\r\nb", "ä", "a\u007f", "[::1]", "a/b", "\u0661"})
    void refusesHostsThatNobodyIsCalled(String host) {
        assertThatThrownBy(() -> StrictText.address(host, "6379"))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("host \".*\" \\(expected an IP address or a host name\\)");
    }

    @Test
    void refusesAHostOf256Characters() throws IOException {
        assertThat(StrictText.address("a".repeat(255), "1").host()).hasSize(255);
        assertThatThrownBy(() -> StrictText.address("a".repeat(256), "1")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "65536", "-1", "+1", " 1", "1 ", "x", "1.0", "0x1", "\u0661", "99999999999999999999"})
    void refusesPortsThatAreNone(String port) {
        assertThatThrownBy(() -> StrictText.address("a", port))
                .isInstanceOf(IOException.class)
                .hasMessage("port \"" + StrictText.printable(port) + "\" (expected a number from 1 to 65535)");
    }

    @Test
    void readsNumbersUpToTheLargest() throws IOException {
        assertThat(StrictText.number("epoch", "0", 0, Long.MAX_VALUE)).isZero();
        assertThat(StrictText.number("epoch", "9223372036854775807", 0, Long.MAX_VALUE))
                .isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> StrictText.number("epoch", "9223372036854775808", 0, Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("epoch \"9223372036854775808\" (expected a number from 0 to ");
    }

    @Test
    void elementsAreThoseOfAnArrayOnly() throws IOException {
        List<RespValue> elements = List.of(new RespValue.Int(1));
        assertThat(StrictText.elements(new RespValue.Array(elements))).isEqualTo(elements);

        assertThatThrownBy(() -> StrictText.elements(new RespValue.ErrorReply("ERR no\u001b[2J")))
                .isInstanceOf(IOException.class)
                .hasMessage("it says: ERR no?[2J");
        for (RespValue other : List.of(
                new RespValue.Null(),
                new RespValue.Int(1),
                new RespValue.SimpleString("OK"),
                new RespValue.Bulk("OK".getBytes(UTF_8)))) {
            assertThatThrownBy(() -> StrictText.elements(other))
                    .isInstanceOf(IOException.class)
                    .hasMessage("it says " + other.text() + " (expected an array)");
        }
    }

    @Test
    void printableTextIsOneLineOf200CharactersAtMost() {
        assertThat(StrictText.printable("a\r\n\u001b[2Jä\u007f~")).isEqualTo("a???[2J??~");
        assertThat(StrictText.printable("a".repeat(200))).isEqualTo("a".repeat(200));
        assertThat(StrictText.printable("a".repeat(201))).isEqualTo("a".repeat(200) + "…");
    }
}
