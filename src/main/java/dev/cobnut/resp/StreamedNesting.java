package dev.cobnut.resp;

import java.util.Arrays;

/// The streamed aggregates (`*?`, `~?`, `%?`) around the value being read, outermost first. Each remembers how many
/// values were missing outside of it, and whether it is a map that waits for the value of a key.
///
/// No Redis sends them yet, so that most connections never have an array for them. At most [#DEPTH_MAX] deep.
final class StreamedNesting {
    static final int DEPTH_MAX = 128;

    private static final long[] NONE = {};
    private static final int FLAG_BITS = 2;
    private static final long MAP = 1;
    private static final long ODD = 2;

    private long[] levels = NONE;
    private int depth;

    /// Leaves all of them.
    void clear() {
        depth = 0;
    }

    /// Goes into one more.
    ///
    /// @param missing values missing outside, this one included; below 2^61
    /// @return false when it would be too deep
    boolean open(long missing, boolean map) {
        if (depth == DEPTH_MAX) {
            return false;
        }
        if (depth == levels.length) {
            levels = Arrays.copyOf(levels, Math.max(4, depth * 2));
        }
        levels[depth++] = missing << FLAG_BITS | (map ? MAP : 0);
        return true;
    }

    /// Counts one more element of the innermost.
    void countElement() {
        levels[depth - 1] ^= ODD;
    }

    /// True when the innermost is a map and has a key without a value.
    boolean lacksValue() {
        return (levels[depth - 1] & (MAP | ODD)) == (MAP | ODD);
    }

    /// Leaves the innermost.
    ///
    /// @return the values missing outside, the left one included
    long close() {
        return levels[--depth] >> FLAG_BITS;
    }
}
