package dev.cobnut.config;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a pool's `allow` opens of the commands that are refused by default.
///
/// @param words in lower case: `config`, `config|set`, `@admin`, `@dangerous`, `all`
public record Allow(Set<String> words) {
    /// Opens nothing.
    public static final Allow NOTHING = new Allow(Set.of());

    static final String FORMS = "a command such as config or config|set, @admin, @dangerous, or all";

    private static final List<String> GROUPS = List.of("all", "@admin", "@dangerous");

    public Allow {
        words = Set.copyOf(words);
    }

    /// Whether a command that is refused by default is open.
    ///
    /// @param name in lower case, as the command table has it: `config|set`; what opens `config` opens it, too
    /// @param admin whether it is a command for administrators: what `@admin` opens. As in Redis, these are
    ///     dangerous as well, so that `@dangerous` and `all` both open everything
    public boolean permits(String name, boolean admin) {
        if (words.isEmpty()) {
            return false;
        }
        int bar = name.indexOf('|');
        return words.contains("all")
                || words.contains("@dangerous")
                || (admin && words.contains("@admin"))
                || words.contains(name)
                || (bar >= 0 && words.contains(name.substring(0, bar)));
    }

    /// One word of the list, in lower case.
    static String parseWord(String text) throws BadValue {
        String word = text.toLowerCase(Locale.ROOT);
        if (GROUPS.contains(word)) {
            return word;
        }
        if (word.startsWith("@")) {
            throw new BadValue(text, "expected: " + FORMS);
        }
        if (CommandTable.builtIn().named(word) == null) {
            String hint = Nearest.hint(word, knownNames());
            throw new BadValue(text, "no such command" + (hint.isEmpty() ? "; expected: " + FORMS : hint));
        }
        return word;
    }

    private static List<String> knownNames() {
        List<String> names = new ArrayList<>(GROUPS);
        for (Command command : CommandTable.builtIn().commands()) {
            names.add(command.name());
            command.subcommands().forEach(subcommand -> names.add(subcommand.name()));
        }
        return names;
    }
}
