package dev.cobnut.proxy.client;

import dev.cobnut.net.Held;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.Hold;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.backend.NodeLink;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.ReadSplit;
import dev.cobnut.proxy.routing.Route;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.proxy.routing.Standing;
import dev.cobnut.resp.Frame;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Who asks: what a client is, as far as it decides about its requests, and its replies. How it is connected is its
/// [Door]'s business.
///
/// A client is *plain* until it does something that changes or blocks a connection to a node; then [#sessionIfAny] says
/// what is special about it. For the loop's own thread.
public final class Client implements Standing {
    /// A transaction has selected a database that only the node knows. The client then keeps its own connection.
    public static final int DATABASE_UNKNOWN = -1;

    /// A longer request takes a connection of the client's own. A node closes one for what it does not take, such as
    /// a value above its `proto-max-bulk-len`, and with a lane everybody's requests would be gone.
    static final int LANE_REQUEST_BYTES_MAX = IoLoop.READ_BYTES_MAX;
    private static final String DEFAULT_USER = "default";

    /// How a client reaches its own connection.
    public interface Door {
        /// Answers what is under way, then closes; reads nothing more.
        void leave();

        /// The client broke the protocol, or cannot be served any further: what is under way is still answered, then
        /// the connection closes.
        void leaveBroken(String why);

        /// Closes at once; what the client has not read is lost.
        void closeBroken(String why);

        /// What comes next waits until all before it are answered.
        void awaitAnswers();

        /// Nothing more is read until the node connection has room.
        void awaitRoom(NodeConnection connection);

        /// What comes next waits until a shard has a master again.
        ///
        /// @return false when it is not to wait but to fail
        boolean awaitMaster(Hold hold);

        /// Where the client comes from: its IP address.
        String peer();

        /// The client has logged in, or out: before that it may send little at a time.
        void onLogin(boolean authenticated);
    }

    private final long id;
    private final PoolFront pool;
    private final Door door;
    private final ReplyQueue replies;
    private final @Nullable ClientReads reads;
    private final Lanes lanes;
    private final ClientName name;

    private int database;
    private boolean resp3;
    private @Nullable Session session;
    private @Nullable String user;
    private boolean gone;

    /// @param id unique in this process, for CLIENT ID
    /// @param reader whether it came in on `listen_reads`
    public Client(long id, PoolFront pool, Door door, ReplyQueue replies, boolean reader) {
        this.id = id;
        this.pool = pool;
        this.door = door;
        this.replies = replies;
        this.database = pool.config().backend().redisDb();
        ReadSplit split = pool.readSplit();
        this.reads = split == null ? null : new ClientReads(replies, split, reader);
        this.lanes = new Lanes(pool, id);
        this.name = new ClientName(replies.account());
        logout();
        lanes.choose(database, resp3);
    }

    public PoolFront pool() {
        return pool;
    }

    public ReplyQueue replies() {
        return replies;
    }

    public Door door() {
        return door;
    }

    public boolean isGone() {
        return gone;
    }

    public void onAnswered() {
        if (reads != null) {
            reads.onAnswered();
        }
    }

    /// Lets go of everything it had.
    public void onGone() {
        gone = true;
        replies.abandon();
        if (session != null) {
            session.close();
        }
    }

    // ---- its requests -----------------------------------------------------------------------------------------------

    /// Whether a request could overtake earlier ones if it took this way now.
    ///
    /// @param requestBytes how long it is, as far as that is known
    public boolean mustWaitFor(Route route, int requestBytes) {
        if (replies.isEmpty() || route.way() == Route.Way.REFUSED) {
            return false;
        }
        if (lanes.mustTurn(route) || (reads != null && reads.mustTurn(route))) {
            return true;
        }
        return switch (route.way()) {
            case LANE -> requestBytes > LANE_REQUEST_BYTES_MAX && !isAt(route.shard());
            case SPLIT, EVERY_SHARD -> requestBytes > LANE_REQUEST_BYTES_MAX;
            case HERE, REFUSED -> false;
            case ALONE -> true;
            case OWN, BIND -> !isAt(route.shard());
            case OWN_EACH -> !route.each().stream().allMatch(this::isAt);
        };
    }

    /// Whether a request has to wait for the master of a shard that it goes to; if so, the client is woken when there
    /// is one, or when it has been waited for in vain.
    public boolean waitsForMaster(Route route) {
        Hold closed = pool.epoch().isAnyHeld() ? MasterHold.of(route, pool.shards(), reads) : null;
        return closed != null && door.awaitMaster(closed);
    }

    /// A request is about to take a way for which it need not wait.
    public void begin(Route route) {
        lanes.begin(route, replies.isEmpty());
        if (reads != null) {
            reads.begin(route);
        }
    }

    private boolean isAt(int shard) {
        return session != null && shard >= 0 && session.at(shard) != null;
    }

    /// Sends the request to a shard, over what the client uses there.
    public void send(int shard, Exchange exchange, Frame frame) {
        send(shard, exchange, frame.bytes(), frame.from(), frame.to());
    }

    public void send(int shard, Exchange exchange, byte[] request) {
        send(shard, exchange, request, 0, request.length);
    }

