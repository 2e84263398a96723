package dev.cobnut.vip.file;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.BraceBlocks.Statement;
import dev.cobnut.config.QuotedWords;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One block of a keepalived.conf, read by kind. Of a keyword that stands there several times the last counts, as
/// in keepalived. Which keywords were asked for is remembered, so that the rest can be named. One thread.
final class KeepalivedBlock {
    private static final int MICROS = 6;
    private static final List<String> YES = List.of("on", "true", "yes");
    private static final List<String> NO = List.of("off", "false", "no");

    private final String what;
    private final int line;
    private final List<Statement> lines;
    private final KeepalivedReport report;
    private final Set<String> asked = new HashSet<>();

    /// @param what people call it
    KeepalivedBlock(String what, Statement block, KeepalivedReport report) {
        this(what, block.line(), block.inside(), report);
    }

    KeepalivedBlock(String what, int line, List<Statement> lines, KeepalivedReport report) {
        this.what = what;
        this.line = line;
        this.lines = lines;
        this.report = report;
    }

    /// Where a keyword stands; where the block begins, for one that is missing.
    int line(String keyword) {
        Statement found = find(keyword);
        return found == null ? line : found.line();
    }

    boolean has(String keyword) {
        return find(keyword) != null;
    }

    /// The words behind a keyword; none when it is missing.
    List<String> words(String keyword) {
        Statement found = find(keyword);
        return found == null ? List.of() : found.arguments();
    }

    /// The word behind a keyword; null when there is none.
    @Nullable
    String word(String keyword) {
        List<String> words = words(keyword);
        if (has(keyword) && words.isEmpty()) {
            problem(keyword, "nothing behind it (expected: a value)");
        }
        return words.isEmpty() ? null : words.getFirst();
    }

    int number(String keyword, int min, int max, int otherwise) {
        String text = word(keyword);
        if (text == null) {
            return otherwise;
        }
        long value = text.matches("[+-]?[0-9]{1,10}") ? Long.parseLong(text) : Long.MIN_VALUE;
        if (value < min || value > max) {
            problem(keyword, BadValue.quote(text) + " (expected: " + min + " to " + max + ")");
            return otherwise;
        }
        return (int) value;
    }

    /// Seconds, with a fraction or without, in microseconds.
    long micros(String keyword, int minSeconds, int maxSeconds, long otherwise) {
        String text = word(keyword);
        if (text == null) {
            return otherwise;
        }
        if (text.matches("[0-9]{1,7}(\\.[0-9]{0,9})?|\\.[0-9]{1,9}")) {
            BigDecimal value = new BigDecimal(text.endsWith(".") ? text + "0" : text);
            if (value.compareTo(BigDecimal.valueOf(minSeconds)) >= 0
                    && value.compareTo(BigDecimal.valueOf(maxSeconds)) <= 0) {
                return value.movePointRight(MICROS)
                        .setScale(0, RoundingMode.HALF_UP)
                        .longValueExact();
            }
        }
        problem(keyword, BadValue.quote(text) + " (expected: " + minSeconds + " to " + maxSeconds + " seconds)");
        return otherwise;
    }

    /// A keyword that may stand alone, or with `on` or `off`.
    boolean flag(String keyword, boolean otherwise) {
        if (!has(keyword)) {
            return otherwise;
        }
        List<String> words = words(keyword);
        if (words.isEmpty() || YES.contains(words.getFirst())) {
            return true;
        }
        if (!NO.contains(words.getFirst())) {
            problem(keyword, BadValue.quote(words.getFirst()) + " (expected: on or off)");
        }
        return false;
    }

    /// A program with its arguments: in one pair of quotes, or a word each.
    ///
    /// @param withUser whether what follows the first word is not an argument, but the user that runs it
    List<String> program(String keyword, boolean withUser) {
        List<String> words = words(keyword);
        if (has(keyword) && words.isEmpty()) {
            problem(keyword, "nothing behind it (expected: a program)");
        }
        if (words.isEmpty() || (words.size() > 1 && !withUser)) {
            return words;
        }
        if (words.size() > 1) {
            note(keyword, "user " + words.get(1) + ": programs run as the user of this process");
        }
        try {
            return QuotedWords.split(words.getFirst());
        } catch (BadValue e) {
            problem(keyword, String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /// The lines of all blocks of a name.
    List<Statement> inside(String keyword) {
        asked.add(keyword);
        List<Statement> inside = new ArrayList<>();
        for (Statement each : lines) {
            if (each.name().equals(keyword)) {
                inside.addAll(each.inside());
            }
        }
        return inside;
    }

    void problem(String keyword, String text) {
        report.problem(line(keyword), what + ": " + keyword + " " + text);
    }

    void note(String keyword, String text) {
        report.note(line(keyword), what + ": " + keyword + " " + text);
    }

    /// Names everything that nobody has asked for.
    void noteRest(KeepalivedKeyword.Place place) {
        for (Statement each : lines) {
            if (!asked.contains(each.name())) {
                report.ignored(each.line(), what + ": " + each.name(), place.meaning(each.name()));
            }
        }
    }

    private @Nullable Statement find(String keyword) {
        asked.add(keyword);
        Statement found = null;
        for (Statement each : lines) {
            found = each.name().equals(keyword) ? each : found;
        }
        return found;
    }
}
