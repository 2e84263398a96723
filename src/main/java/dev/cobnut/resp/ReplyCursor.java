package dev.cobnut.resp;

import org.jspecify.annotations.Nullable;

/// Walks over values of whole replies in place, in RESP2 and RESP3: first over the replies in a range of an array, and
/// after [#enter] over the elements of the current one. Values inside of an element are skipped, to any depth.
///
///     cursor.reset(bytes, from, to);
///     cursor.next();                  // *2: the reply of SCAN
///     cursor.enter();
///     cursor.next();                  // its cursor: textFrom() .. textTo()
///     cursor.next();                  // its keys, as they are: from() .. to()
///     cursor.enter();
///     while (cursor.next()) { ... }   // each key
///
/// There is no way back out of an element; a second cursor on [#from] and [#to] walks it aside.
///
/// The replies must have been accepted by [ReplyScanner] before: this class does not check them again, but never
/// reads outside of its range and throws IllegalStateException when they would make it. Reusable; not thread
/// safe. Positions are those of the array.
public final class ReplyCursor {
    private static final long UNTIL_LIMIT = -2;
    private static final long UNTIL_DOT = -1;

    /// Finds the end of a nested value; most replies have none.
    private @Nullable ReplyScanner scanner;

    private byte[] bytes = new byte[0];
    private int limit;

    /// Where the next value begins; when there is a current one, where that one begins.
    private int position;

    /// Elements still to show, or one of the two above.
    private long remaining;

    private byte type;
    private long size;
    private boolean streamed;
    private int textFrom;
    private int textTo;

    /// -1 while nobody has asked.
    private int to;

    /// A cursor that stands on the one value of a whole reply.
    public static ReplyCursor on(byte[] reply) {
        ReplyCursor cursor = new ReplyCursor();
        cursor.reset(reply, 0, reply.length);
        cursor.next();
        return cursor;
    }

    /// Goes before the first of the replies in `array[from .. to)`.
    public void reset(byte[] array, int from, int to) {
        bytes = array;
        limit = to;
        standBefore(from, UNTIL_LIMIT);
    }

    /// Goes to the next value; false when there is none. A push among the elements of EXEC's reply is shown too.
    public boolean next() {
        if (type != 0) {
            position = to();
        }
        if (isAtEnd()) {
            standBefore(position, 0);
            return false;
        }
        readHeader(position);
        while (type == '|') {
            int at = textFrom;
            for (long missing = 2 * size; missing > 0; missing--) {
                at = endOf(at);
            }
            readHeader(at);
        }
        if (remaining > 0 && !standsBeside()) {
            remaining--;
        }
        return true;
    }

    /// Goes before the first element of the current value; there is none when it is a null or no aggregate.
    public void enter() {
        long elements = elements();
        standBefore(textFrom, elements == -1 ? UNTIL_DOT : elements);
    }

    /// The type byte of the current value, as it stands behind its attributes: one of ``+-:$*_#,(!=%~>``; 0 when
    /// there is no current value.
    public byte type() {
        return type;
    }

    /// What it walks over.
    public byte[] array() {
        return bytes;
    }

    /// Where the current value begins, its attributes included.
    public int from() {
        return position;
    }

    /// Where the current value ends, its last CR LF included.
    public int to() {
        if (to < 0) {
            to = endOf(position);
        }
        return to;
    }

    /// True when the current value is one of the null forms `$-1`, `*-1` and `_`.
    public boolean isNull() {
        return size == -1 && !streamed;
    }

    /// The bytes of a string or of a line's text; what the header of an aggregate says, which is pairs for a map;
    /// -1 for null and for streamed values.
    public long size() {
        return size;
    }

    /// How many elements [#enter] leads to: twice the pairs of a map; 0 for null and for what is no aggregate; -1
    /// when streamed. Pushes that stand beside the elements of EXEC's reply are not counted.
    public long elements() {
        return switch (type) {
            case '*', '~', '>' -> streamed ? -1 : Math.max(0, size);
            case '%' -> streamed ? -1 : 2 * size;
            default -> 0;
        };
    }

