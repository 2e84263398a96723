package dev.cobnut.admin;

import dev.cobnut.config.Json;
import dev.cobnut.topology.Happening;
import java.time.Instant;
import java.util.List;

/// What happened while masters were being replaced, as JSON.
final class JournalJson {
    private JournalJson() {}

    /// One object, without a line end.
    static String of(List<Happening> happenings) {
        StringBuilder out = new StringBuilder(4096).append("{\"failovers\":[");
        String separator = "";
        for (Happening each : happenings) {
            out.append(separator).append("{\"at\":\"").append(Instant.ofEpochMilli(each.atMillis()));
            out.append("\", \"since_ms\":").append(each.sinceMillis());
            out.append(", \"group\":");
            Json.quote(out, each.group());
            out.append(", \"line\":");
            Json.quote(out, each.line());
            out.append('}');
            separator = ", ";
        }
        return out.append("]}").toString();
    }
}
