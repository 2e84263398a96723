package dev.cobnut.admin;

import org.jspecify.annotations.Nullable;

/// The one part of JSON that can be got wrong: strings.
final class Json {
    private Json() {}

    /// Appends a quoted string, or `null`.
    static void quote(StringBuilder out, @Nullable String text) {
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
}
