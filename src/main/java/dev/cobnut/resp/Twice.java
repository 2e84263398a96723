package dev.cobnut.resp;

/// What becomes of the data when a write is executed twice, one right behind the other. For pools that send such writes again
/// when nobody knows whether they were executed; so it is said of few, and of nothing whose answer is a claim that
/// only one can have: SETNX, SADD, ZREM and their like answer 0 to the one who was first.
public enum Twice {
    /// Not written in the table: they may be other data, or another answer.
    CHANGES,
    /// They are the same, and so is the answer, but for the number of keys that DEL and UNLINK have removed, and of fields
    /// that HSET has added: that is the number of the second time.
    SAME,
    /// The same for EXPIRE and its like without options.
    SAME_IF_PLAIN,
    /// The same for SET without options, or with one of EX, PX, EXAT, PXAT. Not with KEEPTTL: the key may expire in
    /// between.
    SAME_IF_SET;

    private static final int PLAIN_SET_ARGUMENTS = 3;
    private static final int TIMED_SET_ARGUMENTS = 5;

    /// Whether it is the same for this request.
    boolean isSame(Frame frame) {
        return switch (this) {
            case CHANGES -> false;
            case SAME -> true;
            case SAME_IF_PLAIN ->
                frame.argumentCount() == Math.abs(frame.command().arity());
            case SAME_IF_SET ->
                frame.argumentCount() == PLAIN_SET_ARGUMENTS
                        || (frame.argumentCount() == TIMED_SET_ARGUMENTS && isTime(frame));
        };
    }

    private static boolean isTime(Frame frame) {
        int option = PLAIN_SET_ARGUMENTS;
        return frame.is(option, "EX") || frame.is(option, "PX") || frame.is(option, "EXAT") || frame.is(option, "PXAT");
    }
}
