package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RespWriterTest {
    @Test
    void writesRequestsAsArraysOfBulkStrings() {
        assertThat(text(RespWriter.command("SELECT", "7"))).isEqualTo("*2\r\n$6\r\nSELECT\r\n$1\r\n7\r\n");
        assertThat(text(RespWriter.command("PING"))).isEqualTo("*1\r\n$4\r\nPING\r\n");
    }

    @Test
    void countsBytesAndNotCharacters() {
        assertThat(new String(RespWriter.command("é"), UTF_8)).isEqualTo("*1\r\n$2\r\né\r\n");
        assertThat(new String(RespWriter.bulk("é"), UTF_8)).isEqualTo("$2\r\né\r\n");
    }

    @Test
    void writesPartOfAnArrayAsABulkString() {
        byte[] bytes = "abcdef".getBytes(UTF_8);

        assertThat(text(RespWriter.bulk(bytes, 2, 3))).isEqualTo("$3\r\ncde\r\n");
        assertThat(text(RespWriter.bulk(bytes, 6, 0))).isEqualTo("$0\r\n\r\n");
    }

    @Test
    void nullsDependOnTheVersion() {
        assertThat(text(RespWriter.nullBulk(false))).isEqualTo("$-1\r\n");
        assertThat(text(RespWriter.nullArray(false))).isEqualTo("*-1\r\n");
        assertThat(text(RespWriter.nullBulk(true))).isEqualTo("_\r\n");
        assertThat(text(RespWriter.nullArray(true))).isEqualTo("_\r\n");
    }

    @Test
    void textsForPeopleAreVerbatimInResp3Only() {
        byte[] text = "abc".getBytes(UTF_8);

        assertThat(text(RespWriter.text(text, false))).isEqualTo("$3\r\nabc\r\n");
        assertThat(text(RespWriter.text(text, true))).isEqualTo("=7\r\ntxt:abc\r\n");
    }

    @Test
    void arraysNest() {
        byte[] inner = RespWriter.array(RespWriter.integer(-1), RespWriter.EMPTY_ARRAY);

        assertThat(text(RespWriter.array(inner, RespWriter.bulk("x"))))
                .isEqualTo("*2\r\n*2\r\n:-1\r\n*0\r\n$1\r\nx\r\n");
        assertThat(text(RespWriter.array())).isEqualTo("*0\r\n");
    }

    @Test
    void anErrorKeepsTheBytesOfWhatItRepeats() {
        assertThat(RespWriter.error("ERR \u00ff")).isEqualTo("-ERR \u00ff\r\n".getBytes(ISO_8859_1));
    }

    @Test
    void aHeaderSaysHowMany() {
        assertThat(text(RespWriter.header('~', 12))).isEqualTo("~12\r\n");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
