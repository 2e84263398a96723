package dev.cobnut.config;

import dev.cobnut.resp.Command;
import java.util.List;

/// Where a pool's clients come in, how many there may be, and what they may do.
///
/// @param listen what clients connect to
/// @param backlog of listen(2); default 512
/// @param reusePort SO_REUSEPORT on the listener; default false
/// @param tcpKeepalive SO_KEEPALIVE on client connections; default false
/// @param clientConnections most clients at once; 0 is no limit (default)
/// @param allow what is open of the commands that are refused by default; default none
/// @param users who may log in besides `default`, whose password is `redis_auth`; names are different
/// @param commands what the command table does not know; names are different
public record ClientSettings(
        ListenAddress listen,
        int backlog,
        boolean reusePort,
        boolean tcpKeepalive,
        int clientConnections,
        Allow allow,
        List<User> users,
        List<Command> commands) {

    public ClientSettings {
        users = List.copyOf(users);
        commands = List.copyOf(commands);
    }
}
