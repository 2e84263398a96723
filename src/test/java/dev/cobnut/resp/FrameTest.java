package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.testing.Requests;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    private static final CommandTable TABLE = CommandTable.builtIn();

    /// More arguments than the scanner remembers, lengths of one to three digits, an empty one, one that looks like
    /// RESP.
    private static final String[] LONG = {
        "mget", "a", "", "c".repeat(10), "d".repeat(100), "$1\r\nx\r\n", "f", "g".repeat(99), "h".repeat(9), "last"
    };

    private final Frame frame = new Frame();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 17})
    void tellsWhereEachArgumentStandsWhereverTheRequestBegins(int before) {
        begin(before, LONG);

        assertThat(frame.isWhole()).isTrue();
        assertThat(frame.argumentCount()).isEqualTo(LONG.length);
        assertThat(frame.argumentsDone()).isEqualTo(LONG.length);
        assertThat(frame.from()).isEqualTo(before);
        assertThat(frame.length()).isEqualTo(Requests.frame(LONG).length);
        assertThat(frame.to()).isEqualTo(frame.from() + frame.length());
        assertThat(frame.copy()).isEqualTo(Requests.frame(LONG));
        for (int i = 0; i < LONG.length; i++) {
            assertThat(text(frame.offset(i), frame.offset(i) + frame.length(i))).isEqualTo(LONG[i]);
            assertThat(frame.argument(i)).isEqualTo(bytes(LONG[i]));
        }
    }

    @Test
    void goesToArgumentsInAnyOrder() {
        begin(3, LONG);
        for (int i : new int[] {9, 4, 5, 5, 0, 9, 8, 7, 4, 1, 6}) {
            assertThat(frame.argument(i)).isEqualTo(bytes(LONG[i]));
            assertThat(frame.length(i)).isEqualTo(LONG[i].length());
        }
    }

    @Test
    void argumentsWithTheirHeadersAreTheRequestWithoutItsOwn() {
        begin(5, LONG);
        StringBuilder all = new StringBuilder("*10\r\n");
        for (int i = 0; i < LONG.length; i++) {
            String part = text(frame.argumentStart(i), frame.argumentEnd(i));
            assertThat(part).isEqualTo("$" + LONG[i].length() + "\r\n" + LONG[i] + "\r\n");
            all.append(part);
        }
        assertThat(bytes(all.toString())).isEqualTo(Requests.frame(LONG));
    }

    @Test
    void copiesAllArguments() {
        begin(2, LONG);
        byte[][] arguments = frame.arguments();
        assertThat(arguments).hasNumberOfRows(LONG.length);
        for (int i = 0; i < LONG.length; i++) {
            assertThat(arguments[i]).isEqualTo(bytes(LONG[i])).isNotSameAs(frame.bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10, 11, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void hasNoArgumentBesideThoseOfTheRequest(int i) {
        begin(0, LONG);
        assertThatThrownBy(() -> frame.offset(i)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> frame.length(i)).hasMessageContaining("argument " + i + " of 10");
        assertThat(frame.is(i, "LAST")).isFalse();
        assertThat(frame.integer(i)).isEqualTo(Long.MIN_VALUE);
        assertThat(frame.startsWith(i, new byte[0])).isFalse();
    }

    // ---- the command ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "get k, get",
        "GeT k, get",
        "client SetName x, client|setname",
        "client, client",
        "command, command",
        "command docs get, command|docs",
        "ping set, ping"
    })
    void looksUpTheCommandOrSubcommand(String line, String name) {
        begin(1, line.split(" ", -1));
        assertThat(frame.command().name()).isEqualTo(name);
        assertThat(frame.commandIfKnown()).isSameAs(frame.command());
    }

    @Test
    void saysWhatIsUnknown() {
        begin(4, "gte", "key");
        assertThat(frame.commandIfKnown()).isNull();
        assertThat(ErrorText.unknown(frame)).isEqualTo("ERR unknown command 'gte', with args beginning with: 'key' ");
        begin(4, "client", "shout", "x");
        assertThat(frame.commandIfKnown()).isNull();
        assertThat(ErrorText.unknown(frame)).isEqualTo("ERR unknown subcommand 'shout'. Try CLIENT HELP.");
        assertThatIllegalStateException().isThrownBy(frame::command).withMessageContaining("no known command");
    }

    @Test
    void looksUpInTheTableItIsGiven() {
        CommandTable table = TABLE.with(List.of(Command.declared("mymod.get 2 r 1")));
        byte[] request = Requests.frame("MyMod.Get", "k");
        frame.begin(table, scanned(request), request, 0, request.length);
        assertThat(frame.command().name()).isEqualTo("mymod.get");
    }

    // ---- what arguments say -----------------------------------------------------------------------------------------

    @Test
    void comparesWordsWithoutRegardToCase() {
        begin(7, "set", "k", "v", "px", "1", "Nx", "n");
        assertThat(frame.is(0, "SET")).isTrue();
        assertThat(frame.is(3, "PX")).isTrue();
        assertThat(frame.is(3, "EX")).isFalse();
        assertThat(frame.is(5, "NX")).isTrue();
        assertThat(frame.is(6, "NX")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-12, -12",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808, -9223372036854775808",
        "007, -9223372036854775808",
        "+1, -9223372036854775808",
        "-, -9223372036854775808",
        "1x, -9223372036854775808",
        "12345678901234567890, -9223372036854775808"
    })
    void readsIntegersInTheOneSpellingOfRedis(String text, long value) {
        begin(0, "select", text, "", "", "", text);
        assertThat(frame.integer(1)).isEqualTo(value);
        assertThat(frame.integer(5)).isEqualTo(value);
        assertThat(frame.integer(2)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void looksAtTheBeginOfAnArgumentOnly() {
        begin(9, "publish", "__sentinel__:hello", "x", "", "__sent");
        byte[] prefix = bytes("__sentinel__:");
        assertThat(frame.startsWith(1, prefix)).isTrue();
        assertThat(frame.startsWith(0, prefix)).isFalse();
        assertThat(frame.startsWith(4, prefix)).isFalse();
        assertThat(frame.startsWith(3, new byte[0])).isTrue();
        begin(9, "publish", "x__sentinel__:hello", "x");
        assertThat(frame.startsWith(1, prefix)).isFalse();
    }

    @Test
    void findsTextAnywhereInTheRequestAndNotBesideIt() {
        byte[] request = Requests.frame("eval", "return 'needle'", "0");
        byte[] window = bytes("needle" + new String(request, ISO_8859_1) + "needles");
        RequestScanner scanner = new RequestScanner();
        assertThat(scanner.feed(window, 6, window.length)).isEqualTo(6 + request.length);
        frame.begin(TABLE, scanner, window, 6, 6 + request.length);

        assertThat(frame.contains(bytes("needle"))).isTrue();
        assertThat(frame.contains(bytes("needle'"))).isTrue();
        assertThat(frame.contains(bytes("needles"))).isFalse();
        assertThat(frame.contains(bytes("*3"))).isTrue();
        assertThat(frame.contains(bytes("0\r\n"))).isTrue();
        assertThat(frame.contains(bytes("0\r\nn"))).isFalse();
        assertThat(frame.contains(new byte[request.length + 1])).isFalse();
    }

    @Test
    void aWordEndsAtANulAsItDoesForRedis() {
        begin(1, "xread", "block\0x", "0", "STREAMS", "s", "0");
        assertThat(frame.blocks()).isTrue();
        assertThat(frame.is(1, "BLOCK")).isTrue();
        assertThat(frame.is(1, "BLOC")).isFalse();
        begin(1, "xread", "BLOC\0K", "0", "STREAMS", "s", "0");
        assertThat(frame.is(1, "BLOCK")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "xread BLOCK 0 STREAMS s 0, true",
        "xread COUNT 1 block 0 STREAMS s 0, true",
        "xread STREAMS BLOCK 0, false",
        "xread COUNT 1 STREAMS s 0, false",
        "xreadgroup GROUP g c COUNT 1 NOACK BLOCK 5 STREAMS a b > >, true",
        "xread COUNT 1 NOACK x, false",
        "xread BLOCK 0, true",
        "xread COUNT BLOCK STREAMS s 0, false",
        "xread COUNT BLOCK BLOCK 0 STREAMS s 0, true",
        "xread STREAMS a BLOCK 0 0, false",
        "xreadgroup GROUP g STREAMS BLOCK 0 STREAMS st >, true",
        "xreadgroup GROUP STREAMS c BLOCK 0 STREAMS st >, true",
        "xreadgroup GROUP BLOCK STREAMS BLOCK 0 STREAMS st >, true",
        "xreadgroup GROUP g BLOCK STREAMS st >, false",
        "xreadgroup GROUP BLOCK c STREAMS st >, false",
        "xreadgroup GROUP BLOCK 0 STREAMS st >, false",
        "xreadgroup GROUP g c CLAIM BLOCK STREAMS st >, false",
        "xreadgroup GROUP g c NOACK STREAMS BLOCK >, false",
        "xreadgroup NEWER STREAMS GROUP g BLOCK STREAMS st >, true",
        "ts.read key COUNT 1 BLOCK 10, true",
        "ts.read key BLOCK 10, true",
        "ts.read BLOCK 10, false"
    })
    void blocksWithTheOptionOnly(String line, boolean blocks) {
        begin(1, line.split(" ", -1));
        assertThat(frame.blocks()).isEqualTo(blocks);
    }

    @ParameterizedTest
    @CsvSource({
        "SET k v, true",
        "set EX EX, true",
        "SET k v EX 10, true",
        "SET k v px 10, true",
        "SET k v EXAT 10, true",
        "SET k v PXAT 10, true",
        "SET k v NX, false",
        "SET k v XX, false",
        "SET k v GET, false",
        "SET k v KEEPTTL, false",
        "SET k v EX 10 NX, false",
        "SET k v IFEQ EX, false",
        "MSET a 1 b 2, true",
        "MSETNX a 1 b 2, false",
        "SETEX k 10 v, true",
        "DEL a b c, true",
        "EXPIRE k 10, true",
        "EXPIRE k 10 NX, false",
        "PEXPIREAT k 10, true",
        "PEXPIREAT k 10 GT, false",
        "HSET k f v, true",
        "SETNX k v, false",
        "INCR k, false",
        "APPEND k v, false",
        "LPUSH k v, false",
        "SADD k m, false",
        "GET k, false"
    })
    void isTheSameTwiceDependingOnCommandAndArguments(String line, boolean same) {
        begin(1, line.split(" ", -1));
        assertThat(frame.isSameTwice()).isEqualTo(same);
    }

    // ---- keys -------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 11})
    void findsKeysAndStillGoesToAnyArgument(int before) {
        begin(before, "mset", "a", "1", "b", "2", "cc", "3", "a", "4");
        assertThat(frame.argument(6)).isEqualTo(bytes("3"));
        assertThat(frame.findKeys()).isNull();
        assertThat(foundKeys()).containsExactly("a", "b", "cc", "a");
        for (int key = 0; key < frame.keys().count(); key++) {
            int value = 2 * key + 2;
            assertThat(frame.argumentStart(value))
                    .isEqualTo(frame.keys().offset(key) + frame.keys().length(key) + 2);
        }
        assertThat(frame.argument(0)).isEqualTo(bytes("mset"));
        assertThat(frame.argument(8)).isEqualTo(bytes("4"));
    }

    @Test
    void saysWhyThereAreNoKeysToBeFound() {
        begin(0, "eval", "s", "2", "a");
        assertThat(frame.findKeys()).isEqualTo("ERR Number of keys can't be greater than number of args");
        assertThat(frame.keys().count()).isZero();
    }

    // ---- not whole --------------------------------------------------------------------------------------------------

    @Test
    void aRequestCutAnywhereHasTheArgumentsThatWereReadWhole() {
        byte[] request = Requests.frame(LONG);
        for (int cut = 0; cut < request.length; cut++) {
            byte[] window = new byte[2 + request.length];
            System.arraycopy(request, 0, window, 2, cut);
            RequestScanner scanner = new RequestScanner();
            scanner.feed(window, 2, 2 + cut);
            frame.begin(TABLE, scanner, window, 2, 2 + cut);

            int done = frame.argumentsDone();
            assertThat(done).isEqualTo(scanner.argumentsDone()).isLessThan(LONG.length);
            assertThat(frame.isWhole()).isFalse();
            assertThat(frame.length()).isEqualTo(cut);
            assertThat(frame.copy()).hasSize(cut);
            assertThat(frame.commandIfKnown() == null).isEqualTo(done == 0);
            for (int i = 0; i < done; i++) {
                assertThat(frame.argument(i)).isEqualTo(bytes(LONG[i]));
            }
            assertThatThrownBy(() -> frame.offset(done)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(frame.is(done, LONG[done])).isFalse();
        }
    }

    @Test
    void theContainerStandsForASubcommandThatHasNotBeenRead() {
        beginPart("*3\r\n$6\r\nclient\r\n$7\r\nset");
        assertThat(frame.command().name()).isEqualTo("client");
        assertThat(frame.command().isContainer()).isTrue();
        beginPart("*3\r\n$6\r\nclient\r\n$7\r\nsetname\r\n");
        assertThat(frame.command().name()).isEqualTo("client|setname");
        beginPart("*3\r\n$6\r\nclien");
        assertThat(frame.commandIfKnown()).isNull();
    }

    @Test
    void refusesWhatNeedsTheWholeRequest() {
        beginPart("*3\r\n$3\r\nset\r\n$1\r\nk\r\n$9\r\nabc");
        assertThatIllegalStateException().isThrownBy(frame::findKeys).withMessageContaining("2 of 3 arguments");
        assertThatIllegalStateException().isThrownBy(frame::arguments);
        assertThatIllegalStateException().isThrownBy(frame::blocks);
        assertThatIllegalStateException().isThrownBy(() -> frame.contains(new byte[1]));
        assertThat(frame.argumentCount()).isEqualTo(3);
        assertThat(frame.argument(1)).isEqualTo(bytes("k"));
    }

    @Test
    void keepsWhatItSaysWhileTheScannerReadsOn() {
        byte[] request = Requests.frame("set", "k", "value");
        RequestScanner scanner = new RequestScanner();
        scanner.feed(request, 0, request.length - 3);
        frame.begin(TABLE, scanner, request, 0, request.length - 3);
        scanner.feed(request, request.length - 3, request.length);
        assertThat(frame.argumentsDone()).isEqualTo(2);
        assertThat(frame.isWhole()).isFalse();
    }

    @Test
    void isEmptyBeforeTheFirstRequest() {
        assertThat(frame.isWhole()).isFalse();
        assertThat(frame.commandIfKnown()).isNull();
        assertThat(frame.length()).isZero();
        assertThat(frame.argumentCount()).isZero();
    }

    @Test
    void nothingOfTheLastRequestIsLeftInTheNext() {
        begin(0, LONG);
        assertThat(frame.argument(9)).isEqualTo(bytes("last"));
        begin(30, "del", "1", "2", "3", "4", "5");
        assertThat(frame.argument(5)).isEqualTo(bytes("5"));
        assertThat(frame.argument(4)).isEqualTo(bytes("4"));
        assertThat(frame.command()).isSameAs(requireNonNull(TABLE.named("del")));
    }

    private void begin(int before, String... arguments) {
        byte[] request = Requests.frame(arguments);
        byte[] window = new byte[before + request.length + 5];
        System.arraycopy(request, 0, window, before, request.length);
        RequestScanner scanner = new RequestScanner();
        int end = scanner.feed(window, before, before + request.length);
        assertThat(scanner.status()).isEqualTo(RequestScanner.Status.FRAME);
        frame.begin(TABLE, scanner, window, before, end);
    }

    private void beginPart(String part) {
        byte[] bytes = bytes(part);
        frame.begin(TABLE, scanned(bytes), bytes, 0, bytes.length);
    }

    private static RequestScanner scanned(byte[] request) {
        RequestScanner scanner = new RequestScanner();
        scanner.feed(request, 0, request.length);
        return scanner;
    }

    private List<String> foundKeys() {
        List<String> found = new ArrayList<>();
        for (int key = 0; key < frame.keys().count(); key++) {
            int offset = frame.keys().offset(key);
            found.add(text(offset, offset + frame.keys().length(key)));
        }
        return found;
    }

    private String text(int from, int to) {
        return new String(frame.bytes(), from, to - from, ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
