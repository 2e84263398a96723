package dev.cobnut.stack;

/// The caches of the reference stack: one row each.
enum Cache {
    OBJECTS("cluster_obj", 12000, 6379, 0, false),
    PAGES("cluster_fpc", 12001, 6380, 1, false),
    SESSIONS("cluster_sess", 12002, 6381, 2, true);

    /// What Sentinel monitors it under, and the name of its pool.
    final String masterName;

    /// Where its redis-servers listen, the same on all hosts.
    final int port;

    /// Where the proxy listens for it.
    final int proxyPort;

    /// The host of its master in a fresh stack, from 0.
    final int firstMaster;

    /// Whether it keeps an append-only file, synced every second.
    final boolean appendOnly;

    Cache(String masterName, int port, int proxyPort, int firstMaster, boolean appendOnly) {
        this.masterName = masterName;
        this.port = port;
        this.proxyPort = proxyPort;
        this.firstMaster = firstMaster;
        this.appendOnly = appendOnly;
    }
}
