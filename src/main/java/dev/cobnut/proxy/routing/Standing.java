package dev.cobnut.proxy.routing;

/// What of a client matters to where its request goes: whether it may do it at all, and what it is in the middle of.
/// Asked by [Routing] and [Checks], which change nothing of it.
public interface Standing {

    /// Where the client is between MULTI and EXEC.
    enum Phase {
        /// In no transaction.
        PLAIN,
        /// In one that no key has named the shard of.
        NOWHERE,
        /// In one that a node queues.
        SOMEWHERE,
        /// In one that was refused something before there was a node that could know.
        REFUSED,
        /// In one whose connection is gone.
        LOST
    }

    /// Whether it has logged in, where that is needed.
    boolean isAuthenticated();

    /// As whom it has logged in; empty before that.
    String user();

    /// Whether it came in where clients only read.
    boolean isReader();

    /// Whether its reads may be answered by replicas now.
    boolean mayReadReplicas();

    /// Whether it has subscriptions and speaks RESP2, which then leaves it few commands.
    boolean isSubscriber();

    /// Where it is between MULTI and EXEC.
    Phase phase();

    /// The shard of its transaction while it is SOMEWHERE; [Router#NONE] at other times.
    int transactionShard();

    /// Whether EXEC has something to run that no node has been told yet.
    boolean holdsCommands();

    /// The shard of the keys that it watches; [Router#NONE] when it watches none.
    int watchedShard();

    /// Whether a WATCH was refused, so that the next transaction must fail.
    boolean isWatchRefused();
}
