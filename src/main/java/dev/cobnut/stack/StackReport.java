package dev.cobnut.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What runs where, and what to try next, as lines for people.
///
/// @param masters the host of each cache's master
record StackReport(Layout layout, Fleet fleet, Map<Cache, Integer> masters) {
    private static final String ROW = "%-13s %-16s %-29s %s";

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(ROW.formatted("cache", "proxy", "master", "replicas"));
        for (Cache cache : Cache.values()) {
            List<String> replicas = new ArrayList<>();
            for (int host = 0; host < Layout.HOSTS; host++) {
                if (host != master(cache)) {
                    replicas.add(process(fleet.redis(cache, host)));
                }
            }
            lines.add(ROW.formatted(
                    cache.masterName(),
                    layout.proxy(cache),
                    process(fleet.redis(cache, master(cache))),
                    String.join("  ", replicas)));
        }
        lines.add("%-13s %s"
                .formatted(
                        "Sentinels",
                        String.join(
                                "  ",
                                fleet.sentinels().stream()
                                        .map(StackReport::process)
                                        .toList())));
        lines.add("%-13s http://%s".formatted("statistics", layout.statistics()));
        lines.add("");
        lines.addAll(tryNext());
        return lines;
    }

    private List<String> tryNext() {
        Cache cache = Cache.OBJECTS;
        String client = "  redis-cli -p " + layout.proxy(cache).port();
        long master = fleet.redis(cache, master(cache)).child().pid();
        String proxy = layout.portOffset() == 0 ? "" : " --proxy " + layout.statistics();
        return List.of(
                "Try next, in another terminal:",
                client + " set greeting hello",
                "  kill -9 " + master + "   # the master of " + cache.masterName() + "; watch what happens here",
                client + " get greeting",
                "  ./cobnut failover " + cache.masterName() + proxy + "   # the same without losing anything",
                "  ./cobnut status" + proxy);
    }

    private int master(Cache cache) {
        return masters.getOrDefault(cache, cache.firstMaster());
    }

    private static String process(Server server) {
        return server.address() + " (pid " + server.child().pid() + ")";
    }
}
