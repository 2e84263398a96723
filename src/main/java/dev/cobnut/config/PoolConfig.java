package dev.cobnut.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One pool: nutcracker's keys with its defaults and units, then those of Cobnut's own. The groups can be compared one
/// by one, and so say what has changed between two readings of a file.
///
/// @param name the key the pool stands under
/// @param placement from a key to a server
/// @param backend connections to servers
/// @param clients connections of clients
/// @param reads what replicas answer; default nothing
/// @param hold what waits for a master that has gone
/// @param line where the pool's name stands in the file, from 1
public record PoolConfig(
        String name,
        PlacementSettings placement,
        BackendSettings backend,
        ClientSettings clients,
        ReadSettings reads,
        HoldSettings hold,
        int line) {

    /// What clients connect to.
    public ListenAddress listen() {
        return clients.listen();
    }

    /// At least one, in file order.
    public List<ServerConfig> servers() {
        return placement.servers();
    }

    /// What clients must present and servers are given; null for none.
    public @Nullable String redisAuth() {
        return backend.redisAuth();
    }

    /// Whether a client has to log in before it is served.
    public boolean needsLogin() {
        return backend.redisAuth() != null || !clients.users().isEmpty();
    }

    /// Without passwords: records end up in logs.
    @Override
    public String toString() {
        return "PoolConfig[" + name + " on " + listen().text() + ", line " + line + "]";
    }
}
