package dev.cobnut.resp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The options that a command takes behind its fixed arguments, as far as the proxy has to read them: one row each,
/// with the words that there are, and for each how many arguments belong to it and what it means. Immutable.
///
/// Whoever looks for a word must know all of them, since the argument of one may be spelled as another:
/// `XREADGROUP GROUP g STREAMS BLOCK 0 STREAMS st >` blocks, and its consumer is called STREAMS. [OptionWalk] reads
/// them.
final class OptionGrammar {
    /// SORT.
    static final OptionGrammar SORT =
            new OptionGrammar("ASC", "DESC", "ALPHA", "LIMIT 2", "BY 1 pattern", "GET 1 pattern", "STORE 1 key");
    /// SORT_RO, which stores nothing.
    static final OptionGrammar SORT_RO =
            new OptionGrammar("ASC", "DESC", "ALPHA", "LIMIT 2", "BY 1 pattern", "GET 1 pattern");
    /// XREAD, XREADGROUP.
    static final OptionGrammar STREAMS =
            new OptionGrammar("BLOCK 1 block", "COUNT 1", "CLAIM 1", "GROUP 2", "NOACK", "STREAMS 0 rest");
    /// What may block, and takes further options that nobody has listed.
    static final OptionGrammar BLOCK = new OptionGrammar("BLOCK 1 block");
    /// MIGRATE.
    static final OptionGrammar MIGRATE = new OptionGrammar("COPY", "REPLACE", "AUTH 1", "AUTH2 2", "KEYS 0 rest");
    /// GEORADIUS, GEORADIUSBYMEMBER, and commands of a configuration that store as they do.
    static final OptionGrammar STORE = new OptionGrammar(
            "WITHDIST", "WITHHASH", "WITHCOORD", "ASC", "DESC", "ANY", "COUNT 1", "STORE 1 key", "STOREDIST 1 key");
    /// CLIENT TRACKING.
    static final OptionGrammar TRACKING =
            new OptionGrammar("REDIRECT 1 client", "PREFIX 1", "BCAST", "OPTIN", "OPTOUT", "NOLOOP");

    /// What an option means.
    enum Meaning {
        /// Nothing that matters here.
        PLAIN,
        /// Its argument is a key.
        KEY,
        /// Its argument says which keys are looked up beside those of the request.
        PATTERN,
        /// Its argument says how long the request may block.
        BLOCK,
        /// Its argument is the number of a connection.
        CLIENT,
        /// No options come behind it, but arguments of the command.
        REST,
        /// A word that is not in the row.
        UNKNOWN
    }

    /// One option.
    ///
    /// @param word in upper case
    /// @param arguments how many follow it
    record Option(String word, int arguments, Meaning meaning) {
        static final Option UNKNOWN = new Option("", 0, Meaning.UNKNOWN);

        /// Reads `WORD`, `WORD 2`, or `WORD 1 key`.
        private static Option parse(String row) {
            List<String> columns = List.of(row.split(" "));
            int arguments = columns.size() < 2 ? 0 : Integer.parseInt(columns.get(1));
            Meaning meaning = columns.size() < 3
                    ? Meaning.PLAIN
                    : Meaning.valueOf(columns.get(2).toUpperCase(Locale.ROOT));
            return new Option(columns.getFirst(), arguments, meaning);
        }
    }

    private final Option[] options;

    private OptionGrammar(String... rows) {
        options = Arrays.stream(rows).map(Option::parse).toArray(Option[]::new);
    }

    /// The option that the current argument names; null when it is none of these.
    @Nullable
    Option at(RequestCursor args) {
        for (Option option : options) {
            if (args.is(option.word)) {
                return option;
            }
        }
        return null;
    }
}