    private void send(int shard, Exchange exchange, byte[] bytes, int from, int to) {
        if (shard == Router.NONE) {
            exchange.fail(pool.noConnection(shard));
            return;
        }
        OwnConnection own = session == null ? null : session.at(shard);
        if (own == null && to - from > LANE_REQUEST_BYTES_MAX) {
            own = session().open(shard, Loan.READY);
            if (own == null) {
                exchange.fail(pool.noConnection(shard));
                return;
            }
        }
        if (own != null) {
            own.send(exchange, bytes, from, to);
            awaitRoom(own);
            return;
        }
        NodeLink link = pool.shards().get(shard).master();
        Exchange sent = exchange;
        if (reads != null && reads.isEither()) {
            Failure none = reads.noNode(shard);
            if (none != null) {
                exchange.fail(none);
                return;
            }
            link = reads.first(shard);
            if (reads.hasOtherThan(link, shard)) {
                sent = new ReadAttempt(this, reads, shard, exchange, Arrays.copyOfRange(bytes, from, to));
            }
        }
        int lane = lanes.take(link);
        link.send(lane, sent, bytes, from, to);
        NodeConnection full = link.fullLane(lane);
        if (full != null) {
            door.awaitRoom(full);
        }
    }

    /// Reads nothing more while the connection is too full.
    public void awaitRoom(OwnConnection own) {
        if (!own.connection().hasRoom()) {
            door.awaitRoom(own.connection());
        }
    }

    /// The client's own connection to a shard, for a request that has its place in the queue already.
    ///
    /// @return null when there is none, and the request has failed
    public @Nullable OwnConnection openOwn(int shard, PendingReply request) {
        OwnConnection own = shard < 0 ? null : session().open(shard, Loan.READY);
        if (own == null) {
            request.fail(pool.noConnection(shard));
        }
        return own;
    }

    // ---- how its requests run ---------------------------------------------------------------------------------------

    /// As for [Lanes#lane]. It changes only when nothing is under way.
    int lane() {
        return lanes.lane();
    }

    public int database() {
        return database;
    }

    /// What comes next runs in this database, once all before it are answered.
    public void setDatabase(int database) {
        if (this.database != database) {
            this.database = database;
            changed();
        }
    }

    public boolean isResp3() {
        return resp3;
    }

    /// The client speaks this version of the protocol from the next reply on.
    public void setResp3(boolean resp3) {
        if (this.resp3 != resp3) {
            this.resp3 = resp3;
            changed();
        }
    }

    private void changed() {
        if (database != DATABASE_UNKNOWN) {
            lanes.choose(database, resp3);
        }
        door.awaitAnswers();
        if (session != null) {
            session.follow();
        }
    }

    // ---- what makes it special --------------------------------------------------------------------------------------

    /// Null for most clients.
    public @Nullable Session sessionIfAny() {
        return session;
    }

    public Session session() {
        Session existing = session;
        if (existing == null) {
            existing = session = new Session(this);
        }
        return existing;
    }

    /// Ends all that is special: RESET.
    public void endSession() {
        if (session != null) {
            session.close();
            session = null;
            countNames();
        }
    }

    /// Null outside of MULTI and EXEC.
    public @Nullable Transaction transaction() {
        return session == null ? null : session.transaction();
    }

    @Override
    public boolean isReader() {
        return reads != null && reads.isReader();
    }

    @Override
    public boolean mayReadReplicas() {
        return reads != null && reads.mayReadReplicas();
    }

    @Override
    public boolean isSubscriber() {
        return session != null && !resp3 && !session.subscriptions().isEmpty();
    }

    @Override
    public Phase phase() {
        Transaction transaction = transaction();
        return transaction == null ? Phase.PLAIN : transaction.phase();
    }

    @Override
    public int transactionShard() {
        Transaction transaction = transaction();
        OwnConnection own = transaction == null ? null : transaction.ownIfAny();
        return own == null ? Router.NONE : own.shard();
    }

    @Override
    public boolean holdsCommands() {
        Transaction transaction = transaction();
        return transaction != null && transaction.holdsCommands();
    }

    @Override
    public int watchedShard() {
        OwnConnection watching = session == null ? null : session.watch().connection();
        return watching == null ? Router.NONE : watching.shard();
    }

    @Override
    public boolean isWatchRefused() {
        return session != null && session.watch().isRefused();
    }

    // ---- who it is --------------------------------------------------------------------------------------------------

    public long id() {
        return id;
    }

    /// What CLIENT SETNAME has called it; empty for nothing.
    public byte[] name() {
        return name.bytes();
    }

    /// Calls it by another name.
    ///
    /// @return the reply
    public byte[] rename(byte[] to) {
        byte[] reply = name.change(to);
        countNames();
        if (session != null) {
            session.follow();
        }
        return reply;
    }

    /// What is held of names has changed.
    public void countNames() {
        long subscribed = session == null ? 0 : session.subscriptions().bytes();
        replies.account().set(Held.NAMES, subscribed + name.held());
    }

    @Override
    public boolean isAuthenticated() {
        return user != null;
    }

    @Override
    public String user() {
        return user == null ? "" : user;
    }

    public void login(String name) {
        setUser(name);
    }

    /// Back to where it began: `default`, where that needs no password.
    public void logout() {
        setUser(pool.config().needsLogin() ? null : DEFAULT_USER);
    }

    private void setUser(@Nullable String name) {
        user = name;
        door.onLogin(name != null);
    }
}
