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

    @Test
    void knowsEveryEscapeAndPassesOthersOn() {
        assertThat(argument("\"\\n\\r\\t\\b\\a\\\\\\z\\\"\"")).isEqualTo("\n\r\t\b\u0007\\z\"");
        assertThat(argument("\"\\x00\\xfF\"")).isEqualTo("\0\u00ff");
        assertThat(argument("\"\\xg1\\x1g\\x1\"")).isEqualTo("xg1x1gx1");
        assertThat(argument("'\\x41\\\"'")).isEqualTo("\\x41\\\"");
    }

    @Test
    void quotesMayBeginInsideAnArgument() {
        assertThat(argument("a\"b c\"")).isEqualTo("ab c");
        assertThat(argument("a'b \"'")).isEqualTo("ab \"");
    }

    @Test
    void sixKindsOfBlanksAreSkippedAndFourOfThemEndAnArgument() {
        assertThat(frame("a c\td\re\n")).isEqualTo("*4\r\n$1\r\na\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ne\r\n");
        assertThat(argument("a\u000bb\fc")).isEqualTo("a\u000bb\fc");
        assertThat(argument("\u000b\f \t\ra")).isEqualTo("a");
        assertThat(frame("a \u000bb\f \fc\n")).isEqualTo("*3\r\n$1\r\na\r\n$2\r\nb\f\r\n$1\r\nc\r\n");
        assertThat(frame("\u000b\f\r\n")).isEmpty();
    }

    @Test
    void behindAQuoteAnyOfThemEndsTheArgument() {
        for (char blank : " \t\r\u000b\f".toCharArray()) {
            assertThat(frame("\"a\"" + blank + "'b'" + blank + "c\n"))
                    .isEqualTo("*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n");
        }
    }

    @Test
    void bytesBehindTheLineDoNotBelongToIt() {
        byte[] bytes = "PING\nGET a\n".getBytes(ISO_8859_1);
        assertThat(InlineRequest.toFrame(bytes, 5)).isEqualTo("*1\r\n$4\r\nPING\r\n".getBytes(ISO_8859_1));
        assertThat(frame("\n")).isEmpty();
    }

    /// The argument of a line that has one, without its length.
    private static String argument(String typed) {
        String frame = frame(typed + "\r\n");
        assertThat(frame).startsWith("*1\r\n$");
        return frame.substring(frame.indexOf("\r\n", 4) + 2, frame.length() - 2);
    }

    private static String frame(String line) {
        byte[] bytes = line.getBytes(ISO_8859_1);
        byte[] frame = InlineRequest.toFrame(bytes, bytes.length);
        assertThat(frame).isNotNull();
        return new String(frame, ISO_8859_1);
    }
}
