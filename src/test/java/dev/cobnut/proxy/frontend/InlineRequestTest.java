package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InlineRequestTest {

    @Test
    void cutsALineIntoArgumentsAsRedisDoes() {
        assertThat(frame("PING\r\n")).isEqualTo("*1\r\n$4\r\nPING\r\n");
        assertThat(frame("  set  a\tb \n")).isEqualTo("*3\r\n$3\r\nset\r\n$1\r\na\r\n$1\r\nb\r\n");
        assertThat(frame("echo \"a b\\x41\\n\\\"\"\r\n")).isEqualTo("*2\r\n$4\r\necho\r\n$6\r\na bA\n\"\r\n");
        assertThat(frame("echo 'it\\'s \\n'\r\n")).isEqualTo("*2\r\n$4\r\necho\r\n$7\r\nit's \\n\r\n");
        assertThat(frame("echo \"\"\r\n")).isEqualTo("*2\r\n$4\r\necho\r\n$0\r\n\r\n");
    }

    @Test
    void ignoresEmptyLines() {
        assertThat(frame("\r\n")).isEmpty();
        assertThat(frame("  \n")).isEmpty();
    }

    @Test
    void refusesQuotesThatDoNotBalance() {
        for (String line :
                new String[] {"echo \"a\r\n", "echo 'a\r\n", "echo \"a\"b\r\n", "echo \"\\\"\r\n", "echo \"\\\n"}) {
            byte[] bytes = line.getBytes(ISO_8859_1);
            assertThat(InlineRequest.toFrame(bytes, bytes.length)).as(line).isNull();
        }
    }

    private static String frame(String line) {
        byte[] bytes = line.getBytes(ISO_8859_1);
        byte[] frame = InlineRequest.toFrame(bytes, bytes.length);
        assertThat(frame).isNotNull();
        return new String(frame, ISO_8859_1);
    }
}
