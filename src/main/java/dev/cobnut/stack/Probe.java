package dev.cobnut.stack;

import dev.cobnut.control.probe.RoleProbe;
import dev.cobnut.control.probe.StrictText;
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
        return RoleProbe.ask(address, null).isLinkedReplica();
    }

    /// Whether a Sentinel could have a failover agreed upon and authorised.
    static boolean hasQuorum(NodeAddress.Tcp sentinel, Cache cache) {
        return ask(sentinel, "SENTINEL", "CKQUORUM", cache.masterName()) instanceof RespValue.SimpleString;
    }

    /// Who is master, as a majority of the Sentinels says; null when there is no majority.
    static NodeAddress.@Nullable Tcp master(List<NodeAddress.Tcp> sentinels, Cache cache) {
        Map<NodeAddress.Tcp, Integer> votes = new HashMap<>();
        for (NodeAddress.Tcp sentinel : sentinels) {
            NodeAddress.Tcp master = masterOf(cache, sentinel);
            if (master != null && votes.merge(master, 1, Integer::sum) > sentinels.size() / 2) {
                return master;
            }
        }
        return null;
    }

    private static NodeAddress.@Nullable Tcp masterOf(Cache cache, NodeAddress.Tcp sentinel) {
        RespValue said = ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", cache.masterName());
        if (!(said instanceof RespValue.Array(List<RespValue> pair)) || pair.size() != 2) {
            return null;
        }
        try {
            return StrictText.address(pair.get(0).text(), pair.get(1).text());
        } catch (IOException _) {
            return null; // what names no node is no vote
        }
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
