package dev.cobnut.cli;

import java.util.ArrayList;
import java.util.List;

/// Rows under each other, for people.
final class Table {
    private Table() {}

    /// The rows as lines, each column as wide as its widest cell.
    ///
    /// @param rows all of the same length; none are no lines
    static List<String> aligned(List<String[]> rows) {
        int columns = rows.isEmpty() ? 0 : rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]).repeat(' ', widths[i] - row[i].length() + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
