package dev.cobnut.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `cobnut status`: who is where, as a running proxy sees it.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        description = "Shows who is master and who follows, as a running proxy sees it.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class StatusCommand implements Callable<Integer> {
    private static final String READABLE = "may be read from";
    private static final int TIMEOUT_MILLIS = 4_000;
    private static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;
    private static final int SHOWN_CHARS_MAX = 80;
    private static final int HAPPENINGS_SHOWN = 24;

    @Parameters(
            paramLabel = "HOST:PORT",
            arity = "0..1",
            defaultValue = "127.0.0.1:22222",
            description = "its statistics port (default: ${DEFAULT-VALUE})")
    private String address;

    @Spec
    private CommandSpec spec;

    /// Asks once and prints.
    ///
    /// @return 1 when nothing answers, or with something else
    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            picture(parse(get("/topology"))).forEach(out::println);
            failovers(parse(get("/failovers"))).forEach(out::println);
            return 0;
        } catch (IOException | BadValue e) {
            err.println("cobnut status: " + e.getMessage());
            return 1;
        }
    }

    /// Sends the request with the connection: the statistics port takes a peer that says nothing for 100 ms for a
    /// monitor of nutcracker's, and the JDK's HTTP client, started cold on a busy machine, is later than that.
    private String get(String path) throws IOException, BadValue {
        NodeAddress.Tcp target = HostPort.parse(address);
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\n\r\n").getBytes(US_ASCII);
        String answer;
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(target.host(), target.port()), TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            answer = new String(socket.getInputStream().readNBytes(ANSWER_BYTES_MAX), UTF_8);
        } catch (IOException e) {
            throw new IOException(
                    "no Cobnut answers at " + address + " (" + e.getMessage()
                            + "); is it running, and is this its statistics port?",
                    e);
        }
        int body = answer.indexOf("\r\n\r\n");
        if (body < 0 || !answer.startsWith("HTTP/1.1 200 ")) {
            String first = answer.lines().findFirst().orElse("");
            throw new IOException(
                    address + " answers \"" + first.substring(0, Math.min(first.length(), SHOWN_CHARS_MAX))
                            + "\" (expected: HTTP/1.1 200; is it the statistics port of a Cobnut?)");
        }
        return answer.substring(body);
    }

    static Map<?, ?> parse(String json) throws IOException {
        try {
            // JSON is YAML, and YAML is what we already read.
            if (new Load(LoadSettings.builder().build()).loadFromString(json) instanceof Map<?, ?> topology) {
                return topology;
            }
        } catch (YamlEngineException e) {
            throw new IOException("the answer is not JSON: " + e.getMessage(), e);
        }
        throw new IOException(
                "the answer is not a topology: " + json.lines().findFirst().orElse(""));
    }

    /// The lines to print.
    ///
    /// @param topology as `/topology` gives it
    static List<String> picture(Map<?, ?> topology) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"pool", "shard", "node", "role", "note"});
        for (Map<?, ?> pool : maps(topology, "pools")) {
            String poolName = text(pool, "name");
            for (Map<?, ?> shard : maps(pool, "shards")) {
                String shardName = text(shard, "name");
                List<Map<?, ?>> nodes = maps(shard, "nodes");
                if (nodes.isEmpty()) {
                    rows.add(new String[] {poolName, shardName, "-", "-", "no node is known"});
                }
                List<Object> readable = new ArrayList<>();
                if (shard.get("readable") instanceof List<?> replicas) {
                    readable.addAll(replicas);
                }
                for (Map<?, ?> node : nodes) {
                    String role = text(node, "role");
                    String address = text(node, "address");
                    List<String> notes = new ArrayList<>(List.of(
                            role.equals("master") ? epoch(shard) : "",
                            role.equals("master") ? gate(shard) : "",
                            text(node, "note"),
                            readable.remove(address) ? READABLE : ""));
                    notes.removeIf(String::isEmpty);
                    rows.add(new String[] {poolName, shardName, address, role, String.join(", ", notes)});
                    poolName = "";
                    shardName = "";
                }
                for (Object unlisted : readable) {
                    rows.add(new String[] {"", "", unlisted.toString(), "replica", READABLE});
                }
            }
        }
        for (Map<?, ?> sentinel : maps(topology, "sentinels")) {
            rows.add(new String[] {
                "", "", text(sentinel, "address"), "sentinel", state(text(sentinel, "state"), text(sentinel, "detail"))
            });
        }
        List<String> lines = aligned(rows);
        lines.add("topology epoch " + text(topology, "epoch"));
        return lines;
    }

    private static String epoch(Map<?, ?> shard) {
        String epoch = text(shard, "config_epoch");
        return text(shard, "master_name").isEmpty() ? "" : "config epoch " + epoch;
    }

    private static String gate(Map<?, ?> shard) {
        return switch (text(shard, "gate")) {
            case "held" -> "requests wait: " + text(shard, "gate_why");
            case "down" -> "requests fail: " + text(shard, "gate_why");
            default -> "";
        };
    }

    /// The last failovers, one line for each thing that happened.
    ///
    /// @param journal as `/failovers` gives it
    static List<String> failovers(Map<?, ?> journal) {
        List<Map<?, ?>> all = maps(journal, "failovers");
        List<String> lines = new ArrayList<>();
        for (Map<?, ?> each : all.subList(Math.max(0, all.size() - HAPPENINGS_SHOWN), all.size())) {
            String since = text(each, "since_ms");
            String at = since.equals("0") || lines.isEmpty() ? text(each, "at") : "";
            lines.add(String.format("%-24s  %6s ms  %s", at, since, text(each, "line")));
        }
        if (!lines.isEmpty()) {
            lines.addFirst("last failovers:");
        }
        return lines;
    }

    private static String state(String state, String detail) {
        return detail.isEmpty() ? state : state + ", " + detail;
    }

    private static List<String> aligned(List<String[]> rows) {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]).repeat(' ', widths[i] - row[i].length() + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static List<Map<?, ?>> maps(Map<?, ?> parent, String key) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (parent.get(key) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> map) {
                    maps.add(map);
                }
            }
        }
        return maps;
    }

    private static String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : value.toString();
    }
}
