package dev.cobnut.cli;

import dev.cobnut.config.BadValue;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
    private static final int HAPPENINGS_SHOWN = 24;

    @Option(
            names = "--proxy",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:22222",
            description = "statistics port of the proxy that is asked (default: ${DEFAULT-VALUE})")
    private String proxy;

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
            AdminClient client = new AdminClient(proxy, null);
            picture(client.get("/topology")).forEach(out::println);
            failovers(client.get("/failovers")).forEach(out::println);
            return 0;
        } catch (IOException | BadValue e) {
            err.println("cobnut status: " + e.getMessage());
            return 1;
        }
    }

    /// The lines to print.
    ///
    /// @param topology as `/topology` gives it
    static List<String> picture(Map<?, ?> topology) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"pool", "shard", "node", "role", "note"});
        for (Map<?, ?> pool : AdminClient.maps(topology, "pools")) {
            String poolName = AdminClient.text(pool, "name");
            for (Map<?, ?> shard : AdminClient.maps(pool, "shards")) {
                String shardName = AdminClient.text(shard, "name");
                List<Map<?, ?>> nodes = AdminClient.maps(shard, "nodes");
                if (nodes.isEmpty()) {
                    rows.add(new String[] {poolName, shardName, "-", "-", "no node is known"});
                }
                List<Object> readable = new ArrayList<>();
                if (shard.get("readable") instanceof List<?> replicas) {
                    readable.addAll(replicas);
                }
                for (Map<?, ?> node : nodes) {
                    String role = AdminClient.text(node, "role");
                    String address = AdminClient.text(node, "address");
                    List<String> notes = new ArrayList<>(List.of(
                            role.equals("master") ? epoch(shard) : "",
                            role.equals("master") ? gate(shard) : "",
                            AdminClient.text(node, "note"),
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
        for (Map<?, ?> sentinel : AdminClient.maps(topology, "sentinels")) {
            rows.add(new String[] {
                "",
                "",
                AdminClient.text(sentinel, "address"),
                "sentinel",
                state(AdminClient.text(sentinel, "state"), AdminClient.text(sentinel, "detail"))
            });
        }
        List<String> lines = Table.aligned(rows);
        lines.add("topology epoch " + AdminClient.text(topology, "epoch"));
        return lines;
    }

    private static String epoch(Map<?, ?> shard) {
        String epoch = AdminClient.text(shard, "config_epoch");
        return AdminClient.text(shard, "master_name").isEmpty() ? "" : "config epoch " + epoch;
    }

    private static String gate(Map<?, ?> shard) {
        return switch (AdminClient.text(shard, "gate")) {
            case "held" -> "requests wait: " + AdminClient.text(shard, "gate_why");
            case "down" -> "requests fail: " + AdminClient.text(shard, "gate_why");
            default -> "";
        };
    }

    /// The last failovers, one line for each thing that happened.
    ///
    /// @param journal as `/failovers` gives it
    static List<String> failovers(Map<?, ?> journal) {
        List<Map<?, ?>> all = AdminClient.maps(journal, "failovers");
        List<String> lines = new ArrayList<>();
        for (Map<?, ?> each : all.subList(Math.max(0, all.size() - HAPPENINGS_SHOWN), all.size())) {
            String since = AdminClient.text(each, "since_ms");
            String at = since.equals("0") || lines.isEmpty() ? AdminClient.text(each, "at") : "";
            lines.add(String.format("%-24s  %6s ms  %s", at, since, AdminClient.text(each, "line")));
        }
        if (!lines.isEmpty()) {
            lines.addFirst("last failovers:");
        }
        return lines;
    }

    private static String state(String state, String detail) {
        return detail.isEmpty() ? state : state + ", " + detail;
    }
}
