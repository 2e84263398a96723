package dev.cobnut.sharding;

/// The two bytes that enclose the part of a key that is hashed. Only the first opening byte counts, the first
/// closing byte after it ends the tag, and an empty tag means the whole key.
///
/// @param open the opening byte
/// @param close the closing byte; may equal the opening one
public record HashTag(byte open, byte close) {

    /// The hash value of the tagged part of a key, or of the whole key where it has none. Allocates nothing.
    public int hash(KeyHash function, byte[] bytes, int offset, int length) {
        int end = offset + length;
        int start = indexOf(open, bytes, offset, end) + 1;
        int stop = indexOf(close, bytes, start, end);
        return start < stop && stop < end
                ? function.hash(bytes, start, stop - start)
                : function.hash(bytes, offset, length);
    }

    /// Whether all keys that begin with these bytes have the same tag: it is complete, and not empty. Allocates
    /// nothing.
    public boolean isIn(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int start = indexOf(open, bytes, offset, end) + 1;
        int stop = indexOf(close, bytes, start, end);
        return start < stop && stop < end;
    }

    /// The place of the first `wanted` byte from `start` on, or `end`; when `start` is past the end, `start`.
    private static int indexOf(byte wanted, byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
