package dev.cobnut.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ports out of the tables of a document in Markdown: the first cell of a row is a cache, a column whose head
/// speaks of a port has ports. Pure.
final class NotesFile {
    private static final Pattern PORT = Pattern.compile("\\b(\\d{3,5})\\b");

    private NotesFile() {}

    static List<Note> read(String file, String text) {
        List<Note> notes = new ArrayList<>();
        List<String> head = List.of();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.strip().startsWith("|")) {
                head = List.of();
            } else if (head.isEmpty()) {
                head = cells(line);
            } else {
                row(notes, head, cells(line), file + ":" + number);
            }
        }
        return notes;
    }

    private static void row(List<Note> notes, List<String> head, List<String> cells, String at) {
        String cache = cells.getFirst().replaceAll("[`*]", "").replaceFirst("[\\s(].*", "");
        for (int i = 1; i < Math.min(head.size(), cells.size()); i++) {
            String column = head.get(i).toLowerCase(Locale.ROOT);
            Matcher port = PORT.matcher(cells.get(i));
            if (column.contains("port") && port.find()) {
                boolean ofProxy = column.matches(".*(proxy|nutcracker|listen).*");
                notes.add(new Note(at, cache, ofProxy, Integer.parseInt(port.group(1))));
            }
        }
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.strip().replaceAll("^\\||\\|$", "").split("\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells;
    }
}
