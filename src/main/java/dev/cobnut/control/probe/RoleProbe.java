package dev.cobnut.control.probe;

import dev.cobnut.net.RespConnection;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Asks one node for its ROLE, on a connection of its own. Blocks for at most a second and a half.
public final class RoleProbe {
    private static final int TIMEOUT_MILLIS = 500;

    private RoleProbe() {}

    /// Asks it.
    ///
    /// @param login for AUTH; null for none
    /// @return kind NONE with the reason when there is no usable answer
    public static RoleAnswer ask(NodeAddress.Tcp address, @Nullable Login login) {
        try (RespConnection connection = Dial.open(address, login, TIMEOUT_MILLIS)) {
            return RoleAnswer.parse(connection.command("ROLE"));
        } catch (IOException e) {
            return RoleAnswer.none(String.valueOf(e.getMessage()));
        }
    }
}
