package dev.cobnut.net;

import dev.cobnut.resp.RespValue;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads RESP2 values from bytes that may come from anybody. Strict, and bounded by what has arrived: a length that
/// was only announced never allocates. After an exception the position is lost; close the connection.
///
/// Used by one thread at a time.
final class RespReader {
    static final int LINE_BYTES_MAX = 64 * 1024;
    static final int BULK_BYTES_MAX = 1024 * 1024;

    /// 10,000 groups of a Sentinel, with some 45 elements each.
    static final int ELEMENTS_MAX = 600_000;

    static final int DEPTH_MAX = 32;
    static final long VALUE_BYTES_MAX = 16L * 1024 * 1024;

    private static final int CHUNK_BYTES = 8 * 1024;

    /// Where bytes come from: as `InputStream.read`.
    @FunctionalInterface
    interface Source {
        int read(byte[] into, int offset, int length) throws IOException;
    }

    private final Source source;
    private final byte[] buffer = new byte[CHUNK_BYTES];
    private int position;
    private int limit;

    /// Of the value being read: bytes and elements so far, arrays within arrays counted together.
    private long valueBytes;

    private int valueElements;

    RespReader(Source source) {
        this.source = source;
    }

    /// True when a byte is there without asking the source.
    boolean hasBuffered() {
        return position < limit;
    }

    /// Asks the source for bytes; only when none are buffered.
    void fill() throws IOException {
        int count = source.read(buffer, 0, buffer.length);
        if (count <= 0) {
            throw new EOFException("connection closed by the other side after " + valueBytes + " bytes of a reply");
        }
        position = 0;
        limit = count;
    }

    /// The next whole value.
    ///
    /// @throws IOException on the end of the stream, on bytes that are no RESP2, and beyond the bounds
    RespValue read() throws IOException {
        valueBytes = 0;
        valueElements = 0;
        return value(1);
    }

    private RespValue value(int depth) throws IOException {
        byte type = nextByte();
        return switch (type) {
            case '+' -> new RespValue.SimpleString(line());
            case '-' -> new RespValue.ErrorReply(line());
            case ':' -> new RespValue.Int(number());
            case '$' -> bulk();
            case '*' -> array(depth);
            default ->
                throw new IOException("not a RESP2 reply: it begins with " + printable(type)
                        + " (expected one of + - : $ *); is this port really a Redis or a Sentinel?");
        };
    }

    private RespValue bulk() throws IOException {
        long length = number();
        if (length == -1) {
            return new RespValue.Null();
        }
        if (length < 0 || length > BULK_BYTES_MAX) {
            throw new IOException("bulk string of " + length + " bytes (expected 0 to " + BULK_BYTES_MAX + ")");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.min(length, CHUNK_BYTES));
        int missing = (int) length;
        while (missing > 0) {
            if (!hasBuffered()) {
                fill();
            }
            int count = Math.min(missing, limit - position);
            bytes.write(buffer, position, count);
            position += count;
            missing -= count;
            count(count);
        }
        expect('\r', "after a bulk string");
        expect('\n', "after a bulk string");
        return new RespValue.Bulk(bytes.toByteArray());
    }

    private RespValue array(int depth) throws IOException {
        long length = number();
        if (length == -1) {
            return new RespValue.Null();
        }
        if (length < 0 || length > ELEMENTS_MAX - valueElements) {
            throw new IOException("array of " + length + " elements after " + valueElements
                    + " others (expected at most " + ELEMENTS_MAX + " in one reply)");
        }
        if (depth > DEPTH_MAX) {
            throw new IOException("arrays nested deeper than " + DEPTH_MAX);
        }
        List<RespValue> elements = new ArrayList<>((int) Math.min(length, 16));
        for (long index = 0; index < length; index++) {
            // Checked at each element as well: arrays inside this one count, too.
            valueElements++;
            if (valueElements > ELEMENTS_MAX) {
                throw new IOException("more than " + ELEMENTS_MAX + " elements in one reply");
            }
            elements.add(value(depth + 1));
        }
        return new RespValue.Array(elements);
    }

    private long number() throws IOException {
        String digits = line();
        int first = digits.startsWith("-") ? 1 : 0;
        boolean valid = digits.length() > first && digits.length() <= 20;
        for (int index = first; valid && index < digits.length(); index++) {
            valid = digits.charAt(index) >= '0' && digits.charAt(index) <= '9';
        }
        if (valid) {
            try {
                return Long.parseLong(digits);
            } catch (NumberFormatException _) {
                // 20 characters can be more than 64 bits: refused below like any other
            }
        }
        throw new IOException("not a number: \"" + printable(digits) + "\" (expected a 64-bit integer)");
    }

    private String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        while (true) {
            byte next = nextByte();
            if (next == '\r') {
                expect('\n', "after CR in a line");
                return bytes.toString(StandardCharsets.UTF_8);
            }
            if (next == '\n') {
                throw new IOException("a line ends with LF alone (expected CRLF)");
            }
            if (bytes.size() == LINE_BYTES_MAX) {
                throw new IOException("line longer than " + LINE_BYTES_MAX + " bytes");
            }
            bytes.write(next);
        }
    }

    private void expect(char wanted, String where) throws IOException {
        byte found = nextByte();
        if (found != wanted) {
            throw new IOException(
                    "found " + printable(found) + " " + where + " (expected " + printable((byte) wanted) + ")");
        }
    }

    private byte nextByte() throws IOException {
        if (!hasBuffered()) {
            fill();
        }
        count(1);
        return buffer[position++];
    }

    private void count(int bytes) throws IOException {
        valueBytes += bytes;
        if (valueBytes > VALUE_BYTES_MAX) {
            throw new IOException("reply longer than " + VALUE_BYTES_MAX + " bytes");
        }
    }

    private static String printable(byte value) {
        return value > 0x20 && value < 0x7f ? "'" + (char) value + "'" : String.format("byte 0x%02x", value & 0xff);
    }

    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        for (int index = 0; index < Math.min(text.length(), 32); index++) {
            char next = text.charAt(index);
            shown.append(next >= 0x20 && next < 0x7f ? next : '?');
        }
        return shown.append(text.length() > 32 ? "…" : "").toString();
    }
}