    /// Where the text of the current value begins: the body of a string, or a line without its type byte. For an
    /// aggregate and a streamed string: behind the header.
    public int textFrom() {
        return textFrom;
    }

    /// Where the text of the current value ends, without its CR LF. Same as [#textFrom] for an aggregate and a
    /// streamed string.
    public int textTo() {
        return textTo;
    }

    /// The text of the current value as a decimal integer with no sign but a minus; `Long.MIN_VALUE` when it is
    /// not one or is beyond 2^63-1 on either side.
    public long integer() {
        boolean negative = textFrom < textTo && bytes[textFrom] == '-';
        int first = negative ? textFrom + 1 : textFrom;
        if (first >= textTo) {
            return Long.MIN_VALUE;
        }
        long value = 0;
        for (int i = first; i < textTo; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return Long.MIN_VALUE;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    private boolean isAtEnd() {
        if (remaining == UNTIL_DOT) {
            return at(position) == '.' && endOfLine(position) == position + 1;
        }
        return remaining == UNTIL_LIMIT ? position == limit : remaining == 0;
    }

    private void standBefore(int first, long count) {
        position = first;
        remaining = count;
        type = 0;
        size = 0;
        streamed = false;
        textFrom = first;
        textTo = first;
        to = first;
    }

    private void readHeader(int at) {
        type = at(at);
        textFrom = at + 1;
        textTo = endOfLine(textFrom);
        to = textTo + 2;
        streamed = false;
        switch (type) {
            case '+', '-', ':', '#', ',', '(' -> size = (long) textTo - textFrom;
            case '_' -> size = -1;
            case '$', '!', '=', '*', '~', '%', '>', '|' -> {
                streamed = bytes[textFrom] == '?';
                size = streamed ? -1 : integer();
                textFrom = to;
                textTo = to;
                boolean canBeNull = streamed || type == '$' || type == '*';
                if (size < (canBeNull ? -1 : 0) || size > Integer.MAX_VALUE) {
                    throw broken("a length of " + size, at);
                }
                if (type != '$' && type != '!' && type != '=') {
                    to = size == 0 || isNull() ? to : -1;
                } else if (streamed) {
                    to = -1;
                } else if (size >= 0) {
                    if (size > limit - 2 - textFrom) {
                        throw broken("a string of " + size + " bytes", at);
                    }
                    textTo += (int) size;
                    to = textTo + 2;
                }
            }
            default -> throw broken("type 0x" + Integer.toHexString(type & 0xff), at);
        }
    }

    /// Whether the current value is a push beside the elements, by the rule of [ReplyScanner].
    private boolean standsBeside() {
        if (type != '>') {
            return false;
        }
        int kindTo = endOf(textFrom) - 2;
        long kindEnd = 0;
        for (int i = Math.max(textFrom, kindTo - Long.BYTES); i < kindTo; i++) {
            kindEnd = kindEnd << 8 | (bytes[i] & 0xff);
        }
        return kindEnd != ReplyScanner.UBSCRIBE;
    }

    private byte at(int index) {
        if (index >= limit) {
            throw broken("no value", index);
        }
        return bytes[index];
    }

    /// Where the CR LF of the line is.
    private int endOfLine(int start) {
        for (int i = start; i < limit - 1; i++) {
            if (bytes[i] == '\r') {
                return i;
            }
        }
        throw broken("no line end", start);
    }

    private int endOf(int start) {
        ReplyScanner whole = scanner;
        if (whole == null) {
            whole = new ReplyScanner();
            whole.setResp3(true);
            scanner = whole;
        }
        whole.reset();
        int end = whole.feed(bytes, start, limit);
        if (whole.status() != ReplyScanner.Status.REPLY) {
            throw broken("a value that is not whole (" + whole.status() + " " + whole.error() + ")", start);
        }
        return end;
    }

    private IllegalStateException broken(String what, int where) {
        return new IllegalStateException(what + " at byte " + where + " of replies that end at " + limit);
    }
}
