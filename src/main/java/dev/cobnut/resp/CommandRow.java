package dev.cobnut.resp;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One row of the command table, read and checked: the columns that its head explains.
///
/// @param setOperation null for most
/// @param twice of a write
/// @param local null unless one of the policies is [Policy#LOCAL]
/// @param refusal what stands behind `ERR ` in the reply; empty when it is never refused
record CommandRow(
        String name,
        String since,
        int arity,
        int flags,
        List<KeySpec> keys,
        Effect effect,
        @Nullable SetOperation setOperation,
        KeyCount keyCount,
        Twice twice,
        Policy oneShard,
        Policy severalShards,
        @Nullable LocalCommand local,
        String refusal) {
    private static final String NOTHING = "-";
    private static final String CONTAINER = "container";

    /// Reads a line of the table.
    ///
    /// @throws IllegalArgumentException when it is wrong, or says what cannot be true of one command
    static CommandRow parse(String line) {
        String[] columns = line.split("\\s+", 9);
        if (columns.length < 8) {
            throw new IllegalArgumentException(columns.length + " columns (expected: 8, or 9 with a reason)");
        }
        String name = columns[0];
        String fact = columns[5];
        Effect effect = word(Effect.values(), fact);
        SetOperation setOperation = word(SetOperation.values(), fact);
        KeyCount keyCount = word(KeyCount.values(), fact);
        Twice twice = word(Twice.values(), fact);
        if (effect == null && setOperation == null && keyCount == null && twice == null && !fact.equals(NOTHING)) {
            throw new IllegalArgumentException("fact " + fact + " (expected: - or what the head of the table lists)");
        }
        Policy oneShard = policy(columns[6]);
        Policy severalShards = policy(columns[7]);
        boolean answered = oneShard == Policy.LOCAL || severalShards == Policy.LOCAL;
        CommandRow row = new CommandRow(
                name,
                columns[1],
                Integer.parseInt(columns[2]),
                CommandFlag.parse(columns[3]),
                KeyGrammar.parse(columns[4]),
                effect == null ? Effect.NONE : effect,
                setOperation,
                keyCount == null ? KeyCount.COUNT : keyCount,
                twice == null ? Twice.CHANGES : twice,
                oneShard,
                severalShards,
                answered ? LocalCommand.named(name) : null,
                refusal(columns, severalShards));
        row.check();
        return row;
    }

    /// Reads a row of a configuration, `NAME ARITY FLAGS KEYS`. What else the table says follows from the flags:
    /// a command that only reads, and has keys, is answered by any node; one that is neither certain to read nor
    /// to be answered without the data set may change what others see.
    ///
    /// @throws IllegalArgumentException with the value, and what was expected, when the row is not of that grammar
    static CommandRow declared(String row) {
        String[] columns = row.strip().split("\\s+");
        if (columns.length != 4) {
            throw new IllegalArgumentException(
                    columns.length + " columns; expected: NAME ARITY FLAGS KEYS, such as mymod.get 2 r 1");
        }
        String name = columns[0].toLowerCase(Locale.ROOT);
        if (name.indexOf('|') >= 0 || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("name " + columns[0]
                    + "; expected: ASCII without |, as a command is declared with its subcommands");
        }
        if (!columns[1].matches("-?[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(
                    "arity " + columns[1] + "; expected: the number of arguments with the name, or -N for N or more");
        }
        int flags = CommandFlag.parseDeclared(columns[2]);
        boolean writes = CommandFlag.WRITE.isIn(flags);
        boolean reads = CommandFlag.READONLY.isIn(flags);
        if (writes && reads) {
            throw new IllegalArgumentException("flags " + columns[2] + "; expected: w or r, not both");
        }
        List<KeySpec> keys = KeyGrammar.parse(columns[3]);
        boolean keeps = CommandFlag.STATEFUL.isIn(flags);
        boolean blocks = CommandFlag.BLOCKING.isIn(flags);
        Policy oneShard = keeps ? Policy.KEEP : blocks ? Policy.OWN : Policy.FORWARD;
        if (reads && !keys.isEmpty() && oneShard == Policy.FORWARD && !CommandFlag.DANGEROUS.isIn(flags)) {
            flags |= CommandFlag.ANY_NODE.bit();
        }
        if (!writes && !reads && !CommandFlag.LOADING.isIn(flags)) {
            flags |= CommandFlag.CHANGES_OTHERS.bit();
        }
        return new CommandRow(
                name,
                "declared",
                Integer.parseInt(columns[1]),
                flags,
                keys,
                Effect.NONE,
                null,
                KeyCount.COUNT,
                Twice.CHANGES,
                oneShard,
                keeps ? Policy.REFUSED : keys.isEmpty() ? Policy.ANY : oneShard,
                null,
                keeps
                        ? name.toUpperCase(Locale.ROOT) + " is not supported on a pool of several shards:"
                                + " it changes one connection to one server"
                        : "");
    }

    Command command(Map<String, Command> subcommands) {
        return new Command(this, subcommands);
    }

    private static String refusal(String[] columns, Policy severalShards) {
        boolean container = columns[6].equals(CONTAINER);
        String reason = columns.length == 9 ? columns[8] : "";
        if ((severalShards == Policy.REFUSED && !container) == reason.isEmpty()) {
            throw new IllegalArgumentException("reason '" + reason + "' (expected: one if it is refused)");
        }
        String shown = columns[0].toUpperCase(Locale.ROOT).replace('|', ' ');
        if (container) {
            return shown + " needs a subcommand";
        }
        String where = policy(columns[6]) == Policy.REFUSED ? "" : " on a pool of several shards";
        return severalShards == Policy.REFUSED ? shown + " is not supported" + where + ": " + reason : "";
    }

    private void check() {
        boolean answered = oneShard == Policy.LOCAL || severalShards == Policy.LOCAL;
        expect(answered == (local != null), "policy local, but no answer in LocalCommand");
        expect(severalShards != Policy.KEEP, "policy keep on several shards; expected: refused");
        expect(
                !is(CommandFlag.CHANGES_OTHERS) || !(is(CommandFlag.WRITE) || is(CommandFlag.READONLY)),
                "flag o; expected: neither w nor r beside it");
        expect(
                !is(CommandFlag.ANY_NODE)
                        || (is(CommandFlag.READONLY)
                                && !is(CommandFlag.BLOCKING)
                                && !is(CommandFlag.DANGEROUS)
                                && !keys.isEmpty()
                                && oneShard == Policy.FORWARD),
                "flag y; expected: r, neither b nor x, keys and the policy forward");
        expect(twice == Twice.CHANGES || is(CommandFlag.WRITE), "fact same; expected: w beside it");
        boolean alwaysAnswered = oneShard == Policy.LOCAL && severalShards == Policy.LOCAL;
        expect(
                alwaysAnswered
                        || !(is(CommandFlag.FREE_OF_AUTH)
                                || is(CommandFlag.FOR_SUBSCRIBERS)
                                || is(CommandFlag.ENDS_TRANSACTION)),
                "flag u, m or e; expected: the policy local on every pool");
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private boolean is(CommandFlag flag) {
        return flag.isIn(flags);
    }

    private static Policy policy(String column) {
        return column.equals(CONTAINER)
                ? Policy.REFUSED
                : Policy.valueOf(column.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /// The one that is written so; null when none is.
    private static <E extends Enum<E>> @Nullable E word(E[] values, String column) {
        for (E each : values) {
            if (each.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(column)) {
                return each;
            }
        }
        return null;
    }
}
