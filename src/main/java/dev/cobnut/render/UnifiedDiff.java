package dev.cobnut.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What is different between two texts, as `diff -u` shows it. Pure. The work is the product of both lengths: it is for
/// files that people read.
final class UnifiedDiff {
    private static final int CONTEXT = 3;

    /// Beyond that many lines on both sides, all of both is shown instead of the least that differs.
    private static final int LINES_MAX = 5_000;

    private final List<String> before;
    private final List<String> after;
    /// Each line with its mark; whether it stands before and after follows from the mark.
    private final List<String> marked = new ArrayList<>();

    private UnifiedDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
    }

    /// The lines of the difference; none when there is none.
    ///
    /// @param from how the first text is called
    /// @param to how the second one is
    static List<String> of(String from, String before, String to, String after) {
        UnifiedDiff diff = new UnifiedDiff(lines(before), lines(after));
        diff.mark();
        List<String> hunks = diff.hunks();
        List<String> all = new ArrayList<>();
        if (!hunks.isEmpty()) {
            all.add("--- " + from);
            all.add("+++ " + to);
            all.addAll(hunks);
        }
        return all;
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        } else {
            lines.add("\\ No newline at end of file");
        }
        return lines;
    }

    /// By the longest common subsequence.
    private void mark() {
        int rows = before.size();
        int columns = after.size();
        boolean large = rows > LINES_MAX || columns > LINES_MAX;
        int[][] common = new int[large ? 1 : rows + 1][large ? 1 : columns + 1];
        for (int i = large ? -1 : rows - 1; i >= 0; i--) {
            for (int j = columns - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < rows || j < columns) {
            if (i < rows && j < columns && before.get(i).equals(after.get(j))) {
                marked.add(" " + before.get(i++));
                j++;
            } else if (i < rows && (j == columns || large || common[i + 1][j] >= common[i][j + 1])) {
                marked.add("-" + before.get(i++));
            } else {
                marked.add("+" + after.get(j++));
            }
        }
    }

    private List<String> hunks() {
        List<String> hunks = new ArrayList<>();
        int next = 0;
        while (true) {
            int first = next;
            while (first < marked.size() && isCommon(first)) {
                first++;
            }
            if (first == marked.size()) {
                return hunks;
            }
            int begin = Math.max(next, first - CONTEXT);
            int end = first;
            // A hunk ends where more lines are common than two contexts.
            for (int at = first; at < marked.size() && at - end <= 2 * CONTEXT; at++) {
                end = isCommon(at) ? end : at + 1;
            }
            next = Math.min(marked.size(), end + CONTEXT);
            hunks.add("@@ -" + range(begin, next, '+') + " +" + range(begin, next, '-') + " @@");
            hunks.addAll(marked.subList(begin, next));
        }
    }

    private boolean isCommon(int at) {
        return marked.get(at).charAt(0) == ' ';
    }

    /// Where a hunk is in one of the texts, and how many lines of it that are.
    ///
    /// @param without the mark of lines that are not in this text
    private String range(int begin, int end, char without) {
        long ahead = count(0, begin, without);
        long inside = count(begin, end, without);
        return (inside == 0 ? ahead : ahead + 1) + "," + inside;
    }

    private long count(int from, int to, char without) {
        return marked.subList(from, to).stream()
                .filter(line -> line.charAt(0) != without)
                .count();
    }
}
