package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;

/// The forms of requests in `requests.txt`, whose head explains them, and random requests of these forms.
final class RequestGrammar {
    /// One line of the file: `form` are its words behind the mark.
    record Row(Likeness likeness, boolean rare, List<String> form) {
        /// The command as far as the line names it: `SET`, `XINFO`.
        String first() {
            return form.getFirst().toLowerCase(Locale.ROOT);
        }
    }

    private static final List<Row> ROWS = read();
    private static final int RARITY = 40;

    private final Random random;
    private final Words words;

    RequestGrammar(Random random, Words words) {
        this.random = random;
        this.words = words;
    }

    static List<Row> rows() {
        return ROWS;
    }

    private static List<Row> read() {
        List<Row> rows = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(RequestGrammar.class.getResourceAsStream("requests.txt"))) {
            for (String line : new String(in.readAllBytes(), US_ASCII).lines().toList()) {
                if (!line.isBlank() && !line.startsWith("# ") && !line.equals("#")) {
                    List<String> form = List.of(line.substring(2).strip().split("\\s+"));
                    rows.add(new Row(Likeness.marked(line.charAt(0)), line.charAt(1) == '!', form));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(rows);
    }

    /// A request of a random row.
    Step any() {
        while (true) {
            Row row = ROWS.get(random.nextInt(ROWS.size()));
            if (!row.rare() || random.nextInt(RARITY) == 0) {
                return of(row);
            }
        }
    }

    /// A random request of this row.
    Step of(Row row) {
        words.nextRequest();
        List<String> arguments = new ArrayList<>();
        int end = sequence(row.form(), 0, arguments);
        if (end != row.form().size()) {
            throw new IllegalStateException("unbalanced: " + row.form());
        }
        return new Step(arguments, row.likeness());
    }

    /// Expands up to the end, or to a bracket or bar that belongs to what is around.
    private int sequence(List<String> form, int from, List<String> to) {
        int at = from;
        while (at < form.size()) {
            switch (form.get(at)) {
                case "[" -> {
                    List<String> perhaps = new ArrayList<>();
                    at = sequence(form, at + 1, perhaps) + 1;
                    if (random.nextBoolean()) {
                        to.addAll(perhaps);
                    }
                }
                case "(" -> at = group(form, at, to);
                case "]", ")", ")*", "|" -> {
                    return at;
                }
                default -> to.add(words.expand(form.get(at++)));
            }
        }
        return at;
    }

    private int group(List<String> form, int from, List<String> to) {
        int times = 1;
        int end = from;
        for (int round = 0; round < times; round++) {
            List<List<String>> choices = new ArrayList<>();
            int at = from;
            do {
                List<String> choice = new ArrayList<>();
                at = sequence(form, at + 1, choice);
                choices.add(choice);
            } while (form.get(at).equals("|"));
            if (round == 0 && form.get(at).equals(")*")) {
                times = 1 + random.nextInt(4);
            }
            to.addAll(choices.get(random.nextInt(choices.size())));
            end = at + 1;
        }
        return end;
    }
}
