package dev.cobnut.planted.circle.lower;

/// Part of a circle.
public final class Second {
    public Third next() {
        return new Third();
    }
}
