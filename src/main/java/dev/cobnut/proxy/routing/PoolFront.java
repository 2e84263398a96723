package dev.cobnut.proxy.routing;

import dev.cobnut.config.HoldSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandFlag;
import dev.cobnut.resp.CommandTable;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.KeyFinder;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pool on one event loop: what all its clients there share, and where its keys are. For the loop's own thread,
/// counters apart.
public final class PoolFront {
    /// The keys of a request are on more than one shard.
    public static final int SEVERAL = -2;

    /// Channels of events about keys begin like this: each shard publishes those of its own keys.
    private static final byte[] EVENTS = {'_', '_', 'k', 'e', 'y'};

    /// A client that is connected, as its pool sees it.
    public interface Guest {
        /// Answers what is under way, then closes; reads nothing more.
        void leave();

        /// Closes at once.
        void close();
    }

    private final PoolConfig config;
    private final PoolClients clients;
    private final IoLoop loop;
    private final LaneEpoch epoch;
    private final Router router;
    private final List<ShardLink> shards;
    private final @Nullable ReadSplit readSplit;
    private final Counters<PoolCounter> counters;
    private final Set<Guest> guests = new HashSet<>();
    private final Failure allEjected;
    private final CommandTable table;
    private final boolean usersAtNode;
    private final boolean repeatsWrites;
    private int databases;
    private byte[] lastHello2 = new byte[0];
    private byte[] lastHello3 = new byte[0];

    /// @param clients what all loops know together of the clients
    /// @param shards in topology order
    /// @param counters of this pool on this loop
    public PoolFront(
            PoolConfig config,
            PoolClients clients,
            IoLoop loop,
            LaneEpoch epoch,
            Router router,
            List<ShardLink> shards,
            Counters<PoolCounter> counters) {
        this.config = config;
        this.clients = clients;
        this.loop = loop;
        this.epoch = epoch;
        this.router = router;
        this.shards = List.copyOf(shards);
        this.counters = counters;
        this.readSplit = config.reads().wantReplicas() ? new ReadSplit(config.reads(), loop, shards) : null;
        this.allEjected = new Failure(Failure.Kind.REFUSED, "every server of pool " + config.name() + " is ejected");
        this.table = CommandTable.builtIn().with(config.clients().commands());
        this.usersAtNode = shards.size() == 1
                && !config.needsLogin()
                && config.clients().allow().permits("acl|setuser", true);
        this.repeatsWrites = config.hold().retryWrites() == HoldSettings.RetryWrites.IDEMPOTENT;
        this.databases = config.backend().redisDb() + 1;
    }

    public PoolConfig config() {
        return config;
    }

    /// The commands that its clients may use, the declared ones included.
    public CommandTable table() {
        return table;
    }

    /// What all loops know together of the clients.
    public PoolClients clients() {
        return clients;
    }

    public IoLoop loop() {
        return loop;
    }

    public LaneEpoch epoch() {
        return epoch;
    }

    public Router router() {
        return router;
    }

    /// In topology order.
    public List<ShardLink> shards() {
        return shards;
    }

    /// Null where replicas are not read from.
    public @Nullable ReadSplit readSplit() {
        return readSplit;
    }

    public Counters<PoolCounter> counters() {
        return counters;
    }

    /// The clients that are connected now.
    public Set<Guest> guests() {
        return guests;
    }

    public boolean oneShard() {
        return shards.size() == 1;
    }

    /// Whether the configuration opens a dangerous command.
    public boolean allows(Command command) {
        return config.clients().allow().permits(command.name(), command.is(CommandFlag.ADMIN));
    }

    /// Whether the node's users count: nobody needs a password here, and the configuration opens ACL.
    public boolean hasUsersAtNode() {
        return usersAtNode;
    }

    /// Whether writes that may run twice are sent again when nobody knows whether they were executed.
    public boolean repeatsWrites() {
        return repeatsWrites;
    }

    /// Whether CLIENT PAUSE may hold back requests at the nodes.
    public boolean isPaused() {
        return clients.isPaused(loop.nowNanos());
    }

    // ---- where to ---------------------------------------------------------------------------------------------------

    /// The shard of a key, or [Router#NONE].
    public int route(byte[] bytes, int offset, int length) {
        return router.route(bytes, offset, length, loop.nowNanos());
    }

    /// The shard that all keys found have in common, [Router#NONE], or [#SEVERAL]. There must be one at least. What
    /// patterns name has to be there, too, whatever the elements are that they are filled with.
    public int route(KeyFinder keys, byte[] bytes) {
        int shard = route(bytes, keys.offset(0), keys.length(0));
        for (int key = 1; key < keys.count(); key++) {
            if (route(bytes, keys.offset(key), keys.length(key)) != shard) {
                return SEVERAL;
            }
        }
        for (int pattern = 0; pattern < keys.patternCount(); pattern++) {
            int from = keys.patternOffset(pattern);
            if (router.routeAll(bytes, from, keys.patternLength(pattern), loop.nowNanos()) != shard) {
                return SEVERAL;
            }
        }
        return shard;
    }

    /// Whether a channel or pattern is subscribed to at this shard: patterns, and events about keys, at every one.
    public boolean listensAt(int shard, boolean pattern, byte[] name) {
        return oneShard() || pattern || isEvent(name) || route(name, 0, name.length) == shard;
    }

    private static boolean isEvent(byte[] name) {
        return name.length >= EVENTS.length && Arrays.equals(name, 0, EVENTS.length, EVENTS, 0, EVENTS.length);
    }

    /// A shard for what any of them can answer, always the same while no server is ejected; [Router#NONE] when all are.
    public int anyShard() {
        return router.any(loop.nowNanos());
    }

    /// Why there is no connection to a shard.
    public Failure noConnection(int shard) {
        return shard == Router.NONE
                ? allEjected
                : shards.get(shard).master().loans().failure();
    }

    // ---- HELLO ------------------------------------------------------------------------------------------------------

    /// Keeps what a node answered to HELLO with this version.
    public void rememberHello(boolean resp3, byte[] answer) {
        if (resp3) {
            lastHello3 = answer;
        } else {
            lastHello2 = answer;
        }
    }

    /// What a node last answered to HELLO with this version; empty when none did yet.
    public byte[] lastHello(boolean resp3) {
        return resp3 ? lastHello3 : lastHello2;
    }

    // ---- databases --------------------------------------------------------------------------------------------------

    /// The database that argument 1 of a SELECT names; -1 when it is no number of a database.
    public static int database(Frame select) {
        long number = select.integer(1);
        return number >= 0 && number <= Integer.MAX_VALUE ? (int) number : -1;
    }

    /// Whether a node has served this database before.
    public boolean knowsDatabase(int database) {
        return database >= 0 && database < databases;
    }

    /// A node serves this database, and so all with smaller numbers.
    public void learnDatabase(int database) {
        databases = Math.max(databases, database + 1);
    }
}
