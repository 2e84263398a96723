package dev.cobnut.admin;

import dev.cobnut.config.Json;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.stats.StatsSnapshot;
import java.util.Map;

/// The counters in nutcracker's JSON, to the blank: a blank before a colon nowhere, after it only before an object;
/// a comma is followed by a blank except between two objects. There are monitors that match it as text.
final class StatsJson {
    private StatsJson() {}

    /// One object, without a line end.
    ///
    /// @param source the name of this host
    /// @param uptimeSeconds since the process started
    /// @param timestampSeconds since 1970
    /// @param all false for what nutcracker has
    static String of(
            StatsSnapshot snapshot,
            String source,
            String version,
            long uptimeSeconds,
            long timestampSeconds,
            boolean all) {
        StringBuilder out = new StringBuilder(4096);
        out.append("{\"service\":\"nutcracker\", \"source\":");
        Json.quote(out, source);
        out.append(", \"version\":");
        Json.quote(out, version);
        out.append(", \"uptime\":").append(uptimeSeconds);
        out.append(", \"timestamp\":").append(timestampSeconds);
        out.append(", \"total_connections\":").append(snapshot.totalConnections());
        out.append(", \"curr_connections\":").append(snapshot.currConnections());
        String separator = ", ";
        for (StatsSnapshot.Pool pool : snapshot.pools()) {
            out.append(separator);
            pool(out, pool, all);
            separator = ",";
        }
        return out.append('}').toString();
    }

    private static void pool(StringBuilder out, StatsSnapshot.Pool pool, boolean all) {
        Json.quote(out, pool.name());
        out.append(": {");
        String separator = "";
        for (PoolCounter counter : PoolCounter.values()) {
            if (all || counter.isNutcrackers()) {
                out.append(separator);
                counter(out, counter.label(), pool.counters(), counter);
                separator = ", ";
            }
        }
        for (StatsSnapshot.Server server : pool.servers()) {
            out.append(separator);
            server(out, server, all);
            separator = ",";
        }
        out.append('}');
    }

    private static void server(StringBuilder out, StatsSnapshot.Server server, boolean all) {
        Json.quote(out, server.name());
        out.append(": {");
        String separator = "";
        for (ServerCounter counter : ServerCounter.values()) {
            if (all || counter.isNutcrackers()) {
                out.append(separator);
                counter(out, counter.label(), server.counters(), counter);
                separator = ", ";
            }
        }
        out.append('}');
    }

    private static <E> void counter(StringBuilder out, String label, Map<E, Long> values, E counter) {
        Json.quote(out, label);
        out.append(':').append(values.getOrDefault(counter, 0L));
    }
}
