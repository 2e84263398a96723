package dev.cobnut.control.probe;

import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Asks one node for its ROLE, on a connection of its own. Blocks for at most a second and a half.
public final class RoleProbe {
    private static final int CONNECT_TIMEOUT_MILLIS = 500;
    private static final int READ_TIMEOUT_MILLIS = 500;

    private RoleProbe() {}

    /// Asks it.
    ///
    /// @param login for AUTH; null for none
    /// @return kind NONE with the reason when there is no usable answer
    public static RoleAnswer ask(NodeAddress.Tcp address, @Nullable Login login) {
        try (RespConnection connection =
                RespConnection.connect(address.host(), address.port(), CONNECT_TIMEOUT_MILLIS, READ_TIMEOUT_MILLIS)) {
            if (login != null) {
                // A refusal shows in the answer to ROLE; a server that has no password refuses AUTH and answers ROLE.
                RespValue _ = connection.command(login.command());
            }
            return RoleAnswer.parse(connection.command("ROLE"));
        } catch (IOException e) {
            return RoleAnswer.none(String.valueOf(e.getMessage()));
        }
    }
}
