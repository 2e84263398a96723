package dev.cobnut.config;

import java.util.Locale;

/// Writes scalars of YAML.
public final class YamlText {
    private YamlText() {}

    /// A text as a scalar, also inside of brackets: in quotes when it could be something else.
    public static String quote(String value) {
        if (value.matches("[A-Za-z0-9_./][A-Za-z0-9_./ :@+-]*")
                && !value.contains(": ")
                && !value.endsWith(":")
                && !value.endsWith(" ")) {
            return value;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (isOdd(c)) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /// Whether a character ends a line for YAML, or is not allowed in it.
    public static boolean isOdd(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || c >= '\ufffe' || c == '\ufeff';
    }
}
