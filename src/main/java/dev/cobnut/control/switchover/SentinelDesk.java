package dev.cobnut.control.switchover;

import dev.cobnut.control.probe.Dial;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The Sentinel that is asked for a failover of one group. Blocking; each question has a connection of its own.
final class SentinelDesk {
    private static final int TIMEOUT_MILLIS = 600;

    /// Flags of replicas that it does not choose.
    private static final List<String> NEVER_CHOSEN = List.of("s_down", "o_down", "disconnected");

    private final NodeAddress.Tcp sentinel;
    private final @Nullable Login login;
    private final String group;

    /// @param login for AUTH; null for none
    SentinelDesk(NodeAddress.Tcp sentinel, @Nullable Login login, String group) {
        this.sentinel = sentinel;
        this.login = login;
        this.group = group;
    }

    NodeAddress.Tcp address() {
        return sentinel;
    }

    /// Why it cannot begin a failover.
    ///
    /// @param why empty when it can
    /// @param heard whether it has answered
    record Objection(String why, boolean heard) {
        static final Objection SILENT = new Objection("it does not answer", false);
    }

    /// Why it cannot begin a failover of this master.
    Objection objection(NodeAddress.Tcp master) {
        try {
            return new Objection(whyNot(master), true);
        } catch (IOException e) {
            return new Objection(String.valueOf(e.getMessage()), false);
        }
    }

    private String whyNot(NodeAddress.Tcp master) throws IOException {
        Map<String, String> fields = fields(ask("SENTINEL", "MASTER", group));
        NodeAddress.Tcp named = address(fields);
        if (!named.equals(master)) {
            return "it names " + named + " as master";
        }
        if (isInProgress(fields)) {
            return "a failover is under way";
        }
        RespValue quorum = ask("SENTINEL", "CKQUORUM", group);
        return quorum instanceof RespValue.ErrorReply ? "it says " + StrictText.printable(quorum.text()) : "";
    }

    /// Whether it still has this master, and no failover of it is under way; false, too, when it does not answer.
    boolean isSettledOn(NodeAddress.Tcp master) {
        try {
            Map<String, String> fields = fields(ask("SENTINEL", "MASTER", group));
            return address(fields).equals(master) && !isInProgress(fields);
        } catch (IOException _) {
            return false;
        }
    }

    /// Whether it says that this master is being replaced, or was.
    boolean isReplacing(NodeAddress.Tcp master) {
        try {
            Map<String, String> fields = fields(ask("SENTINEL", "MASTER", group));
            return !address(fields).equals(master) || isInProgress(fields);
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean isInProgress(Map<String, String> fields) {
        return fields.getOrDefault("flags", "").contains("failover_in_progress");
    }

    /// The replicas that it could choose, with their priorities as it knows them. A link to the master that is down keeps it
    /// from none of them: for a failover that it is asked for, a link may have been down for ten times
    /// down-after-milliseconds (sentinelSelectSlave in sentinel.c of Redis 7.0).
    ///
    /// @throws IOException when it does not say
    Map<NodeAddress.Tcp, Long> replicas() throws IOException {
        Map<NodeAddress.Tcp, Long> replicas = new LinkedHashMap<>();
        for (RespValue row : StrictText.elements(ask("SENTINEL", "REPLICAS", group))) {
            Map<String, String> fields = fields(row);
            if (NEVER_CHOSEN.stream().noneMatch(fields.getOrDefault("flags", "")::contains)) {
                String priority = fields.getOrDefault("slave-priority", "");
                replicas.put(address(fields), StrictText.number("slave-priority", priority, 0, Integer.MAX_VALUE));
            }
        }
        return replicas;
    }

    /// Begins the failover. Where Sentinel can have the two nodes hand over between themselves (Valkey 9), it does.
    ///
    /// @return why it refuses; null when it has begun, or one was under way, or it does not say
    /// @throws IOException when it does not answer, and has begun nothing
    @Nullable
    String failOver() throws IOException {
        boolean coordinates = ask("INFO", "server").text().matches("(?s).*\\nvalkey_version:(9|[1-9]\\d)\\..*");
        try {
            if (coordinates && !(ask("SENTINEL", "FAILOVER", group, "COORDINATED") instanceof RespValue.ErrorReply)) {
                return null;
            }
            RespValue reply = ask("SENTINEL", "FAILOVER", group);
            boolean refused =
                    reply instanceof RespValue.ErrorReply && !reply.text().startsWith("INPROG");
            return refused ? StrictText.printable(reply.text()) : null;
        } catch (IOException _) {
            return null; // it may have heard it
        }
    }

    private RespValue ask(String... words) throws IOException {
        try (RespConnection connection = Dial.open(sentinel, login, TIMEOUT_MILLIS)) {
            return connection.command(words);
        }
    }

    private static NodeAddress.Tcp address(Map<String, String> fields) throws IOException {
        return StrictText.address(fields.getOrDefault("ip", ""), fields.getOrDefault("port", ""));
    }

    private static Map<String, String> fields(RespValue row) throws IOException {
        List<RespValue> elements = StrictText.elements(row);
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < elements.size(); i += 2) {
            fields.putIfAbsent(elements.get(i).text(), elements.get(i + 1).text());
        }
        return fields;
    }
}
