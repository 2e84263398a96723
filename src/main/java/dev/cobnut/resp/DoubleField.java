package dev.cobnut.resp;

/// A double as Redis writes it (`,1.5`, `,-3e-07`, `,inf`, `,nan`), read byte by byte up to its CR: digits without a
/// leading zero, then perhaps a point and digits, then perhaps an exponent; or one of the two words. Of any length,
/// since nothing of it is kept.
///
/// | state    | what has been read      | may come next                      |
/// |----------|-------------------------|------------------------------------|
/// | START    | nothing                 | `-` a digit `i` `n`                |
/// | MINUS    | the sign                | a digit `i` `n`                    |
/// | ZERO     | a zero at the beginning | `.` `e` CR                         |
/// | WHOLE    | digits                  | a digit `.` `e` CR                 |
/// | POINT    | a point                 | a digit                            |
/// | FRACTION | digits behind it        | a digit `e` CR                     |
/// | E        | `e`                     | `+` `-` a digit                    |
/// | SIGNED   | its sign                | a digit                            |
/// | EXPONENT | its digits              | a digit CR                         |
/// | I, IN    | of `inf`                | the next letter                    |
/// | N, NA    | of `nan`                | the next letter                    |
/// | WORD     | a whole word            | CR                                 |
///
/// Resumable at every byte. Not thread safe.
final class DoubleField {
    private enum State {
        START,
        MINUS,
        ZERO,
        WHOLE,
        POINT,
        FRACTION,
        E,
        SIGNED,
        EXPONENT,
        I,
        IN,
        N,
        NA,
        WORD,
        ENDED,
        BROKEN
    }

    private State state = State.START;

    /// Makes ready for the next double.
    void start() {
        state = State.START;
    }

    /// Reads on.
    ///
    /// @return the index behind the CR when [#hasEnded], else behind the last byte read
    int feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && state != State.ENDED && state != State.BROKEN) {
            state = next(state, bytes[i++]);
        }
        return i;
    }

    private static State next(State state, byte b) {
        return switch (b) {
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> behindDigit(state, b == '0');
            case '.' -> state == State.ZERO || state == State.WHOLE ? State.POINT : State.BROKEN;
            case 'e', 'E' ->
                state == State.ZERO || state == State.WHOLE || state == State.FRACTION ? State.E : State.BROKEN;
            case '-' ->
                switch (state) {
                    case START -> State.MINUS;
                    case E -> State.SIGNED;
                    default -> State.BROKEN;
                };
            case '+' -> state == State.E ? State.SIGNED : State.BROKEN;
            case 'i', 'n', 'f', 'a' -> behindLetter(state, b);
            case '\r' ->
                switch (state) {
                    case ZERO, WHOLE, FRACTION, EXPONENT, WORD -> State.ENDED;
                    default -> State.BROKEN;
                };
            default -> State.BROKEN;
        };
    }

    private static State behindDigit(State state, boolean zero) {
        return switch (state) {
            case START, MINUS -> zero ? State.ZERO : State.WHOLE;
            case WHOLE -> State.WHOLE;
            case POINT, FRACTION -> State.FRACTION;
            case E, SIGNED, EXPONENT -> State.EXPONENT;
            case ZERO, I, IN, N, NA, WORD, ENDED, BROKEN -> State.BROKEN;
        };
    }

    private static State behindLetter(State state, byte letter) {
        return switch (state) {
            case START, MINUS -> letter == 'i' ? State.I : letter == 'n' ? State.N : State.BROKEN;
            case I -> letter == 'n' ? State.IN : State.BROKEN;
            case IN -> letter == 'f' ? State.WORD : State.BROKEN;
            case N -> letter == 'a' ? State.NA : State.BROKEN;
            case NA -> letter == 'n' ? State.WORD : State.BROKEN;
            default -> State.BROKEN;
        };
    }

    boolean hasEnded() {
        return state == State.ENDED;
    }

    /// True when it is no double at all.
    boolean isBroken() {
        return state == State.BROKEN;
    }
}
