package dev.cobnut.control.switchover;

import dev.cobnut.control.probe.Dial;
import dev.cobnut.control.probe.ReplicationProbe;
import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who comes to a master by itself, and not through a Cobnut: a planned switch has its writes refused for a while.
///
/// A Cobnut names the connection by which it watches a master, not those by which requests go; so all that come from a host
/// where one is are taken for its own, and a client there is not told.
final class DirectClients {
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int SHOWN_MAX = 3;

    private DirectClients() {}

    /// A sentence about those of this master at this moment; empty when there are none, or it is not known. Blocks for some seconds
    /// at most.
    static String remark(Place place) {
        try (RespConnection connection = Dial.open(place.master(), place.login(), TIMEOUT_MILLIS)) {
            // Without it this proxy would be taken for one of them.
            if (connection.command("CLIENT", "SETNAME", ReplicationProbe.NAME) instanceof RespValue.ErrorReply) {
                return "";
            }
            RespValue reply = connection.command("CLIENT", "LIST");
            return reply instanceof RespValue.ErrorReply
                    ? ""
                    : sentence(place.master().toString(), of(reply.text()));
        } catch (IOException _) {
            return "";
        }
    }

    /// Their addresses.
    ///
    /// @param list as CLIENT LIST gives it
    static List<String> of(String list) {
        List<Map<String, String>> clients =
                list.lines().map(DirectClients::fields).toList();
        Set<String> hosts = new HashSet<>();
        for (Map<String, String> each : clients) {
            if (value(each, "name").equals(ReplicationProbe.NAME)) {
                hosts.add(host(value(each, "addr")));
            }
        }
        List<String> direct = new ArrayList<>();
        for (Map<String, String> each : clients) {
            String address = value(each, "addr");
            // S, M: links of replication; O: MONITOR.
            boolean isClient = !value(each, "flags").matches(".*[SMO].*")
                    && !value(each, "name").startsWith("sentinel-");
            if (isClient && !address.isEmpty() && !hosts.contains(host(address))) {
                direct.add(address);
            }
        }
        return direct;
    }

    /// For people; empty for none.
    static String sentence(String master, List<String> addresses) {
        if (addresses.isEmpty()) {
            return "";
        }
        int count = addresses.size();
        String shown = String.join(", ", addresses.subList(0, Math.min(SHOWN_MAX, count)));
        String more = count > SHOWN_MAX ? " and " + (count - SHOWN_MAX) + " more" : "";
        return count + (count == 1 ? " client comes to " : " clients come to ") + master + " directly (" + shown + more
                + "): for the time of the switch writes from there get NOREPLICAS";
    }

    private static String host(String address) {
        return address.substring(0, Math.max(0, address.lastIndexOf(':')));
    }

    private static String value(Map<String, String> fields, String name) {
        return fields.getOrDefault(name, "");
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String each : line.split(" ")) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                fields.put(each.substring(0, equals), each.substring(equals + 1));
            }
        }
        return fields;
    }
}
