package dev.cobnut.config;

import org.jspecify.annotations.Nullable;

/// One line of a pool, `key: value`, looked at without the others: for whoever writes pools. Pure, but for values that stand
/// elsewhere.
public final class PoolLine {
    private PoolLine() {}

    /// Why no pool may have this line; null when it may.
    public static @Nullable String refusal(String key, String value) {
        PoolKey row = PoolKeys.named(key);
        try {
            switch (row) {
                case null -> {
                    return BadValue.quote(key) + " is not a key of a pool" + Nearest.hint(key, PoolKeys.names());
                }
                case PoolKey.Value<?> one -> one.parser().parse(value);
                case PoolKey.ListOf<?> list -> list.parser().parse(value);
                case PoolKey.Items items -> {
                    return key + " is no single value (expected: " + items.expected() + ")";
                }
            }
            return null;
        } catch (BadValue e) {
            return key + " " + e.getMessage();
        }
    }

    /// Whether a pool is the same without this line.
    public static boolean isDefault(String key, String value) {
        PoolKey row = PoolKeys.named(key);
        return row != null && row.defaultText().equals("`" + value + "`");
    }
}
