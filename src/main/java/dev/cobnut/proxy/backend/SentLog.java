package dev.cobnut.proxy.backend;

/// The bytes of requests that were sent on a lane and are not answered yet, so that they can be sent again where that is
/// safe. First in, first out, as the requests themselves; which of them are here says [Exchange#kept].
///
/// | what is kept | what is not                                                                     |
/// |--------------|---------------------------------------------------------------------------------|
/// | up to [#BYTES_MAX] | what comes while that much is here: it can then not be sent again          |
///
/// A ring that grows with what is under way. For the loop's own thread.
final class SentLog {
    static final int BYTES_MAX = 256 * 1024;
    private static final int BYTES_MIN = 4 * 1024;

    private byte[] ring = new byte[0];

    /// Where the oldest byte is.
    private int from;

    private int length;

    /// Keeps a copy of a request.
    ///
    /// @return false when there is no room for it
    boolean add(byte[] bytes, int offset, int count) {
        if (length + count > ring.length && !grow(length + count)) {
            return false;
        }
        int at = (from + length) & (ring.length - 1);
        int first = Math.min(count, ring.length - at);
        System.arraycopy(bytes, offset, ring, at, first);
        System.arraycopy(bytes, offset + first, ring, 0, count - first);
        length += count;
        return true;
    }

    private boolean grow(int needed) {
        if (needed > BYTES_MAX) {
            return false;
        }
        byte[] larger = new byte[Math.max(BYTES_MIN, Integer.highestOneBit(needed - 1) * 2)];
        copy(larger, length);
        ring = larger;
        from = 0;
        return true;
    }

    private void copy(byte[] to, int count) {
        int first = Math.min(count, ring.length - from);
        System.arraycopy(ring, from, to, 0, first);
        System.arraycopy(ring, 0, to, first, count - first);
    }

    /// The oldest request is answered.
    void drop(int count) {
        if (count > length) {
            throw new IllegalStateException(count + " bytes are dropped of " + length);
        }
        length -= count;
        from = length == 0 ? 0 : (from + count) & (ring.length - 1);
    }

    /// The oldest request, which leaves.
    byte[] take(int count) {
        byte[] request = new byte[count];
        if (count > length) {
            throw new IllegalStateException(count + " bytes are taken of " + length);
        }
        copy(request, count);
        drop(count);
        return request;
    }
}
