package dev.cobnut.vip;

import dev.cobnut.config.Json;
import dev.cobnut.vip.vrrp.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a speaker does, as JSON.
final class StatusJson {
    private StatusJson() {}

    /// One object, with a line end.
    static String of(Status status) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Status.Instance each : status.instances()) {
            rows.add(instance(each));
        }
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("drained", status.isDrained());
        page.put("instances", rows);
        StringBuilder out = new StringBuilder(1024);
        Json.value(out, page);
        return out.append('\n').toString();
    }

    private static Map<String, @Nullable Object> instance(Status.Instance instance) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("name", instance.name());
        row.put("state", instance.state().name().toLowerCase(Locale.ROOT));
        row.put("since", Instant.ofEpochMilli(instance.sinceMillis()).toString());
        row.put("why", instance.why());
        row.put("priority", instance.priority());
        row.put("master", instance.master());
        row.put("interface", instance.networkInterface());
        row.put("router_id", instance.id());
        row.put("version", instance.version());
        row.put("addresses", instance.addresses());
        List<Map<String, Object>> checks = new ArrayList<>();
        for (Status.CheckResult each : instance.checks()) {
            Map<String, Object> check = new LinkedHashMap<>();
            check.put("name", each.name());
            check.put("verdict", each.verdict().name().toLowerCase(Locale.ROOT));
            check.put("detail", each.detail());
            checks.add(check);
        }
        row.put("checks", checks);
        row.put("counts", counts(instance.counts()));
        return row;
    }

    private static Map<String, Object> counts(Status.Counts counts) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("became_master", counts.becameMaster());
        row.put("adverts_sent", counts.sent());
        row.put("adverts_not_sent", counts.notSent());
        row.put("adverts_received", counts.received());
        Map<String, Long> rejected = new LinkedHashMap<>();
        for (Rejection kind : Rejection.values()) {
            rejected.put(kind.name().toLowerCase(Locale.ROOT), counts.rejected().getOrDefault(kind, 0L));
        }
        row.put("adverts_rejected", rejected);
        row.put("adverts_of_rivals", counts.rivals());
        row.put("adverts_with_other_addresses", counts.otherAddresses());
        row.put("late_max_ms", counts.lateMaxMillis());
        return row;
    }
}
