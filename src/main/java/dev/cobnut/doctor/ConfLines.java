package dev.cobnut.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads redis.conf and sentinel.conf: a name and words on each line, with Redis' quotes. Pure.
final class ConfLines {
    private ConfLines() {}

    /// The settings of a text. A name that `sentinel` stands before is the word after that.
    ///
    /// @param file as findings name it
    static Settings read(String file, String text) {
        List<Setting> all = new ArrayList<>();
        int line = 0;
        for (String each : text.split("\n", -1)) {
            line++;
            List<String> words = words(each.strip());
            if (words.isEmpty()) {
                continue;
            }
            int head = words.getFirst().equalsIgnoreCase("sentinel") && words.size() > 1 ? 1 : 0;
            all.add(new Setting(
                    words.get(head).toLowerCase(Locale.ROOT),
                    words.subList(head + 1, words.size()),
                    file + ":" + line));
        }
        return new Settings(file, all);
    }

    /// The words of one line; none for an empty one and for a comment.
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        if (line.startsWith("#")) {
            return words;
        }
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char next = line.charAt(i);
            if (quote != 0 && next == quote) {
                quote = 0;
            } else if (quote == '"' && next == '\\' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
            } else if (quote == 0 && !inWord && (next == '"' || next == '\'')) {
                quote = next;
                inWord = true;
            } else if (quote == 0 && Character.isWhitespace(next)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
            } else {
                word.append(next);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
