package dev.cobnut.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.resp.RespValue;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespReaderTest {
    private static final String EVERYTHING =
            "*7\r\n+OK\r\n-ERR no\r\n:-42\r\n$5\r\na\r\nb\0\r\n$0\r\n\r\n*-1\r\n*1\r\n$-1\r\n";

    private static RespReader reader(String bytes, int chunkBytes) {
        ByteArrayInputStream stream = new ByteArrayInputStream(bytes.getBytes(ISO_8859_1));
        return new RespReader((into, offset, length) -> stream.read(into, offset, Math.min(length, chunkBytes)));
    }

    private static RespValue read(String bytes) throws IOException {
        return reader(bytes, Integer.MAX_VALUE).read();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8192})
    void readsEveryTypeHoweverTheBytesAreCut(int chunkBytes) throws IOException {
        RespValue value = reader(EVERYTHING, chunkBytes).read();

        assertThat(value)
                .isEqualTo(new RespValue.Array(List.of(
                        new RespValue.SimpleString("OK"),
                        new RespValue.ErrorReply("ERR no"),
                        new RespValue.Int(-42),
                        new RespValue.Bulk("a\r\nb\0".getBytes(ISO_8859_1)),
                        new RespValue.Bulk(new byte[0]),
                        new RespValue.Null(),
                        new RespValue.Array(List.of(new RespValue.Null())))));
    }

    @Test
    void readsRepliesOneAfterTheOther() throws IOException {
        RespReader reader = reader("+a\r\n+b\r\n", 5);

        assertThat(reader.read().text()).isEqualTo("a");
        assertThat(reader.read().text()).isEqualTo("b");
        assertThatThrownBy(reader::read).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n",
                "\r\n",
                "+a\n",
                "+a\rb\r\n",
                ":\r\n",
                ":-\r\n",
                ":1a\r\n",
                ":9223372036854775808\r\n",
                ":+1\r\n",
                "$-2\r\n",
                "$16777217\r\n",
                "$1\r\nab\r\n",
                "$1\r\na\n\n",
                "*-2\r\n",
                "*1000001\r\n",
                "*2147483648\r\n",
                "%1\r\n",
            })
    void refusesBytesThatAreNotRespTwo(String bytes) {
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(IOException.class).isNotInstanceOf(EOFException.class);
    }

    @Test
    void doesNotAllocateFromAnAnnouncedLength() {
        String nested = "*1000\r\n" + "*599000\r\n".repeat(1);
        assertThatThrownBy(() -> read(nested)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> read("$1048576\r\nabc")).isInstanceOf(EOFException.class);
    }

    @Test
    void countsElementsOfArraysInArraysTogether() {
        String twice = "*2\r\n*300000\r\n" + ":1\r\n".repeat(300_000) + "*300000\r\n";
        assertThatThrownBy(() -> read(twice)).hasMessageContaining("at most 600000 in one reply");
    }

    @Test
    void refusesArraysNestedTooDeep() throws IOException {
        String deepest = "*1\r\n".repeat(RespReader.DEPTH_MAX) + ":1\r\n";
        assertThat(read(deepest)).isInstanceOf(RespValue.Array.class);

        assertThatThrownBy(() -> read("*1\r\n" + deepest)).hasMessageContaining("nested deeper than 32");
    }

    @Test
    void refusesALineOverTheBound() throws IOException {
        String longest = "+" + "a".repeat(RespReader.LINE_BYTES_MAX);
        assertThat(read(longest + "\r\n").text()).hasSize(RespReader.LINE_BYTES_MAX);

        assertThatThrownBy(() -> read(longest + "a\r\n")).hasMessageContaining("line longer than 65536 bytes");
    }

    @Test
    void saysWhatWasWrong() {
        assertThatThrownBy(() -> read("HTTP/1.1 400\r\n"))
                .hasMessage("not a RESP2 reply: it begins with 'H' (expected one of + - : $ *);"
                        + " is this port really a Redis or a Sentinel?");
        assertThatThrownBy(() -> read("$3\r\nabcd\r\n"))
                .hasMessage("found 'd' after a bulk string (expected byte 0x0d)");
    }
}
