package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.client.ByteBudget;
import java.util.Arrays;

/// The bytes of a request that is not whole yet, or that has to wait. For the loop's own thread.
final class HeldFrame {
    private static final int KEPT_BYTES_MAX = 4096;

    private byte[] bytes = new byte[0];
    private int length;

    /// What of it the common [ByteBudget] was asked for.
    private int budgeted;

    boolean isEmpty() {
        return length == 0;
    }

    int length() {
        return length;
    }

    /// Valid until the next [#add] or [#drop]; the request is in `[0 .. length)`.
    byte[] bytes() {
        return bytes;
    }

    void add(byte[] source, int from, int to) {
        int count = to - from;
        if (bytes.length < length + count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
        }
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    /// Accounts for the array that grows with the request.
    ///
    /// @return false when all requests being collected leave no room for it
    boolean takeBudget() {
        int more = bytes.length - budgeted;
        if (more <= 0) {
            return true;
        }
        boolean taken = ByteBudget.HEAP.take(more);
        budgeted += taken ? more : 0;
        return taken;
    }

    void drop() {
        length = 0;
        bytes = bytes.length > KEPT_BYTES_MAX ? new byte[0] : bytes;
        if (budgeted > 0) {
            ByteBudget.HEAP.give(budgeted);
            budgeted = 0;
        }
    }
}
