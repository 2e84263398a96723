package dev.cobnut.resp;

import java.nio.charset.StandardCharsets;

/// Writes RESP: requests, which are arrays of bulk strings, and the values that replies are made of. What differs
/// between RESP2 and RESP3 has a parameter that says which. Every array returned is the caller's, but for the nulls.
public final class RespWriter {
    /// The empty array.
    public static final byte[] EMPTY_ARRAY = ascii("*0\r\n");

    /// How many bytes of a verbatim string stand before its text: `txt:`.
    public static final int VERBATIM_PREFIX = 4;

    private static final byte[] NULL_BULK = ascii("$-1\r\n");
    private static final byte[] NULL_ARRAY = ascii("*-1\r\n");
    private static final byte[] NULL_RESP3 = ascii("_\r\n");

    private RespWriter() {}

    /// No string. Shared; do not change it.
    public static byte[] nullBulk(boolean resp3) {
        return resp3 ? NULL_RESP3 : NULL_BULK;
    }

    /// No array. Shared; do not change it.
    public static byte[] nullArray(boolean resp3) {
        return resp3 ? NULL_RESP3 : NULL_ARRAY;
    }

    /// An error reply.
    ///
    /// @param text from the error's first word on; bytes as ISO 8859-1, no CR or LF
    public static byte[] error(String text) {
        return ("-" + text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /// An integer.
    public static byte[] integer(long value) {
        return header(':', value);
    }

    /// A bulk string, as UTF-8.
    public static byte[] bulk(String text) {
        return bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A bulk string.
    public static byte[] bulk(byte[] bytes) {
        return bulk(bytes, 0, bytes.length);
    }

    /// A bulk string of `bytes[offset .. offset + length)`.
    public static byte[] bulk(byte[] bytes, int offset, int length) {
        byte[] header = header('$', length);
        byte[] bulk = new byte[header.length + length + 2];
        System.arraycopy(header, 0, bulk, 0, header.length);
        System.arraycopy(bytes, offset, bulk, header.length, length);
        bulk[bulk.length - 2] = '\r';
        bulk[bulk.length - 1] = '\n';
        return bulk;
    }

    /// A text for people: a verbatim string in RESP3, a bulk string in RESP2.
    public static byte[] text(byte[] text, boolean resp3) {
        if (!resp3) {
            return bulk(text);
        }
        byte[] verbatim = new byte[text.length + VERBATIM_PREFIX];
        System.arraycopy(ascii("txt:"), 0, verbatim, 0, VERBATIM_PREFIX);
        System.arraycopy(text, 0, verbatim, VERBATIM_PREFIX, text.length);
        byte[] reply = bulk(verbatim);
        reply[0] = '=';
        return reply;
    }

    /// An array of values already written.
    public static byte[] array(byte[]... elements) {
        byte[] header = header('*', elements.length);
        int length = header.length;
        for (byte[] element : elements) {
            length += element.length;
        }
        byte[] array = new byte[length];
        System.arraycopy(header, 0, array, 0, header.length);
        int at = header.length;
        for (byte[] element : elements) {
            System.arraycopy(element, 0, array, at, element.length);
            at += element.length;
        }
        return array;
    }

    /// A request of one or more words, as UTF-8.
    public static byte[] command(String... words) {
        byte[][] bulks = new byte[words.length][];
        for (int i = 0; i < bulks.length; i++) {
            bulks[i] = bulk(words[i]);
        }
        return array(bulks);
    }

    /// The first line of a value, or the whole of an integer: `*3 CR LF`, `$5 CR LF`, `:7 CR LF`.
    ///
    /// @param type the byte that says what it is
    /// @param number its length, its number of elements, or its value
    public static byte[] header(char type, long number) {
        return ascii(type + Long.toString(number) + "\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
