package dev.cobnut.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A key of a pool: one row of the table in [PoolKeys].
sealed interface PoolKey {
    /// As it stands in the file; case counts.
    String name();

    /// What its value looks like, for a message that refuses one.
    String expected();

    /// What happens without it, for people.
    String defaultText();

    /// What it does, for people.
    String sentence();

    /// A key with a single value.
    ///
    /// @param defaultValue null when there is none, or when leaving the key out means something of its own
    record Value<T>(
            String name,
            Class<T> type,
            @Nullable T defaultValue,
            Parser<T> parser,
            String expected,
            String defaultText,
            String sentence)
            implements PoolKey {}

    /// A key with a list that a class of its own reads.
    record Items(String name, String expected, String defaultText, String sentence) implements PoolKey {}

    /// A key with a list of values, or with one text in which commas separate them: such a file stays within the YAML
    /// that nutcracker reads.
    ///
    /// @param parser for one item, which is not empty
    /// @param identity what only one item of the list may have
    record ListOf<T>(
            String name,
            Class<T> type,
            Parser<T> parser,
            Function<T, String> identity,
            String expected,
            String defaultText,
            String sentence)
            implements PoolKey {}

    /// From the text in the file to a value.
    interface Parser<T> {
        T parse(String text) throws BadValue;
    }

    /// `true` or `false`, nothing else: nutcracker refuses `yes` and `True`.
    static Value<Boolean> bool(String name, @Nullable Boolean defaultValue, String defaultText, String sentence) {
        return choice(
                name,
                Boolean.class,
                Map.of("true", true, "false", false),
                "true or false",
                defaultValue,
                defaultText,
                sentence);
    }

    static Value<Integer> number(String name, int min, int defaultValue, String unit, String sentence) {
        return number(name, min, defaultValue, unit, "`" + defaultValue + "`", sentence);
    }

    /// One whose default depends on other things.
    ///
    /// @param defaultText what it depends on, for people
    static Value<Integer> number(String name, int min, String unit, String defaultText, String sentence) {
        return number(name, min, null, unit, defaultText, sentence);
    }

    private static Value<Integer> number(
            String name, int min, @Nullable Integer defaultValue, String unit, String defaultText, String sentence) {
        String expected = min + " to " + Integer.MAX_VALUE + (unit.isEmpty() ? "" : " " + unit);
        Parser<Integer> parser = text -> {
            int value = Digits.value(text);
            if (value < min) {
                throw new BadValue(text, "expected: " + expected);
            }
            return value;
        };
        return new Value<>(name, Integer.class, defaultValue, parser, expected, defaultText, sentence);
    }

    static <E extends Enum<E>> Value<E> oneOf(String name, E defaultValue, String sentence) {
        return oneOf(name, defaultValue, value -> value.name().toLowerCase(Locale.ROOT), sentence);
    }

    /// @param word what a value is called in a file
    static <E extends Enum<E>> Value<E> oneOf(String name, E defaultValue, Function<E, String> word, String sentence) {
        Class<E> type = defaultValue.getDeclaringClass();
        Map<String, E> values = new LinkedHashMap<>();
        for (E value : type.getEnumConstants()) {
            values.put(word.apply(value), value);
        }
        String defaultText = "`" + word.apply(defaultValue) + "`";
        return choice(
                name,
                type,
                values,
                "one of " + String.join(", ", values.keySet()),
                defaultValue,
                defaultText,
                sentence);
    }

    private static <T> Value<T> choice(
            String name,
            Class<T> type,
            Map<String, T> values,
            String expected,
            @Nullable T defaultValue,
            String defaultText,
            String sentence) {
        Parser<T> parser = text -> {
            T value = values.get(text);
            if (value == null) {
                throw new BadValue(text, "expected: " + expected);
            }
            return value;
        };
        return new Value<>(name, type, defaultValue, parser, expected, defaultText, sentence);
    }
}
