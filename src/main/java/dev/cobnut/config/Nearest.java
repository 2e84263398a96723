package dev.cobnut.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds what somebody meant who mistyped.
public final class Nearest {
    /// Longer words are not worth comparing: no key comes near.
    private static final int WORD_MAX = 40;

    private Nearest() {}

    /// The known word with the fewest letters to change, or null when none is near. Case does not count.
    static @Nullable String to(String word, Collection<String> known) {
        if (word.length() > WORD_MAX) {
            return null;
        }
        String best = null;
        int bestDistance = Math.max(1, word.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(word.toLowerCase(Locale.ROOT), candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    /// `; did you mean …?`, or nothing.
    public static String hint(String word, Collection<String> known) {
        String nearest = to(word, known);
        return nearest == null ? "" : "; did you mean " + nearest + "?";
    }

    /// Letters to insert, delete or replace (Levenshtein), row by row.
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
