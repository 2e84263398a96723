package dev.cobnut.stack;

import dev.cobnut.control.probe.Dial;
import dev.cobnut.control.probe.RoleProbe;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Short questions to a redis-server or a Sentinel, each on a connection of its own. Who does not answer within
/// 1.5 s has not answered: the callers ask again.
final class Probe {
    private static final int TIMEOUT_MILLIS = 500;

    private Probe() {}

    /// Whether it is up and has loaded its data.
    static boolean answersPing(NodeAddress.Tcp address, @Nullable Login login) {
        return ask(address, login, "PING") instanceof RespValue.SimpleString(String text) && text.equals("PONG");
    }

    /// Whether it is a replica whose link to its master is up, and so has all of its data.
    static boolean isLinkedReplica(NodeAddress.Tcp address, @Nullable Login login) {
        return RoleProbe.ask(address, login).isLinkedReplica();
    }

    /// Whether a Sentinel could have a failover agreed upon and authorised.
    static boolean hasQuorum(NodeAddress.Tcp sentinel, @Nullable Login login, String group) {
        return ask(sentinel, login, "SENTINEL", "CKQUORUM", group) instanceof RespValue.SimpleString;
    }

    /// Who is master, as a majority of the Sentinels says; null when there is no majority.
    static NodeAddress.@Nullable Tcp master(List<NodeAddress.Tcp> sentinels, @Nullable Login login, String group) {
        Map<NodeAddress.Tcp, Integer> votes = new HashMap<>();
        for (NodeAddress.Tcp sentinel : sentinels) {
            NodeAddress.Tcp master = masterOf(group, sentinel, login);
            if (master != null && votes.merge(master, 1, Integer::sum) > sentinels.size() / 2) {
                return master;
            }
        }
        return null;
    }

    private static NodeAddress.@Nullable Tcp masterOf(String group, NodeAddress.Tcp sentinel, @Nullable Login login) {
        RespValue said = ask(sentinel, login, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", group);
        if (!(said instanceof RespValue.Array(List<RespValue> pair)) || pair.size() != 2) {
            return null;
        }
        try {
            return StrictText.address(pair.get(0).text(), pair.get(1).text());
        } catch (IOException _) {
            return null; // what names no node is no vote
        }
    }

    private static @Nullable RespValue ask(NodeAddress.Tcp address, @Nullable Login login, String... command) {
        try (RespConnection connection = Dial.open(address, login, TIMEOUT_MILLIS)) {
            return connection.command(command);
        } catch (IOException _) {
            return null;
        }
    }
}
