package dev.cobnut.doctor;

import java.util.Locale;

/// What data are for, as far as the name of a cache, a pool or a file says it.
public enum Kind {
    /// Losing them logs customers out.
    SESSION,
    /// They can be made again.
    CACHE,
    /// Nothing is known.
    UNKNOWN;

    /// By what is in a name.
    public static Kind of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.contains("sess")) {
            return SESSION;
        }
        return lower.matches("(?s).*(cache|fpc|page|(^|[^a-z])obj).*") ? CACHE : UNKNOWN;
    }
}
