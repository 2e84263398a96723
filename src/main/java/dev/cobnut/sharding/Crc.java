package dev.cobnut.sharding;

/// The two cyclic redundancy checks that keys are hashed with, by one table of 256 entries each.
final class Crc {
    private static final int[] XMODEM = new int[256];
    private static final int[] REFLECTED = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int xmodem = i << 8;
            int reflected = i;
            for (int bit = 0; bit < 8; bit++) {
                xmodem = (xmodem << 1 ^ ((xmodem & 0x8000) == 0 ? 0 : 0x1021)) & 0xFFFF;
                reflected = reflected >>> 1 ^ ((reflected & 1) == 0 ? 0 : 0xEDB88320);
            }
            XMODEM[i] = xmodem;
            REFLECTED[i] = reflected;
        }
    }

    private Crc() {}

    /// CRC-16/XMODEM in a 32-bit register: what a proper one would drop above bit 15 stays in the result.
    static int xmodemUncut(byte[] bytes, int offset, int length) {
        int crc = 0;
        for (int i = offset; i < offset + length; i++) {
            crc = crc << 8 ^ XMODEM[(crc >>> 8 ^ bytes[i]) & 0xFF];
        }
        return crc;
    }

    /// CRC-32 as in zlib.
    static int crc32(byte[] bytes, int offset, int length) {
        int crc = ~0;
        for (int i = offset; i < offset + length; i++) {
            crc = crc >>> 8 ^ REFLECTED[(crc ^ bytes[i]) & 0xFF];
        }
        return ~crc;
    }
}
