package dev.cobnut.admin;

import dev.cobnut.config.Json;
import dev.cobnut.topology.Progress;
import dev.cobnut.topology.Prospect;
import java.util.Locale;

/// A planned switch as JSON. What nobody knows is `null`.
public final class SwitchJson {
    private SwitchJson() {}

    /// What it would do: one object, with a line end.
    public static String of(Prospect prospect) {
        StringBuilder out = new StringBuilder(512).append("{\"refusal\":");
        Json.quote(out, prospect.refusal());
        out.append(", \"group\":");
        Json.quote(out, prospect.group());
        out.append(", \"shard\":");
        Json.quote(out, prospect.shard());
        out.append(", \"members\":[");
        String separator = "";
        for (Prospect.Member each : prospect.members()) {
            out.append(separator).append("{\"address\":");
            Json.quote(out, each.address().toString());
            out.append(", \"priority\":").append(each.priority() < 0 ? "null" : Long.toString(each.priority()));
            out.append(", \"behind_bytes\":")
                    .append(each.behindBytes() < 0 ? "null" : Long.toString(each.behindBytes()));
            out.append(", \"note\":");
            Json.quote(out, each.note());
            out.append('}');
            separator = ", ";
        }
        out.append("], \"remark\":");
        Json.quote(out, prospect.remark());
        return out.append("}\n").toString();
    }

    /// How far it has come: one object, with a line end.
    static String of(Progress progress) {
        StringBuilder out = new StringBuilder(512).append("{\"number\":").append(progress.number());
        out.append(", \"outcome\":");
        Json.quote(out, progress.outcome().name().toLowerCase(Locale.ROOT));
        out.append(", \"steps\":[");
        String separator = "";
        for (Progress.Step each : progress.steps()) {
            out.append(separator).append("{\"ms\":").append(each.millis()).append(", \"line\":");
            Json.quote(out, each.line());
            out.append('}');
            separator = ", ";
        }
        return out.append("]}\n").toString();
    }
}
