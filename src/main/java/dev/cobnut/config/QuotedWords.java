package dev.cobnut.config;

import java.util.ArrayList;
import java.util.List;

/// A program with its arguments, in one text: words between blanks, as a shell takes them apart. Inside of `'…'`
/// everything is as it stands; inside of `"…"` and outside, a backslash takes away what the next letter means.
/// Nothing else means anything: there are no variables, patterns or pipes. Pure.
public final class QuotedWords {
    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();

    /// The quote that is open; 0 for none.
    private char quote;

    private boolean inWord;

    private QuotedWords(String text) {
        this.text = text;
    }

    /// The words of a text, without their quotes; none for blanks.
    ///
    /// @throws BadValue when a quote has no end
    public static List<String> split(String text) throws BadValue {
        return new QuotedWords(text).split();
    }

    private List<String> split() throws BadValue {
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '\\' && quote != '\'' && i + 1 < text.length()) {
                append(text.charAt(++i));
            } else if (quote != 0) {
                inQuotes(next);
            } else if (next == '"' || next == '\'') {
                quote = next;
                inWord = true;
            } else if (Character.isWhitespace(next)) {
                end();
            } else {
                append(next);
            }
        }
        if (quote != 0) {
            throw new BadValue(text, "expected: a " + quote + " at the end of what it begins");
        }
        end();
        return words;
    }

    private void inQuotes(char next) {
        if (next == quote) {
            quote = 0;
        } else {
            append(next);
        }
    }

    private void append(char letter) {
        word.append(letter);
        inWord = true;
    }

    private void end() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
