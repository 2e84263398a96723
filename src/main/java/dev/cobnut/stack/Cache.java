package dev.cobnut.stack;

/// The caches of the reference stack: one row each.
enum Cache {
    OBJECTS("cluster_obj", 12000, 6379, 0, false),
    PAGES("cluster_fpc", 12001, 6380, 1, false),
    SESSIONS("cluster_sess", 12002, 6381, 2, true);

    private final String masterName;
    private final int port;
    private final int proxyPort;
    private final int firstMaster;
    private final boolean appendOnly;

    Cache(String masterName, int port, int proxyPort, int firstMaster, boolean appendOnly) {
        this.masterName = masterName;
        this.port = port;
        this.proxyPort = proxyPort;
        this.firstMaster = firstMaster;
        this.appendOnly = appendOnly;
    }

    /// What Sentinel monitors it under, and the name of its pool.
    String masterName() {
        return masterName;
    }

    /// Where its redis-servers listen, the same on all hosts.
    int port() {
        return port;
    }

    /// Where the proxy listens for it.
    int proxyPort() {
        return proxyPort;
    }

    /// The host of its master in a fresh stack, from 0.
    int firstMaster() {
        return firstMaster;
    }

    /// Whether it keeps an append-only file, synced every second.
    boolean appendOnly() {
        return appendOnly;
    }
}
