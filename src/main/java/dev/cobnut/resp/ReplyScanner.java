package dev.cobnut.resp;

import org.jspecify.annotations.Nullable;

/// Finds where one RESP2 reply of a node ends. Resumable at every byte, holds no bytes, never allocates and never
/// recurses: one counter of values still missing finds the end of any nesting.
///
/// Call [#feed] until [#complete], then [#reset]. Anything Redis would not send (RESP3 types, a sign or leading zero
/// in a length, a line of more than 64 KiB, an array of more than 2^31-1 elements) is an [#error]; the connection
/// cannot go on. Not thread safe; one for each connection.
public final class ReplyScanner {
    public static final int LINE_BYTES_MAX = 64 * 1024;

    private static final long VALUES_MAX = 1L << 40;
    private static final long BULK_BYTES_MAX = 512L * 1024 * 1024 * 2;

    private static final int TYPE = 0;
    private static final int LINE = 1;
    private static final int LINE_LF = 2;
    private static final int LENGTH = 3;
    private static final int LENGTH_LF = 4;
    private static final int BODY = 5;
    private static final int BODY_CR = 6;
    private static final int BODY_LF = 7;

    private int state = TYPE;
    private byte type;
    private long missing = 1;
    private final LengthField length = new LengthField();
    private int lineBytes;
    private long bodyRemaining;
    private boolean complete;
    private @Nullable String error;

    /// Makes ready for the next reply.
    public void reset() {
        state = TYPE;
        missing = 1;
        complete = false;
    }

    /// True when the last [#feed] reached the end of a reply.
    public boolean complete() {
        return complete;
    }

    /// What is wrong with the bytes, or null.
    public @Nullable String error() {
        return error;
    }

    /// Bytes of the bulk string being read that are still to come, without its CR LF; 0 elsewhere.
    public long bodyRemaining() {
        return state == BODY ? bodyRemaining : 0;
    }

    /// Notes that `count` bytes of the bulk string being read went by without [#feed].
    ///
    /// @param count at most [#bodyRemaining]
    public void skipBody(int count) {
        bodyRemaining -= count;
        if (bodyRemaining == 0) {
            state = BODY_CR;
        }
    }

    /// Reads on.
    ///
    /// @return the index behind the last byte of this reply when [#complete]; otherwise `to`, or where the
    ///     [#error] is
    public int feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            switch (state) {
                case TYPE -> {
                    type = bytes[i++];
                    switch (type) {
                        case '+', '-', ':' -> {
                            state = LINE;
                            lineBytes = 0;
                        }
                        case '$', '*' -> {
                            state = LENGTH;
                            length.start();
                        }
                        default -> {
                            error = "reply of unknown type 0x" + Integer.toHexString(type & 0xff);
                            return i;
                        }
                    }
                }
                case LINE -> {
                    int start = i;
                    while (i < to && bytes[i] != '\r' && bytes[i] != '\n') {
                        i++;
                    }
                    lineBytes += i - start;
                    if (lineBytes > LINE_BYTES_MAX) {
                        error = "a line of more than " + LINE_BYTES_MAX + " bytes";
                        return i;
                    }
                    if (i < to) {
                        if (bytes[i++] != '\r') {
                            error = "LF without CR in a line";
                            return i;
                        }
                        state = LINE_LF;
                    }
                }
                case LINE_LF -> {
                    if (bytes[i++] != '\n') {
                        error = "CR without LF in a line";
                        return i;
                    }
                    if (valueDone()) {
                        return i;
                    }
                }
                case LENGTH -> {
                    i = length.feed(bytes, i, to);
                    if (length.isBroken()) {
                        error = "a length that is not a number";
                        return i;
                    }
                    state = length.hasEnded() ? LENGTH_LF : LENGTH;
                }
                case LENGTH_LF -> {
                    if (bytes[i++] != '\n') {
                        error = "CR without LF in a length";
                        return i;
                    }
                    if (lengthDone()) {
                        return i;
                    }
                }
                case BODY -> {
                    int taken = (int) Math.min(bodyRemaining, to - i);
                    i += taken;
                    skipBody(taken);
                }
                case BODY_CR -> {
                    if (bytes[i++] != '\r') {
                        error = "no CR LF after a bulk string";
                        return i;
                    }
                    state = BODY_LF;
                }
                case BODY_LF -> {
                    if (bytes[i++] != '\n') {
                        error = "no CR LF after a bulk string";
                        return i;
                    }
                    if (valueDone()) {
                        return i;
                    }
                }
                default -> throw new IllegalStateException("scanner state " + state);
            }
            if (error != null) {
                return i;
            }
        }
        return i;
    }

    private boolean lengthDone() {
        long size = length.value();
        if (size < -1) {
            error = "a length of " + size;
            return false;
        }
        if (size == -1) {
            return valueDone();
        }
        if (type == '$') {
            if (size > BULK_BYTES_MAX) {
                error = "a bulk string of " + size + " bytes";
                return false;
            }
            bodyRemaining = size;
            state = size == 0 ? BODY_CR : BODY;
            return false;
        }
        if (size > Integer.MAX_VALUE || missing + size > VALUES_MAX) {
            error = "an array of " + size + " elements";
            return false;
        }
        missing += size;
        return valueDone();
    }

    private boolean valueDone() {
        state = TYPE;
        complete = --missing == 0;
        return complete;
    }
}
