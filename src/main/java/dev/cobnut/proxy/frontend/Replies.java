package dev.cobnut.proxy.frontend;

import java.nio.charset.StandardCharsets;

/// The replies that the proxy makes itself, as RESP2 bytes.
final class Replies {
    static final byte[] OK = ascii("+OK\r\n");
    static final byte[] PONG = ascii("+PONG\r\n");
    static final byte[] NULL = ascii("$-1\r\n");
    static final byte[] NO_AUTH = error("NOAUTH Authentication required.");

    private Replies() {}

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
