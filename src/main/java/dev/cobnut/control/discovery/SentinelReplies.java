package dev.cobnut.control.discovery;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Replies of Sentinels and servers as records. The grammar is strict, since a Sentinel may be mad or not be one: a
/// value that does not fit refuses the whole reply with the field, the value and what was expected.
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

    static List<GroupReport> masters(RespValue reply) throws IOException {
        List<GroupReport> reports = new ArrayList<>();
        if (array(reply).size() > GROUPS_MAX) {
            throw new IOException("it watches " + array(reply).size() + " groups (at most " + GROUPS_MAX + ")");
        }
        for (RespValue row : array(reply)) {
            Map<String, String> fields = fields(row);
            String name = name(field(fields, "name"));
            long epoch = number(fields, "config-epoch", Long.MAX_VALUE);
            reports.add(new GroupReport(name, address(fields), epoch, flags(fields)));
        }
        return reports;
    }

    static List<ReplicaReport> replicas(RespValue reply) throws IOException {
        List<ReplicaReport> reports = new ArrayList<>();
        for (RespValue row : array(reply)) {
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
        List<RespValue> pair = array(reply);
        if (pair.size() != 2) {
            throw new IOException("GET-MASTER-ADDR-BY-NAME: " + pair.size() + " elements (expected host and port)");
        }
        return address(pair.get(0).text(), pair.get(1).text());
    }

    /// The reply of ROLE.
    static RoleAnswer role(RespValue reply) throws IOException {
        List<RespValue> parts = array(reply);
        String role = parts.isEmpty() ? "" : parts.get(0).text();
        if (role.equals("master") && parts.size() >= 3) {
            List<NodeAddress.Tcp> replicas = new ArrayList<>();
            for (RespValue row : array(parts.get(2))) {
                List<RespValue> replica = array(row);
                if (replica.size() < 2) {
                    throw new IOException("ROLE: replica " + printable(row.text()) + " (expected host, port, offset)");
                }
                // A backup tool that reads the replication stream has no port: no node of ours.
                if (!replica.get(1).text().equals("0")) {
                    replicas.add(address(replica.get(0).text(), replica.get(1).text()));
                }
            }
            return RoleAnswer.master(replicas);
        }
        if (role.equals("slave") && parts.size() >= 4) {
            return RoleAnswer.replica(
                    address(parts.get(1).text(), parts.get(2).text()),
                    printable(parts.get(3).text()));
        }
        throw new IOException("ROLE: " + printable(reply.text()) + " (expected master or slave)");
    }

    /// A message of a subscription, as texts.
    ///
    /// @param kinds what its first element may be
    static List<String> message(RespValue reply, Set<String> kinds) throws IOException {
        List<RespValue> parts = array(reply);
        if (parts.size() < 2
                || parts.size() > 3
                || !kinds.contains(parts.getFirst().text())) {
            throw new IOException("subscription: " + printable(reply.text()) + " (expected " + kinds + ")");
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

    /// Host and port as a Sentinel names them.
    static NodeAddress.Tcp address(String host, String port) throws IOException {
        boolean valid = !host.isEmpty() && host.length() <= NAME_CHARS_MAX;
        for (int index = 0; valid && index < host.length(); index++) {
            char next = host.charAt(index);
            valid = next < 0x7f && (Character.isLetterOrDigit(next) || ".-_:%".indexOf(next) >= 0);
        }
        if (!valid) {
            throw new IOException("host \"" + printable(host) + "\" (expected an IP address or a host name)");
        }
        return new NodeAddress.Tcp(host, (int) number("port", port, 1, 65_535));
    }

    /// Text from outside, fit for one line of a log: at most 200 characters, nothing that moves a cursor.
    static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        for (int index = 0; index < Math.min(text.length(), 200); index++) {
            char next = text.charAt(index);
            shown.append(next >= 0x20 && next < 0x7f ? next : '?');
        }
        return shown.append(text.length() > 200 ? "…" : "").toString();
    }

    private static List<RespValue> array(RespValue reply) throws IOException {
        return switch (reply) {
            case RespValue.Array array -> array.elements();
            case RespValue.ErrorReply error -> throw new IOException("it says: " + printable(error.text()));
            case RespValue.SimpleString _, RespValue.Int _, RespValue.Bulk _, RespValue.Null _ ->
                throw new IOException("it says " + printable(reply.text()) + " (expected an array)");
        };
    }

    private static Map<String, String> fields(RespValue row) throws IOException {
        List<RespValue> flat = array(row);
        if (flat.size() % 2 != 0) {
            throw new IOException("a row of " + flat.size() + " elements (expected pairs of field and value)");
        }
        Map<String, String> fields = new HashMap<>();
        for (int index = 0; index < flat.size(); index += 2) {
            fields.put(flat.get(index).text(), flat.get(index + 1).text());
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
        for (int index = 0; valid && index < name.length(); index++) {
            valid = !Character.isWhitespace(name.charAt(index)) && !Character.isISOControl(name.charAt(index));
        }
        if (!valid) {
            throw new IOException("master name \"" + printable(name) + "\" (expected 1 to " + NAME_CHARS_MAX
                    + " characters without blanks)");
        }
        return name;
    }

    private static NodeAddress.Tcp address(Map<String, String> fields) throws IOException {
        return address(field(fields, "ip"), field(fields, "port"));
    }

    private static Set<String> flags(Map<String, String> fields) throws IOException {
        return Set.copyOf(List.of(field(fields, "flags").split(",", -1)));
    }

    private static long number(Map<String, String> fields, String name, long max) throws IOException {
        return number(name, field(fields, name), 0, max);
    }

    private static long number(String name, String digits, long min, long max) throws IOException {
        long value = -1;
        if (!digits.isEmpty() && digits.length() <= 19 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            try {
                value = Long.parseLong(digits);
            } catch (NumberFormatException _) {
                // 19 digits can be more than 63 bits: refused below like any other
            }
        }
        if (value < min || value > max) {
            throw new IOException(
                    name + " \"" + printable(digits) + "\" (expected a number from " + min + " to " + max + ")");
        }
        return value;
    }
}
