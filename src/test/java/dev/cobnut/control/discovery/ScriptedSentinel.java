package dev.cobnut.control.discovery;

import dev.cobnut.testing.ScriptedNode;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import java.util.Locale;

/// Peers of discovery that say what a test wants.
final class ScriptedSentinel {
    private static final String NONE = "*0\r\n";

    /// The rows of SENTINEL MASTERS; may be changed at any time.
    private volatile List<String> rows;

    private final ScriptedNode node;

    /// @param rows as [#row] makes them
    ScriptedSentinel(String... rows) {
        this.rows = List.of(rows);
        this.node = ScriptedNode.start(peer -> {
            while (true) {
                List<String> request = peer.read();
                switch (request.getFirst()) {
                    case "SENTINEL" -> peer.send(request.get(1).equals("MASTERS") ? table() : NONE);
                    case "SUBSCRIBE" -> {
                        for (String channel : request.subList(1, request.size())) {
                            peer.send(array("subscribe", channel) + ":1\r\n");
                        }
                    }
                    default -> peer.send(array("pong", ""));
                }
            }
        });
    }

    /// A node that says it is master, and nothing else.
    static ScriptedNode master() {
        return ScriptedNode.start(peer -> {
            while (true) {
                String command = peer.read().getFirst().toUpperCase(Locale.ROOT);
                peer.send(command.equals("ROLE") ? "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n" : "-ERR unknown command\r\n");
            }
        });
    }

    /// A row of SENTINEL MASTERS.
    static String row(String name, String ip, String port, long epoch) {
        return array("name", name, "ip", ip, "port", port, "flags", "master", "config-epoch", Long.toString(epoch));
    }

    static String row(String name, NodeAddress.Tcp master, long epoch) {
        return row(name, master.host(), Integer.toString(master.port()), epoch);
    }

    private static String array(String... words) {
        // A subscription is confirmed with three elements, the last of which is a number.
        StringBuilder out = new StringBuilder("*" + (words[0].equals("subscribe") ? 3 : words.length) + "\r\n");
        for (String word : words) {
            out.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return out.toString();
    }

    private String table() {
        List<String> now = rows;
        return "*" + now.size() + "\r\n" + String.join("", now);
    }

    void say(String... newRows) {
        rows = List.of(newRows);
    }

    NodeAddress.Tcp address() {
        return node.address();
    }

    void close() {
        node.close();
    }
}
