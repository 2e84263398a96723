package dev.cobnut.proxy.joined;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.CommandTable;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.RequestScanner;
import dev.cobnut.resp.RespWriter;
import org.junit.jupiter.api.Test;

class SplitterTest {

    @Test
    void eachShardGetsItsKeysInTheirOrder() {
        assertThat(part(0, new int[] {1, 0, 1, 0}, false, "mget", "a", "b", "", "dd"))
                .isEqualTo(request("mget", "b", "dd"));
        assertThat(part(1, new int[] {1, 0, 1, 0}, false, "mget", "a", "b", "", "dd"))
                .isEqualTo(request("mget", "a", ""));
        assertThat(part(-1, new int[] {1, -1}, false, "DEL", "a", "b")).isEqualTo(request("DEL", "b"));
    }

    @Test
    void valuesGoWithTheirKeys() {
        int[] shards = {1, 0, 1};
        assertThat(part(1, shards, true, "MSET", "a", "", "b", "1", "c", "x\r\n$1\r\ny"))
                .isEqualTo(request("MSET", "a", "", "c", "x\r\n$1\r\ny"));
        assertThat(part(0, shards, true, "MSET", "a", "", "b", "1", "c", "x")).isEqualTo(request("MSET", "b", "1"));
    }

    @Test
    void theSameKeyTwiceIsSentTwice() {
        assertThat(part(0, new int[] {0, 1, 0}, false, "EXISTS", "a", "b", "a")).isEqualTo(request("EXISTS", "a", "a"));
    }

    @Test
    void nameStandsAsItWasSent() {
        assertThat(part(0, new int[] {0}, false, "eXiStS", "a")).isEqualTo(request("eXiStS", "a"));
    }

    /// The request stands behind other bytes.
    private static String part(int shard, int[] shards, boolean withValues, String... words) {
        byte[] bytes = ("before" + request(words)).getBytes(ISO_8859_1);
        RequestScanner scanner = new RequestScanner();
        scanner.feed(bytes, 6, bytes.length);
        Frame frame = new Frame();
        frame.begin(CommandTable.builtIn(), scanner, bytes, 6, bytes.length);
        return new String(Splitter.part(frame, shards, shard, withValues ? 2 : 1), ISO_8859_1);
    }

    private static String request(String... words) {
        return new String(RespWriter.command(words), ISO_8859_1);
    }
}
