package dev.cobnut.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the keys column of the command table.
final class KeyGrammar {
    /// Argument 0 is the name, and no command has a million arguments before its keys.
    private static final String NUMBER = "[1-9]\\d{0,5}";

    private static final Pattern RANGE = Pattern.compile("(N)(?:\\.\\.(-?N)(?:/(N))?)?".replace("N", NUMBER));
    private static final Pattern COUNTED = Pattern.compile("n(0?)@(N)(?:/(N))?".replace("N", NUMBER));
    private static final Pattern STORED = Pattern.compile("store@(" + NUMBER + ")");

    private KeyGrammar() {}

    /// Reads a keys column; its grammar is explained at the head of the table.
    ///
    /// @throws IllegalArgumentException when the text is not of that grammar
    static List<KeySpec> parse(String column) {
        List<KeySpec> specs = new ArrayList<>();
        if (!column.equals("-")) {
            for (String part : column.split("\\+", -1)) {
                specs.add(parseOne(part));
            }
        }
        return List.copyOf(specs);
    }

    private static KeySpec parseOne(String part) {
        Matcher range = RANGE.matcher(part);
        if (range.matches()) {
            int first = Integer.parseInt(range.group(1));
            return new KeySpec.Range(first, number(range.group(2), first), number(range.group(3), 1));
        }
        Matcher counted = COUNTED.matcher(part);
        if (counted.matches()) {
            int least = counted.group(1).isEmpty() ? 1 : 0;
            return new KeySpec.Counted(Integer.parseInt(counted.group(2)), number(counted.group(3), 1), least);
        }
        Matcher stored = STORED.matcher(part);
        if (stored.matches()) {
            return new KeySpec.Stored(Integer.parseInt(stored.group(1)));
        }
        return switch (part) {
            case "sort" -> KeySpec.Searched.SORT;
            case "sort-ro" -> KeySpec.Searched.SORT_RO;
            case "streams" -> KeySpec.Searched.STREAMS;
            case "migrate" -> KeySpec.Searched.MIGRATE;
            default ->
                throw new IllegalArgumentException("keys " + part
                        + " (expected: 1, 1..-1, 1..-1/2, n@1, n0@2, store@6, sort, sort-ro, streams, migrate)");
        };
    }

    private static int number(@Nullable String digits, int otherwise) {
        return digits == null ? otherwise : Integer.parseInt(digits);
    }
}
