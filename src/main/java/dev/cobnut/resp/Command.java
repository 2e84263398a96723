package dev.cobnut.resp;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One row of the command table: a command or a subcommand. Immutable.
public final class Command {
    private final CommandRow row;
    private final int arity;
    private final int flags;
    private final Policy oneShard;
    private final Policy severalShards;
    private final List<KeySpec> keys;
    private final int firstKey;
    private final boolean singleKey;
    private final boolean guarded;
    private final Map<String, Command> subcommands;
    private final NameIndex subcommandIndex;

    /// @param subcommands under the part of their name behind the bar; empty for most commands
    Command(CommandRow row, Map<String, Command> subcommands) {
        this.row = row;
        this.arity = row.arity();
        this.flags = row.flags();
        this.oneShard = row.oneShard();
        this.severalShards = row.severalShards();
        this.keys = List.copyOf(row.keys());
        this.firstKey = !keys.isEmpty() && keys.getFirst() instanceof KeySpec.Range range ? range.first() : 0;
        this.singleKey = firstKey > 0 && keys.equals(List.of(new KeySpec.Range(firstKey, firstKey, 1)));
        this.guarded = feedsScript()
                || is(CommandFlag.SHOWS_SECRETS)
                || effect() == Effect.TRACKS
                || oneShard == Policy.PUBLISH
                || dangerous();
        this.subcommands = new LinkedHashMap<>(subcommands);
        this.subcommandIndex = subcommands.isEmpty() ? NameIndex.EMPTY : new NameIndex(subcommands);
    }

    /// A command that the table does not know, by a row of the table's columns `NAME ARITY FLAGS KEYS`. The name
    /// may be in any case. With keys it goes to their shard, without to any. What only reads, and has keys, may
    /// be read from any node.
    ///
    /// @throws IllegalArgumentException with the value, and what was expected, when the row is not of that grammar
    public static Command declared(String row) {
        return CommandRow.declared(row).command(Map.of());
    }

    /// In lower case; a subcommand is written `container|subcommand`.
    public String name() {
        return row.name();
    }

    /// The oldest version that knows it: `7.0` (or older), `8.4`, `valkey-8.0`; `declared` of [#declared]. For
    /// people, and for tests against real servers.
    public String since() {
        return row.since();
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
        return flag.isIn(flags);
    }

    /// Certainly does not write, so that it may be sent again. Scripts and functions neither surely write nor surely
    /// only read.
    public boolean readOnly() {
        return is(CommandFlag.READONLY);
    }

    /// Whether any node of the shard that has the data gives the same answer: it only reads, and only the values
    /// of the keys it names. Not the cursors of SCAN and its like, which one node understands, nor TOUCH, by
    /// which a master remembers what is used and may be evicted last.
    public boolean readsKeys() {
        return is(CommandFlag.ANY_NODE);
    }

    /// Whether it may change what others see: all that is not certain to read, or to be about the connection and
    /// the server only. Transactions count, whatever is in them.
    public boolean mayWrite() {
        return is(CommandFlag.WRITE) || is(CommandFlag.CHANGES_OTHERS);
    }

    /// May keep its connection waiting.
    public boolean blocking() {
        return is(CommandFlag.BLOCKING);
    }

    /// Whether the pool's `allow` or the arguments have a say in whether it is permitted: it is dangerous, publishes,
    /// has to do with scripts, shows secrets, or names another connection. One look, so that all others need no more.
    public boolean guarded() {
        return guarded;
    }

    /// Whether the text of a script or a library is among its arguments, or what a script or a function is called with.
    public boolean feedsScript() {
        return is(CommandFlag.FEEDS_SCRIPT);
    }

    /// Whether its reply is made by a script or a function, which may say anything.
    public boolean runsScript() {
        return row.keyCount() == KeyCount.SCRIPT_COUNT || row.keyCount() == KeyCount.FUNCTION_COUNT;
    }

    /// What a client may say before it has logged in.
    public boolean freeOfAuth() {
        return is(CommandFlag.FREE_OF_AUTH);
    }

    /// What a client of RESP2 with subscriptions may say.
    public boolean forSubscribers() {
        return is(CommandFlag.FOR_SUBSCRIBERS);
    }

    /// Not queued between MULTI and EXEC: ends the transaction with what else it ends.
    public boolean endsTransaction() {
        return is(CommandFlag.ENDS_TRANSACTION);
    }

    /// Asks who the connection is. Its answer means something as long as the connection stays with the client,
    /// and what the connection does for others does not change it.
    public boolean asksIdentity() {
        return is(CommandFlag.IDENTITY);
    }

    /// What it does beside answering that other connections have to follow.
    public Effect effect() {
        return row.effect();
    }

    /// What it computes from the sets at its keys; null when it does anything else.
    public @Nullable SetOperation setOperation() {
        return row.setOperation();
    }

    /// What becomes of the data when it is executed twice.
    Twice twice() {
        return row.twice();
    }

    /// Which of the proxy's own answers belongs to it; null when no pool has the policy [Policy#LOCAL] for it.
    /// Pools of another policy do not ask.
    public @Nullable LocalCommand local() {
        return row.local();
    }

    /// What is said when it wants a number of keys and gets none.
    KeyCount keyCount() {
        return row.keyCount();
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
    /// @param oneShard whether the pool has one shard only
    public Policy policy(boolean oneShard) {
        return oneShard ? this.oneShard : severalShards;
    }

    /// Refused unless the pool's configuration allows it.
    public boolean dangerous() {
        return is(CommandFlag.DANGEROUS);
    }

    /// Why it is refused, on every pool or on one of several shards, as it stands behind `ERR ` in the reply; empty
    /// when it is not.
    public String refusal() {
        return row.refusal();
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
        return row.name();
    }
}
