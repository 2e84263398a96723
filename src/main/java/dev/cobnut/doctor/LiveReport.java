package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.PlanReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What would have to be done for a stack to be as its stack.yml says, for people and for programs. Pure.
public final class LiveReport {
    /// What `cobnut plan --live` exits with.
    public static final int SAME = 0;

    /// Something would have to be done.
    public static final int DIFFERS = 2;

    /// Nothing differs of what could be seen, and something could not.
    public static final int BLIND = 3;

    private final List<Line> rows = new ArrayList<>();
    private final List<String> strangers;
    private final List<String> placement;
    private final Facts facts;

    /// One process.
    private record Line(String host, String service, int port, String memory, String now, List<Drift.Change> changes) {
        List<String> texts() {
            return changes.stream().map(Drift.Change::text).toList();
        }
    }

    /// @param facts with what is wanted
    public LiveReport(Facts facts) {
        Drift drift = new Drift(facts, Objects.requireNonNull(facts.wanted(), "what is wanted"));
        this.facts = facts;
        this.strangers = drift.strangers();
        this.placement = drift.placement();
        for (Drift.Row row : drift.rows()) {
            Blueprint.Service service = row.service();
            rows.add(new Line(
                    service.host(),
                    service.title(),
                    service.port(),
                    PlanReport.memory(service),
                    row.now(),
                    row.changes()));
        }
        for (Drift.SpeakerRow row : drift.speakers()) {
            rows.add(new Line(row.host(), Speaker.TITLE, row.address().port(), "-", row.now(), row.changes()));
        }
    }

    /// One row for each process: host, service, port, memory, now, change.
    public List<String[]> table() {
        List<String[]> table = new ArrayList<>();
        table.add(new String[] {"host", "service", "port", "memory", "now", "change"});
        for (Line row : rows) {
            table.add(new String[] {
                row.host(),
                row.service(),
                Integer.toString(row.port()),
                row.memory(),
                row.now(),
                row.changes().isEmpty() ? "-" : String.join("; ", row.texts())
            });
        }
        return table;
    }

    /// What follows the table.
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        placement.forEach(line -> lines.add("placement: " + line));
        strangers.forEach(line -> lines.add("not in the file, and found: " + line));
        for (Absences.DeadHost host : new Absences(facts).hosts()) {
            lines.add("host " + host.name() + ": nothing there answers");
        }
        lines.add(count(Drift.Kind.CHANGE) + " to change, " + count(Drift.Kind.ADD) + " to add, " + strangers.size()
                + " to remove or write down, " + count(Drift.Kind.UNKNOWN)
                + " not known. Nothing has been done" + (exitCode() == DIFFERS ? "; next: cobnut render" : ""));
        return lines;
    }

    /// How many processes need something of a kind.
    private long count(Drift.Kind kind) {
        return rows.stream()
                .filter(row -> row.changes().stream().anyMatch(change -> change.kind() == kind))
                .count();
    }

    /// By what differs.
    public int exitCode() {
        boolean differs = count(Drift.Kind.ADD) + count(Drift.Kind.CHANGE) + strangers.size() > 0;
        return differs ? DIFFERS : facts.missed().isEmpty() && count(Drift.Kind.UNKNOWN) == 0 ? SAME : BLIND;
    }

    /// Fields of an object, for programs: what each service is now, by host and port, and the rest.
    public Map<String, Object> fields() {
        List<Object> live = new ArrayList<>();
        for (Line row : rows) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("host", row.host());
            fields.put("service", row.service());
            fields.put("port", row.port());
            fields.put("now", row.now());
            fields.put("changes", row.texts());
            live.add(fields);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("exit", exitCode());
        all.put("live", live);
        all.put("placement", placement);
        all.put("strangers", strangers);
        List<Object> missed = new ArrayList<>();
        for (Facts.Miss miss : facts.missed()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("where", miss.at());
            fields.put("why", miss.why());
            missed.add(fields);
        }
        all.put("missed", missed);
        return all;
    }
}
