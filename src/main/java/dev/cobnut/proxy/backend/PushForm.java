package dev.cobnut.proxy.backend;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// How to tell a message that nobody asked for from a reply. RESP3 has a type for it. In RESP2 a connection in
/// subscriber or monitor mode sends them as arrays and status replies, told apart by how they begin.
///
/// Source: the page "Pub/sub" of Redis' documentation, and that of MONITOR.
public enum PushForm {
    /// Only the type `>` of RESP3 is a message.
    TYPED,
    /// In RESP2, so are arrays that begin with one of the words of publish and subscribe.
    PUBSUB,
    /// So are status replies that begin with a time stamp.
    MONITOR;

    private static final byte[][] WORDS = words(
            "message", "pmessage", "smessage", "subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe",
            "sunsubscribe");

    /// Whether the frame that begins at `from` is a message.
    ///
    /// @param to at least as far as the first element, or the whole frame
    /// @param resp3 whether the connection speaks RESP3, where an array is never a message
    boolean matches(byte[] bytes, int from, int to, boolean resp3) {
        return switch (bytes[from]) {
            case '>' -> true;
            case '*' -> this == PUBSUB && !resp3 && beginsWithWord(bytes, from, to);
            case '+' -> this == MONITOR && isDigit(bytes, from + 1, to) && isDigit(bytes, from + 10, to);
            default -> false;
        };
    }

    private static boolean isDigit(byte[] bytes, int at, int to) {
        return at < to && bytes[at] >= '0' && bytes[at] <= '9';
    }

    /// `*3 CR LF $7 CR LF message CR LF`
    private static boolean beginsWithWord(byte[] bytes, int from, int to) {
        int at = from + 4;
        if (to - from < 8 || (bytes[from + 1] != '3' && bytes[from + 1] != '4') || bytes[from + 2] != '\r') {
            return false;
        }
        for (byte[] word : WORDS) {
            if (to - at >= word.length && Arrays.equals(bytes, at, at + word.length, word, 0, word.length)) {
                return true;
            }
        }
        return false;
    }

    private static byte[][] words(String... words) {
        byte[][] bulks = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bulks[i] = ("$" + words[i].length() + "\r\n" + words[i] + "\r\n").getBytes(StandardCharsets.US_ASCII);
        }
        return bulks;
    }
}
