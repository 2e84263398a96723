package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Byte streams as clients send them, and as they never should: seeded, so that a stream comes again by its number.
///
/// Commands are real ones of data whose arguments are free, so that a server executes whatever it has understood.
/// Characters stand for bytes.
final class RequestStreams {
    private static final int INLINE_MAX = 64 * 1024;

    private static final List<String> NAMES =
            List.of("PING", "ECHO", "SET", "get", "DEL", "Exists", "RPUSH", "MSET", "mget", "NOSUCH", "");
    private static final List<String> KEYS = List.of("a", "b", "key:1", "");

    /// What a length is not, with one that it is.
    private static final List<String> LENGTHS = List.of(
            "-1",
            "+1",
            "01",
            "00",
            "-0",
            "-01",
            "1x",
            "x1",
            " 1",
            "1 ",
            "",
            "-",
            "--1",
            "1-1",
            "1.0",
            "0x1",
            "1e0",
            "?",
            "99999999999999999999",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "-99999999999",
            "2147483648",
            "4294967297",
            "18446744073709551617",
            "536870913",
            "1\0",
            "\0001",
            "1");

    /// What stands where CR LF should.
    private static final List<String> ENDS =
            List.of("\n", "\r", "\rx", "\n\r", "\r\r\n", "\0\r\n", "xx", "", "\r\0", "\r\n");

    private static final List<String> BLANKS = List.of(" ", "  ", "\t", "\u000b", "\f", "\r", " \u000b ", "\0", "\f\t");

    private static final List<String> QUOTED = List.of(
            "\"\"",
            "''",
            "\"a b\"",
            "'a b'",
            "\"\\x41\\n\\r\\t\\b\\a\\\\\\\"\"",
            "\"\\x4\"",
            "\"\\x4g\"",
            "\"\\x\"",
            "\"\\xfF\\x00\"",
            "'\\x41\\''",
            "\"a",
            "'a",
            "\"a\"b",
            "'a'b",
            "a\"b c\"",
            "a'b'",
            "\"a\\\"",
            "'a\\'",
            "\"\\",
            "\"a\"\u000b",
            "'a'\f",
            "\"a\"\0",
            "\"a\rb\"",
            "\\x41",
            "a\\\"b",
            "\u00ff\"\u00e9\"");

    private final Random random;
    private final StringBuilder out = new StringBuilder();

    /// @param seed of this one stream
    private RequestStreams(long seed) {
        random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /// A stream, cut into the pieces in which it is sent; none of them is empty.
    static List<byte[]> cut(long seed) {
        return new RequestStreams(seed).make();
    }

    private List<byte[]> make() {
        int items = 1 + random.nextInt(5);
        for (int i = 0; i < items; i++) {
            item();
        }
        if (random.nextInt(3) == 0) {
            for (int i = random.nextInt(3); i >= 0 && !out.isEmpty(); i--) {
                mutate();
            }
        }
        byte[] bytes = out.toString().getBytes(ISO_8859_1);
        List<byte[]> pieces = new ArrayList<>();
        int cuts = random.nextInt(5);
        int from = 0;
        for (int i = 0; i < cuts && from < bytes.length; i++) {
            int to = from + 1 + random.nextInt(bytes.length - from);
            pieces.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        if (from < bytes.length) {
            pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
        }
        return pieces;
    }

    private void item() {
        int kind = random.nextInt(1000);
        if (kind < 450) {
            array(command(), false);
        } else if (kind < 620) {
            line();
        } else if (kind < 700) {
            out.append(pick(List.of("*0\r\n", "*-1\r\n", "\r\n", "\n", " \r\n", "*-5\r\n", "\t\u000b\f\n", "\r\r\n")));
        } else if (kind < 900) {
            array(command(), true);
        } else if (kind < 985) {
            oddLine();
        } else if (kind < 988) {
            out.append(pick(
                    List.of("POST / HTTP/1.1\r\n", "*1\r\n$5\r\nHost:\r\n", "host: x\r\n", "*1\r\n$4\r\npost\r\n")));
        } else if (kind < 997) {
            List<String> many = command();
            for (int i = random.nextInt(1500); i > 0; i--) {
                many.add(argument());
            }
            array(many, false);
        } else if (kind < 999) {
            longLine();
        } else {
            array(List.of("SET", "a", "x".repeat(60_000 + random.nextInt(20_000))), random.nextInt(4) == 0);
        }
    }

    private List<String> command() {
        List<String> words = new ArrayList<>();
        words.add(pick(NAMES));
        if (words.getFirst().equals("PING") || words.getFirst().equals("ECHO")) {
            if (words.getFirst().equals("ECHO") || random.nextBoolean()) {
                words.add(argument());
            }
            return words;
        }
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            words.add(random.nextBoolean() ? pick(KEYS) : argument());
        }
        return words;
    }

    private String argument() {
        int length = random.nextInt(20) == 0 ? random.nextInt(300) : random.nextInt(8);
        StringBuilder argument = new StringBuilder();
        for (int i = 0; i < length; i++) {
            argument.append(
                    random.nextInt(4) == 0 ? (char) random.nextInt(256) : any("abc019 $*+-\r\n\t\"'\\\0\u000b\f:"));
        }
        return argument.toString();
    }

    /// @param broken one header, end or length of it is another
    private void array(List<String> words, boolean broken) {
        int fault = broken ? random.nextInt(1 + 2 * words.size()) : -1;
        header('*', words.size(), fault == 0);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            header('$', word.length(), fault == 1 + 2 * i);
            out.append(word).append(fault == 2 + 2 * i ? pick(ENDS) : "\r\n");
        }
    }

