package dev.cobnut.config;

import org.jspecify.annotations.Nullable;

/// Which reads of a pool replicas answer, and how far such a replica may be behind.
///
/// @param policy for what comes in on `listen`; default `master`
/// @param listen a second address, on which all reads are for replicas; null for none
/// @param lagBytesMax how much of the replication stream a replica may miss, 0 or more; default 1048576
/// @param lagSecondsMax how long a replica may not have heard of its master, 1 or more; default 10
/// @param afterWriteMillis how long after the answer to a write a client's reads go to the master; default 1000
/// @param acrossShards whether SUNION, SINTER and SDIFF of keys on several shards are computed in the proxy, from sets
///     read one by one; default false
public record ReadSettings(
        ReadPolicy policy,
        @Nullable ListenAddress listen,
        int lagBytesMax,
        int lagSecondsMax,
        int afterWriteMillis,
        boolean acrossShards) {

    /// All reads go to the master.
    public static final ReadSettings DEFAULT = new ReadSettings(ReadPolicy.MASTER, null, 1_048_576, 10, 1_000, false);

    /// Whether it matters which replicas there are and how far they are behind.
    public boolean wantReplicas() {
        return policy != ReadPolicy.MASTER || listen != null;
    }
}
