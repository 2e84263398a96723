package dev.cobnut.resp;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One row of the command table: a command or a subcommand. Immutable.
public final class Command {
    private static final Set<String> SCRIPT_CARRIERS = Set.of("eval", "eval_ro", "script|load", "function|load");

    /// They do not look at the data set when they come, so they are answered while it loads.
    private static final Set<String> CHANGES_WITHOUT_DATA = Set.of("multi", "exec", "watch", "publish", "spublish");

    private final String name;
    private final String since;
    private final int arity;
    private final int flags;
    private final List<KeySpec> keys;
    private final int firstKey;
    private final boolean singleKey;
    private final boolean carriesScript;
    private final boolean guarded;
    private final boolean readsKeys;
    private final boolean mayWrite;
    private final Policy oneShard;
    private final Policy severalShards;
    private final String refusal;
    private final Map<String, Command> subcommands;
    private final NameIndex subcommandIndex;

    /// @param subcommands under the part of their name behind the bar; empty for most commands
    Command(
            String name,
            String since,
            int arity,
            int flags,
            List<KeySpec> keys,
            Policy oneShard,
            Policy severalShards,
            String refusal,
            Map<String, Command> subcommands) {
        this.name = name;
        this.since = since;
        this.arity = arity;
        this.flags = flags;
        this.keys = List.copyOf(keys);
        this.firstKey = !keys.isEmpty() && keys.getFirst() instanceof KeySpec.Range range ? range.first() : 0;
        this.singleKey = firstKey > 0 && keys.equals(List.of(new KeySpec.Range(firstKey, firstKey, 1)));
        this.carriesScript = SCRIPT_CARRIERS.contains(name);
        this.oneShard = oneShard;
        this.severalShards = severalShards;
        this.guarded = carriesScript || oneShard == Policy.PUBLISH || (flags & CommandFlag.DANGEROUS.bit()) != 0;
        this.readsKeys = (flags & CommandFlag.READONLY.bit()) != 0
                && (flags & (CommandFlag.BLOCKING.bit() | CommandFlag.DANGEROUS.bit())) == 0
                && !keys.isEmpty()
                && oneShard == Policy.FORWARD
                && !name.contains("scan")
                && !name.equals("touch");
        this.mayWrite = (flags & CommandFlag.READONLY.bit()) == 0
                && ((flags & CommandFlag.LOADING.bit()) == 0 || CHANGES_WITHOUT_DATA.contains(name))
                && !name.equals("ping");
        this.refusal = refusal;
        this.subcommands = new LinkedHashMap<>(subcommands);
        this.subcommandIndex = subcommands.isEmpty() ? NameIndex.EMPTY : new NameIndex(subcommands);
    }

    /// A command that the table does not know, by a row of the table's columns `NAME ARITY FLAGS KEYS`. The name may be
    /// in any case. With keys it goes to their shard, without to any.
    ///
    /// @throws IllegalArgumentException with the value, and what was expected, when the row is not of that grammar
    public static Command declared(String row) {
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
        int flags = CommandFlag.parse(columns[2]);
        if ((flags & CommandFlag.WRITE.bit()) != 0 && (flags & CommandFlag.READONLY.bit()) != 0) {
            throw new IllegalArgumentException("flags " + columns[2] + "; expected: w or r, not both");
        }
        List<KeySpec> keys = KeyGrammar.parse(columns[3]);
        boolean keeps = (flags & CommandFlag.STATEFUL.bit()) != 0;
        boolean blocks = (flags & CommandFlag.BLOCKING.bit()) != 0;
        Policy oneShard = keeps ? Policy.KEEP : blocks ? Policy.OWN : Policy.FORWARD;
        Policy severalShards = keeps ? Policy.REFUSED : keys.isEmpty() ? Policy.ANY : oneShard;
        String refusal = keeps
                ? name.toUpperCase(Locale.ROOT)
                        + " is not supported on a pool of several shards: it changes one connection to one server"
                : "";
        return new Command(
                name,
                "declared",
                Integer.parseInt(columns[1]),
                flags,
                keys,
                oneShard,
                severalShards,
                refusal,
                Map.of());
    }

    /// In lower case; a subcommand is written `container|subcommand`.
    public String name() {
        return name;
    }

    /// The oldest version that knows it: `7.0` (or older), `8.4`, `valkey-8.0`; `declared` of [#declared].
    public String since() {
        return since;
    }

    /// The number of arguments, the name (and that of the subcommand) included; negative: at least so many.
    public int arity() {
        return arity;
    }

    /// Whether a request may have `argc` arguments, the name included.
    public boolean arityFits(int argc) {
        return arity < 0 ? argc >= -arity : argc == arity;
    }

    public boolean is(CommandFlag flag) {
        return (flags & flag.bit()) != 0;
    }

    /// Certainly writes. Scripts and functions neither surely write nor surely only read.
    public boolean writes() {
        return is(CommandFlag.WRITE);
    }

    /// Certainly does not write: may be sent again, or to a replica.
    public boolean readOnly() {
        return is(CommandFlag.READONLY);
    }

    /// Whether any node of the shard that has the data gives the same answer: it only reads, and only the values of the
    /// keys it names. Not the cursors of SCAN and its like, which one node understands, nor TOUCH, which is for the
    /// master's memory of what was used.
    public boolean readsKeys() {
        return readsKeys;
    }

    /// Whether it may change what others see: all that is not certain to read, or to be about the connection and the
    /// server only. Transactions count, whatever is in them.
    public boolean mayWrite() {
        return mayWrite;
    }

    /// May keep its connection waiting.
    public boolean blocking() {
        return is(CommandFlag.BLOCKING);
    }

    /// Tied to the state of the connection it came on: never for a connection that clients share.
    public boolean stateful() {
        return is(CommandFlag.STATEFUL);
    }

    /// Whether anything but its form decides if it is permitted: it is dangerous, publishes, or brings a script.
    public boolean guarded() {
        return guarded;
    }

    /// Whether the text of a script or a library is among its arguments.
    public boolean carriesScript() {
        return carriesScript;
    }

    /// Where its keys are, in the order of the arguments; [KeyFinder] reads them.
    public List<KeySpec> keys() {
        return keys;
    }

    /// The argument that is always the first key, or 0: it has no key, or the arguments say where.
    public int firstKey() {
        return firstKey;
    }

    /// Whether the argument [#firstKey()] is always its one key.
    public boolean singleKey() {
        return singleKey;
    }

    /// What a pool does with it.
    ///
    /// @param alone whether the pool has one shard only
    public Policy policy(boolean alone) {
        return alone ? oneShard : severalShards;
    }

    /// Refused unless the pool's configuration allows it.
    public boolean dangerous() {
        return is(CommandFlag.DANGEROUS);
    }

    /// Why it is refused, on every pool or on one of several shards, as it stands behind `ERR ` in the reply; empty when
    /// it is not.
    public String refusal() {
        return refusal;
    }

    /// Whether its first argument names a subcommand. COMMAND alone also works without one.
    public boolean isContainer() {
        return !subcommands.isEmpty();
    }

    /// The subcommand of this name, without regard to ASCII case; null when there is none. Does not allocate.
    public @Nullable Command subcommand(byte[] bytes, int offset, int length) {
        return subcommandIndex.get(bytes, offset, length);
    }

    /// The subcommands, in the order of the table.
    public Collection<Command> subcommands() {
        return subcommands.values();
    }

    @Override
    public String toString() {
        return name;
    }
}
