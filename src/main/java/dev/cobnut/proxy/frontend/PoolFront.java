package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.backend.ReplicaLink;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandFlag;
import dev.cobnut.resp.CommandTable;
import dev.cobnut.resp.KeyFinder;
import dev.cobnut.resp.RequestCursor;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pool on one event loop: what all its clients there share, and the way of a request to a shard. For the loop's
/// own thread, counters apart.
public final class PoolFront {
    /// The keys of a request are on more than one shard.
    static final int SEVERAL = -2;

    private static final byte[] ANY_KEY = "placeholder".getBytes(US_ASCII);

    private final PoolConfig config;
    private final PoolClients everywhere;
    private final IoLoop loop;
    private final LaneEpoch epoch;
    private final Router router;
    private final List<ShardLink> links;
    private final List<ReplicaLink> replicas;
    private final @Nullable ReadSplit readSplit;
    private final Counters<PoolCounter> counters = new Counters<>(PoolCounter.class);
    private final Set<ClientConnection> clients = new HashSet<>();
    private final Failure allEjected;
    private final RequestCursor args = new RequestCursor();
    private final CommandTable table;
    private int databases;
    private byte[] lastHello2 = new byte[0];
    private byte[] lastHello3 = new byte[0];

    /// @param everywhere what all loops know together of the clients
    /// @param links one for each shard, in topology order
    /// @param replicas the same, or empty where replicas are not read from
    public PoolFront(
            PoolConfig config,
            PoolClients everywhere,
            IoLoop loop,
            LaneEpoch epoch,
            Router router,
            List<ShardLink> links,
            List<ReplicaLink> replicas) {
        this.config = config;
        this.everywhere = everywhere;
        this.loop = loop;
        this.epoch = epoch;
        this.router = router;
        this.links = List.copyOf(links);
        this.replicas = List.copyOf(replicas);
        this.readSplit = replicas.isEmpty() ? null : new ReadSplit(config.reads(), loop, links, replicas);
        this.allEjected = new Failure(Failure.Kind.REFUSED, "every server of pool " + config.name() + " is ejected");
        this.table = CommandTable.builtIn().with(config.clients().commands());
        this.databases = config.backend().redisDb() + 1;
    }

    public PoolConfig config() {
        return config;
    }

    /// The commands that its clients may use, the declared ones included.
    CommandTable table() {
        return table;
    }

    /// What all loops know together of the clients.
    PoolClients everywhere() {
        return everywhere;
    }

    IoLoop loop() {
        return loop;
    }

    LaneEpoch epoch() {
        return epoch;
    }

    public Router router() {
        return router;
    }

    public List<ShardLink> links() {
        return links;
    }

    /// One for each shard, or none where replicas are not read from.
    public List<ReplicaLink> replicas() {
        return replicas;
    }

    /// Null where replicas are not read from.
    @Nullable
    ReadSplit readSplit() {
        return readSplit;
    }

    public Counters<PoolCounter> counters() {
        return counters;
    }

    /// Those connected now.
    public Set<ClientConnection> clients() {
        return clients;
    }

    boolean oneShard() {
        return links.size() == 1;
    }

    /// Whether the configuration opens a dangerous command.
    boolean allows(Command command) {
        return config.clients().allow().permits(command.name(), command.is(CommandFlag.ADMIN));
    }

    // ---- where to ---------------------------------------------------------------------------------------------------

    /// The shard of a key, or [Router#NONE].
    int route(byte[] bytes, int offset, int length) {
        return router.route(bytes, offset, length, loop.nowNanos());
    }

    /// The shard that all keys found have in common, [Router#NONE], or [#SEVERAL]. There must be one at least.
    int route(KeyFinder keys, byte[] bytes) {
        int shard = route(bytes, keys.offset(0), keys.length(0));
        for (int key = 1; key < keys.count(); key++) {
            if (route(bytes, keys.offset(key), keys.length(key)) != shard) {
                return SEVERAL;
            }
        }
        return shard;
    }

    /// A shard for what any of them can answer: always the same while no server is ejected.
    int anyShard() {
        return route(ANY_KEY, 0, ANY_KEY.length);
    }

    /// The shard of a channel, the first argument of a whole request: it is placed as a key would be.
    int channelShard(byte[] bytes, int from, int to) {
        args.reset(bytes, from, to - from);
        args.seek(1);
        return route(bytes, args.offset(), args.length());
    }

    /// Why there is no connection to a shard.
    Failure noConnection(int shard) {
        return shard == Router.NONE ? allEjected : links.get(shard).lendFailure();
    }

    /// Sends a whole request to a shard, over the client's own connection if it has one there.
    void send(ClientConnection client, int shard, Exchange exchange, byte[] bytes, int from, int to) {
        if (shard == Router.NONE) {
            exchange.fail(allEjected);
            return;
        }
        Session session = client.sessionIfAny();
        OwnConnection own = session == null ? null : session.at(shard);
        if (own != null) {
            own.send(exchange, bytes, from, to);
            client.waitForRoom(own);
            return;
        }
        ClientReads reads = client.reads();
        if (reads != null && reads.isEither()) {
            reads.send(shard, exchange, bytes, from, to);
            return;
        }
        ShardLink link = links.get(shard);
        link.send(client.lane(), exchange, bytes, from, to);
        NodeConnection full = link.fullLane(client.lane());
        if (full != null) {
            client.waitForRoom(full);
        }
    }

    // ---- HELLO ------------------------------------------------------------------------------------------------------

    /// Keeps what a node answered to HELLO with this version.
    void rememberHello(boolean resp3, byte[] answer) {
        if (resp3) {
            lastHello3 = answer;
        } else {
            lastHello2 = answer;
        }
    }

    /// What a node last answered to HELLO with this version; empty when none did yet.
    byte[] lastHello(boolean resp3) {
        return resp3 ? lastHello3 : lastHello2;
    }

    // ---- databases --------------------------------------------------------------------------------------------------

    /// The database that argument 1 of a whole request names, if a node has served it before; else -1.
    int knownDatabase(byte[] bytes, int from, int to) {
        int database = database(bytes, from, to);
        return database < databases ? database : -1;
    }

    /// The database that argument 1 of a whole request names; -1 when it is no number.
    int database(byte[] bytes, int from, int to) {
        args.reset(bytes, from, to - from);
        long number = args.seek(1) ? args.integer() : -1;
        return number >= 0 && number <= Integer.MAX_VALUE ? (int) number : -1;
    }

    /// A node serves this database, and so all with smaller numbers.
    void learnDatabase(int database) {
        databases = Math.max(databases, database + 1);
    }
}
