package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The lines of a redis.conf or a sentinel.conf, as these programs read them. What the operator says himself comes last, and
/// in place of what would be said by default. One thread.
final class Directives {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder comment = new StringBuilder();
    private final Set<String> taken = new HashSet<>();
    private final List<Blueprint.Setting> own;

    /// @param own what the operator says himself; values as they stand in the file
    Directives(List<Blueprint.Setting> own) {
        this.own = own;
        own.forEach(each -> taken.add(each.name().toLowerCase(Locale.ROOT)));
    }

    /// What people should know of the next directive; not said when the operator has his own.
    void comment(String line) {
        comment.append("# ").append(line).append('\n');
    }

    /// A directive, unless the operator has one of that name.
    ///
    /// @param values each becomes one word, whatever it has in it
    void add(String name, Object... values) {
        if (taken.contains(name)) {
            comment.setLength(0);
            return;
        }
        text.append(comment).append(name);
        comment.setLength(0);
        for (Object value : values) {
            text.append(' ').append(quote(value.toString()));
        }
        text.append('\n');
    }

    /// What the operator says himself, and the end.
    String finish() {
        if (!own.isEmpty()) {
            text.append("# From stack.yml:\n");
        }
        for (Blueprint.Setting each : own) {
            text.append(each.name()).append(' ').append(asWritten(each.value())).append('\n');
        }
        return text.toString();
    }

    /// Several words stay several words; what would end the line does not.
    private static String asWritten(String value) {
        boolean endsLine = value.isBlank() || value.chars().anyMatch(Character::isISOControl);
        return endsLine ? quote(value) : value;
    }

    /// A value as one word: in quotes when it needs them.
    static String quote(String value) {
        if (value.matches("[A-Za-z0-9_./:@%+=,*-]+")) {
            return value;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (Character.isISOControl(c) && c < 0x80) {
                quoted.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /// Where to listen, so that others reach an address. A name may stand for something else on its own host (127.0.1.1 in many
    /// an `/etc/hosts`), so all addresses are listened at.
    static Object[] listenAt(String address) {
        return isName(address) ? new Object[] {"*", "-::*"} : new Object[] {address};
    }

    /// Whether an address is a name, which has to be looked up.
    static boolean isName(String address) {
        return address.indexOf(':') < 0 && !address.matches("[0-9.]+");
    }
}
