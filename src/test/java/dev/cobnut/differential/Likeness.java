package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How alike two servers must answer one request.
enum Likeness {
    /// Byte for byte.
    EXACT('='),
    /// But for the order of elements: hash tables are seeded differently.
    UNORDERED('~'),
    /// But for the values of integers: clocks, ids, counts of other clients.
    NUMBERS('@'),
    /// Only the type: the answer is random, or about the server itself. Errors byte for byte.
    KIND('?');

    private final char mark;

    Likeness(char mark) {
        this.mark = mark;
    }

    static Likeness marked(char mark) {
        for (Likeness likeness : values()) {
            if (likeness.mark == mark) {
                return likeness;
            }
        }
        throw new IllegalArgumentException("mark " + mark + " (expected: one of =~@?)");
    }

    boolean agree(byte[] one, byte[] other) {
        return Arrays.equals(one, other) || (this != EXACT && agree(Reply.parse(one), Reply.parse(other)));
    }

    /// The reply to EXEC: each element as its own command wants it.
    static boolean agreeEach(List<Likeness> each, byte[] one, byte[] other) {
        if (Arrays.equals(one, other)) {
            return true;
        }
        Reply left = Reply.parse(one);
        Reply right = Reply.parse(other);
        List<Reply> mine = left.elements();
        List<Reply> theirs = right.elements();
        if (left.type() != '*' || right.type() != '*' || mine.size() != each.size() || theirs.size() != each.size()) {
            return false;
        }
        for (int i = 0; i < each.size(); i++) {
            if (!each.get(i).agree(mine.get(i), theirs.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean agree(Reply one, Reply other) {
        return switch (this) {
            case EXACT -> one.equals(other);
            case UNORDERED -> one.sorted().equals(other.sorted());
            case NUMBERS -> one.withoutNumbers().equals(other.withoutNumbers());
            case KIND -> one.type() == other.type() && (one.type() != '-' || one.equals(other));
        };
    }

    /// One reply as a tree.
    ///
    /// @param text what stands in the line, or the bytes of a bulk string; for aggregates their size
    record Reply(char type, String text, List<Reply> elements) {

        static Reply parse(byte[] frame) {
            return new Parser(frame).next();
        }

        /// The same for every order of its elements, on every level. Pairs of maps fall apart.
        String sorted() {
            List<String> parts = new ArrayList<>();
            for (Reply element : elements) {
                parts.add(element.sorted());
            }
            parts.sort(null);
            return type + text + parts;
        }

        String withoutNumbers() {
            List<String> parts = new ArrayList<>();
            for (Reply element : elements) {
                parts.add(element.withoutNumbers());
            }
            boolean absent = text.equals("-1") || text.equals("-2");
            return type + (type == ':' && !absent ? "" : text) + parts;
        }
    }

    private static final class Parser {
        private final byte[] frame;
        private int at;

        Parser(byte[] frame) {
            this.frame = frame;
        }

        Reply next() {
            char type = (char) frame[at++];
            int end = at;
            while (frame[end] != '\r') {
                end++;
            }
            String line = new String(frame, at, end - at, ISO_8859_1);
            at = end + 2;
            return switch (type) {
                case '$', '=', '!' -> new Reply(type, bulk(line), List.of());
                case '*', '~', '>', '%' -> new Reply(type, line, elements(type, Integer.parseInt(line)));
                default -> new Reply(type, line, List.of());
            };
        }

        private String bulk(String line) {
            int length = Integer.parseInt(line);
            if (length < 0) {
                return "(nil)";
            }
            String text = new String(frame, at, length, ISO_8859_1);
            at += length + 2;
            return text;
        }

        private List<Reply> elements(char type, int size) {
            List<Reply> elements = new ArrayList<>();
            while (elements.size() < (type == '%' ? 2 * size : size)) {
                Reply element = next();
                // A message that a transaction has sent to its own client stands among the elements and is none.
                if (element.type != '>' || element.elements.getFirst().text.endsWith("subscribe")) {
                    elements.add(element);
                }
            }
            return elements;
        }
    }
}
