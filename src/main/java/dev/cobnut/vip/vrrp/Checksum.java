package dev.cobnut.vip.vrrp;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/// The checksum of IP's protocols (RFC 1071): the complement of the sum of all 16-bit words in one's complement. Of a message
/// that holds its own checksum it is 0.
public final class Checksum {
    private static final int BYTE = 0xFF;
    private static final int WORD = 0xFFFF;

    private Checksum() {}

    /// Of a message alone.
    public static int of(byte[] message) {
        return complement(sum(message));
    }

    /// With the pseudo header: addresses, protocol and length (RFC 793, 3.1; RFC 8200, 8.1).
    public static int of(byte[] message, InetAddress source, InetAddress destination, int protocol) {
        byte[] from = source.getAddress();
        byte[] to = destination.getAddress();
        byte[] pseudo = ByteBuffer.allocate(from.length + to.length + 8)
                .put(from)
                .put(to)
                .putInt(message.length)
                .putInt(protocol)
                .array();
        return complement(sum(pseudo) + sum(message));
    }

    private static long sum(byte[] bytes) {
        long sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += (bytes[i] & BYTE) << 8 | (i + 1 < bytes.length ? bytes[i + 1] & BYTE : 0);
        }
        return sum;
    }

    private static int complement(long sum) {
        long folded = sum;
        while (folded > WORD) {
            folded = (folded & WORD) + (folded >> 16);
        }
        return (int) (~folded & WORD);
    }
}
