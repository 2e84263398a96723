package dev.cobnut.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parts of JSON that can be got wrong: strings, and what stands between fields.
public final class Json {
    private Json() {}

    /// Appends a quoted string, or `null`.
    public static void quote(StringBuilder out, @Nullable String text) {
        if (text == null) {
            out.append("null");
            return;
        }
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '"' || next == '\\') {
                out.append('\\').append(next);
            } else if (next < ' ') {
                out.append("\\u00").append(Character.forDigit(next >> 4, 16)).append(Character.forDigit(next & 15, 16));
            } else {
                out.append(next);
            }
        }
        out.append('"');
    }

    /// Appends a value: a map is an object in its own order, an iterable an array, a number and a truth value are as they are,
    /// null is `null`, and all else is a string.
    public static void value(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> {
                String separator = "{";
                for (Map.Entry<?, ?> field : map.entrySet()) {
                    out.append(separator);
                    quote(out, String.valueOf(field.getKey()));
                    value(out.append(": "), field.getValue());
                    separator = ", ";
                }
                out.append(map.isEmpty() ? "{}" : "}");
            }
            case Iterable<?> items -> {
                String separator = "";
                out.append('[');
                for (Object item : items) {
                    value(out.append(separator), item);
                    separator = ", ";
                }
                out.append(']');
            }
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth.booleanValue());
            default -> quote(out, value.toString());
        }
    }
}
