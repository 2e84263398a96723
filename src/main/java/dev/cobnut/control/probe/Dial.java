package dev.cobnut.control.probe;

import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Connects to a node, and says who we are.
public final class Dial {
    private Dial() {}

    /// Blocks for three times the limit at most.
    ///
    /// @param login for AUTH; null for none
    /// @param timeoutMillis for the connection, and for each reply
    /// @throws IOException with the address and the reason
    public static RespConnection open(NodeAddress.Tcp node, @Nullable Login login, int timeoutMillis)
            throws IOException {
        RespConnection connection = RespConnection.connect(node.host(), node.port(), timeoutMillis, timeoutMillis);
        if (login != null) {
            try {
                // A refusal shows in the next answer; a server that has no password refuses AUTH and answers the rest.
                RespValue _ = connection.command(login.command());
            } catch (IOException e) {
                connection.close();
                throw e;
            }
        }
        return connection;
    }
}
