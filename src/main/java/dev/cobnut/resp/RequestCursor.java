package dev.cobnut.resp;

/// Walks the arguments of one whole request, `*N CR LF $len CR LF bytes CR LF ...`, in place.
///
/// The frame must have been accepted by [RequestScanner] before: this class does not check it again, but notices
/// when it would leave the frame. Reusable; not thread safe. Positions are those of the array.
final class RequestCursor {
    private byte[] bytes = new byte[0];
    private int end;
    private int position;
    private int count;
    private int index;
    private int offset;
    private int length;

    /// Goes before the first argument of the frame in `frame[from .. to)`.
    void begin(byte[] frame, int from, int to) {
        bytes = frame;
        end = to;
        position = from;
        count = header('*');
        index = -1;
        offset = position;
        length = 0;
    }

    /// The number of arguments, the name of the command included.
    int count() {
        return count;
    }

    /// Goes to the next argument; false when there is none.
    boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        length = header('$');
        offset = position;
        if (length > end - 2 - offset) {
            throw broken("an argument of " + length + " bytes");
        }
        position = offset + length + 2;
        index++;
        return true;
    }

    /// Goes forward to an argument; false when there is none.
    boolean seek(int argument) {
        while (index < argument) {
            if (!next()) {
                return false;
            }
        }
        return true;
    }

    /// The current argument: 0 is the name of the command; -1 before the first [#next()].
    int index() {
        return index;
    }

    /// Where the bytes of the current argument begin in the array.
    int offset() {
        return offset;
    }

    /// How many bytes the current argument has.
    int length() {
        return length;
    }

    /// Whether Redis takes the current argument for this word: without regard to ASCII case, and up to a NUL, which
    /// ends a text in C. `BLOCK NUL x` blocks as `BLOCK` does.
    ///
    /// @param upper letters and digits, in upper case
    boolean is(String upper) {
        return is(bytes, offset, length, upper);
    }

    static boolean is(byte[] bytes, int offset, int length, String upper) {
        int word = upper.length();
        if (length < word || (length > word && bytes[offset + word] != 0)) {
            return false;
        }
        for (int i = 0; i < word; i++) {
            byte b = bytes[offset + i];
            if ((b >= 'a' && b <= 'z' ? b - 0x20 : b) != upper.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// How many bytes of the current argument stand before this one; negative when Redis, which reads no further than a
    /// NUL, does not find it.
    int bytesBefore(char ascii) {
        for (int i = 0; i < length && bytes[offset + i] != 0; i++) {
            if (bytes[offset + i] == ascii) {
                return i;
            }
        }
        return -1;
    }

    /// The current argument as a decimal integer in the one spelling that Redis takes: no sign but a minus, no
    /// leading zero. `Long.MIN_VALUE` when it is not one.
    long integer() {
        return integer(bytes, offset, length);
    }

    static long integer(byte[] bytes, int offset, int length) {
        boolean negative = length > 0 && bytes[offset] == '-';
        int from = negative ? offset + 1 : offset;
        int digits = offset + length - from;
        if (digits < 1 || digits > 19 || (bytes[from] == '0' && length > 1)) {
            return Long.MIN_VALUE;
        }
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return Long.MIN_VALUE;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    private int header(char sign) {
        if (position >= end || bytes[position] != sign) {
            throw broken("no '" + sign + "'");
        }
        position++;
        long value = 0;
        int first = position;
        while (position < end && bytes[position] >= '0' && bytes[position] <= '9' && position - first < 10) {
            value = value * 10 + bytes[position++] - '0';
        }
        if (position == first || value > Integer.MAX_VALUE || end - position < 2 || bytes[position] != '\r') {
            throw broken("no length");
        }
        position += 2;
        return (int) value;
    }

    private IllegalStateException broken(String what) {
        return new IllegalStateException(
                what + " at byte " + position + " of a frame that ends at " + end + ", after argument " + index);
    }
}
