package dev.cobnut.sharding;

/// The hash functions of nutcracker, under their names in its configuration. Where it departs from the textbook, so
/// does this: stored keys depend on it. *Signed bytes* means that 0x80 to 0xFF are widened with ones, as the C of
/// x86 machines does and Java does by itself.
public enum KeyHash {
    /// Bob Jenkins' one-at-a-time, over signed bytes.
    ONE_AT_A_TIME,
    /// The first four bytes of the MD5 digest, little endian.
    MD5,
    /// CRC-16/XMODEM in a register that is never cut to 16 bits.
    CRC16,
    /// CRC-32 shifted right by 16 and cut to 15 bits: on a ketama ring nearly every key goes to one server.
    CRC32,
    /// CRC-32 as in zlib.
    CRC32A,
    /// The low half of 64-bit FNV-1, over signed bytes. The high half never flows down, so 32 bits suffice.
    FNV1_64,
    /// FNV-1a with the low halves of the 64-bit constants, over signed bytes: not 64-bit FNV-1a.
    FNV1A_64,
    /// 32-bit FNV-1, over signed bytes.
    FNV1_32,
    /// 32-bit FNV-1a, over signed bytes.
    FNV1A_32,
    /// Paul Hsieh's SuperFastHash, started at 0 in place of the length; the last byte of a tail of three is signed.
    HSIEH,
    /// MurmurHash2 whose seed is 0xDEADBEEF times the length.
    MURMUR,
    /// Bob Jenkins' lookup3 (`hashlittle`) with initial value 13.
    JENKINS;

    private static final int MURMUR_FACTOR = 0x5BD1E995;
    private static final int JENKINS_START = 0xDEADBEEF + 13;

    /// The 32-bit hash value of `length` bytes from `offset`, unsigned in an int. An empty key hashes to 0 without
    /// the function being called, as in nutcracker; callers need not care. Allocates nothing.
    public int hash(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        return switch (this) {
            case ONE_AT_A_TIME -> oneAtATime(bytes, offset, length);
            case MD5 -> Md5.digest(bytes, offset, length, null);
            case CRC16 -> Crc.xmodemUncut(bytes, offset, length);
            case CRC32 -> Crc.crc32(bytes, offset, length) >>> 16 & 0x7FFF;
            case CRC32A -> Crc.crc32(bytes, offset, length);
            case FNV1_64 -> fnv1(bytes, offset, length, 0x84222325, 0x1B3);
            case FNV1A_64 -> fnv1a(bytes, offset, length, 0x84222325, 0x1B3);
            case FNV1_32 -> fnv1(bytes, offset, length, 0x811C9DC5, 0x01000193);
            case FNV1A_32 -> fnv1a(bytes, offset, length, 0x811C9DC5, 0x01000193);
            case HSIEH -> hsieh(bytes, offset, length);
            case MURMUR -> murmur(bytes, offset, length);
            case JENKINS -> jenkins(bytes, offset, length);
        };
    }

    private static int oneAtATime(byte[] bytes, int offset, int length) {
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash += bytes[i];
            hash += hash << 10;
            hash ^= hash >>> 6;
        }
        hash += hash << 3;
        hash ^= hash >>> 11;
        hash += hash << 15;
        return hash;
    }

    private static int fnv1(byte[] bytes, int offset, int length, int start, int prime) {
        int hash = start;
        for (int i = offset; i < offset + length; i++) {
            hash = hash * prime ^ bytes[i];
        }
        return hash;
    }

    private static int fnv1a(byte[] bytes, int offset, int length, int start, int prime) {
        int hash = start;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ bytes[i]) * prime;
        }
        return hash;
    }

    private static int hsieh(byte[] bytes, int offset, int length) {
        int hash = 0;
        int at = offset;
        for (int words = length >>> 2; words > 0; words--, at += Integer.BYTES) {
            hash += LittleEndian.half(bytes, at);
            hash = hash << 16 ^ LittleEndian.half(bytes, at + 2) << 11 ^ hash;
            hash += hash >>> 11;
        }
        switch (length & 3) {
            case 3 -> {
                hash += LittleEndian.half(bytes, at);
                hash ^= hash << 16;
                hash ^= bytes[at + 2] << 18;
                hash += hash >>> 11;
            }
            case 2 -> {
                hash += LittleEndian.half(bytes, at);
                hash ^= hash << 11;
                hash += hash >>> 17;
            }
            case 1 -> {
                hash += bytes[at] & 0xFF;
                hash ^= hash << 10;
                hash += hash >>> 1;
            }
            default -> {
                // whole words only
            }
        }
        hash ^= hash << 3;
        hash += hash >>> 5;
        hash ^= hash << 4;
        hash += hash >>> 17;
        hash ^= hash << 25;
        hash += hash >>> 6;
        return hash;
    }

    private static int murmur(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int hash = 0xDEADBEEF * length ^ length;
        int at = offset;
        for (; end - at >= Integer.BYTES; at += Integer.BYTES) {
            int word = LittleEndian.word(bytes, at) * MURMUR_FACTOR;
            word ^= word >>> 24;
            hash = hash * MURMUR_FACTOR ^ word * MURMUR_FACTOR;
        }
        if (at < end) {
            hash = (hash ^ LittleEndian.wordBefore(end, bytes, at)) * MURMUR_FACTOR;
        }
        hash ^= hash >>> 13;
        hash *= MURMUR_FACTOR;
        return hash ^ hash >>> 15;
    }

    private static int jenkins(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int a = JENKINS_START + length;
        int b = a;
        int c = a;
        int at = offset;
        for (; end - at > 12; at += 12) {
            a += LittleEndian.word(bytes, at);
            b += LittleEndian.word(bytes, at + 4);
            c += LittleEndian.word(bytes, at + 8);
            a = a - c ^ Integer.rotateLeft(c, 4);
            c += b;
            b = b - a ^ Integer.rotateLeft(a, 6);
            a += c;
            c = c - b ^ Integer.rotateLeft(b, 8);
            b += a;
            a = a - c ^ Integer.rotateLeft(c, 16);
            c += b;
            b = b - a ^ Integer.rotateLeft(a, 19);
            a += c;
            c = c - b ^ Integer.rotateLeft(b, 4);
            b += a;
        }
        a += LittleEndian.wordBefore(end, bytes, at);
        b += LittleEndian.wordBefore(end, bytes, at + 4);
        c += LittleEndian.wordBefore(end, bytes, at + 8);
        c = (c ^ b) - Integer.rotateLeft(b, 14);
        a = (a ^ c) - Integer.rotateLeft(c, 11);
        b = (b ^ a) - Integer.rotateLeft(a, 25);
        c = (c ^ b) - Integer.rotateLeft(b, 16);
        a = (a ^ c) - Integer.rotateLeft(c, 4);
        b = (b ^ a) - Integer.rotateLeft(a, 14);
        return (c ^ b) - Integer.rotateLeft(b, 24);
    }
}
