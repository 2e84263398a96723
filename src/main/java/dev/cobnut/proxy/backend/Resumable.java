package dev.cobnut.proxy.backend;

/// A connection that reads nothing until it is told that there is room again. This is all that those who keep it
/// waiting know of it. For the loop's own thread.
public interface Resumable {
    /// The receiver that made it pause has room again. Does nothing when there is no pause.
    void resume();

    /// Whether replies are still to come from it.
    default boolean owesReplies() {
        return false;
    }
}
