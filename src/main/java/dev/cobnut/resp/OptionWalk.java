package dev.cobnut.resp;

import dev.cobnut.resp.OptionGrammar.Meaning;
import dev.cobnut.resp.OptionGrammar.Option;
import org.jspecify.annotations.Nullable;

/// Goes through the options of one request, by their places: what belongs to an option is not taken for another.
///
/// Behind a word that the grammar does not know, nobody can say what is an option and what belongs to one. Redis
/// refuses such a request; a version to come may not. From there on each argument counts as an option that is
/// spelled like one, so that none is missed.
///
/// Reusable; not thread safe. Allocates nothing.
final class OptionWalk {
    private RequestCursor args = new RequestCursor();
    private OptionGrammar grammar = OptionGrammar.SORT;

    /// Where the next option stands.
    private int next;

    /// Whether a word was not known.
    private boolean lost;

    /// Begins with a request.
    ///
    /// @param args before argument `from`; moved
    /// @param from where the first option stands
    void begin(RequestCursor args, OptionGrammar grammar, int from) {
        this.args = args;
        this.grammar = grammar;
        next = from;
        lost = false;
    }

    /// Goes to the next option. The cursor then stands at it; whoever wants to may take it to the first of its
    /// arguments.
    ///
    /// @return [Option#UNKNOWN] at a word that is none; null at the end
    @Nullable
    Option next() {
        if (!args.seek(next)) {
            return null;
        }
        Option option = grammar.at(args);
        lost |= option == null;
        if (option == null || lost) {
            next++;
        } else if (option.meaning() == Meaning.REST) {
            next = Integer.MAX_VALUE;
        } else {
            next += 1 + option.arguments();
        }
        return option == null ? Option.UNKNOWN : option;
    }
}
