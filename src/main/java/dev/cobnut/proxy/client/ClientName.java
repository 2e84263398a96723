package dev.cobnut.proxy.client;

import dev.cobnut.net.Account;
import dev.cobnut.resp.RespWriter;

/// What CLIENT SETNAME has called a client. For the loop's own thread.
public final class ClientName {
    /// A short name is part of what each connection costs. One is there twice: here, and for its own connections.
    private static final int BYTES_FREE = 256;

    private final Account account;
    private byte[] bytes = new byte[0];

    ClientName(Account account) {
        this.account = account;
    }

    /// Empty for none.
    byte[] bytes() {
        return bytes;
    }

    /// What is held of it beyond what each connection costs.
    long held() {
        return held(bytes);
    }

    private static long held(byte[] name) {
        return Math.max(0, 2L * name.length - BYTES_FREE);
    }

    /// Changes it.
    ///
    /// @return the reply; nothing has changed unless it is [Replies#OK]
    byte[] change(byte[] to) {
        if (!isPlain(to)) {
            return RespWriter.error("ERR Client names cannot contain spaces, newlines or special characters.");
        }
        if (!account.hasRoomFor(held(to))) {
            return Replies.NO_MEMORY;
        }
        bytes = to;
        return Replies.OK;
    }

    /// Whether Redis takes a text as the name of a client or a library: no blanks, no control characters.
    public static boolean isPlain(byte[] text) {
        for (byte b : text) {
            if (b < '!' || b > '~') {
                return false;
            }
        }
        return true;
    }
}
