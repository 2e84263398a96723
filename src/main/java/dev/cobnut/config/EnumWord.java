package dev.cobnut.config;

import java.util.Locale;

/// What values of an enum are called in a file: `PREFER_REPLICA` is `prefer-replica`.
public final class EnumWord {
    private EnumWord() {}

    /// In small letters, and with hyphens.
    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
