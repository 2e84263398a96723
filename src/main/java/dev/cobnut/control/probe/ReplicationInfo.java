package dev.cobnut.control.probe;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What a node said of itself when it was asked for INFO replication. An identity of a history (`replid`) is empty
/// for servers before Redis 4.0, which have none.
public sealed interface ReplicationInfo {
    /// Enough for any real group; a liar cannot make us ask the world.
    int REPLICAS_MAX = 100;

    /// It takes writes.
    ///
    /// @param replid of the history that it writes
    /// @param offset how many bytes of it there are
    /// @param online replicas that it sends it to, without those that are still being synchronised
    record Master(String replid, long offset, Set<NodeAddress.Tcp> online) implements ReplicationInfo {
        public Master {
            online = Set.copyOf(online);
        }
    }

    /// It has a master, whether or not it has reached it.
    ///
    /// @param master whom it replicates
    /// @param replid of the history that it has
    /// @param offset up to which byte it has applied it
    /// @param lastIoSeconds since it last heard of its master; -1 without a link
    /// @param linkDownSeconds since it lost its link; -1 when it has one, or never had
    record Replica(
            NodeAddress.Tcp master,
            String replid,
            long offset,
            boolean linkUp,
            boolean syncing,
            long lastIoSeconds,
            long linkDownSeconds)
            implements ReplicationInfo {}

    /// There is no usable answer.
    ///
    /// @param why for people
    record Nothing(String why) implements ReplicationInfo {}

    /// Reads the reply to INFO replication.
    ///
    /// @throws IOException when it is an error, or lacks what a master or a replica has to say
    static ReplicationInfo parse(RespValue reply) throws IOException {
        if (!(reply instanceof RespValue.Bulk)) {
            throw new IOException("it says " + StrictText.printable(reply.text()));
        }
        Map<String, String> fields = new HashMap<>();
        for (String line : reply.text().split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return switch (field(fields, "role")) {
            case "master" ->
                new Master(
                        fields.getOrDefault("master_replid", ""), number(fields, "master_repl_offset"), online(fields));
            case "slave" ->
                new Replica(
                        StrictText.address(field(fields, "master_host"), field(fields, "master_port")),
                        fields.getOrDefault("master_replid", ""),
                        number(fields, "slave_repl_offset"),
                        field(fields, "master_link_status").equals("up"),
                        !field(fields, "master_sync_in_progress").equals("0"),
                        number(fields, "master_last_io_seconds_ago"),
                        fields.containsKey("master_link_down_since_seconds")
                                ? number(fields, "master_link_down_since_seconds")
                                : -1);
            default ->
                throw new IOException(
                        "role " + StrictText.printable(field(fields, "role")) + " (expected: master or slave)");
        };
    }

    private static Set<NodeAddress.Tcp> online(Map<String, String> fields) throws IOException {
        Set<NodeAddress.Tcp> online = new HashSet<>();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            // slave0:ip=127.0.0.1,port=6380,state=online,offset=14,lag=1
            if (field.getKey().matches("slave\\d{1,9}")) {
                addOnline(online, field.getValue());
            }
        }
        if (online.size() > REPLICAS_MAX) {
            throw new IOException("it has " + online.size() + " replicas (at most " + REPLICAS_MAX + ")");
        }
        return online;
    }

    /// Whoever reads the replication stream may announce what it likes, and a backup tool has no port: what is no
    /// address is no node of ours.
    private static void addOnline(Set<NodeAddress.Tcp> online, String row) {
        Map<String, String> parts = new HashMap<>();
        for (String part : row.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.putIfAbsent(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        if (parts.getOrDefault("state", "").equals("online")) {
            try {
                online.add(StrictText.address(parts.getOrDefault("ip", ""), parts.getOrDefault("port", "")));
            } catch (IOException _) {
                // left out
            }
        }
    }

    private static String field(Map<String, String> fields, String name) throws IOException {
        String value = fields.get(name);
        if (value == null) {
            throw new IOException("INFO replication without " + name);
        }
        return value;
    }

    private static long number(Map<String, String> fields, String name) throws IOException {
        return number(name, field(fields, name));
    }

    /// A number with or without a sign.
    ///
    /// @param name what it is, for people
    static long number(String name, String digits) throws IOException {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IOException(name + " " + StrictText.printable(digits) + " (expected: a number)", e);
        }
    }
}
