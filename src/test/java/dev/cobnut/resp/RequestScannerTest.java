package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.resp.RequestScanner.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestScannerTest {
    private static final String STREAM = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nva\r\nl\r\n" // CR LF inside a value
            + "*0\r\n*-1\r\n"
            + "*1\r\n$4\r\nPING\r\n"
            + "PING inline\r\n"
            + "\r\n"
            + "*2\r\n$3\r\nGET\r\n$0\r\n\r\n"
            + "*5\r\n$4\r\nMGET\r\n$1\r\na\r\n$2\r\nbb\r\n$3\r\nccc\r\n$10\r\ndddddddddd\r\n";

    @Test
    void findsTheSameFramesWhereverTheStreamIsCut() {
        List<String> whole = scan(STREAM, STREAM.length());
        assertThat(whole)
                .containsExactly(
                        "FRAME 3 SET key *3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nva\r\nl\r\n",
                        "SKIP",
                        "SKIP",
                        "FRAME 1 PING *1\r\n$4\r\nPING\r\n",
                        "INLINE PING inline\r\n",
                        "INLINE \r\n",
                        "FRAME 2 GET  *2\r\n$3\r\nGET\r\n$0\r\n\r\n",
                        "FRAME 5 MGET a *5\r\n$4\r\nMGET\r\n$1\r\na\r\n$2\r\nbb\r\n$3\r\nccc\r\n$10\r\ndddddddddd\r\n");
        for (int size = 1; size < STREAM.length(); size++) {
            assertThat(scan(STREAM, size)).as("chunks of %d bytes", size).isEqualTo(whole);
        }
    }

    @Test
    void findsTheSameFramesWhenCutOnceAtEachByte() {
        List<String> whole = scan(STREAM, STREAM.length());
        for (int cut = 1; cut < STREAM.length(); cut++) {
            Reader reader = new Reader();
            reader.feed(STREAM.substring(0, cut));
            reader.feed(STREAM.substring(cut));
            assertThat(reader.found).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void remembersWhereTheFirstArgumentsStand() {
        RequestScanner scanner = new RequestScanner();
        byte[] frame = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$1\r\nv\r\n".getBytes(ISO_8859_1);
        scanner.feed(frame, 0, frame.length);
        assertThat(scanner.argumentCount()).isEqualTo(3);
        assertThat(new String(frame, scanner.offset(1), scanner.length(1), ISO_8859_1))
                .isEqualTo("key");
        assertThat(new String(frame, scanner.offset(2), scanner.length(2), ISO_8859_1))
                .isEqualTo("v");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    '*2147483648~',              invalid multibulk length
                    '*-2147483649~',             ''
                    '*-9223372036854775808~',    ''
                    '*-9223372036854775809~',    invalid multibulk length
                    '*18446744073709551617~',    invalid multibulk length
                    '*10000000000000000000~',    invalid multibulk length
                    '*+1~',                      invalid multibulk length
                    '*01~',                      invalid multibulk length
                    '*1x~',                      invalid multibulk length
                    '*~',                        invalid multibulk length
                    '*99999999999~',             invalid multibulk length
                    '*1~$-1~',                   invalid bulk length
                    '*1~$536870913~',            invalid bulk length
                    '*1~$+4~PING~',              invalid bulk length
                    '*1~$04~PING~',              invalid bulk length
                    '*1~$~',                     invalid bulk length
                    '*1~+PING~',                 'expected ''$'', got ''+'''
                    '*1~*1~',                    'expected ''$'', got ''*'''
                    '*1~$4~PINGxx',              expected CR LF after a bulk string
                    '*1~$3~PING~',               expected CR LF after a bulk string
                    '*1~$-0~',                   invalid bulk length
                    '*--1~',                     invalid multibulk length
                    '*1-~',                      invalid multibulk length
                    '*-0~',                      invalid multibulk length
                    '*1~$1234567890~',           invalid bulk length
                    '*2~$1~a~x1~',               'expected ''$'', got ''x'''
                    '*2~$1~a~$x~',               invalid bulk length
                    '*2~$1~a~$/~',               invalid bulk length
                    '*2~$1~a~$1:~',              invalid bulk length
                    """)
    void refusesWhatRedisReadsDifferently(String frame, String error) {
        Reader reader = new Reader();
        reader.feed(frame.replace("~", "\r\n"));
        if (error.isEmpty()) {
            assertThat(reader.found).containsExactly("SKIP");
        } else {
            assertThat(reader.found).containsExactly("BROKEN " + error);
        }
    }

    @Test
    void refusesBareLineFeedsAndOtherBytesBehindCarriageReturns() {
        for (String frame :
                List.of("*1\n$4\nPING\n", "*1\rX$4\r\nPING\r\n", "*1\r\n$4\rXPING\r\n", "*1\r\n$4\r\nPING\rX")) {
            Reader reader = new Reader();
            reader.feed(frame);
            assertThat(reader.found).as(frame).singleElement().asString().startsWith("BROKEN");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e9 \\xe9", "\t \\x09", "\u007f \\x7f", "~ ~"})
    void showsAByteThatIsNoTextByItsNumber(String byteAndShown) {
        Reader reader = new Reader();
        reader.feed("*1\r\n" + byteAndShown.charAt(0));
        assertThat(reader.found).containsExactly("BROKEN expected '$', got '" + byteAndShown.substring(2) + "'");
    }

    @Test
    void endsAnInlineRequestWithoutEnd() {
        Reader reader = new Reader();
        reader.feed("x".repeat(RequestScanner.INLINE_BYTES_MAX + 1));
        assertThat(reader.found).containsExactly("BROKEN too big inline request");
    }

    @Test
    void endsAnInlineRequestAtANul() {
        Reader reader = new Reader();
        reader.feed("PING a\0");
        assertThat(reader.found).containsExactly("BROKEN NUL in an inline request");
    }

    @Test
    void takesAsManyArgumentsAsRedis() {
        Reader reader = new Reader();
        reader.feed("*2147483647\r\n$1\r\nx\r\n");
        assertThat(reader.found).isEmpty();
        assertThat(reader.scanner.argumentCount()).isEqualTo(Integer.MAX_VALUE);
        assertThat(reader.scanner.argumentsDone()).isEqualTo(1);
    }

    @Test
    void takesWhatHasBeenLookedAtBeforeWhoeverSentIt() {
        String request = "*11\r\n" + "$1\r\nx\r\n".repeat(10) + "$16385\r\n" + "x".repeat(16_385) + "\r\n";
        RequestScanner scanner = new RequestScanner();
        scanner.setAuthenticated(false);
        scanner.feedWhole(request.getBytes(ISO_8859_1), request.length());
        assertThat(scanner.status()).isEqualTo(Status.FRAME);
        scanner.reset();
        scanner.feed("*11\r\n".getBytes(ISO_8859_1), 0, 5);
        assertThat(scanner.error()).isEqualTo("unauthenticated multibulk length");
        scanner.reset();
        assertThatThrownBy(() -> scanner.feedWhole("*1\r\n".getBytes(ISO_8859_1), 4))
                .hasMessage("MORE after 4 of 4 bytes: ");
    }

    @Test
    void isNarrowerBeforeAuthentication() {
        Reader many = new Reader();
        many.scanner.setAuthenticated(false);
        many.feed("*11\r\n");
        assertThat(many.found).containsExactly("BROKEN unauthenticated multibulk length");
        Reader big = new Reader();
        big.scanner.setAuthenticated(false);
        big.feed("*2\r\n$4\r\nAUTH\r\n$16385\r\n");
        assertThat(big.found).containsExactly("BROKEN unauthenticated bulk length");
    }

    @Test
    void isAsWideAsEverOnceAuthenticated() {
        Reader reader = new Reader();
        reader.scanner.setAuthenticated(false);
        reader.scanner.setAuthenticated(true);
        reader.feed("*11\r\n$16385\r\n");
        assertThat(reader.found).isEmpty();
        assertThat(reader.scanner.argumentCount()).isEqualTo(11);
        assertThat(reader.scanner.bodyRemaining()).isEqualTo(16_385);
        assertThat(reader.scanner.error()).isEmpty();
    }

    @Test
    void letsABodyGoByInPieces() {
        RequestScanner scanner = new RequestScanner();
        byte[] head = "*2\r\n$4\r\nECHO\r\n$3\r\n".getBytes(ISO_8859_1);
        scanner.feed(head, 0, head.length);
        scanner.skipBody(1);
        assertThat(scanner.bodyRemaining()).isEqualTo(2);
        scanner.skipBody(2);
        assertThat(scanner.bodyRemaining()).isZero();
        assertThat(scanner.argumentsDone()).isEqualTo(1);
        scanner.feed(new byte[] {'\r', '\n'}, 0, 2);
        assertThat(scanner.status()).isEqualTo(Status.FRAME);
    }

    @Test
    void letsBodiesGoByWithoutSeeingThem() {
        RequestScanner scanner = new RequestScanner();
        byte[] head = "*2\r\n$4\r\nECHO\r\n$536870912\r\n".getBytes(ISO_8859_1);
        scanner.feed(head, 0, head.length);
        assertThat(scanner.bodyRemaining()).isEqualTo(536_870_912);
        scanner.skipBody(536_870_912);
        scanner.feed(new byte[] {'\r', '\n'}, 0, 2);
        assertThat(scanner.status()).isEqualTo(Status.FRAME);
    }

    private static List<String> scan(String stream, int chunk) {
        Reader reader = new Reader();
        for (int at = 0; at < stream.length(); at += chunk) {
            reader.feed(stream.substring(at, Math.min(stream.length(), at + chunk)));
        }
        return reader.found;
    }

    /// Collects what a scanner finds, one line for each find.
    private static final class Reader {
        final RequestScanner scanner = new RequestScanner();
        final List<String> found = new ArrayList<>();
        private final StringBuilder frame = new StringBuilder();

        void feed(String chunk) {
            byte[] bytes = chunk.getBytes(ISO_8859_1);
            int at = 0;
            while (at < bytes.length) {
                int end = scanner.feed(bytes, at, bytes.length);
                frame.append(chunk, at, end);
                at = end;
                if (scanner.status() == Status.MORE) {
                    continue;
                }
                found.add(
                        switch (scanner.status()) {
                            case FRAME ->
                                "FRAME " + scanner.argumentCount() + " " + argument(0)
                                        + (scanner.argumentCount() > 1 ? " " + argument(1) : "") + " " + frame;
                            case INLINE -> "INLINE " + frame;
                            case SKIP -> "SKIP";
                            case BROKEN -> "BROKEN " + scanner.error();
                            case MORE -> throw new IllegalStateException();
                        });
                if (scanner.status() == Status.BROKEN) {
                    return;
                }
                frame.setLength(0);
                scanner.reset();
            }
        }

        private String argument(int index) {
            return frame.substring(scanner.offset(index), scanner.offset(index) + scanner.length(index));
        }
    }
}
