package dev.cobnut.control.discovery;

import dev.cobnut.control.probe.StrictText;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Replies of Sentinels as records. A value that does not fit ([StrictText]) refuses the whole reply.
final class SentinelReplies {
    private static final int NAME_CHARS_MAX = 255;
    private static final int EVENT_CHARS_MAX = 4_096;
    private static final int GROUPS_MAX = 10_000;

    /// One row of SENTINEL MASTERS.
    ///
    /// @param configEpoch 0 or more
    record GroupReport(String name, NodeAddress.Tcp master, long configEpoch, Set<String> flags) {}

    /// One row of SENTINEL REPLICAS.
    ///
    /// @param linkUp whether its link to the master is up
    /// @param saysMaster whether it reports itself as a master
    record ReplicaReport(NodeAddress.Tcp address, Set<String> flags, boolean linkUp, boolean saysMaster) {}

    private SentinelReplies() {}

    /// The reply of SENTINEL MASTERS, at most 10,000 rows.
    static List<GroupReport> masters(RespValue reply) throws IOException {
        List<RespValue> rows = StrictText.elements(reply);
        if (rows.size() > GROUPS_MAX) {
            throw new IOException("it watches " + rows.size() + " groups (at most " + GROUPS_MAX + ")");
        }
        List<GroupReport> reports = new ArrayList<>();
        for (RespValue row : rows) {
            Map<String, String> fields = fields(row);
            String name = name(field(fields, "name"));
            long epoch = number(fields, "config-epoch", Long.MAX_VALUE);
            reports.add(new GroupReport(name, address(fields), epoch, flags(fields)));
        }
        return reports;
    }

    /// The reply of SENTINEL REPLICAS.
    static List<ReplicaReport> replicas(RespValue reply) throws IOException {
        List<ReplicaReport> reports = new ArrayList<>();
        for (RespValue row : StrictText.elements(reply)) {
            Map<String, String> fields = fields(row);
            reports.add(new ReplicaReport(
                    address(fields),
                    flags(fields),
                    "ok".equals(fields.get("master-link-status")),
                    "master".equals(fields.get("role-reported"))));
        }
        return reports;
    }

    /// The reply of SENTINEL GET-MASTER-ADDR-BY-NAME.
    static NodeAddress.Tcp masterAddress(RespValue reply) throws IOException {
        List<RespValue> pair = StrictText.elements(reply);
        if (pair.size() != 2) {
            throw new IOException("GET-MASTER-ADDR-BY-NAME: " + pair.size() + " elements (expected host and port)");
        }
        return StrictText.address(pair.get(0).text(), pair.get(1).text());
    }

    /// A message of a subscription, as texts.
    ///
    /// @param kinds what its first element may be
    static List<String> message(RespValue reply, Set<String> kinds) throws IOException {
        List<RespValue> parts = StrictText.elements(reply);
        if (parts.size() < 2
                || parts.size() > 3
                || !kinds.contains(parts.getFirst().text())) {
            throw new IOException("subscription: " + StrictText.printable(reply.text()) + " (expected " + kinds + ")");
        }
        List<String> texts = new ArrayList<>();
        for (RespValue part : parts) {
            String text = part.text();
            if (text.length() > EVENT_CHARS_MAX) {
                throw new IOException(
                        "subscription: an event of " + text.length() + " characters (at most " + EVENT_CHARS_MAX + ")");
            }
            texts.add(text);
        }
        return texts;
    }

    private static Map<String, String> fields(RespValue row) throws IOException {
        List<RespValue> flat = StrictText.elements(row);
        if (flat.size() % 2 != 0) {
            throw new IOException("a row of " + flat.size() + " elements (expected pairs of field and value)");
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            fields.put(flat.get(i).text(), flat.get(i + 1).text());
        }
        return fields;
    }

    private static String field(Map<String, String> fields, String name) throws IOException {
        String value = fields.get(name);
        if (value == null) {
            throw new IOException("a row without the field " + name);
        }
        return value;
    }

    private static String name(String name) throws IOException {
        boolean valid = !name.isEmpty() && name.length() <= NAME_CHARS_MAX;
        for (int i = 0; valid && i < name.length(); i++) {
            valid = !Character.isWhitespace(name.charAt(i)) && !Character.isISOControl(name.charAt(i));
        }
        if (!valid) {
            throw new IOException("master name \"" + StrictText.printable(name) + "\" (expected 1 to " + NAME_CHARS_MAX
                    + " characters without blanks)");
        }
        return name;
    }

    private static NodeAddress.Tcp address(Map<String, String> fields) throws IOException {
        return StrictText.address(field(fields, "ip"), field(fields, "port"));
    }

    private static Set<String> flags(Map<String, String> fields) throws IOException {
        return Set.copyOf(List.of(field(fields, "flags").split(",", -1)));
    }

    private static long number(Map<String, String> fields, String name, long max) throws IOException {
        return StrictText.number(name, field(fields, name), 0, max);
    }
}
