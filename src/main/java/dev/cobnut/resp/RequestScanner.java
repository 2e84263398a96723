package dev.cobnut.resp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Finds where one request ends, checks it strictly on the way, and remembers where its first arguments stand.
///
/// Fed with bytes as they arrive, in chunks of any size; holds no bytes itself. What it accepts, Redis reads the
/// same way: lengths without sign or leading zero, CR LF and nothing else after every part. So an accepted frame may
/// be forwarded as it is.
///
/// ```
///   feed ──► MORE     the frame goes on in the next chunk
///        ──► FRAME    a whole request ends here           ──► reset() before the next feed
///        ──► INLINE   a line that is not a RESP array     ──► reset() before the next feed
///        ──► SKIP     bytes that Redis ignores (*0, *-1)  ──► reset() before the next feed
///        ──► BROKEN   see error(); the connection cannot go on
/// ```
///
/// Limits are those of Redis 7 (networking.c): 2^31-1 arguments, 512 MiB for one argument, 64 KiB for an inline line,
/// and less before a client has authenticated. Only numbers are kept here, however many arguments there are. A NUL in an
/// inline line is BROKEN: Redis does not see the end of such a line, and waits. Not thread safe; one for each connection.
public final class RequestScanner {

    /// What [#feed] found.
    public enum Status {
        MORE,
        FRAME,
        INLINE,
        SKIP,
        BROKEN
    }

    /// Positions are kept for this many leading arguments, the command name included.
    public static final int REMEMBERED_ARGUMENTS = 4;

    public static final int ARGUMENTS_MAX = Integer.MAX_VALUE;
    public static final int BULK_BYTES_MAX = 512 * 1024 * 1024;
    public static final int INLINE_BYTES_MAX = 64 * 1024;

    // Bounds that Redis sets before a client has authenticated (CVE-2021-32675).
    private static final int UNAUTHENTICATED_ARGUMENTS_MAX = 10;
    private static final int UNAUTHENTICATED_BULK_BYTES_MAX = 16 * 1024;

    private static final int START = 0;
    private static final int COUNT = 1;
    private static final int COUNT_LF = 2;
    private static final int DOLLAR = 3;
    private static final int LENGTH = 4;
    private static final int LENGTH_LF = 5;
    private static final int BODY = 6;
    private static final int BODY_CR = 7;
    private static final int BODY_LF = 8;
    private static final int INLINE_LINE = 9;

    private int state = START;
    private Status status = Status.MORE;
    private final LengthField length = new LengthField();
    private int argumentCount;
    private int argumentsDone;
    private long bodyRemaining;
    private long frameBytes;
    private int argumentsMax = ARGUMENTS_MAX;
    private int bulkBytesMax = BULK_BYTES_MAX;
    private final int[] offsets = new int[REMEMBERED_ARGUMENTS];
    private final int[] lengths = new int[REMEMBERED_ARGUMENTS];
    private @Nullable String error;

    /// Narrows the limits to those of a client that has not authenticated yet, or widens them again.
    public void setAuthenticated(boolean authenticated) {
        argumentsMax = authenticated ? ARGUMENTS_MAX : UNAUTHENTICATED_ARGUMENTS_MAX;
        bulkBytesMax = authenticated ? BULK_BYTES_MAX : UNAUTHENTICATED_BULK_BYTES_MAX;
    }

    /// Makes ready for the next frame.
    public void reset() {
        state = START;
        status = Status.MORE;
        argumentCount = 0;
        argumentsDone = 0;
        bodyRemaining = 0;
        frameBytes = 0;
        error = null;
    }

    /// What the last [#feed] found.
    public Status status() {
        return status;
    }

    /// The text behind `ERR Protocol error: ` when the status is BROKEN.
    public String error() {
        return error == null ? "" : error;
    }

    /// Arguments of the frame, the command name included; 0 until the header has been read.
    public int argumentCount() {
        return argumentCount;
    }

    /// How many arguments have been read whole so far.
    public int argumentsDone() {
        return argumentsDone;
    }

    /// Offset of an argument's first byte from the first byte of the frame.
    ///
    /// @param index 0 is the command name; below [#REMEMBERED_ARGUMENTS]
    public int offset(int index) {
        return offsets[index];
    }

    /// Length of an argument in bytes.
    ///
    /// @param index 0 is the command name; below [#REMEMBERED_ARGUMENTS]
    public int length(int index) {
        return lengths[index];
    }

    /// Bytes of the argument being read that are still to come, without its CR LF; 0 between arguments.
    public long bodyRemaining() {
        return state == BODY ? bodyRemaining : 0;
    }

    /// Notes that `count` bytes of the argument being read went by without [#feed].
    ///
    /// @param count at most [#bodyRemaining]
    public void skipBody(int count) {
        bodyRemaining -= count;
        frameBytes += count;
        if (bodyRemaining == 0) {
            state = BODY_CR;
        }
    }

    /// Reads a whole request that the proxy has made of a line, or has looked at before. What is too much before a client
    /// has authenticated is that in RESP only.
    ///
    /// @throws IllegalStateException when it is no whole request
    public void feedWhole(byte[] request, int length) {
        boolean authenticated = argumentsMax == ARGUMENTS_MAX;
        setAuthenticated(true);
        int end = feed(request, 0, length);
        setAuthenticated(authenticated);
        if (status != Status.FRAME || end != length) {
            throw new IllegalStateException(status + " after " + end + " of " + length + " bytes: " + error());
        }
    }

