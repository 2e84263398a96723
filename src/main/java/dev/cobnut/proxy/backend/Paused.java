package dev.cobnut.proxy.backend;

/// What has stopped reading until somebody has room again: a node connection, as those see it who make it wait. For
/// the loop's own thread.
public interface Paused {
    /// There is room again. Does nothing when it is reading.
    void resume();
}
