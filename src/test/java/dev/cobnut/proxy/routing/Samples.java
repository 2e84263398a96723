package dev.cobnut.proxy.routing;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import dev.cobnut.resp.KeySpec;
import java.util.ArrayList;
import java.util.List;

/// A well-formed request for every row of the command table, made from its arity and from where its keys stand. What
/// is neither a key nor a word of the grammar is the first key once more, so that channels are placed as keys are.
final class Samples {
    private Samples() {}

    /// The rows that a request can be made for: commands and subcommands, in the order of the table.
    static List<Command> rows() {
        List<Command> rows = new ArrayList<>();
        for (Command command : CommandTable.builtIn().commands()) {
            // COMMAND alone also works without a subcommand.
            if (!command.isContainer() || command.arityFits(1)) {
                rows.add(command);
            }
            rows.addAll(command.subcommands());
        }
        return rows;
    }

    /// Whether a request can have two keys.
    static boolean takesTwoKeys(Command command) {
        return !command.keys().isEmpty()
                && !command.singleKey()
                && !command.keys().contains(KeySpec.Searched.SORT_RO);
    }

    /// A request with one key, or as many as it must have; all are this one.
    static String[] request(Command command, String key) {
        return build(command, List.of(key));
    }

    /// A request with two keys, or more if it must; all but the first are the second.
    static String[] request(Command command, String first, String second) {
        return build(command, List.of(first, second));
    }

    private static String[] build(Command command, List<String> keys) {
        List<String> arguments = new ArrayList<>(List.of(command.name().split("\\|")));
        if (command.name().equals("select")) {
            return new String[] {"select", "0"};
        }
        int next = 0;
        for (KeySpec spec : command.keys()) {
            List<String> rest = keys.subList(Math.min(next, keys.size() - 1), keys.size());
            next += place(command, spec, arguments, rest, keys.getFirst());
        }
        pad(arguments, Math.abs(command.arity()), keys.getFirst());
        return arguments.toArray(new String[0]);
    }

    /// Places keys by one specification.
    ///
    /// @return how many
    private static int place(Command command, KeySpec spec, List<String> arguments, List<String> keys, String filler) {
        return switch (spec) {
            case KeySpec.Range range -> {
                int least = Math.abs(command.arity());
                // From the end: the shortest request that has room for the keys.
                int count = range.last() >= 0 ? range.last() + 1 : least;
                while (range.last() < 0 && !fits(range, count, keys.size())) {
                    count++;
                }
                pad(arguments, count, filler);
                int last = range.last() < 0 ? count + range.last() : range.last();
                int placed = 0;
                for (int i = range.first(); i <= last; i += range.step()) {
                    arguments.set(i, keys.get(Math.min(placed++, keys.size() - 1)));
                }
                yield placed;
            }
            case KeySpec.Counted counted -> {
                pad(arguments, counted.countAt(), filler);
                arguments.add(Integer.toString(keys.size()));
                for (String key : keys) {
                    arguments.add(key);
                    pad(arguments, arguments.size() + counted.step() - 1, filler);
                }
                yield keys.size();
            }
            case KeySpec.Stored stored -> {
                pad(arguments, stored.from(), filler);
                arguments.add("STORE");
                arguments.add(keys.getFirst());
                yield 1;
            }
            case KeySpec.Searched.SORT -> {
                arguments.addAll(List.of(keys.getFirst(), "STORE", keys.getLast()));
                yield 2;
            }
            case KeySpec.Searched.SORT_RO -> {
                arguments.add(keys.getFirst());
                yield 1;
            }
            case KeySpec.Searched.STREAMS -> {
                if (command.name().equals("xreadgroup")) {
                    arguments.addAll(List.of("GROUP", filler, filler));
                }
                arguments.add("STREAMS");
                arguments.addAll(keys);
                pad(arguments, arguments.size() + keys.size(), "0");
                yield keys.size();
            }
            case KeySpec.Searched.MIGRATE -> {
                arguments.addAll(List.of(filler, "6379", "", "0", "1000", "KEYS"));
                arguments.addAll(keys);
                yield keys.size();
            }
        };
    }

    private static boolean fits(KeySpec.Range range, int count, int keys) {
        int places = count + range.last() + 1 - range.first();
        return places % range.step() == 0 && places / range.step() >= keys;
    }

    private static void pad(List<String> arguments, int count, String filler) {
        while (arguments.size() < count) {
            arguments.add(filler);
        }
    }
}
