package dev.cobnut.attack;

import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.Requests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the nodes hold when all is over: each key where it belongs, each with a value that it may have.
final class Aftermath {
    private static final int AT_ONCE = 500;

    private final List<RealRedis.Server> nodes;
    private final List<Attacker> clients;
    private final Arena arena;
    private final Map<String, List<String>> found = new HashMap<>();

    Aftermath(List<RealRedis.Server> nodes, List<Attacker> clients, Arena arena) {
        this.nodes = nodes;
        this.clients = clients;
        this.arena = arena;
    }

    void look() throws IOException {
        for (RealRedis.Server node : nodes) {
            node.await("PING", "+PONG");
            try (Wire wire = new Wire(node.port())) {
                for (int database = 0; database < 16; database++) {
                    ask(wire, "SELECT", "" + database);
                    List<String> keys = new ArrayList<>();
                    ask(wire, "KEYS", "*").elements().forEach(key -> keys.add(key.text()));
                    for (int from = 0; from < keys.size(); from += AT_ONCE) {
                        collect(wire, database, keys.subList(from, Math.min(keys.size(), from + AT_ONCE)));
                    }
                }
            }
        }
        for (Attacker client : clients) {
            for (Cell cell : client.cells()) {
                List<String> end = found.get(cell.database + " " + cell.key);
                if (!cell.mayEndAs(end)) {
                    report(cell.getClass().getSimpleName(), cell.database + " " + cell.key, cell.expected(), "" + end);
                }
            }
        }
    }

    private void collect(Wire wire, int database, List<String> keys) throws IOException {
        List<String> types = new ArrayList<>();
        for (String key : keys) {
            send(wire, "TYPE", key);
        }
        while (types.size() < keys.size()) {
            types.add(wire.read().text());
        }
        for (int i = 0; i < keys.size(); i++) {
            switch (types.get(i)) {
                case "list" -> send(wire, "LRANGE", keys.get(i), "0", "-1");
                case "string" -> send(wire, "GETRANGE", keys.get(i), "0", "" + (Cell.SHOWN - 1));
                default -> send(wire, "EXISTS", keys.get(i));
            }
        }
        for (int i = 0; i < keys.size(); i++) {
            Reply reply = wire.read();
            List<String> texts = reply.type() == '*'
                    ? reply.elements().stream().map(Reply::text).toList()
                    : List.of(reply.text());
            String where = database + " " + keys.get(i);
            if (found.put(where, texts) != null) {
                report("shard", where, "on one shard", "on two");
            }
            String text = texts.isEmpty() ? "" : texts.getFirst();
            if (text.startsWith("v|") && !text.startsWith("v|" + database + "|" + keys.get(i) + "|")) {
                report("place", where, "a value of its own", text);
            }
        }
    }

    private void report(String kind, String where, String expected, String got) {
        arena.findings()
                .add(
                        "WRONG in the end: " + kind,
                        "  " + arena + ", key " + where + "\n  expected " + expected + "\n  got      " + got);
    }

    private static void send(Wire wire, String... words) throws IOException {
        byte[] bytes = Requests.frame(words);
        wire.send(bytes, 0, bytes.length);
    }

    private static Reply ask(Wire wire, String... words) throws IOException {
        send(wire, words);
        return wire.read();
    }
}
