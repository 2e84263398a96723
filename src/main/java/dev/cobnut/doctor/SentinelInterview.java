package dev.cobnut.doctor;

import dev.cobnut.control.probe.Dial;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Asks one living Sentinel what it watches. Blocking, on a connection of its own.
final class SentinelInterview {
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int GROUPS_MAX = 100;
    private static final int ROWS_MAX = 1_000;

    private SentinelInterview() {}

    /// What it said.
    ///
    /// @param others the Sentinels that it knows
    record Answer(Sentinel sentinel, Set<NodeAddress.Tcp> others) {}

    /// Asks. Each reply may take a second.
    ///
    /// @param login for AUTH; null for none
    /// @throws IOException when it does not answer, refuses, or is no Sentinel
    static Answer ask(NodeAddress.Tcp address, @Nullable Login login) throws IOException {
        String at = address.toString();
        try (RespConnection connection = Dial.open(address, login, TIMEOUT_MILLIS)) {
            List<Group> groups = new ArrayList<>();
            Set<NodeAddress.Tcp> others = new LinkedHashSet<>();
            for (Map<String, String> row : rows(connection.command("SENTINEL", "MASTERS"), GROUPS_MAX)) {
                String name = row.getOrDefault("name", "");
                RespValue quorum = connection.command("SENTINEL", "CKQUORUM", name);
                String refusal = quorum instanceof RespValue.ErrorReply ? StrictText.printable(quorum.text()) : null;
                List<Replica> replicas = replicas(at, rows(connection.command("SENTINEL", "REPLICAS", name), ROWS_MAX));
                for (Map<String, String> other : rows(connection.command("SENTINEL", "SENTINELS", name), ROWS_MAX)) {
                    NodeAddress.Tcp known = address(other);
                    if (known != null) {
                        others.add(known);
                    }
                }
                groups.add(group(at, row, replicas, refusal));
            }
            return new Answer(new Sentinel(at, true, new Settings(at, List.of()), groups), others);
        }
    }

    private static Group group(String at, Map<String, String> row, List<Replica> replicas, @Nullable String refusal) {
        return new Group(
                StrictText.printable(row.getOrDefault("name", "")),
                at,
                address(row),
                (int) Math.min(Integer.MAX_VALUE, number(row, "quorum", 0)),
                number(row, "down-after-milliseconds", Group.DEFAULT_DOWN_AFTER_MILLIS),
                number(row, "failover-timeout", Group.DEFAULT_FAILOVER_TIMEOUT_MILLIS),
                number(row, "config-epoch", 0),
                replicas,
                (int) Math.min(Integer.MAX_VALUE, number(row, "num-other-sentinels", 0)),
                refusal,
                flags(row),
                true);
    }

    private static List<Replica> replicas(String at, List<Map<String, String>> rows) {
        List<Replica> replicas = new ArrayList<>();
        for (Map<String, String> row : rows) {
            NodeAddress.Tcp address = address(row);
            if (address != null) {
                replicas.add(new Replica(address, at, flags(row), number(row, "s-down-time", 0)));
            }
        }
        return replicas;
    }

    private static Set<String> flags(Map<String, String> row) {
        return Set.of(row.getOrDefault("flags", "").split(",", -1));
    }

    /// Null when it is none: Sentinel says `ip ""` of a name that does not resolve.
    private static NodeAddress.@Nullable Tcp address(Map<String, String> row) {
        try {
            return StrictText.address(row.getOrDefault("ip", ""), row.getOrDefault("port", ""));
        } catch (IOException _) {
            return null;
        }
    }

    private static long number(Map<String, String> row, String field, long otherwise) {
        String digits = row.getOrDefault(field, "");
        return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : otherwise;
    }

    /// The rows of a table, as fields and values.
    private static List<Map<String, String>> rows(RespValue reply, int most) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        for (RespValue row : StrictText.elements(reply).stream().limit(most).toList()) {
            List<RespValue> flat = StrictText.elements(row);
            Map<String, String> fields = new HashMap<>();
            for (int i = 0; i + 1 < flat.size(); i += 2) {
                fields.putIfAbsent(flat.get(i).text(), flat.get(i + 1).text());
            }
            rows.add(fields);
        }
        return rows;
    }
}
