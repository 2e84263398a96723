package dev.cobnut.sharding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads little-endian words from the middle of a byte array, at any alignment.
final class LittleEndian {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    /// The 16 bits at `at`, without sign.
    static int half(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8;
    }

    /// The 32 bits at `at`.
    static int word(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at);
    }

    /// The 32 bits at `at`, with zeros in place of the bytes from `end` on; `at` may be at or after `end`.
    static int wordBefore(int end, byte[] bytes, int at) {
        if (end - at >= Integer.BYTES) {
            return word(bytes, at);
        }
        int word = 0;
        for (int i = end - 1; i >= at; i--) {
            word = word << 8 | (bytes[i] & 0xFF);
        }
        return word;
    }
}
