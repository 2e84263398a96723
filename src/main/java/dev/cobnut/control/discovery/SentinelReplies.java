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

/// Replies of Sentinels as records. A row with a value that does not fit ([StrictText]) costs that row only, since what
/// is wrong with one group must not touch the others: a real Sentinel says `ip ""` of a host name that does not
/// resolve. A reply that is no table is refused as a whole.
final class SentinelReplies {
    private static final int NAME_CHARS_MAX = 255;
    private static final int EVENT_CHARS_MAX = 4_096;
    private static final int FLAGS_CHARS_MAX = 255;
    /// A year: what Sentinel takes for one is no longer.
    private static final long DOWN_AFTER_MILLIS_MAX = 366L * 24 * 3_600 * 1_000;

    private static final int GROUPS_MAX = 10_000;

    /// Of one group: enough for any real one.
    static final int REPLICAS_MAX = 1_000;

    /// Of one row; a Sentinel of Redis 7 sends about 40.
    private static final int ROW_ELEMENTS_MAX = 512;

    /// A table, as far as it can be read.
    ///
    /// @param rows those that fit
    /// @param refused the others
    record Table<T>(List<T> rows, List<Refused> refused) {}

    /// A row that does not fit.
    ///
    /// @param name what it says it is about; empty when not even that can be read
    /// @param why for people
    record Refused(String name, String why) {}

    /// Reads one row.
    private interface RowReader<T> {
        T read(Map<String, String> fields) throws IOException;
    }

    /// One row of SENTINEL MASTERS.
    ///
    /// @param configEpoch 0 or more
    /// @param downAfterMillis after how long without an answer it takes the master for dead; 0 when it does not say
    record GroupReport(String name, NodeAddress.Tcp master, long configEpoch, Set<String> flags, long downAfterMillis) {

        /// Without a word of down-after.
        GroupReport(String name, NodeAddress.Tcp master, long configEpoch, Set<String> flags) {
            this(name, master, configEpoch, flags, 0);
        }
    }

    /// One row of SENTINEL REPLICAS.
    ///
    /// @param linkUp whether its link to the master is up
    /// @param saysMaster whether it reports itself as a master
    record ReplicaReport(NodeAddress.Tcp address, Set<String> flags, boolean linkUp, boolean saysMaster) {}

    private SentinelReplies() {}

    /// The reply of SENTINEL MASTERS, at most 10,000 rows.
    static Table<GroupReport> masters(RespValue reply) throws IOException {
        List<RespValue> rows = StrictText.elements(reply);
        if (rows.size() > GROUPS_MAX) {
            throw new IOException("it watches " + rows.size() + " groups (at most " + GROUPS_MAX + ")");
        }
        return table(rows, fields -> {
            String name = name(field(fields, "name"));
            long epoch = StrictText.number("config-epoch", field(fields, "config-epoch"), 0, Long.MAX_VALUE);
            String downAfter = fields.getOrDefault("down-after-milliseconds", "0");
            long millis = StrictText.number("down-after-milliseconds", downAfter, 0, DOWN_AFTER_MILLIS_MAX);
            return new GroupReport(name, address(fields), epoch, flags(fields), millis);
        });
    }

    /// The reply of SENTINEL REPLICAS; what comes after 1,000 rows is left out.
    static Table<ReplicaReport> replicas(RespValue reply) throws IOException {
        List<RespValue> rows = StrictText.elements(reply);
        int count = Math.min(rows.size(), REPLICAS_MAX);
        Table<ReplicaReport> table = table(
                rows.subList(0, count),
                fields -> new ReplicaReport(
                        address(fields),
                        flags(fields),
                        "ok".equals(fields.get("master-link-status")),
                        "master".equals(fields.get("role-reported"))));
        if (count < rows.size()) {
            table.refused.add(new Refused("", "there are " + rows.size() + " replicas (at most " + REPLICAS_MAX + ")"));
        }
        return table;
    }

    private static <T> Table<T> table(List<RespValue> rows, RowReader<T> reader) {
        Table<T> table = new Table<>(new ArrayList<>(), new ArrayList<>());
        for (RespValue row : rows) {
            String name = "";
            try {
                Map<String, String> fields = fields(row);
                name = name(field(fields, "name"));
                table.rows.add(reader.read(fields));
            } catch (IOException e) {
                table.refused.add(new Refused(name, String.valueOf(e.getMessage())));
            }
        }
        return table;
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
        if (flat.size() % 2 != 0 || flat.size() > ROW_ELEMENTS_MAX) {
            throw new IOException("a row of " + flat.size() + " elements (expected pairs of field and value, at most "
                    + ROW_ELEMENTS_MAX + " elements)");
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
        String flags = field(fields, "flags");
        if (flags.length() > FLAGS_CHARS_MAX) {
            throw new IOException(
                    "flags of " + flags.length() + " characters (expected " + FLAGS_CHARS_MAX + " at most)");
        }
        return Set.copyOf(List.of(flags.split(",", -1)));
    }
}
