package dev.cobnut.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The keys of one mapping of a YAML file, read by kind. What is refused is among the problems, and the default is
/// given instead, so that reading goes on and finds the rest. One thread.
public final class Section {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12}) ?(B|KB|MB|GB|TB)?");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9}) ?(ms|s|m)");
    private static final List<String> UNITS = List.of("B", "KB", "MB", "GB", "TB");

    /// More than any machine has.
    private static final long BYTES_MAX = 1L << 50;

    private final String what;
    private final int line;
    private final Problems problems;
    private final Map<String, YamlNode> values = new LinkedHashMap<>();

    /// A name with a value.
    public record Pair(String name, String value) {}

    /// @param what people call it
    /// @param node a mapping; anything else is a problem, and counts as an empty one
    /// @param keys that it may have
    public Section(String what, YamlNode node, List<String> keys, Problems problems) {
        this.what = what;
        this.line = node.line();
        this.problems = problems;
        switch (node) {
            case YamlNode.Mapping mapping -> mapping.entries().forEach(entry -> take(entry, keys));
            case YamlNode.Scalar _, YamlNode.Sequence _ ->
                add(
                        node.line(),
                        "is " + node.kind() + " (expected: keys indented below: " + String.join(", ", keys) + ")");
            case YamlNode.Refused _ -> {}
        }
    }

    private void take(YamlNode.Entry entry, List<String> keys) {
        String key = entry.key().value();
        int at = entry.key().line();
        if (!keys.contains(key)) {
            add(
                    at,
                    BadValue.quote(key) + " is not a key here" + Nearest.hint(key, keys) + " (expected one of: "
                            + String.join(", ", keys) + ")");
        } else if (values.putIfAbsent(key, entry.value()) != null) {
            add(at, key + " is there already (expected: once)");
        }
    }

    private void add(int at, String text) {
        problems.add(at, what + ": " + text);
    }

    /// Where a key has its value; where the section begins, for a key that is missing.
    public int line(String key) {
        YamlNode node = values.get(key);
        return node == null ? line : node.line();
    }

    /// The value of a key, whatever it is; null when it is missing.
    public @Nullable YamlNode node(String key) {
        return values.get(key);
    }

    /// A key that has to be there.
    ///
    /// @return false when it is missing, which is then a problem
    public boolean requires(String key, String expected) {
        if (!values.containsKey(key)) {
            add(line, "no " + key + " (expected: " + key + ": " + expected + ")");
            return false;
        }
        return true;
    }

    /// A text; null when it is missing.
    public @Nullable String text(String key, String expected) {
        return switch (values.get(key)) {
            case YamlNode.Scalar scalar
            when !isOneLine(scalar.value()) -> {
                add(scalar.line(), key + " " + BadValue.quote(scalar.value()) + " (expected: one line)");
                yield null;
            }
            case YamlNode.Scalar scalar when !scalar.value().isEmpty() -> scalar.value();
            case YamlNode.Scalar scalar -> {
                add(scalar.line(), key + " is empty (expected: " + expected + ")");
                yield null;
            }
            case YamlNode.Sequence list -> {
                add(list.line(), key + " is a list (expected: " + expected + ")");
                yield null;
            }
            case YamlNode.Mapping mapping -> {
                add(mapping.line(), key + " is a mapping (expected: " + expected + ")");
                yield null;
            }
            case YamlNode.Refused _ -> null;
            case null -> null;
        };
    }

    /// Where something can be reached; null when it is missing.
    public @Nullable String address(String key) {
        String text = text(key, AddressText.FORMS);
        if (text != null && !AddressText.isAddress(text)) {
            add(line(key), key + " " + BadValue.quote(text) + " (expected: " + AddressText.FORMS + ")");
        }
        return text;
    }

    /// A whole number, with a minus only where less than 0 is allowed.
    public int number(String key, int min, int max, int otherwise) {
        String expected = min + " to " + max;
        String text = text(key, expected);
        if (text == null) {
            return otherwise;
        }
        boolean isNumber = text.matches(min < 0 ? "-?[0-9]{1,10}" : "[0-9]{1,10}");
        long value = isNumber ? Long.parseLong(text) : Long.MIN_VALUE;
        if (value < min || value > max) {
            add(line(key), key + " " + BadValue.quote(text) + " (expected: " + expected + ")");
            return otherwise;
        }
        return (int) value;
    }

    /// Bytes: `512 MB`, `4 GB`; a unit is 1024 times the one before, as in redis.conf.
    public @Nullable Long size(String key) {
        String expected = "a size such as 512 MB or 4 GB";
        String text = text(key, expected);
        if (text == null) {
            return null;
        }
        Matcher size = SIZE.matcher(text);
        if (size.matches()) {
            String unit = size.group(2);
            int shift = 10 * (unit == null ? 0 : UNITS.indexOf(unit));
            long count = Long.parseLong(size.group(1));
            if (count <= BYTES_MAX >> shift) {
                return count << shift;
            }
            expected += ", at most 1024 TB";
        }
        add(line(key), key + " " + BadValue.quote(text) + " (expected: " + expected + ")");
        return null;
    }

    /// Milliseconds: `800 ms`, `2 s`.
    public int millis(String key, int min, int otherwise) {
        return millis(key, min, Integer.MAX_VALUE, otherwise);
    }

    /// Milliseconds, not more than so many.
    public int millis(String key, int min, int max, int otherwise) {
        String bounds = max == Integer.MAX_VALUE ? "at least " + min + " ms" : min + " to " + max + " ms";
        String expected = "a time such as 2 s, " + bounds;
        String text = text(key, expected);
        if (text == null) {
            return otherwise;
        }
        Matcher time = TIME.matcher(text);
        long millis = -1;
        if (time.matches()) {
            long unit = switch (time.group(2)) {
                case "ms" -> 1;
                case "s" -> 1_000;
                default -> 60_000;
            };
            millis = Long.parseLong(time.group(1)) * unit;
        }
        if (millis < min || millis > max) {
            add(line(key), key + " " + BadValue.quote(text) + " (expected: " + expected + ")");
            return otherwise;
        }
        return (int) millis;
    }

    /// One of the values of an enum, in small letters and with hyphens.
    public <E extends Enum<E>> E oneOf(String key, E otherwise) {
        List<E> values = Arrays.asList(otherwise.getDeclaringClass().getEnumConstants());
        List<String> words = values.stream().map(EnumWord::of).toList();
        String expected = "one of " + String.join(", ", words);
        String text = text(key, expected);
        if (text == null) {
            return otherwise;
        }
        int at = words.indexOf(text);
        if (at < 0) {
            add(
                    line(key),
                    key + " " + BadValue.quote(text) + " (expected " + expected + Nearest.hint(text, words) + ")");
            return otherwise;
        }
        return values.get(at);
    }

    /// `true` or `false`.
    public boolean bool(String key, boolean otherwise) {
        String text = text(key, "true or false");
        if (text == null || text.equals("true") || text.equals("false")) {
            return text == null ? otherwise : text.equals("true");
        }
        add(line(key), key + " " + BadValue.quote(text) + " (expected: true or false)");
        return otherwise;
    }

    /// A list of values, or a single one for a list of one; empty when it is missing.
    public List<YamlNode.Scalar> values(String key, String expected) {
        return values.get(key) instanceof YamlNode.Scalar ? single(key, expected) : items(key, expected);
    }

    private List<YamlNode.Scalar> single(String key, String expected) {
        String text = text(key, expected);
        return text == null ? List.of() : List.of(new YamlNode.Scalar(text, line(key)));
    }

    /// A list of words, each once; empty when it is missing.
    public List<String> words(String key, String expected) {
        List<String> words = new ArrayList<>();
        for (YamlNode.Scalar item : items(key, expected)) {
            if (words.contains(item.value())) {
                add(item.line(), key + " has " + item.value() + " already (expected: once)");
            } else {
                words.add(item.value());
            }
        }
        return words;
    }

    private List<YamlNode.Scalar> items(String key, String expected) {
        List<YamlNode.Scalar> items = new ArrayList<>();
        switch (values.get(key)) {
            case YamlNode.Sequence list -> {
                for (YamlNode item : list.items()) {
                    if (item instanceof YamlNode.Scalar scalar
                            && !scalar.value().isEmpty()
                            && isOneLine(scalar.value())) {
                        items.add(scalar);
                    } else if (!(item instanceof YamlNode.Refused)) {
                        add(item.line(), key + " has " + item.kind() + " as an item (expected: " + expected + ")");
                    }
                }
            }
            case YamlNode.Scalar scalar -> add(scalar.line(), key + " is a value (expected a list: " + expected + ")");
            case YamlNode.Mapping mapping ->
                add(mapping.line(), key + " is a mapping (expected a list: " + expected + ")");
            case YamlNode.Refused _ -> {}
            case null -> {}
        }
        return items;
    }

    /// Settings that are handed on as they are: names with values, and for a list of values the name several times.
    public List<Pair> settings(String key) {
        List<Pair> settings = new ArrayList<>();
        switch (values.get(key)) {
            case YamlNode.Mapping mapping -> {
                for (YamlNode.Entry entry : mapping.entries()) {
                    String name = entry.key().value();
                    if (!name.matches("[A-Za-z0-9_.-]+")) {
                        add(
                                entry.key().line(),
                                key + ": " + BadValue.quote(name) + " (expected: the name of a setting)");
                    }
                    switch (entry.value()) {
                        case YamlNode.Scalar scalar -> settings.add(new Pair(name, scalar.value()));
                        case YamlNode.Sequence list -> {
                            for (YamlNode item : list.items()) {
                                if (item instanceof YamlNode.Scalar scalar) {
                                    settings.add(new Pair(name, scalar.value()));
                                } else if (!(item instanceof YamlNode.Refused)) {
                                    add(item.line(), key + ": " + name + " has " + item.kind() + " as an item");
                                }
                            }
                        }
                        case YamlNode.Mapping other ->
                            add(other.line(), key + ": " + name + " is a mapping (expected: a value or a list)");
                        case YamlNode.Refused _ -> {}
                    }
                }
            }
            case YamlNode.Refused _ -> {}
            case null -> {}
            case YamlNode other ->
                add(other.line(), key + " is " + other.kind() + " (expected: names and values, indented below)");
        }
        return settings;
    }

    private static boolean isOneLine(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    /// Something else that is wrong here.
    public void refuse(String key, String text) {
        add(line(key), text);
    }
}
