package dev.cobnut.planted.circle.upper;

import dev.cobnut.planted.circle.lower.First;

/// Closes a circle across two rooms.
public final class Upper {
    public First next() {
        return new First();
    }
}
