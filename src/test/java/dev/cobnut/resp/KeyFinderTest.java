package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.testing.Requests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFinderTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET a                                         | a
                    GET ""                                        | ""
                    PING a                                        | -
                    COMMAND                                       | -
                    OBJECT encoding a                             | a
                    XGROUP CREATE a g $                           | a
                    RENAME a b                                    | a b
                    BITOP AND d a b                               | d a b
                    DEL a                                         | a
                    DEL a b a                                     | a b a
                    MSET a 1 b 2                                  | a b
                    JSON.MSET a $ 1 b $ 2                         | a b
                    JSON.MGET a b $                               | a b
                    BLPOP a b 0                                   | a b
                    EVAL s 0 x                                    | -
                    EVAL s 2 a b x                                | a b
                    ZUNION 2 a b WEIGHTS 1 2                      | a b
                    ZUNIONSTORE d 2 a b                           | d a b
                    MSETEX 2 a 1 b 2 EX 5                         | a b
                    GEORADIUS a 1 2 3 km                          | a
                    GEORADIUS a 1 2 3 km ASC STORE b              | a b
                    GEORADIUS a 1 2 3 km store b STOREDIST c      | a b c
                    GEORADIUSBYMEMBER a m 3 km STORE STORE        | a STORE
                    GEORADIUSBYMEMBER a m 3 km STORE              | a
                    SORT a                                        | a
                    SORT a LIMIT 0 STORE BY x_* GET # STORE b     | a b
                    SORT a BY store STORE b STORE c               | a c
                    SORT_RO a GET x_*                             | a
                    XREAD STREAMS a b 0 0                         | a b
                    XREAD COUNT 2 block 0 STREAMS a 0             | a
                    XREADGROUP GROUP streams c NOACK STREAMS a >  | a
                    XREADGROUP GROUP g c CLAIM 5 STREAMS a >      | a
                    SORT a STORE                                  | a
                    SORT a BY                                     | a
                    SORT a GET w_* GET #                          | a
                    GEORADIUS a STORE b 3 km                      | a
                    GEORADIUS a 1 2 3 km COUNT STORE b            | a
                    GEORADIUS a 1 2 3 km COUNT STORE STORE b      | a b
                    GEORADIUS a 1 2 3 km STORE STOREDIST          | a STOREDIST
                    GEORADIUS a 1 2 3 km NEWER STORE STORE b      | a STORE b
                    GEORADIUSBYMEMBER a STORE 3 km STORE b        | a b
                    SORT STORE STORE STORE                        | STORE STORE
                    SORT a BY STORE LIMIT STORE STORE STORE b     | a b
                    SORT a GET STORE GET BY STORE b               | a b
                    SORT a NEWER STORE STORE b                    | a b
                    SORT_RO a STORE b                             | a
                    SORT_RO STORE BY STORE                        | STORE
                    XREAD COUNT STREAMS STREAMS a 0               | a
                    XREAD BLOCK STREAMS STREAMS STREAMS STREAMS   | STREAMS
                    XREADGROUP GROUP g STREAMS BLOCK 0 STREAMS st > | st
                    XREADGROUP GROUP STREAMS BLOCK STREAMS st >   | st
                    XREADGROUP GROUP BLOCK COUNT STREAMS BLOCK >  | BLOCK
                    MIGRATE h 1 "" 0 9 AUTH                       | ""
                    MIGRATE h KEYS "" 0 KEYS KEYS KEYS            | KEYS
                    MIGRATE h 1 "" 0 9 KEYS                       | -
                    MIGRATE h 1 a 0 9                             | a
                    MIGRATE h 1 "" 0 9 COPY                       | ""
                    MIGRATE h 1 "" 0 9 KEYS a b                   | a b
                    MIGRATE h 1 "" 0 9 AUTH keys REPLACE KEYS a   | a
                    MIGRATE h 1 "" 0 9 AUTH2 keys keys KEYS a     | a
                    """)
    void findsTheKeysOf(String request, String keys) {
        List<String> expected = keys.equals("-") ? List.of() : List.of(Frames.words(keys));
        assertThat(Frames.keys(Frames.words(request))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    EVAL s x a             | ERR value is not an integer or out of range
                    EVAL s 01 a            | ERR value is not an integer or out of range
                    EVAL s +1 a            | ERR value is not an integer or out of range
                    EVAL s "" a            | ERR value is not an integer or out of range
                    EVAL s - a             | ERR value is not an integer or out of range
                    EVAL s -0 a            | ERR value is not an integer or out of range
                    EVAL s -1 a            | ERR Number of keys can't be negative
                    EVAL s 2 a             | ERR Number of keys can't be greater than number of args
                    EVAL s 2147483648 a    | ERR Number of keys can't be greater than number of args
                    EVAL s 4294967297 a    | ERR Number of keys can't be greater than number of args
                    EVAL s 9223372036854775807 a | ERR Number of keys can't be greater than number of args
                    EVAL s 9223372036854775808 a | ERR value is not an integer or out of range
                    EVAL s 99999999999999999999 a | ERR value is not an integer or out of range
                    SINTERCARD 0 a         | ERR numkeys should be greater than 0
                    SINTERCARD 3 a         | ERR Number of keys can't be greater than number of args
                    ZUNION 0 a             | ERR at least 1 input key is needed for 'zunion' command
                    LMPOP 9 a LEFT         | ERR syntax error
                    LMPOP x a LEFT         | ERR numkeys should be greater than 0
                    LMPOP 0 a LEFT         | ERR numkeys should be greater than 0
                    FCALL f x a            | ERR Bad number of keys provided
                    FCALL f -1 a           | ERR Number of keys can't be negative
                    FCALL f 2 a            | ERR Number of keys can't be greater than number of args
                    ZUNION x a             | ERR value is not an integer or out of range
                    ZUNION 2 a             | ERR syntax error
                    XREAD COUNT 1          | ERR syntax error
                    MSETEX 2 a 1 b         | ERR Number of keys can't be greater than number of args
                    MSET a 1 b             | ERR wrong number of arguments for 'mset' command
                    EVAL s                 | ERR wrong number of arguments for 'eval' command
                    XREAD COUNT 1 a 0      | ERR syntax error
                    """)
    void reportsWhatIsWrongWith(String request, String error) {
        assertThat(Frames.keys(Frames.words(request))).containsExactly(error);
    }

    @Test
    void reportsUnbalancedStreams() {
        String error = "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.";
        assertThat(Frames.keys("XREAD", "STREAMS", "a", "b", "0")).containsExactly(error);
        assertThat(Frames.keys("XREAD", "STREAMS")).containsExactly(error);
    }

    @Test
    void findsNoKeyWhereArgumentsAreMissing() {
        assertThat(Frames.keys("GET")).isEmpty();
        assertThat(Frames.keys("BLPOP", "0")).isEmpty();
        assertThat(Frames.keys("SORT")).isEmpty();
        assertThat(Frames.keys("MIGRATE", "h", "1")).isEmpty();
    }

    @Test
    void givesPositionsOfTheArrayNotOfTheFrame() {
        byte[] frame = Requests.frame("DEL", "one\r\n$9", "", "\u00e9\0");
        byte[] buffer = new byte[frame.length + 20];
        Arrays.fill(buffer, (byte) '*');
        System.arraycopy(frame, 0, buffer, 10, frame.length);
        KeyFinder finder = new KeyFinder();
        assertThat(finder.find(Frames.cursor(buffer, 10, 10 + frame.length), Frames.command("DEL")))
                .isNull();
        assertThat(finder.count()).isEqualTo(3);
        assertThat(new String(buffer, finder.offset(0), finder.length(0), ISO_8859_1))
                .isEqualTo("one\r\n$9");
        assertThat(finder.length(1)).isZero();
        assertThat(new String(buffer, finder.offset(2), finder.length(2), ISO_8859_1))
                .isEqualTo("\u00e9\0");
        assertThatThrownBy(() -> finder.offset(3)).hasMessage("key 3 of 3");
    }

    @Test
    void forgetsTheKeysOfTheRequestBefore() {
        KeyFinder finder = new KeyFinder();
        String[] many = new String[10_001];
        Arrays.fill(many, "key");
        many[0] = "DEL";
        byte[] frame = Requests.frame(many);
        assertThat(finder.find(Frames.cursor(frame, 0, frame.length), Frames.command("DEL")))
                .isNull();
        assertThat(finder.count()).isEqualTo(10_000);
        byte[] wrong = Requests.frame("ZUNIONSTORE", "d", "0", "a");
        assertThat(finder.find(Frames.cursor(wrong, 0, wrong.length), Frames.command("ZUNIONSTORE")))
                .isNotNull();
        assertThat(finder.count()).isZero();
        byte[] next = Requests.frame("GET", "a");
        assertThat(finder.find(Frames.cursor(next, 0, next.length), Frames.command("GET")))
                .isNull();
        assertThat(finder.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SORT a BY w_*                     | w_
                    SORT a GET # GET {t}w_*->f        | {t}w_
                    SORT a BY * GET x*y* GET #        | "" x
                    SORT_RO a BY w_* LIMIT GET BY z*  | w_
                    SORT_RO a GET BY GET LIMIT GET q* | q
                    SORT a BY w GET # STORE b*        | -
                    SORT a BY                         | -
                    """)
    void tellsWhatThePatternsOfFurtherKeysBeginWith(String request, String beginnings) {
        assertThat(patterns(Frames.words(request)))
                .isEqualTo(beginnings.equals("-") ? List.of() : List.of(Frames.words(beginnings)));
    }

    @Test
    void aPatternEndsAtANulAsItDoesForRedis() {
        assertThat(patterns("SORT", "a", "BY\0x", "w_*")).containsExactly("w_");
        assertThat(patterns("SORT", "a", "BY", "w\0_*")).isEmpty();
        assertThat(Frames.keys("SORT", "a", "STORE\0", "b")).containsExactly("a", "b");
        assertThat(Frames.keys("GEORADIUS", "a", "1", "2", "3", "km", "storedist\0x", "b"))
                .containsExactly("a", "b");
    }

    private static List<String> patterns(String... request) {
        byte[] bytes = Requests.frame(request);
        Frame frame = Frames.begin(bytes);
        assertThat(frame.findKeys()).isNull();
        KeyFinder found = frame.keys();
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < found.patternCount(); i++) {
            patterns.add(new String(bytes, found.patternOffset(i), found.patternLength(i), ISO_8859_1));
        }
        return patterns;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$1\r\n",
                "*x\r\n",
                "*\r\n",
                "*1",
                "*1\r",
                "*1\n\n",
                "*12345678901\r\n",
                "*9999999999\r\n",
                "*/\r\n"
            })
    void stopsLoudlyAtWhatIsNoFrame(String bytes) {
        byte[] array = bytes.getBytes(ISO_8859_1);
        assertThatThrownBy(() -> Frames.cursor(array, 0, array.length)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void stopsLoudlyAtAFrameThatIsCutOff() {
        byte[] frame = Requests.frame("DEL", "a", "b");
        KeyFinder finder = new KeyFinder();
        for (int length = 0; length < frame.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> finder.find(Frames.cursor(frame, 0, cut), Frames.command("DEL")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("of a frame that ends at " + cut);
        }
    }
}
