package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyScannerTest {
    private static final List<String> REPLIES = List.of(
            "+OK\r\n",
            "-ERR no\r\n",
            ":-12\r\n",
            "$0\r\n\r\n",
            "$-1\r\n",
            "$5\r\na\r\nbc\r\n",
            "*0\r\n",
            "*-1\r\n",
            "*3\r\n$1\r\na\r\n$-1\r\n:3\r\n",
            "*2\r\n*2\r\n+a\r\n*0\r\n*1\r\n*1\r\n-ERR inside\r\n");

    @Test
    void findsEachReplyWhereverTheStreamIsCut() {
        String stream = String.join("", REPLIES);
        for (int chunk = 1; chunk <= stream.length(); chunk++) {
            assertThat(replies(stream, chunk)).as("chunks of %d bytes", chunk).isEqualTo(REPLIES);
        }
    }

    @Test
    void followsNestingWithoutRecursion() {
        String deep = "*1\r\n".repeat(1_000_000) + ":1\r\n";
        assertThat(replies(deep, 60_000)).containsExactly(deep);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%1\r\n",
                "_\r\n",
                ">2\r\n",
                "HTTP/1.1 200 OK\r\n",
                "$-2\r\n",
                "$+1\r\n",
                "$01\r\n",
                "$\r\n",
                "*-2\r\n",
                "$1\r\nab\r\n",
                "+OK\n",
                "+OK\rX",
                "$1x\r\n",
                "$99999999999999999999\r\n",
                "$9223372036\r\n",
                "*9999999999\r\n"
            })
    void refusesWhatRedisNeverSends(String bytes) {
        ReplyScanner scanner = new ReplyScanner();
        byte[] input = bytes.getBytes(ISO_8859_1);
        scanner.feed(input, 0, input.length);
        assertThat(scanner.error()).isNotNull();
        assertThat(scanner.complete()).isFalse();
    }

    @Test
    void refusesALineWithoutEnd() {
        ReplyScanner scanner = new ReplyScanner();
        byte[] input = ("+" + "x".repeat(ReplyScanner.LINE_BYTES_MAX + 1)).getBytes(ISO_8859_1);
        scanner.feed(input, 0, input.length);
        assertThat(scanner.error()).contains("65536");
    }

    private static List<String> replies(String stream, int chunk) {
        ReplyScanner scanner = new ReplyScanner();
        List<String> replies = new ArrayList<>();
        StringBuilder reply = new StringBuilder();
        for (int start = 0; start < stream.length(); start += chunk) {
            byte[] bytes = stream.substring(start, Math.min(stream.length(), start + chunk))
                    .getBytes(ISO_8859_1);
            int at = 0;
            while (at < bytes.length) {
                int end = scanner.feed(bytes, at, bytes.length);
                assertThat(scanner.error()).isNull();
                reply.append(new String(bytes, at, end - at, ISO_8859_1));
                at = end;
                if (scanner.complete()) {
                    replies.add(reply.toString());
                    reply.setLength(0);
                    scanner.reset();
                }
            }
        }
        return replies;
    }
}
