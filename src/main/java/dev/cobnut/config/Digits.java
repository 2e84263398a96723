package dev.cobnut.config;

/// Whole numbers as nutcracker writes them: ASCII digits only, without sign, blank, fraction or unit.
///
/// nutcracker adds the digits up in a C int without looking for an overflow, so that 4294967297 reads as 1. Here a
/// number that does not fit is no number: a file that relied on the accident is told so instead of obeyed.
final class Digits {
    /// What [#value] returns for a text that is not a number from 0 to 2147483647.
    static final int NOT_A_NUMBER = -1;

    private Digits() {}

    static int value(String text) {
        if (text.isEmpty()) {
            return NOT_A_NUMBER;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return NOT_A_NUMBER;
            }
            value = value * 10 + (c - '0');
            if (value > Integer.MAX_VALUE) {
                return NOT_A_NUMBER;
            }
        }
        return (int) value;
    }
}
