package dev.cobnut.proxy.routing;

/// A client as [Routing] sees it, in any situation that a test wants.
record Asker(
        boolean isAuthenticated,
        boolean isReader,
        boolean mayReadReplicas,
        boolean isSubscriber,
        Phase phase,
        int transactionShard,
        boolean holdsCommands,
        int watchedShard,
        boolean isWatchRefused)
        implements Standing {

    /// Logged in, and in the middle of nothing.
    static final Asker PLAIN =
            new Asker(true, false, false, false, Phase.PLAIN, Router.NONE, false, Router.NONE, false);

    static final Asker LOGGED_OUT =
            new Asker(false, false, false, false, Phase.PLAIN, Router.NONE, false, Router.NONE, false);

    @Override
    public String user() {
        return isAuthenticated ? "default" : "";
    }

    /// Came in where clients only read.
    static final Asker READER = new Asker(true, true, true, false, Phase.PLAIN, Router.NONE, false, Router.NONE, false);

    /// Its reads may go to replicas now.
    static final Asker FAR_FROM_WRITES =
            new Asker(true, false, true, false, Phase.PLAIN, Router.NONE, false, Router.NONE, false);

    /// Has subscriptions, and speaks RESP2.
    static final Asker SUBSCRIBER =
            new Asker(true, false, false, true, Phase.PLAIN, Router.NONE, false, Router.NONE, false);

    /// A WATCH of its was refused.
    static final Asker WATCH_REFUSED =
            new Asker(true, false, false, false, Phase.PLAIN, Router.NONE, false, Router.NONE, true);

    static Asker watching(int shard) {
        return new Asker(true, false, false, false, Phase.PLAIN, Router.NONE, false, shard, false);
    }

    /// In a transaction that a node queues.
    static Asker queuing(int shard) {
        return new Asker(true, false, false, false, Phase.SOMEWHERE, shard, false, Router.NONE, false);
    }

    /// In a transaction without a node.
    static Asker between(Phase phase) {
        return new Asker(true, false, false, false, phase, Router.NONE, false, Router.NONE, false);
    }

    /// In a transaction without a node that keeps what it was given.
    static Asker holding() {
        return new Asker(true, false, false, false, Phase.NOWHERE, Router.NONE, true, Router.NONE, false);
    }
}
