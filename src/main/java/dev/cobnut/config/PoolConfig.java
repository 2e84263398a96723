package dev.cobnut.config;

import dev.cobnut.resp.Command;
import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.sharding.KeyHash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One pool: nutcracker's keys with its defaults and units, then those of Cobnut's own.
///
/// @param name the key the pool stands under
/// @param listen what clients connect to
/// @param servers at least one, in file order
/// @param hash for keys; default `fnv1a_64`
/// @param hashTag the part of a key that is hashed; null hashes whole keys
/// @param distribution default `ketama`
/// @param timeoutMillis from queueing a request, connecting included, to its reply; 0 waits without end (default)
/// @param backlog of listen(2); default 512
/// @param clientConnections most clients at once; 0 is no limit (default)
/// @param redisAuth what clients must present and servers are given; null for none
/// @param redisDb database selected on every server connection; default 0
/// @param preconnect connect to all servers at start; default false
/// @param tcpKeepalive SO_KEEPALIVE on client connections; default false
/// @param autoEjectHosts take a failing server off the ring for a while; default false
/// @param serverConnections connections to each server and event loop, 1 or more (default 1)
/// @param serverRetryTimeoutMillis how long an ejected server stays off the ring; default 30000
/// @param serverFailureLimit failures in a row that eject; default 2, 0 acts as 1
/// @param reusePort SO_REUSEPORT on the listener; default false
/// @param allow what is open of the commands that are refused by default; default none
/// @param users who may log in besides `default`, whose password is `redisAuth`; names are different
/// @param commands what the command table does not know; names are different
/// @param ownConnectionsMax connections of clients' own to each shard and event loop, 1 or more; default 1000
/// @param reads what replicas answer; default nothing
/// @param line where the pool's name stands in the file, from 1
public record PoolConfig(
        String name,
        ListenAddress listen,
        List<ServerConfig> servers,
        KeyHash hash,
        @Nullable HashTag hashTag,
        Distribution distribution,
        int timeoutMillis,
        int backlog,
        int clientConnections,
        @Nullable String redisAuth,
        int redisDb,
        boolean preconnect,
        boolean tcpKeepalive,
        boolean autoEjectHosts,
        int serverConnections,
        int serverRetryTimeoutMillis,
        int serverFailureLimit,
        boolean reusePort,
        Allow allow,
        List<User> users,
        List<Command> commands,
        int ownConnectionsMax,
        ReadSettings reads,
        int line) {

    public PoolConfig {
        servers = List.copyOf(servers);
        users = List.copyOf(users);
        commands = List.copyOf(commands);
    }

    /// Without passwords: records end up in logs.
    @Override
    public String toString() {
        return "PoolConfig[" + name + " on " + listen.text() + ", line " + line + "]";
    }
}
