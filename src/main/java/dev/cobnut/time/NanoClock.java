package dev.cobnut.time;

/// A monotonic clock. Anything that decides takes one, or takes `nowNanos`, so that tests move time themselves.
@FunctionalInterface
public interface NanoClock {
    /// The clock of this machine.
    NanoClock SYSTEM = System::nanoTime;

    /// Nanoseconds since an arbitrary origin; compare by subtraction only, the value may be negative.
    long nanoTime();
}
