package dev.cobnut.proxy.joined;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.CommandTable;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.RequestScanner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScanJoinTest {
    private static final String NO_CURSOR =
            "-ERR a node answered SCAN with something else than a cursor and a list\r\n";

    @Test
    void aCursorNamesTheShardAndTheNodesCursorWhateverTheNumberOfShards() {
        for (int shards : new int[] {2, 3, 7, 1024}) {
            assertThat(ScanJoin.at(0, shards)).isEqualTo(new ScanJoin(0, 0, shards));
            assertThat(ScanJoin.at(1, shards)).isEqualTo(new ScanJoin(0, 1, shards));
            assertThat(ScanJoin.at(5 * 1024 + 1, shards)).isEqualTo(new ScanJoin(5, 1, shards));
        }
        assertThat(ScanJoin.at(Long.MAX_VALUE, 1024)).isEqualTo(new ScanJoin((1L << 53) - 1, 1023, 1024));
    }

    @Test
    void aCursorThatNobodyWasGivenIsInvalid() {
        for (long cursor : new long[] {-1, Long.MIN_VALUE, 3, 1023, 1027, Long.MAX_VALUE}) {
            assertThat(refusal(cursor, 3)).as("%d", cursor).isEqualTo("-ERR invalid cursor\r\n");
        }
        for (long cursor : new long[] {0, 2, 1024, 1026, Long.MAX_VALUE - 1023}) {
            assertThat(refusal(cursor, 3)).as("%d", cursor).isEmpty();
        }
    }

    @Test
    void aPoolOfMoreShardsThanACursorCanNameIsToldSo() {
        assertThat(refusal(0, 1024)).isEmpty();
        assertThat(refusal(0, 1025))
                .isEqualTo("-ERR SCAN goes through 1024 shards at most, and this pool has 1025\r\n");
    }

    @Test
    void theWalkVisitsEveryShardToItsEndAndThenEnds() {
        List<String> asked = new ArrayList<>();
        String cursor = "0";
        do {
            ScanJoin join = ScanJoin.at(Long.parseLong(cursor), 3);
            asked.add(join.shard() + ":" + join.node());
            // Each node has three pieces, at 0, 8 and 4.
            String next = join.node() == 0 ? "8" : join.node() == 8 ? "4" : "0";
            String reply = joined(join, "*2\r\n$1\r\n" + next + "\r\n*0\r\n");
            cursor = reply.split("\r\n")[2];
        } while (!cursor.equals("0"));
        assertThat(asked).containsExactly("0:0", "0:8", "0:4", "1:0", "1:8", "1:4", "2:0", "2:8", "2:4");
    }

    @Test
    void aNodesCursorHas53Bits() {
        assertThat(joined(new ScanJoin(0, 2, 3), "*2\r\n$16\r\n9007199254740991\r\n*0\r\n"))
                .isEqualTo("*2\r\n$19\r\n" + (((1L << 53) - 1) * 1024 + 2) + "\r\n*0\r\n");
        for (String large : List.of("9007199254740992", "9223372036854775807", "18446744073709551615")) {
            assertThat(joined(new ScanJoin(0, 2, 3), "*2\r\n$" + large.length() + "\r\n" + large + "\r\n*0\r\n"))
                    .isEqualTo("-ERR a node answered SCAN with a cursor that has no room for the shard: " + large
                            + "\r\n");
        }
    }

    @Test
    void theRequestCarriesTheNodesCursorAndEverythingElseAsItWas() {
        assertThat(request("*2\r\n$4\r\nSCAN\r\n$1\r\n0\r\n")).isEqualTo("*2\r\n$4\r\nSCAN\r\n$1\r\n0\r\n");
        assertThat(request("*4\r\n$4\r\nscan\r\n$5\r\n12289\r\n$5\r\nCOUNT\r\n$2\r\n\r\n\r\n"))
                .isEqualTo("*4\r\n$4\r\nscan\r\n$2\r\n12\r\n$5\r\nCOUNT\r\n$2\r\n\r\n\r\n");
    }

    @Test
    void scanGivesTheKeysOnAsTheyAre() {
        assertThat(joined(new ScanJoin(0, 1, 3), "*2\r\n$1\r\n0\r\n*2\r\n$1\r\na\r\n$2\r\nbb\r\n"))
                .endsWith("\r\n*2\r\n$1\r\na\r\n$2\r\nbb\r\n")
                .startsWith("*2\r\n$");
        assertThat(joined(new ScanJoin(9, 2, 3), "*2\r\n$1\r\n0\r\n*0\r\n")).isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
    }

    @Test
    void whatIsNoAnswerToScanIsAnError() {
        for (String wrong : List.of(
                "*0\r\n",
                "*1\r\n$1\r\n0\r\n",
                "*3\r\n$1\r\n0\r\n*0\r\n*0\r\n",
                "*2\r\n:0\r\n*0\r\n",
                "*2\r\n$-1\r\n*0\r\n",
                "*2\r\n*0\r\n*0\r\n",
                "*2\r\n$1\r\n0\r\n*-1\r\n",
                "*2\r\n$1\r\n0\r\n$1\r\na\r\n",
                "*?\r\n$1\r\n0\r\n*0\r\n.\r\n",
                "*-1\r\n",
                "+OK\r\n",
                ":1\r\n")) {
            assertThat(joined(new ScanJoin(0, 0, 3), wrong)).as(wrong).isEqualTo(NO_CURSOR);
        }
        for (String wrong : List.of("$0\r\n\r\n", "$1\r\nx\r\n", "$2\r\n-1\r\n", "$20\r\n99999999999999999999\r\n")) {
            assertThat(joined(new ScanJoin(0, 0, 3), "*2\r\n" + wrong + "*0\r\n"))
                    .as(wrong)
                    .isEqualTo("-ERR a node answered SCAN with a cursor that is no number\r\n");
        }
    }

    private static String refusal(long cursor, int shards) {
        byte[] refusal = ScanJoin.refusal(cursor, shards);
        return refusal == null ? "" : new String(refusal, ISO_8859_1);
    }

    /// The request stands between other bytes.
    private static String request(String request) {
        byte[] bytes = ("before\n" + request + "after").getBytes(ISO_8859_1);
        int to = 7 + request.length();
        RequestScanner scanner = new RequestScanner();
        scanner.feed(bytes, 7, to);
        Frame frame = new Frame();
        frame.begin(CommandTable.builtIn(), scanner, bytes, 7, to);
        return new String(ScanJoin.at(frame.integer(1), 3).request(frame), ISO_8859_1);
    }

    private static String joined(ScanJoin join, String reply) {
        return new String(join.of(List.of(reply.getBytes(ISO_8859_1))), ISO_8859_1);
    }
}
