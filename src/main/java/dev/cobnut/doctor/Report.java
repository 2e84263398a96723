package dev.cobnut.doctor;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A diagnosis as text. Pure.
public final class Report {
    /// For whom a report is.
    public enum Form {
        /// People.
        TEXT,
        /// Programs.
        JSON,
        /// Nagios, and whoever reads its plugins: one line first.
        NAGIOS
    }

    private final Diagnosis diagnosis;

    private Report(Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
    }

    /// The lines, each with its end.
    public static String of(Diagnosis diagnosis, Form form) {
        Report report = new Report(diagnosis);
        return switch (form) {
            case TEXT -> report.text();
            case JSON -> report.json();
            case NAGIOS -> report.nagios();
        };
    }

    private String text() {
        StringBuilder out = new StringBuilder();
        List<Finding> findings = diagnosis.findings();
        for (int i = 0; i < findings.size(); i++) {
            Rule rule = findings.get(i).rule();
            out.append(line(findings.get(i))).append('\n');
            boolean isLastOfRule = i + 1 == findings.size() || findings.get(i + 1).rule() != rule;
            if (isLastOfRule) {
                out.append("      cure: ").append(rule.cure()).append('\n');
            }
        }
        out.append("looked at: ").append(list(diagnosis.facts().looked()));
        List<String> missed = missed();
        if (!missed.isEmpty()) {
            out.append("; not reached: ").append(list(missed));
        }
        out.append('\n').append(counts());
        if (!diagnosis.findings().isEmpty()) {
            String code = diagnosis.findings().getFirst().rule().code();
            out.append("; each code is explained by: cobnut doctor --explain ").append(code);
        }
        return out.append('\n').toString();
    }

    private static String line(Finding finding) {
        Rule rule = finding.rule();
        return BadValue.oneLine(rule.severity().letter() + " " + rule.code() + " "
                + finding.found().at() + ": " + finding.found().is() + " (expected: "
                + finding.found().should() + ")");
    }

    private String nagios() {
        String word = switch (diagnosis.exitCode()) {
            case Diagnosis.WELL -> "OK";
            case Diagnosis.WARNINGS -> "WARNING";
            case Diagnosis.ERRORS -> "CRITICAL";
            default -> "UNKNOWN";
        };
        // A bar would begin what Nagios takes for numbers.
        StringBuilder out = new StringBuilder("COBNUT " + word + " - " + counts() + " | errors="
                + diagnosis.count(Severity.ERROR) + " warnings=" + diagnosis.count(Severity.WARNING) + " notes="
                + diagnosis.count(Severity.NOTE) + "\n");
        diagnosis
                .findings()
                .forEach(finding -> out.append(line(finding).replace('|', '/')).append('\n'));
        missed().forEach(each ->
                out.append("not reached: ").append(each.replace('|', '/')).append('\n'));
        return out.toString();
    }

    private String json() {
        StringBuilder out = new StringBuilder("{\"exit\": " + diagnosis.exitCode() + ", \"findings\": [");
        String separator = "\n  ";
        for (Finding finding : diagnosis.findings()) {
            Rule rule = finding.rule();
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("code", rule.code());
            fields.put("severity", rule.severity().letter());
            fields.put("title", rule.title());
            fields.put("where", finding.found().at());
            fields.put("is", finding.found().is());
            fields.put("should", finding.found().should());
            fields.put("cure", rule.cure());
            Json.value(out.append(separator), fields);
            separator = ",\n  ";
        }
        Json.value(out.append("],\n\"looked\": "), diagnosis.facts().looked());
        out.append(",\n\"missed\": [");
        separator = "\n  ";
        for (Facts.Miss miss : diagnosis.facts().missed()) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("where", miss.at());
            fields.put("why", miss.why());
            Json.value(out.append(separator), fields);
            separator = ",\n  ";
        }
        return out.append("]}\n").toString();
    }

    private List<String> missed() {
        List<String> missed = new ArrayList<>();
        List<Facts.Miss> told = new ArrayList<>();
        for (Absences.DeadHost host : new Absences(diagnosis.facts()).hosts()) {
            missed.add("host " + host.name() + " (" + host.misses().size() + " processes)");
            told.addAll(host.misses());
        }
        for (Facts.Miss miss : diagnosis.facts().missed()) {
            if (!told.contains(miss)) {
                missed.add(miss.at() + " (" + miss.why() + ")");
            }
        }
        return missed;
    }

    private static String list(List<String> items) {
        return items.isEmpty() ? "nothing" : BadValue.oneLine(String.join(", ", items));
    }

    private String counts() {
        return number(Severity.ERROR, "error") + ", " + number(Severity.WARNING, "warning") + ", "
                + number(Severity.NOTE, "note");
    }

    private String number(Severity severity, String noun) {
        int count = diagnosis.count(severity);
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
