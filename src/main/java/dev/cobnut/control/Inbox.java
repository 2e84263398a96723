package dev.cobnut.control;

/// Where news goes for whoever decides. Any thread.
///
/// @param <N> what the news of this inbox is
@FunctionalInterface
public interface Inbox<N> {
    /// Leaves a piece of news; waits while there is no room for it.
    ///
    /// @throws InterruptedException when interrupted while waiting; the news is lost then
    void post(N news) throws InterruptedException;
}
