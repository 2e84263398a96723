package dev.cobnut.resp;

/// A whole number as it stands in RESP headers and integer replies, read digit by digit up to its CR. As strict as
/// Redis' string2ll: a minus and at most 64 bits; no plus, no blank, no leading zero, no `-0`.
///
/// Resumable at every byte. Not thread safe.
final class LengthField {
    private static final int DIGITS_MAX = 19;

    /// Without its sign: what is 2^63 or more has the highest bit, and looks negative.
    private long number;

    private int digits;
    private boolean negative;
    private boolean ended;
    private boolean broken;

    /// Makes ready for the next number.
    void start() {
        number = 0;
        digits = 0;
        negative = false;
        ended = false;
        broken = false;
    }

    /// Reads on.
    ///
    /// @return the index behind the CR when [#hasEnded], else behind the last byte read
    int feed(byte[] bytes, int from, int to) {
        long sum = number;
        int count = digits;
        int i = from;
        while (i < to) {
            int digit = bytes[i++] - '0';
            boolean leadingZero = count == 1 && sum == 0;
            if (digit < 0 || digit > 9 || leadingZero || count == DIGITS_MAX) {
                number = sum;
                digits = count;
                noDigit(bytes[i - 1]);
                if (ended || broken) {
                    return i;
                }
            } else {
                sum = sum * 10 + digit;
                count++;
            }
        }
        number = sum;
        digits = count;
        return i;
    }

    private void noDigit(byte b) {
        if (b == '\r') {
            ended = true;
            boolean tooLarge = number < 0 && !(negative && number == Long.MIN_VALUE);
            broken = digits == 0 || (negative && number == 0) || tooLarge;
        } else if (b == '-' && isEmpty()) {
            negative = true;
        } else {
            broken = true;
        }
    }

    /// True when neither a minus nor a digit has been read.
    boolean isEmpty() {
        return digits == 0 && !negative;
    }

    boolean hasEnded() {
        return ended;
    }

    /// True when it is no such number at all.
    boolean isBroken() {
        return broken;
    }

    /// The number; meaningful once it has ended and is not broken.
    long value() {
        return negative ? -number : number;
    }
}
