package dev.cobnut.stack;

import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Short questions to a redis-server or a Sentinel, each on a connection of its own. Who does not answer within 1 s
/// has not answered: the callers ask again.
final class Probe {
    private static final int TIMEOUT_MILLIS = 500;

    private Probe() {}

    /// Whether it is up and has loaded its data.
    static boolean answersPing(NodeAddress.Tcp address) {
        return ask(address, "PING") instanceof RespValue.SimpleString(String text) && text.equals("PONG");
    }

    /// Whether it is a replica whose link to its master is up, and so has all of its data.
    static boolean isLinkedReplica(NodeAddress.Tcp address) {
        return ask(address, "ROLE") instanceof RespValue.Array(List<RespValue> role)
                && role.size() > 3
                && role.get(0).text().equals("slave")
                && role.get(3).text().equals("connected");
    }

    /// Whether a Sentinel could have a failover agreed upon and authorised.
    static boolean hasQuorum(NodeAddress.Tcp sentinel, Cache cache) {
        return ask(sentinel, "SENTINEL", "CKQUORUM", cache.masterName) instanceof RespValue.SimpleString;
    }

    /// Who is master, as a majority of the Sentinels says; null when there is no majority.
    static NodeAddress.@Nullable Tcp master(List<NodeAddress.Tcp> sentinels, Cache cache) {
        Map<NodeAddress.Tcp, Integer> votes = new HashMap<>();
        for (NodeAddress.Tcp sentinel : sentinels) {
            if (ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", cache.masterName)
                            instanceof RespValue.Array(List<RespValue> address)
                    && address.size() == 2
                    && address.get(1).text().matches("\\d{1,5}")) {
                NodeAddress.Tcp master = new NodeAddress.Tcp(
                        address.get(0).text(), Integer.parseInt(address.get(1).text()));
                if (votes.merge(master, 1, Integer::sum) > sentinels.size() / 2) {
                    return master;
                }
            }
        }
        return null;
    }

    private static @Nullable RespValue ask(NodeAddress.Tcp address, String... command) {
        try (RespConnection connection =
                RespConnection.connect(address.host(), address.port(), TIMEOUT_MILLIS, TIMEOUT_MILLIS)) {
            return connection.command(command);
        } catch (IOException _) {
            return null;
        }
    }
}
