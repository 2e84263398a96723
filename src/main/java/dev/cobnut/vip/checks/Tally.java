package dev.cobnut.vip.checks;

import dev.cobnut.vip.Status.Verdict;

/// When a row of results is believed: one of them alone may be chance, but for the first, which is better than none. Pure.
final class Tally {
    private final int rise;
    private final int fall;
    private Verdict verdict;

    /// How many results in turn have spoken against the verdict.
    private int against;

    /// @param rise how many good ones in turn it takes to be good again, 1 or more
    /// @param fall how many bad ones to be bad, 1 or more
    /// @param startsBad whether it is bad before the first, instead of unknown
    Tally(int rise, int fall, boolean startsBad) {
        this.rise = rise;
        this.fall = fall;
        this.verdict = startsBad ? Verdict.BAD : Verdict.UNKNOWN;
    }

    /// One more result.
    ///
    /// @return what to believe now
    Verdict on(boolean success) {
        Verdict seen = success ? Verdict.GOOD : Verdict.BAD;
        against = seen == verdict ? 0 : against + 1;
        int enough = switch (verdict) {
            case UNKNOWN -> 1;
            case GOOD -> fall;
            case BAD -> rise;
        };
        if (against >= enough) {
            verdict = seen;
            against = 0;
        }
        return verdict;
    }
}
