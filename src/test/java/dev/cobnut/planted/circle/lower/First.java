package dev.cobnut.planted.circle.lower;

/// Part of a circle.
public final class First {
    public Second next() {
        return new Second();
    }
}
