package dev.cobnut.proxy.backend;

import dev.cobnut.topology.Trouble;

/// What a link to a node tells its owner. Calls come on the link's event loop.
interface LinkListener {
    /// The node stopped answering. Comes once, until [#onRecovered].
    void onFailing(Failure why);

    /// The node answers again.
    void onRecovered();

    /// The node failed.
    ///
    /// @param inARow how many times since it last answered or was replaced, this time included
    /// @param sinceNanos the time of the first failure after the last answer
    void onFailure(Trouble.Kind kind, int inARow, long sinceNanos);

    /// The node did not fail, but what it did suggests that it is not, or no longer, a master that works.
    ///
    /// @param sinceNanos as for [#onFailure]; now when it has not failed
    void onDoubt(Trouble.Kind kind, long sinceNanos);

    /// The node refuses writes because of its own state.
    ///
    /// @param words its own
    void onWriteRefused(String words);
}