    /// Reads on.
    ///
    /// @return the index behind the last byte that belongs to this frame; `to` when the status is MORE
    public int feed(byte[] bytes, int from, int to) {
        int i = from;
        long base = frameBytes - from;
        while (i < to) {
            switch (state) {
                case START -> {
                    if (bytes[i] == '*') {
                        length.start();
                        state = COUNT;
                        i++;
                    } else {
                        state = INLINE_LINE;
                    }
                }
                case COUNT -> {
                    i = length.feed(bytes, i, to);
                    if (length.isBroken()) {
                        return broken("invalid multibulk length", i);
                    }
                    state = length.hasEnded() ? COUNT_LF : COUNT;
                }
                case COUNT_LF -> {
                    if (bytes[i++] != '\n') {
                        return broken("expected LF after the multibulk length", i);
                    }
                    startArguments();
                    if (status != Status.MORE) {
                        frameBytes = base + i;
                        return i;
                    }
                }
                case DOLLAR -> {
                    if (bytes[i] != '$') {
                        return broken("expected '$', got '" + printable(bytes[i]) + "'", i);
                    }
                    int end = wholeArguments(bytes, i, to, base);
                    if (end > i) {
                        i = end;
                        if (argumentsDone == argumentCount) {
                            return frame(base, i);
                        }
                    } else {
                        length.start();
                        state = LENGTH;
                        i++;
                    }
                }
                case LENGTH -> {
                    i = length.feed(bytes, i, to);
                    if (length.isBroken()) {
                        return broken("invalid bulk length", i);
                    }
                    state = length.hasEnded() ? LENGTH_LF : LENGTH;
                }
                case LENGTH_LF -> {
                    if (bytes[i++] != '\n') {
                        return broken("expected LF after the bulk length", i);
                    }
                    if (length.value() < 0 || length.value() > bulkBytesMax) {
                        return broken(
                                bulkBytesMax == BULK_BYTES_MAX ? "invalid bulk length" : "unauthenticated bulk length",
                                i);
                    }
                    remember(base + i, (int) length.value());
                    bodyRemaining = length.value();
                    state = bodyRemaining == 0 ? BODY_CR : BODY;
                }
                case BODY -> {
                    int taken = (int) Math.min(bodyRemaining, to - i);
                    i += taken;
                    bodyRemaining -= taken;
                    if (bodyRemaining == 0) {
                        state = BODY_CR;
                    }
                }
                case BODY_CR -> {
                    if (bytes[i++] != '\r') {
                        return broken("expected CR LF after a bulk string", i);
                    }
                    state = BODY_LF;
                }
                case BODY_LF -> {
                    if (bytes[i++] != '\n') {
                        return broken("expected CR LF after a bulk string", i);
                    }
                    state = DOLLAR;
                    if (++argumentsDone == argumentCount) {
                        return frame(base, i);
                    }
                }
                case INLINE_LINE -> {
                    while (i < to && bytes[i] != '\n' && bytes[i] != 0) {
                        i++;
                    }
                    if (i < to && bytes[i] == 0) {
                        return broken("NUL in an inline request", i);
                    }
                    if (base + i > INLINE_BYTES_MAX) {
                        return broken("too big inline request", i);
                    }
                    if (i < to) {
                        i++;
                        frameBytes = base + i;
                        status = Status.INLINE;
                        return i;
                    }
                }
                default -> throw new IllegalStateException("scanner state " + state);
            }
        }
        frameBytes = base + i;
        return i;
    }

    /// Takes as many arguments as lie whole in the buffer; the common case, without a state change for each part.
    ///
    /// @return the index behind the last whole argument; `from` when not even one is whole
    private int wholeArguments(byte[] bytes, int from, int to, long base) {
        int done = from;
        int i = from;
        while (true) {
            // '$', one to nine digits without a leading zero, CR LF
            if (i + 4 > to || bytes[i] != '$') {
                return done;
            }
            i++;
            int first = bytes[i] - '0';
            if (first < 0 || first > 9) {
                return done;
            }
            int size = first;
            i++;
            int limit = Math.min(to, i + 8);
            if (first != 0) {
                int digit;
                while (i < limit && (digit = bytes[i] - '0') >= 0 && digit <= 9) {
                    size = size * 10 + digit;
                    i++;
                }
            }
            if (i + 2 > to || bytes[i] != '\r' || bytes[i + 1] != '\n' || size > bulkBytesMax) {
                return done;
            }
            i += 2;
            if (size > to - i - 2 || bytes[i + size] != '\r' || bytes[i + size + 1] != '\n') {
                return done;
            }
            remember(base + i, size);
            i += size + 2;
            done = i;
            if (++argumentsDone == argumentCount) {
                return done;
            }
        }
    }

    private int frame(long base, int end) {
        frameBytes = base + end;
        status = Status.FRAME;
        return end;
    }

    private void remember(long offset, int size) {
        if (argumentsDone < REMEMBERED_ARGUMENTS) {
            offsets[argumentsDone] = (int) Math.min(offset, Integer.MAX_VALUE);
            lengths[argumentsDone] = size;
        }
    }

    private void startArguments() {
        if (length.value() <= 0) {
            status = Status.SKIP;
        } else if (length.value() > argumentsMax) {
            broken(argumentsMax == ARGUMENTS_MAX ? "invalid multibulk length" : "unauthenticated multibulk length", 0);
        } else {
            argumentCount = (int) length.value();
            state = DOLLAR;
        }
    }

    private int broken(String text, int at) {
        error = text;
        status = Status.BROKEN;
        return at;
    }

    private static String printable(byte b) {
        return b >= 0x20 && b < 0x7f
                ? new String(new byte[] {b}, StandardCharsets.US_ASCII)
                : "\\x" + Character.forDigit((b >> 4) & 0xf, 16) + Character.forDigit(b & 0xf, 16);
    }
}