    private void header(char sign, int length, boolean broken) {
        int fault = broken ? random.nextInt(4) : -1;
        char first = fault == 0 ? any("*$+-:x\r\n\0 1") : sign;
        String number = switch (fault) {
            case 1 -> pick(LENGTHS);
            case 2 -> Integer.toString(length + random.nextInt(5) - 2);
            default -> Integer.toString(length);
        };
        out.append(first).append(number).append(fault == 3 ? pick(ENDS) : "\r\n");
    }

    private void line() {
        List<String> words = new ArrayList<>(command());
        for (int i = 1; i < words.size(); i++) {
            words.set(i, word());
        }
        out.append(String.join(" ", words)).append(random.nextBoolean() ? "\r\n" : "\n");
    }

    private String word() {
        return random.nextBoolean() ? pick(QUOTED.subList(0, 5)) : "w" + random.nextInt(1000);
    }

    private void oddLine() {
        out.append(random.nextInt(4) == 0 ? pick(BLANKS) : "");
        for (String word : command()) {
            out.append(
                    switch (random.nextInt(4)) {
                        case 0 -> pick(QUOTED);
                        case 1 -> word;
                        default ->
                            word.isEmpty()
                                    ? "ECHO"
                                    : word.toLowerCase(Locale.ROOT).replace("\n", "");
                    });
            out.append(random.nextInt(3) == 0 ? pick(BLANKS) : " ");
        }
        out.append(random.nextInt(5) == 0 ? pick(ENDS) : "\n");
    }

    /// A line of the longest that there may be, or a few bytes beside that.
    private void longLine() {
        int length = INLINE_MAX + random.nextInt(5) - 2;
        String end = random.nextBoolean() ? "\r\n" : "\n";
        boolean many = random.nextBoolean();
        String start = many ? "DEL " + "k ".repeat(20_000) : "ECHO ";
        out.append(start).append("x".repeat(length - start.length())).append(end);
    }

    private void mutate() {
        int at = random.nextInt(out.length());
        switch (random.nextInt(6)) {
            case 0 -> out.setCharAt(at, (char) random.nextInt(256));
            case 1 -> out.setCharAt(at, any("\r\n\0 *$-+019\"'\\\t"));
            case 2 -> out.deleteCharAt(at);
            case 3 -> out.insert(at, any("\r\n\0 *$-+019\"'\\\t"));
            case 4 -> out.setLength(at);
            default -> out.insert(at, out.substring(at, Math.min(out.length(), at + random.nextInt(20))));
        }
    }

    private char any(String letters) {
        return letters.charAt(random.nextInt(letters.length()));
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
