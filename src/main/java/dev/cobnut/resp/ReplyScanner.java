package dev.cobnut.resp;

import org.jspecify.annotations.Nullable;

/// Finds where one reply of a node ends, in RESP2 and, where [#setResp3] allows it, in all of RESP3. Resumable at
/// every byte, holds no bytes and never recurses: one counter of values still missing finds the end of any
/// nesting.
///
/// ```
///   feed ──► MORE     the reply goes on in the next chunk
///        ──► REPLY    a whole reply ends here    ──► reset() before the next feed
///        ──► BROKEN   see error(); the connection cannot go on
/// ```
///
/// Anything Redis would not send is BROKEN: RESP3 types without leave, a plus, a leading zero or a letter in a length or
/// an integer, a double that is none, CR or LF inside of a line, an array of more than 2^31-1 elements. Only what is text
/// is not looked into, and the text of a big number is one, since a script may put any there. Not thread safe; one for
/// each connection.
///
/// A line may be of any length, as a string may: Redis repeats an argument of a client in an error without cutting it.
/// Nothing of it is kept here, so that a line without an end costs no more than a long reply that goes on and on.
///
/// What RESP3 adds to counting:
///
/// - An attribute (`|`) belongs to the value behind it and is part of the same reply.
/// - A streamed string (`$?`) goes on in chunks until `;0`; a streamed array, set or map until `.`, at most 128 of
///   them in each other. Only these allocate, and only once.
/// - A push is a reply of its own, though it answers no request unless its kind ends in `subscribe`. EXEC can have
///   pushes among its elements: the message of a PUBLISH to oneself stands beside the elements (Redis before 7.2),
///   the answer to a SUBSCRIBE of one channel is an element. The kind of the push tells them apart: the second ends
///   in `subscribe`.
public final class ReplyScanner {

    /// What [#feed] found.
    public enum Status {
        MORE,
        REPLY,
        BROKEN
    }

    private static final long VALUES_MAX = 1L << 40;
    private static final long IN_STREAMED = 1L << 50;
    private static final long BULK_BYTES_MAX = 512L * 1024 * 1024 * 2;

    private static final int TYPE = 0;
    private static final int LINE = 1;
    private static final int LINE_LF = 2;
    private static final int LENGTH = 3;
    private static final int LENGTH_LF = 4;
    private static final int BODY = 5;
    private static final int BODY_CR = 6;
    private static final int BODY_LF = 7;

    // states that RESP2 does not have
    private static final int LINE_CR = 8;
    private static final int BOOLEAN = 9;
    private static final int STREAMED_CR = 10;
    private static final int STREAMED_LF = 11;
    private static final int ELEMENT = 12;
    private static final int CHUNK = 13;
    private static final int KIND_TYPE = 14;
    private static final int KIND_BODY = 15;
    private static final int DOUBLE = 16;

    // stand in `type` for what has no type byte of its own on the wire
    private static final byte INNER_PUSH = 'p';
    private static final byte KIND = 'k';

    /// The last eight letters of `subscribe`, the first of them in the highest byte.
    static final long UBSCRIBE = 0x7562736372696265L;

    private boolean resp3;
    private int state = TYPE;
    private byte type;

    /// Values still to come until the end of the reply; inside of a streamed aggregate, [#IN_STREAMED] and those
    /// until the end of the element.
    private long missing = 1;

    /// Reads lengths, and integers too.
    private final LengthField length = new LengthField();

    private final DoubleField number = new DoubleField();
    private long bodyRemaining;
    private final StreamedNesting streamed = new StreamedNesting();
    private long kindEnd;

    /// Whether the type of the reply itself has been read, which stands behind its attributes.
    private boolean typed;

    /// Whether that is the type of a push.
    private boolean push;

    private Status status = Status.MORE;
    private @Nullable String error;

    /// Whether types of RESP3 are accepted, beside those of RESP2; at first they are not. A connection that may
    /// change its version allows them once and for all: no reply of RESP2 is read otherwise for it, and only a
    /// node that answers in the wrong version goes unnoticed.
    public void setResp3(boolean resp3) {
        this.resp3 = resp3;
    }

