package dev.cobnut.vip.checks;

/// When a row of results is believed: one of them alone may be chance. Pure.
final class Tally {
    private final int rise;
    private final int fall;
    private boolean isGood;

    /// How many results in turn have spoken against `isGood`.
    private int against;

    /// @param rise how many good ones in turn it takes to be good, 1 or more
    /// @param fall how many bad ones to be bad, 1 or more
    /// @param startsGood what it is before
    Tally(int rise, int fall, boolean startsGood) {
        this.rise = rise;
        this.fall = fall;
        this.isGood = startsGood;
    }

    /// One more result.
    ///
    /// @return what to believe now
    boolean on(boolean success) {
        against = success == isGood ? 0 : against + 1;
        if (against >= (isGood ? fall : rise)) {
            isGood = success;
            against = 0;
        }
        return isGood;
    }
}
