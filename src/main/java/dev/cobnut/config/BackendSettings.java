package dev.cobnut.config;

import dev.cobnut.topology.Login;
import org.jspecify.annotations.Nullable;

/// How a pool's connections to its servers are opened, used and given up.
///
/// @param timeoutMillis from queueing a request, connecting included, to its reply; 0 waits without end; null for the
///     default: [#DEFAULT_LANE_TIMEOUT_MILLIS] for requests on shared connections, without end on those of clients' own
/// @param redisAuth what servers are given and clients must present; null for none
/// @param redisUser as whom servers are spoken to; null for `default`
/// @param redisDb database selected on every server connection; default 0
/// @param serverConnections connections to each server and event loop, 1 or more (default 1)
/// @param ownConnectionsMax connections of clients' own to each shard and event loop, 1 or more; default 1000
/// @param preconnect connect to all servers at start; default false
/// @param autoEjectHosts take a failing server off the ring for a while; default false
/// @param serverFailureLimit failures in a row that eject; default 2, 0 acts as 1
/// @param serverRetryTimeoutMillis how long an ejected server stays off the ring; default 30000
public record BackendSettings(
        @Nullable Integer timeoutMillis,
        @Nullable String redisAuth,
        @Nullable String redisUser,
        int redisDb,
        int serverConnections,
        int ownConnectionsMax,
        boolean preconnect,
        boolean autoEjectHosts,
        int serverFailureLimit,
        int serverRetryTimeoutMillis) {

    /// Longer than any command that others should have to wait behind; what is long for good reasons has a connection of
    /// its own.
    public static final int DEFAULT_LANE_TIMEOUT_MILLIS = 60_000;

    /// The same for the user `default`.
    public BackendSettings(
            @Nullable Integer timeoutMillis,
            @Nullable String redisAuth,
            int redisDb,
            int serverConnections,
            int ownConnectionsMax,
            boolean preconnect,
            boolean autoEjectHosts,
            int serverFailureLimit,
            int serverRetryTimeoutMillis) {
        this(
                timeoutMillis,
                redisAuth,
                null,
                redisDb,
                serverConnections,
                ownConnectionsMax,
                preconnect,
                autoEjectHosts,
                serverFailureLimit,
                serverRetryTimeoutMillis);
    }

    /// How long requests on shared connections wait; 0 for without end.
    public int laneTimeoutMillis() {
        return timeoutMillis == null ? DEFAULT_LANE_TIMEOUT_MILLIS : timeoutMillis;
    }

    /// Whether those on connections of clients' own wait no longer either.
    public boolean ownTimesOut() {
        return timeoutMillis != null;
    }

    /// What servers are given; null for nothing.
    public @Nullable Login login() {
        return Login.of(redisUser, redisAuth);
    }

    /// Without the password: records end up in logs.
    @Override
    public String toString() {
        return "BackendSettings[timeout " + laneTimeoutMillis() + " ms, database " + redisDb + "]";
    }
}
