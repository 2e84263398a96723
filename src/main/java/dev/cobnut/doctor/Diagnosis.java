package dev.cobnut.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// What all rules find in some facts.
///
/// @param findings the worst first, then by code
public record Diagnosis(Facts facts, List<Finding> findings) {
    /// What `cobnut doctor` exits with.
    public static final int WELL = 0;

    /// There are warnings.
    public static final int WARNINGS = 1;

    /// There are errors.
    public static final int ERRORS = 2;

    /// Nothing is wrong with what was seen, and something could not be looked at; or nothing at all could.
    public static final int BLIND = 3;

    public Diagnosis {
        findings = List.copyOf(findings);
    }

    /// Looks. Pure.
    ///
    /// @param only codes of the rules that are to look; empty for all
    public static Diagnosis of(Facts facts, Set<String> only) {
        List<Finding> findings = new ArrayList<>();
        for (Rule rule : RuleTable.ALL) {
            if (only.isEmpty() || only.contains(rule.code())) {
                rule.look().apply(facts).forEach(found -> findings.add(new Finding(rule, found)));
            }
        }
        findings.sort(Comparator.comparing(finding -> finding.rule().severity()));
        return new Diagnosis(facts, findings);
    }

    /// How many findings are of this severity.
    public int count(Severity severity) {
        return (int) findings.stream()
                .filter(finding -> finding.rule().severity() == severity)
                .count();
    }

    /// By the worst finding.
    public int exitCode() {
        if (facts.looked().isEmpty()) {
            return BLIND;
        }
        if (count(Severity.ERROR) > 0) {
            return ERRORS;
        }
        if (count(Severity.WARNING) > 0) {
            return WARNINGS;
        }
        return facts.missed().isEmpty() ? WELL : BLIND;
    }
}
