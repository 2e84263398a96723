package dev.cobnut.config;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration file was refused. Holds every problem that was found, in file order.
public final class ConfigException extends Exception {
    private final List<Problem> problems;

    /// @param problems at least one
    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /// Every problem found, in file order; never empty.
    public List<Problem> problems() {
        return problems;
    }
}
