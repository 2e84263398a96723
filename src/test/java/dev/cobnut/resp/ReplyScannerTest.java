package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.ReplyScanner.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyScannerTest {
    private static final List<String> RESP2 = List.of(
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

    private static final List<String> RESP3 = List.of(
            "_\r\n",
            "#t\r\n",
            "#f\r\n",
            ",1.23\r\n",
            ",-inf\r\n",
            "(-3492890328409238509324850943850943825024385\r\n",
            "!8\r\nERR a\r\nb\r\n",
            "=7\r\ntxt:a\r\n\r\n",
            "=4\r\nmkd:\r\n",
            "%0\r\n",
            "%2\r\n+a\r\n:1\r\n*1\r\n_\r\n%1\r\n#t\r\n,2\r\n",
            "~0\r\n",
            "~2\r\n+a\r\n~1\r\n+b\r\n",
            ">1\r\n+monitor\r\n",
            ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n*1\r\n_\r\n",
            "|0\r\n+OK\r\n",
            "|1\r\n+a\r\n*2\r\n:1\r\n%1\r\n_\r\n_\r\n$2\r\nok\r\n",
            "|1\r\n+a\r\n:1\r\n|1\r\n+b\r\n:2\r\n*1\r\n:3\r\n",
            "|1\r\n+a\r\n:1\r\n>2\r\n+kind\r\n:2\r\n",
            "*3\r\n:1\r\n|1\r\n+ttl\r\n:3600\r\n:2\r\n|1\r\n|1\r\n+x\r\n:0\r\n+y\r\n:5\r\n:3\r\n",
            "$?\r\n;4\r\nHell\r\n;5\r\no\r\nwo\r\n;1\r\nd\r\n;0\r\n",
            "$?\r\n;0\r\n",
            "*?\r\n.\r\n",
            "*?\r\n:1\r\n*2\r\n:2\r\n%?\r\n+k\r\n~?\r\n$?\r\n;1\r\nx\r\n;0\r\n.\r\n.\r\n:4\r\n.\r\n",
            "%?\r\n+a\r\n|1\r\n+x\r\n:1\r\n:2\r\n+b\r\n*0\r\n.\r\n",
            "|1\r\n~?\r\n:1\r\n:2\r\n.\r\n:3\r\n~?\r\n+a\r\n.\r\n",
            "%1\r\n*?\r\n.\r\n*?\r\n*-1\r\n$-1\r\n.\r\n",
            // a push, behind an attribute whose value has one beside its element
            "|1\r\n*1\r\n>1\r\n$1\r\nx\r\n+y\r\n+z\r\n>1\r\n+z\r\n",
            // EXEC after MULTI, PUBLISH to oneself, PING
            "*2\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n:1\r\n+PONG\r\n",
            // EXEC after MULTI, SUBSCRIBE, UNSUBSCRIBE, PING
            "*3\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n>3\r\n$12\r\npunsubscribe\r\n_\r\n:1\r\n+PONG\r\n");

    @Test
    void findsEachReplyOfResp2WhereverTheStreamIsCut() {
        assertFound(RESP2, false);
    }

    @Test
    void findsEachReplyOfBothVersionsWhereverTheStreamIsCut() {
        List<String> all = new ArrayList<>(RESP2);
        all.addAll(RESP3);
        assertFound(all, true);
    }

    @Test
    void findsTheSameEndsWhenBodiesAreSkipped() {
        for (String reply : RESP3) {
            ReplyScanner scanner = resp3();
            byte[] bytes = bytes(reply);
            int at = 0;
            while (scanner.status() == Status.MORE) {
                at = scanner.feed(bytes, at, at + 1);
                int skipped = (int) scanner.bodyRemaining();
                scanner.skipBody(skipped);
                at += skipped;
            }
            assertThat(at).as(reply).isEqualTo(bytes.length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*1\r\n", "~1\r\n", "%1\r\n+k\r\n", "|1\r\n+k\r\n+v\r\n*1\r\n", "|1\r\n+k\r\n"})
    void followsNestingWithoutRecursion(String shell) {
        int depth = 1_000_000;
        String deep = shell.repeat(depth) + ":1\r\n" + (shell.endsWith("|1\r\n+k\r\n") ? ":2\r\n".repeat(depth) : "");
        assertThat(replies(deep, 60_000, true)).containsExactly(deep);
    }

    @Test
    void boundsTheDepthOfStreamedValuesOnly() {
        String deepest = "*?\r\n*1\r\n".repeat(128) + ":1\r\n" + ".\r\n".repeat(128);
        assertThat(replies(deepest + deepest, 100, true)).containsExactly(deepest, deepest);
        assertThat(errorOf("*?\r\n".repeat(129), true)).contains("128");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n",
                "$-2\r\n",
                "$+1\r\n",
                "$01\r\n",
                "$\r\n",
                "*-2\r\n",
                "$1\r\nab\r\n",
                "$1\r\na\rb",
                "$1\rx",
                "$2147483647\r\n",
                "*1\rx",
                "+OK\n",
                "+OK\rX",
                "$1x\r\n",
                "$99999999999999999999\r\n",
                "$9223372036\r\n",
                "*9999999999\r\n",
                "k1\r\n",
                "p1\r\n",
                ";1\r\n",
                ".\r\n"
            })
    void refusesWhatRedisNeverSends(String bytes) {
        assertThat(errorOf(bytes, false)).isNotEmpty();
        assertThat(errorOf(bytes, true)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_x\r\n",
                "_\n",
                "_\rx",
                "#\r\n",
                "#x\r\n",
                "#tt\r\n",
                ",1\n",
                "(1\rx",
                "!-1\r\n",
                "!2\r\nabc\r\n",
                "=-1\r\n",
                "=3\r\ntxt\r\n",
                "%-1\r\n",
                "~-1\r\n",
                "|-1\r\n",
                ">-1\r\n",
                ">0\r\n",
                "%9999999999\r\n",
                "!?\r\n",
                "=?\r\n",
                ">?\r\n",
                "|?\r\n",
                "$-?\r\n",
                "$1?\r\n",
                "$??\r\n",
                "$?x",
                "$?\rx",
                "$?\r\n$1\r\n",
                "$?\r\n;-1\r\n",
                "$?\r\n;?\r\n",
                "$?\r\n;1\r\nab",
                "*?\r\n;1\r\n",
                "*?\r\n.x",
                "*1\r\n.\r\n",
                "*?\r\n*1\r\n.\r\n",
                "*?\r\n|1\r\n+a\r\n+b\r\n.\r\n",
                "%?\r\n+a\r\n.\r\n",
                "%?\r\n+a\r\n+b\r\n+c\r\n.\r\n",
                "*1\r\n>0\r\n",
                "*1\r\n>1\r\n+message\r\n",
                "*1\r\n>1\r\n$0\r\n",
                "*1\r\n>1\r\n$-1\r\n",
                "*1\r\n>1\r\n$?\r\n"
            })
    void refusesWhatRedisNeverSendsInResp3(String bytes) {
        assertThat(errorOf(bytes, true)).isNotEmpty();
    }

    @Test
    void refusesResp3WhereItWasNotAskedFor() {
        for (String reply : RESP3) {
            assertThat(errorOf(reply, false)).as(reply).isNotEmpty();
        }
        assertThat(errorOf("%1\r\n", false)).isEqualTo("reply of unknown type 0x25");
    }

    @Test
    void takesBothVersionsWhileTheAnswerToHelloIsToCome() {
        ReplyScanner scanner = new ReplyScanner();
        scanner.feed(bytes("*1\r\n"), 0, 4);
        scanner.setResp3(true);
        scanner.feed(bytes("$-1\r\n"), 0, 5);
        assertThat(scanner.status()).isEqualTo(Status.REPLY);
        scanner.reset();
        scanner.feed(bytes("%0\r\n"), 0, 4);
        assertThat(scanner.status()).isEqualTo(Status.REPLY);
        scanner.setResp3(false);
        scanner.reset();
        scanner.feed(bytes("_\r\n"), 0, 3);
        assertThat(scanner.error()).contains("0x5f");
    }

    @Test
    void readsAgainAfterAFault() {
        ReplyScanner scanner = new ReplyScanner();
        scanner.feed(bytes("_\r\n"), 0, 3);
        assertThat(scanner.status()).isEqualTo(Status.BROKEN);
        scanner.reset();
        assertThat(scanner.status()).isEqualTo(Status.MORE);
        assertThat(scanner.error()).isEmpty();
        assertThat(scanner.feed(bytes(":1\r\n:2"), 0, 6)).isEqualTo(4);
        assertThat(scanner.status()).isEqualTo(Status.REPLY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":0",
                ":-1",
                ":10",
                ":9223372036854775807",
                ":-9223372036854775808",
                ",0",
                ",-0",
                ",0.5",
                ",10",
                ",1e+20",
                ",-1.5E-7",
                ",12.25e9",
                ",0e0",
                ",inf",
                ",-inf",
                ",nan",
                ",-nan",
                "(0",
                "(-12345678901234567890123",
                "+",
                "-",
                "+a\0b",
                "(what a script calls a big number"
            })
    void takesEveryNumberThatRedisCanWrite(String reply) {
        assertThat(replies(reply + "\r\n+OK\r\n", 3, true)).containsExactly(reply + "\r\n", "+OK\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":",
                ":-",
                ":1x",
                ":x1",
                ":+1",
                ":01",
                ":-0",
                ":-01",
                ":--1",
                ":1-",
                ": 1",
                ":1 ",
                ":1.0",
                ":1e3",
                ":?",
                ":9223372036854775808",
                ":-9223372036854775809",
                ":18446744073709551617",
                ":100000000000000000000",
                ":1\n",
                ":1\rx",
                ":\n",
                "+a\nb",
                "+a\rb",
                "-ERR a\nb",
                "-ERR a\rb",
                "$1\n",
                "*1\n",
                "$1e0",
                "*1.0"
            })
    void refusesANumberOrALineThatRedisCannotWrite(String reply) {
        assertThat(errorOf(reply + "\r\n", false)).isNotEmpty();
        assertThat(errorOf("*2\r\n:1\r\n" + reply + "\r\n", true)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",", ",-", ",+1", ",01", ",-01", ",.5", ",5.", ",5.e1", ",1e", ",1e+", ",1e+-1", ",1.5.5", ",1e5.5",
                        ",1e5e5",
                ",1x", ",x", ", 1", ",1 ", ",0x1p3", ",i", ",in", ",inff", ",+inf", ",Inf", ",infinity", ",1inf", ",n",
                        ",na",
                ",nann", ",ian", ",nnf", ",1\n", ",1\rx", "(1\n", "(1\rx", "_0", "#1", "#T", "#true"
            })
    void refusesANumberThatRedisCannotWriteInResp3(String reply) {
        assertThat(errorOf(reply + "\r\n", true)).isNotEmpty();
        assertThat(errorOf("%1\r\n+k\r\n" + reply + "\r\n", true)).isNotEmpty();
    }

    @Test
    void saysWhatIsWrongWithANumber() {
        assertThat(errorOf(":1x\r\n", false)).isEqualTo("an integer that is none");
        assertThat(errorOf("$1x\r\n", false)).isEqualTo("a length that is not a number");
        assertThat(errorOf(",1x\r\n", true)).isEqualTo("a double that is none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "-ERR ", "(", "*2\r\n:1\r\n-", "|1\r\n+", ",0."})
    void followsALineOfAnyLength(String beginning) {
        String line = beginning + "7".repeat(200_000) + "\r\n" + (beginning.startsWith("|") ? ":1\r\n:2\r\n" : "");
        for (int chunk : new int[] {1, 4096, 65_536, 65_537, 200_001, line.length() - 1, line.length()}) {
            assertThat(replies(line + ":7\r\n", chunk, true))
                    .as("chunks of %d bytes", chunk)
                    .containsExactly(line, ":7\r\n");
        }
    }

    @Test
    void tellsAPushFromAReplyAsSoonAsItCan() {
        ReplyScanner scanner = resp3();
        assertThat(scanner.mayBePush()).isTrue();
        for (String reply : RESP3) {
            boolean push = reply.contains("\r\n>2") || reply.startsWith(">") || reply.endsWith("\r\n>1\r\n+z\r\n");
            byte[] bytes = bytes(reply);
            scanner.feed(bytes, 0, bytes.length - 1);
            assertThat(scanner.mayBePush()).as(reply).isEqualTo(push);
            scanner.feed(bytes, bytes.length - 1, bytes.length);
            assertThat(scanner.isPush()).as(reply).isEqualTo(push);
            scanner.reset();
            assertThat(scanner.isPush()).isFalse();
        }
        scanner.feed(bytes("|1\r\n+a\r\n+b\r\n"), 0, 12);
        assertThat(scanner.mayBePush()).isTrue();
        assertThat(new ReplyScanner().mayBePush()).isFalse();
    }

    private static void assertFound(List<String> replies, boolean resp3) {
        String stream = String.join("", replies);
        for (int chunk = 1; chunk <= stream.length(); chunk++) {
            assertThat(replies(stream, chunk, resp3))
                    .as("chunks of %d bytes", chunk)
                    .isEqualTo(replies);
        }
    }

    private static String errorOf(String stream, boolean resp3) {
        ReplyScanner scanner = new ReplyScanner();
        scanner.setResp3(resp3);
        byte[] bytes = bytes(stream);
        scanner.feed(bytes, 0, bytes.length);
        assertThat(scanner.status()).as(stream).isEqualTo(Status.BROKEN);
        return scanner.error();
    }

    private static ReplyScanner resp3() {
        ReplyScanner scanner = new ReplyScanner();
        scanner.setResp3(true);
        return scanner;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static List<String> replies(String stream, int chunk, boolean resp3) {
        ReplyScanner scanner = new ReplyScanner();
        scanner.setResp3(resp3);
        List<String> replies = new ArrayList<>();
        StringBuilder reply = new StringBuilder();
        for (int start = 0; start < stream.length(); start += chunk) {
            byte[] bytes = stream.substring(start, Math.min(stream.length(), start + chunk))
                    .getBytes(ISO_8859_1);
            int at = 0;
            while (at < bytes.length) {
                int end = scanner.feed(bytes, at, bytes.length);
                assertThat(scanner.status()).isNotEqualTo(Status.BROKEN);
                reply.append(new String(bytes, at, end - at, ISO_8859_1));
                at = end;
                if (scanner.status() == Status.REPLY) {
                    replies.add(reply.toString());
                    reply.setLength(0);
                    scanner.reset();
                }
            }
        }
        return replies;
    }
}
