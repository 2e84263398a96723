package dev.cobnut.sharding;

import org.jspecify.annotations.Nullable;

/// MD5 without an object: a `MessageDigest` is mutable, so every event loop would need its own copy of each
/// [Placement], and it hands out its result in a new array. Written after RFC 1321.
final class Md5 {
    private static final int BLOCK_BYTES = 64;
    private static final int LENGTH_BYTES = 8;

    /// One row for each round, used again every four steps.
    private static final int[][] ROTATIONS = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

    private static final int[] SINES = new int[BLOCK_BYTES];

    static {
        for (int i = 0; i < SINES.length; i++) {
            SINES[i] = (int) (long) (Math.abs(StrictMath.sin(i + 1)) * 0x1p32);
        }
    }

    private Md5() {}

    /// The first four bytes of the digest of `length` bytes from `offset`, as a little-endian word.
    ///
    /// @param digest receives all four words; null when the caller wants the first only
    static int digest(byte[] bytes, int offset, int length, int @Nullable [] digest) {
        int paddedLength = (length + LENGTH_BYTES) / BLOCK_BYTES * BLOCK_BYTES + BLOCK_BYTES;
        int a0 = 0x67452301;
        int b0 = 0xEFCDAB89;
        int c0 = 0x98BADCFE;
        int d0 = 0x10325476;
        for (int block = 0; block < paddedLength; block += BLOCK_BYTES) {
            int a = a0;
            int b = b0;
            int c = c0;
            int d = d0;
            for (int step = 0; step < BLOCK_BYTES; step++) {
                int round = step >>> 4;
                int mix;
                int index;
                switch (round) {
                    case 0 -> {
                        mix = (b & c) | (~b & d);
                        index = step;
                    }
                    case 1 -> {
                        mix = (d & b) | (~d & c);
                        index = 5 * step + 1;
                    }
                    case 2 -> {
                        mix = b ^ c ^ d;
                        index = 3 * step + 5;
                    }
                    default -> {
                        mix = c ^ (b | ~d);
                        index = 7 * step;
                    }
                }
                int at = block + Integer.BYTES * (index & 15);
                int sum = a + mix + SINES[step] + paddedWord(bytes, offset, length, paddedLength, at);
                a = d;
                d = c;
                c = b;
                b += Integer.rotateLeft(sum, ROTATIONS[round][step & 3]);
            }
            a0 += a;
            b0 += b;
            c0 += c;
            d0 += d;
        }
        if (digest != null) {
            digest[0] = a0;
            digest[1] = b0;
            digest[2] = c0;
            digest[3] = d0;
        }
        return a0;
    }

    /// The word at `at` of the message followed by one bit, zeros, and its length in bits.
    private static int paddedWord(byte[] bytes, int offset, int length, int paddedLength, int at) {
        if (at + Integer.BYTES <= length) {
            return LittleEndian.word(bytes, offset + at);
        }
        if (at <= length) {
            return LittleEndian.wordBefore(offset + length, bytes, offset + at) | 0x80 << (8 * (length - at));
        }
        if (at == paddedLength - LENGTH_BYTES) {
            return length << 3;
        }
        return at == paddedLength - Integer.BYTES ? length >>> 29 : 0;
    }
}
