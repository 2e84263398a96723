package dev.cobnut.proxy.routing;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.LocalCommand;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// What becomes of one request. [Routing] fills it; one for each event loop, valid until the next choice.
///
/// | way         | what happens                                             | waits for the client's earlier requests    |
/// |-------------|----------------------------------------------------------|--------------------------------------------|
/// | LANE        | to one shard, over what the client uses there            | never: it keeps their order                |
/// | OWN         | to one shard, over a connection of the client's own      | unless it has one there                    |
/// | OWN_EACH    | to some shards, over connections of the client's own     | unless it has one at each                  |
/// | SPLIT       | parts of it, or of what it needs, to the shards of its keys | never                                   |
/// | EVERY_SHARD | to every shard, or to one after the other                | never                                      |
/// | HERE        | the proxy answers                                        | never: the reply has its place in the queue |
/// | ALONE       | the proxy answers, and changes how all others are answered | always                                   |
/// | BIND        | MULTI goes to the shard; then the request is chosen for anew | unless the client has a connection there |
/// | REFUSED     | an error; it reaches no node                             | never                                      |
///
/// What keeps the order is asked in one place, of this table. A shard that is held would be one more reason to wait.
/// For the loop's own thread.
public final class Route {

    /// The kinds of way there are.
    public enum Way {
        LANE,
        OWN,
        OWN_EACH,
        SPLIT,
        EVERY_SHARD,
        HERE,
        ALONE,
        BIND,
        REFUSED
    }

    private Way way = Way.HERE;
    private int shard = Router.NONE;
    private Loan loan = Loan.READY;
    private String refusal = "";
    private int[] shards = new int[0];
    private final BitSet each = new BitSet();
    private @Nullable Command command;
    private boolean either;
    private @Nullable LocalCommand local;

    public Way way() {
        return way;
    }

    /// LANE, OWN, BIND: where to; [Router#NONE] when no server of the pool is live.
    public int shard() {
        return shard;
    }

    /// OWN: how the connection is borrowed.
    public Loan loan() {
        return loan;
    }

    /// OWN_EACH: which shards.
    public BitSet each() {
        return each;
    }

    /// SPLIT: the shard of each key, or [Router#NONE]. The caller's to keep.
    public int[] shards() {
        return shards;
    }

    /// REFUSED: the text of the error reply.
    public String refusal() {
        return refusal;
    }

    /// Whether the master and the replicas give the same answer, and this client may have it from either. Also of the
    /// parts of a request that is split.
    public boolean isEither() {
        return either;
    }

    /// Whether it neither reads the data set nor may change it, so that it does not matter which node sees it when.
    public boolean isIndifferent() {
        return command == null || (!command.readOnly() && !command.mayWrite());
    }

    /// Whether what the client reads next must not come from a replica that does not know of it yet.
    public boolean mayWrite() {
        return command != null && command.mayWrite();
    }

    /// Which of the proxy's own commands it is; null when a node carries it out.
    public @Nullable LocalCommand local() {
        return local;
    }

    /// Begins a choice.
    void begin(@Nullable Command command, boolean either, @Nullable LocalCommand local) {
        this.command = command;
        this.either = either;
        this.local = local;
        this.shard = Router.NONE;
        this.loan = Loan.READY;
    }

    void lane(int to) {
        way = Way.LANE;
        shard = to;
    }

    void own(int at, Loan how) {
        way = Way.OWN;
        shard = at;
        loan = how;
    }

    /// The shards are to be set in what it returns.
    BitSet ownEach() {
        way = Way.OWN_EACH;
        each.clear();
        return each;
    }

    void split(int[] byKey) {
        way = Way.SPLIT;
        shards = byKey;
    }

    void everyShard() {
        way = Way.EVERY_SHARD;
    }

    void here() {
        way = Way.HERE;
    }

    void alone() {
        way = Way.ALONE;
    }

    void bind(int to) {
        way = Way.BIND;
        shard = to;
    }

    void refused(String text) {
        way = Way.REFUSED;
        refusal = text;
    }
}
