package dev.cobnut.proxy.frontend;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import java.util.Arrays;

/// The bytes of a request that is not whole yet, or that has to wait. For the loop's own thread.
final class HeldFrame {
    /// A larger array is not kept for the next request: there are thousands of clients.
    private static final int KEPT_BYTES_MAX = 512;

    private final Account account;

    private byte[] bytes = new byte[0];
    private int length;

    /// What of it the account was asked for.
    private long taken;

    /// @param account of the client
    HeldFrame(Account account) {
        this.account = account;
    }

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

    /// Accounts for the array that grows with the request; for a long one twice, since it is cut into copies.
    ///
    /// @return false when there is no room for it
    boolean take() {
        long needed = needed();
        if (needed > taken) {
            if (!account.take(Held.REQUEST, needed - taken)) {
                return false;
            }
            taken = needed;
        }
        return true;
    }

    /// The same for a request that cannot be refused any more.
    void count() {
        long needed = needed();
        account.hold(Held.REQUEST, needed - taken);
        taken = needed;
    }

    private long needed() {
        int copies = length > RequestReader.HELD_BYTES_MAX ? 2 : 1;
        return bytes.length > KEPT_BYTES_MAX ? (long) copies * bytes.length : 0;
    }

    void drop() {
        length = 0;
        bytes = bytes.length > KEPT_BYTES_MAX ? new byte[0] : bytes;
        if (taken > 0) {
            account.give(Held.REQUEST, taken);
            taken = 0;
        }
    }
}
