package dev.cobnut.resp;

/// What a command does beside answering that the proxy has to follow, since it concerns other connections than
/// the one it came over.
public enum Effect {
    /// Nothing of that kind.
    NONE,
    /// CLIENT PAUSE: nodes hold requests back for a while, and read no further behind one that they hold.
    PAUSES,
    /// CLIENT UNPAUSE: that has ended.
    UNPAUSES,
    /// MONITOR: from now on the connection shows the requests of other clients, as lines without being asked.
    MONITORS,
    /// CLIENT SETNAME: the client has a name, which the node shows for this connection.
    NAMES,
    /// CLIENT SETINFO: the node shows the client's library for this connection.
    INFORMS,
    /// CLIENT TRACKING: from now on the node tells this connection which keys have changed, or another one that is
    /// named.
    TRACKS
}
