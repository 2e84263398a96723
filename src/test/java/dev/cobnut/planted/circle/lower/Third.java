package dev.cobnut.planted.circle.lower;

import dev.cobnut.planted.circle.upper.Upper;

/// Part of a circle, by way of a nested class.
public final class Third {
    public static final class Nested {
        public Upper next() {
            return new Upper();
        }
    }
}
