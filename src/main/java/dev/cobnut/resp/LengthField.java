package dev.cobnut.resp;

/// A length as it stands in RESP headers, read digit by digit up to its CR. As strict as Redis' string2ll: a minus and
/// at most ten digits; no plus, no blank, no leading zero, no `-0`.
///
/// Resumable at every byte. Not thread safe.
final class LengthField {
    private static final int DIGITS_MAX = 10;

    private long number;
    private int digits;
    private boolean negative;
    private boolean ended;
    private boolean broken;

    /// Makes ready for the next length.
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
        int i = from;
        while (i < to) {
            byte b = bytes[i++];
            if (b == '\r') {
                ended = true;
                broken = digits == 0 || (negative && number == 0);
                return i;
            }
            if (b == '-' && digits == 0 && !negative) {
                negative = true;
                continue;
            }
            boolean leadingZero = digits == 1 && number == 0;
            if (b < '0' || b > '9' || leadingZero || ++digits > DIGITS_MAX) {
                broken = true;
                return i;
            }
            number = number * 10 + (b - '0');
        }
        return i;
    }

    /// True when neither a minus nor a digit has been read.
    boolean isEmpty() {
        return digits == 0 && !negative;
    }

    boolean hasEnded() {
        return ended;
    }

    /// True when it is no length at all.
    boolean isBroken() {
        return broken;
    }

    /// The length; meaningful once it has ended and is not broken.
    long value() {
        return negative ? -number : number;
    }
}
