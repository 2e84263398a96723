package dev.cobnut.proxy.frontend;

import java.nio.charset.StandardCharsets;

/// The replies that the proxy makes itself: bytes that mean the same in RESP2 and RESP3 but where a parameter says
/// which.
final class Replies {
    static final byte[] OK = ascii("+OK\r\n");
    static final byte[] PONG = ascii("+PONG\r\n");
    static final byte[] RESET = ascii("+RESET\r\n");
    static final byte[] QUEUED = ascii("+QUEUED\r\n");
    static final byte[] EMPTY_ARRAY = ascii("*0\r\n");

    private static final byte[] NULL = ascii("$-1\r\n");
    private static final byte[] NULL_ARRAY = ascii("*-1\r\n");
    private static final byte[] NULL_RESP3 = ascii("_\r\n");

    private Replies() {}

    static byte[] nullBulk(boolean resp3) {
        return resp3 ? NULL_RESP3 : NULL;
    }

    static byte[] nullArray(boolean resp3) {
        return resp3 ? NULL_RESP3 : NULL_ARRAY;
    }

    /// An error reply.
    ///
    /// @param text from the error's first word on; bytes as ISO 8859-1, no CR or LF
    static byte[] error(String text) {
        return ("-" + text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] integer(long value) {
        return ascii(":" + value + "\r\n");
    }

    static byte[] bulk(String text) {
        return bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] bulk(byte[] bytes) {
        return bulk(bytes, 0, bytes.length);
    }

    static byte[] bulk(byte[] bytes, int offset, int length) {
        byte[] header = ascii("$" + length + "\r\n");
        byte[] reply = new byte[header.length + length + 2];
        System.arraycopy(header, 0, reply, 0, header.length);
        System.arraycopy(bytes, offset, reply, header.length, length);
        reply[reply.length - 2] = '\r';
        reply[reply.length - 1] = '\n';
        return reply;
    }

    /// `txt:`, which a verbatim string begins with.
    static final int VERBATIM_PREFIX = 4;

    /// A text for people: a verbatim string in RESP3.
    static byte[] text(byte[] text, boolean resp3) {
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

    /// An array of replies already made.
    static byte[] array(byte[]... elements) {
        byte[] header = ascii("*" + elements.length + "\r\n");
        int length = header.length;
        for (byte[] element : elements) {
            length += element.length;
        }
        byte[] reply = new byte[length];
        System.arraycopy(header, 0, reply, 0, header.length);
        int at = header.length;
        for (byte[] element : elements) {
            System.arraycopy(element, 0, reply, at, element.length);
            at += element.length;
        }
        return reply;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
