package dev.cobnut.config;

import java.util.ArrayList;
import java.util.List;

/// One line of a redis.conf or sentinel.conf, as redis-server takes it apart. Pure.
public final class RedisLine {
    private static final int HEX = 16;

    private RedisLine() {}

    /// The words of a line, without their quotes; none for an empty line and for a comment.
    public static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        if (line.stripLeading().startsWith("#")) {
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
                i = escaped(line, i + 1, word);
            } else if (quote == '\'' && next == '\\' && line.startsWith("'", i + 1)) {
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

    /// Appends what an escape in double quotes stands for.
    ///
    /// @param at behind the backslash
    /// @return the last place that belongs to it
    private static int escaped(String line, int at, StringBuilder word) {
        char what = line.charAt(at);
        if (what == 'x' && at + 2 < line.length() && line.substring(at + 1, at + 3).matches("[0-9A-Fa-f]{2}")) {
            word.append((char) Integer.parseInt(line.substring(at + 1, at + 3), HEX));
            return at + 2;
        }
        word.append(switch (what) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> (char) 7;
            default -> what;
        });
        return at;
    }
}
