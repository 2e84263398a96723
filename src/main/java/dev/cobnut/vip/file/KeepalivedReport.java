package dev.cobnut.vip.file;

import dev.cobnut.config.Problem;
import dev.cobnut.config.Problems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be said about a keepalived.conf: what is wrong with it, and what has no effect. One thread.
final class KeepalivedReport {
    private final Path file;
    private final Problems problems;
    private final List<Problem> notes = new ArrayList<>();

    KeepalivedReport(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    void problem(int line, String text) {
        problems.add(line, text);
    }

    void note(int line, String text) {
        notes.add(new Problem(file, line, text));
    }

    /// @param meaning null when nobody knows the word
    void ignored(int line, String what, @Nullable String meaning) {
        note(line, what + (meaning == null ? " is unknown here and has no effect" : " has no effect: " + meaning));
    }

    /// A sentence each, in the order of lines.
    List<String> notes() {
        return notes.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .map(Problem::toString)
                .toList();
    }
}
