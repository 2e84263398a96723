package dev.cobnut.differential;

import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Everything that is stored, in a form that is the same on any server.
final class Dataset {
    private static final int DATABASES = 16;

    private Dataset() {}

    /// What these servers hold together, by database and key. A key on two of them is shown so.
    static Map<String, String> of(List<RespClient> servers) throws IOException {
        Map<String, String> values = new TreeMap<>();
        for (RespClient server : servers) {
            server.ask("HELLO", "2");
            for (int database = 0; database < DATABASES; database++) {
                server.ask("SELECT", Integer.toString(database));
                if (server.ask("DBSIZE").equals(":0")) {
                    continue;
                }
                for (String key : keys(server)) {
                    String value = value(server, key);
                    values.merge(database + " " + Step.escaped(key), value, (a, b) -> a + " and " + b);
                }
            }
        }
        return values;
    }

    /// The names as they are: a script gives each as a reply of its own.
    private static List<String> keys(RespClient server) throws IOException {
        int count = Integer.parseInt(
                server.ask("EVAL", "return #redis.call('KEYS','*')", "0").substring(1));
        List<String> keys = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            keys.add(server.ask(
                    "EVAL", "local k = redis.call('KEYS','*') table.sort(k) return k[tonumber(ARGV[1])]", "0", "" + i));
        }
        return keys;
    }

    /// Sets and hashes have no order that two servers share, and the DUMP of a stream contains clocks.
    private static String value(RespClient server, String key) throws IOException {
        String type = server.ask("TYPE", key);
        String expires = server.ask("PTTL", key).equals(":-1") ? "" : " expires";
        return type + expires + " "
                + switch (type) {
                    case "+set" -> server.ask("SORT", key, "ALPHA");
                    case "+hash" ->
                        server.ask(
                                "EVAL",
                                "local f = redis.call('HKEYS',KEYS[1]) table.sort(f) local r = {} for i, k in ipairs(f) do"
                                        + " r[2*i-1] = k r[2*i] = redis.call('HGET',KEYS[1],k) end return r",
                                "1",
                                key);
                    case "+stream" ->
                        server.ask("XRANGE", key, "-", "+")
                                + server.ask("XINFO", "STREAM", key)
                                + server.ask("XINFO", "GROUPS", key);
                    default -> Step.escaped(server.ask("DUMP", key));
                };
    }
}
