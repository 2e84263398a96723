package dev.cobnut.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is wrong with one file. One thread.
public final class Problems {
    /// More than anybody reads; keeps a file of nonsense from becoming a message of megabytes.
    private static final int REPORTED_MAX = 200;

    private final Path file;
    private final List<Problem> found = new ArrayList<>();

    public Problems(Path file) {
        this.file = file;
    }

    /// @param line from 1; 0 when the file as a whole is meant
    public void add(int line, String text) {
        found.add(new Problem(file, line, text));
    }

    public int count() {
        return found.size();
    }

    public void throwIfAny() throws ConfigException {
        if (!found.isEmpty()) {
            throw exception();
        }
    }

    /// Everything found, in the order of lines. Call it only when something was.
    public ConfigException exception() {
        List<Problem> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(Problem::line));
        if (sorted.size() > REPORTED_MAX) {
            int left = sorted.size() - REPORTED_MAX;
            sorted = new ArrayList<>(sorted.subList(0, REPORTED_MAX));
            sorted.add(new Problem(file, 0, left + " more problems"));
        }
        return new ConfigException(sorted);
    }
}
