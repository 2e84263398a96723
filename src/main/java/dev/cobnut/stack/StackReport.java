package dev.cobnut.stack;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Defaults;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What runs where, and what to try next, as lines for people.
record StackReport(Blueprint blueprint, Fleet fleet) {
    private static final NodeAddress.Tcp USUAL_STATISTICS = new NodeAddress.Tcp("127.0.0.1", Defaults.STATISTICS_PORT);
    private static final int[] WIDTHS_MIN = {13, 16, 29};

    List<String> lines() {
        List<String> lines = new ArrayList<>(table());
        if (!fleet.sentinels().isEmpty()) {
            lines.add("%-13s %s".formatted("Sentinels", processes(fleet.sentinels())));
        }
        List<String> statistics = proxies().stream()
                .map(host -> "http://" + Front.statistics(blueprint, host))
                .toList();
        if (!statistics.isEmpty()) {
            lines.add("%-13s %s".formatted("statistics", String.join("  ", statistics)));
        }
        lines.add("");
        lines.addAll(tryNext());
        return lines;
    }

    /// One row for each shard, under the name that Sentinel knows it by.
    private List<String> table() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"cache", "proxy", "master", "replicas"});
        for (Blueprint.Cache cache : blueprint.caches()) {
            String at = String.join(
                    "  ",
                    proxies().stream().map(host -> pool(cache, host).toString()).toList());
            for (Blueprint.Shard shard : cache.shards()) {
                List<Server> servers = fleet.redises(shard.group());
                rows.add(new String[] {
                    shard.group(),
                    at.isEmpty() ? "-" : at,
                    process(servers.getFirst()),
                    processes(servers.subList(1, servers.size()))
                });
            }
        }
        int[] widths = WIDTHS_MIN.clone();
        for (int i = 0; i < widths.length; i++) {
            for (String[] row : rows) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        String format = "%-" + widths[0] + "s %-" + widths[1] + "s %-" + widths[2] + "s %s";
        return rows.stream()
                .map(row -> format.formatted((Object[]) row).stripTrailing())
                .toList();
    }

    private List<String> tryNext() {
        Blueprint.Cache cache = blueprint.caches().getFirst();
        Server master = fleet.redises(cache.shards().getFirst().group()).getFirst();
        String client = "  redis-cli"
                + at(
                        proxies().isEmpty()
                                ? master.address()
                                : pool(cache, proxies().getFirst()))
                + password(blueprint.secrets().redis());
        List<String> lines = new ArrayList<>();
        lines.add("Try next, in another terminal:");
        lines.add(client + " set greeting hello");
        lines.add("  kill -9 " + master.child().pid() + "   # the master of "
                + cache.shards().getFirst().group() + "; watch what happens here");
        lines.add(client + " get greeting");
        if (!proxies().isEmpty()) {
            NodeAddress.Tcp statistics = Front.statistics(blueprint, proxies().getFirst());
            String proxy = statistics.equals(USUAL_STATISTICS) ? "" : " --proxy " + statistics;
            Blueprint.Shard shard = cache.shards().getFirst();
            if (blueprint.sentinels() != null && shard.servers().size() > 1) {
                lines.add("  ./cobnut failover " + cache.name()
                        + (cache.shards().size() == 1 ? "" : " " + shard.name()) + proxy
                        + "   # the same without losing anything");
            }
            lines.add("  ./cobnut status" + proxy);
        }
        return lines;
    }

    private static String at(NodeAddress.Tcp address) {
        return (address.host().equals("127.0.0.1") ? "" : " -h " + address.host()) + " -p " + address.port();
    }

    /// As a shell looks it up.
    private static String password(@Nullable String place) {
        if (place == null) {
            return "";
        }
        String where = place.substring(place.indexOf(':') + 1);
        return " --no-auth-warning -a \"" + (place.startsWith("env:") ? "$" + where : "$(cat " + where + ")") + "\"";
    }

    private List<String> proxies() {
        Blueprint.Proxies proxies = blueprint.proxies();
        return proxies == null ? List.of() : proxies.hosts();
    }

    private NodeAddress.Tcp pool(Blueprint.Cache cache, String host) {
        return blueprint.address(new Blueprint.Pool(cache, host, cache.listen()));
    }

    private static String processes(List<Server> servers) {
        return String.join("  ", servers.stream().map(StackReport::process).toList());
    }

    private static String process(Server server) {
        return server.address() + " (pid " + server.child().pid() + ")";
    }
}
