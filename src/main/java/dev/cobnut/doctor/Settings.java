package dev.cobnut.doctor;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The settings of one process, in their order.
///
/// @param at where they are: a file, or `HOST:PORT`
/// @param all each as it stands; a name may come several times
public record Settings(String at, List<Setting> all) {
    private static final Pattern NUMBER = Pattern.compile("(-?\\d{1,18})([kmg]?b?)");

    public Settings {
        all = List.copyOf(all);
    }

    /// Those of a name, in their order.
    public List<Setting> named(String name) {
        return all.stream().filter(each -> each.name().equals(name)).toList();
    }

    /// The one that counts, which is the last; null when it is not there.
    public @Nullable Setting last(String name) {
        return named(name).isEmpty() ? null : named(name).getLast();
    }

    /// The value that counts; the given one when it is not there.
    public String text(String name, String otherwise) {
        Setting setting = last(name);
        return setting == null ? otherwise : setting.value();
    }

    /// Whether it is there and not empty.
    public boolean has(String name) {
        return !text(name, "").isEmpty();
    }

    /// The number that counts, with Redis' units (`2gb`); the given one when it is not there, or is no number.
    public long number(String name, long otherwise) {
        Matcher number = NUMBER.matcher(text(name, "").toLowerCase(Locale.ROOT));
        if (!number.matches()) {
            return otherwise;
        }
        long unit = switch (number.group(2)) {
            case "k" -> 1_000L;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000L;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000L;
            case "gb" -> 1L << 30;
            default -> 1L;
        };
        return Math.multiplyHigh(Long.parseLong(number.group(1)), unit) == 0
                ? Long.parseLong(number.group(1)) * unit
                : otherwise;
    }

    /// Where a setting stands; where all of them are when it is not there.
    public String at(String name) {
        Setting setting = last(name);
        return setting == null ? at : setting.at();
    }
}
