package dev.cobnut.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes a keepalived.conf apart: lines of words, and blocks of lines in braces, which may stand in blocks. `#` and
/// `!` begin a comment, but in quotes; a backslash at the end of a line goes on with the next; braces may stand
/// anywhere outside of quotes. What cannot be taken apart is a problem, and the rest is read nevertheless. Pure;
/// one text, one thread.
public final class BraceBlocks {
    private final Problems problems;
    private final List<Statement> top = new ArrayList<>();

    /// Blocks that have begun, the innermost last.
    private final List<Statement> open = new ArrayList<>();

    /// What a brace belongs to that stands at the beginning of a line; null when nothing can have one.
    private @Nullable Statement last;

    private BraceBlocks(Problems problems) {
        this.problems = problems;
    }

    /// A line with its words, or the head of a block.
    ///
    /// @param words without their quotes; at least one
    /// @param line of the text, from 1
    /// @param block what stands inside; null without braces
    public record Statement(List<String> words, int line, @Nullable List<Statement> block) {
        /// Its first word.
        public String name() {
            return words.getFirst();
        }

        /// The others.
        public List<String> arguments() {
            return words.subList(1, words.size());
        }

        /// What stands inside; nothing without braces.
        public List<Statement> inside() {
            return block == null ? List.of() : block;
        }
    }

    /// The lines and blocks of a text, in its order.
    ///
    /// @param problems get what cannot be taken apart
    public static List<Statement> parse(String text, Problems problems) {
        BraceBlocks blocks = new BraceBlocks(problems);
        String[] lines = text.split("\r?\n", -1);
        StringBuilder whole = new StringBuilder();
        int begin = 1;
        for (int i = 0; i < lines.length; i++) {
            begin = whole.isEmpty() ? i + 1 : begin;
            boolean goesOn = lines[i].endsWith("\\") && i + 1 < lines.length;
            whole.append(goesOn ? lines[i].substring(0, lines[i].length() - 1) : lines[i]);
            if (!goesOn) {
                blocks.line(whole.toString(), begin);
                whole.setLength(0);
            }
        }
        for (Statement block : blocks.open) {
            problems.add(block.line(), String.join(" ", block.words()) + " { has no end (expected: a } behind it)");
        }
        return blocks.top;
    }

    /// Cuts a line at its braces, and at its comment.
    private void line(String text, int number) {
        char quote = 0;
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '\\' && quote != '\'') {
                i++;
            } else if (quote != 0) {
                quote = next == quote ? 0 : quote;
            } else if (next == '"' || next == '\'') {
                quote = next;
            } else if (next == '#' || next == '!') {
                words(text.substring(begin, i), number);
                return;
            } else if (next == '{' || next == '}') {
                words(text.substring(begin, i), number);
                begin = i + 1;
                if (next == '{') {
                    begin(number);
                } else {
                    end(number);
                }
            }
        }
        words(text.substring(begin), number);
    }

    private void words(String text, int number) {
        List<String> words;
        try {
            words = QuotedWords.split(text);
        } catch (BadValue e) {
            problems.add(number, e.getMessage() == null ? "" : e.getMessage());
            words = Arrays.stream(text.strip().split("\\s+")).toList();
        }
        if (!words.isEmpty()) {
            last = new Statement(List.copyOf(words), number, null);
            innermost().add(last);
        }
    }

    private void begin(int number) {
        Statement head = last;
        if (head == null) {
            problems.add(number, "a { without a name (expected: a word before it)");
            head = new Statement(List.of(""), number, null);
            innermost().add(head);
        }
        Statement block = new Statement(head.words(), head.line(), new ArrayList<>());
        innermost().set(innermost().size() - 1, block);
        open.add(block);
        last = null;
    }

    private void end(int number) {
        if (open.isEmpty()) {
            problems.add(number, "a } too many (expected: one for each {)");
        } else {
            open.removeLast();
        }
        last = null;
    }

    private List<Statement> innermost() {
        List<Statement> block = open.isEmpty() ? null : open.getLast().block();
        return block == null ? top : block;
    }
}