    /// Makes ready for the next reply.
    public void reset() {
        state = TYPE;
        missing = 1;
        typed = false;
        push = false;
        streamed.clear();
        status = Status.MORE;
        error = null;
    }

    /// What the last [#feed] found.
    public Status status() {
        return status;
    }

    /// What is wrong with the bytes when the status is BROKEN.
    public String error() {
        return error == null ? "" : error;
    }

    /// Whether the reply that has ended, or has begun, is a push of RESP3, whatever attributes stand before it.
    public boolean isPush() {
        return push;
    }

    /// Whether what comes next, or has begun, can still turn out to be a push.
    public boolean mayBePush() {
        return push || (resp3 && !typed);
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
        if (bodyRemaining == 0 && state == BODY) {
            state = BODY_CR;
        }
    }

    /// Reads on.
    ///
    /// @return the index behind the last byte of this reply; `to` when the status is MORE; where the fault is when
    ///     it is BROKEN
    public int feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            switch (state) {
                case TYPE -> {
                    type = bytes[i++];
                    switch (type) {
                        case '+', '-' -> state = LINE;
                        case '$', '*', ':' -> {
                            state = LENGTH;
                            length.start();
                        }
                        default -> beginResp3();
                    }
                    if (isOwnValue() && type != '|') {
                        typed = true;
                        push = type == '>';
                    }
                }
                case LINE -> {
                    while (i < to && bytes[i] != '\r' && bytes[i] != '\n') {
                        i++;
                    }
                    if (i < to) {
                        if (bytes[i++] != '\r') {
                            broken("LF without CR in a line");
                            return i;
                        }
                        state = LINE_LF;
                    }
                }
                case LINE_LF -> {
                    if (bytes[i++] != '\n') {
                        broken("CR without LF in a line");
                        return i;
                    }
                    if (valueDone()) {
                        return i;
                    }
                }
                case LENGTH -> {
                    i = length.feed(bytes, i, to);
                    state = length.hasEnded() ? LENGTH_LF : LENGTH;
                    if (length.isBroken()) {
                        lengthBroken(bytes[i - 1]);
                    }
                }
                case LENGTH_LF -> {
                    if (bytes[i++] != '\n') {
                        broken("CR without LF behind a number");
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
                        broken("no CR LF after a bulk string");
                        return i;
                    }
                    state = BODY_LF;
                }
                case BODY_LF -> {
                    if (bytes[i++] != '\n') {
                        broken("no CR LF after a bulk string");
                        return i;
                    }
                    if (type == ';') {
                        state = CHUNK;
                    } else if (valueDone()) {
                        return i;
                    }
                }
                case DOUBLE -> {
                    i = number.feed(bytes, i, to);
                    if (number.isBroken()) {
                        broken("a double that is none");
                    } else if (number.hasEnded()) {
                        state = LINE_LF;
                    }
                }
                default -> i = feedResp3(bytes, i);
            }
            if (status == Status.BROKEN) {
                return i;
            }
        }
        return i;
    }

    /// One byte in a state that RESP2 does not have. No reply ends here.
    private int feedResp3(byte[] bytes, int at) {
        byte b = bytes[at];
        switch (state) {
            case LINE_CR -> expect(b == '\r', LINE_LF, "no CR LF after a value without text");
            case BOOLEAN -> expect(b == 't' || b == 'f', LINE_CR, "a boolean that is neither t nor f");
            case STREAMED_CR -> expect(b == '\r', STREAMED_LF, "no CR LF after a length of ?");
            case STREAMED_LF -> {
                expect(b == '\n', type == '$' ? CHUNK : ELEMENT, "no CR LF after a length of ?");
                if (state == ELEMENT) {
                    openStreamed();
                }
            }
            case ELEMENT -> {
                if (b == '.') {
                    expect(!streamed.lacksValue(), LINE_CR, "a streamed map that ends behind a key");
                    missing = streamed.close();
                } else {
                    streamed.countElement();
                    missing++;
                    state = TYPE;
                    return at;
                }
            }
            case CHUNK -> {
                expect(b == ';', LENGTH, "a streamed string that goes on without ;");
                type = b;
                length.start();
            }
            case KIND_TYPE -> {
                expect(b == '$', LENGTH, "a push whose kind is not a bulk string");
                type = KIND;
                length.start();
            }
            case KIND_BODY -> {
                kindEnd = kindEnd << 8 | (b & 0xff);
                if (--bodyRemaining == 0) {
                    missing -= kindEnd == UBSCRIBE ? 1 : 0;
                    state = BODY_CR;
                }
            }
            default -> throw new IllegalStateException("scanner state " + state);
        }
        return at + 1;
    }

    private void expect(boolean holds, int next, String otherwise) {
        state = next;
        if (!holds) {
            broken(otherwise);
        }
    }

    /// Whether the type byte just read is that of the reply itself, or of an attribute of it.
    private boolean isOwnValue() {
        return !typed && missing == 1;
    }

    private void beginResp3() {
        switch (resp3 ? type : 0) {
            case '_' -> state = LINE_CR;
            case '#' -> state = BOOLEAN;
            case '(' -> state = LINE;
            case ',' -> {
                state = DOUBLE;
                number.start();
            }
            case '!', '=', '%', '~', '>', '|' -> {
                type = type == '>' && !isOwnValue() ? INNER_PUSH : type;
                state = LENGTH;
                length.start();
            }
            default -> broken("reply of unknown type 0x" + Integer.toHexString(type & 0xff));
        }
    }

    private void lengthBroken(byte last) {
        boolean streams = type == '$' || type == '*' || type == '~' || type == '%';
        if (resp3 && last == '?' && length.isEmpty() && streams) {
            state = STREAMED_CR;
        } else {
            broken(type == ':' ? "an integer that is none" : "a length that is not a number");
        }
    }

    private void openStreamed() {
        if (streamed.open(missing, type == '%')) {
            missing = IN_STREAMED;
        } else {
            broken("streamed values more than " + StreamedNesting.DEPTH_MAX + " deep");
        }
    }

    private boolean lengthDone() {
        long size = length.value();
        if (type == '$' && size >= 0) {
            beginBody(size, 0);
            return false;
        }
        if (type == ':') {
            return valueDone();
        }
        if (type == '*' && size >= 0) {
            return addMissing(size, size) && valueDone();
        }
        if (size == -1 && (type == '$' || type == '*')) {
            return valueDone();
        }
        return size < 0 ? lengthRefused(size) : lengthDoneResp3(size);
    }

    private boolean lengthDoneResp3(long size) {
        switch (type) {
            case '~', '>' -> {
                return addMissing(size, size) && valueDone();
            }
            case '%' -> {
                return addMissing(size, 2 * size) && valueDone();
            }
            case '|' -> {
                addMissing(size, 2 * size);
                state = TYPE;
            }
            case INNER_PUSH -> {
                addMissing(size, size);
                state = KIND_TYPE;
            }
            case KIND -> {
                beginBody(size, 1);
                state = KIND_BODY;
                kindEnd = 0;
            }
            case '!' -> beginBody(size, 0);
            case '=' -> beginBody(size, "txt:".length());
            case ';' -> {
                if (size == 0) {
                    return valueDone();
                }
                beginBody(size, 1);
            }
            default -> throw new IllegalStateException("a length for type " + type);
        }
        return false;
    }

    private boolean lengthRefused(long size) {
        broken("a length of " + size);
        return false;
    }

    private void beginBody(long size, int bytesMin) {
        if (size > BULK_BYTES_MAX || size < bytesMin) {
            broken("a string of " + size + " bytes in '" + (char) type + "'");
        }
        bodyRemaining = size;
        state = size == 0 ? BODY_CR : BODY;
    }

    /// @return false when that is an error
    private boolean addMissing(long size, long values) {
        boolean emptyPush = size == 0 && (type == '>' || type == INNER_PUSH);
        if (size > Integer.MAX_VALUE || (missing & ~IN_STREAMED) + values > VALUES_MAX || emptyPush) {
            broken("an array of " + size + " elements");
            return false;
        }
        missing += values;
        return true;
    }

    private boolean valueDone() {
        missing--;
        state = missing == IN_STREAMED ? ELEMENT : TYPE;
        if (missing != 0) {
            return false;
        }
        status = Status.REPLY;
        return true;
    }

    private void broken(String text) {
        error = text;
        status = Status.BROKEN;
    }
}
