package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// All connections of one event loop to one shard: the lanes that clients share, and connections lent to one client
/// at a time, for what must not share: transactions, blocking commands, subscriptions, long requests.
///
/// Follows the topology: when the master moves, lanes to the old one are retired and new requests go to the new one
/// at once. Dials lazily; after a failed dial requests fail without another attempt for [#REDIAL_NANOS], so that a
/// dead node costs ten dials a second whatever the load. For the loop's own thread.
public final class ShardLink {
    private static final long REDIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MOVED_GRACE_MILLIS = 1_000;
    private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    private static final int SPARES = 2;

    /// Most lanes waiting for a slow command at once.
    private static final int SLOW_LANES_MAX = 4;

    private static final byte[][] TROUBLE = {
        {'-', 'R', 'E', 'A', 'D', 'O', 'N', 'L', 'Y'}, {'-', 'M', 'A', 'S', 'T', 'E', 'R', 'D', 'O', 'W', 'N'}
    };

    private final IoLoop loop;
    private final LaneEpoch epoch;
    private final int index;
    private final String name;
    private final LinkSettings settings;
    private final LinkListener listener;
    private final Counters<ServerCounter> counters;
    private @Nullable NodeConnection[] lanes;
    private final List<NodeConnection> leaving = new ArrayList<>();
    private final List<NodeConnection> lent = new ArrayList<>();
    private final ArrayDeque<NodeConnection> idle = new ArrayDeque<>();

    private @Nullable NodeAddress master;
    private final Failure allLent;
    private Failure lastFailure;
    private long redialAfterNanos;
    private boolean redialWaits;
    private int spareDatabase;
    private boolean spareResp3;
    private long lastLentNanos;

    /// No new spares before; 0 for at once.
    private long sparesAfterNanos;

    private int failures;
    private boolean failing;
    private long failingSinceNanos;

    /// The node of now has failed, and has not answered since.
    private boolean down;

    /// @param index position of the shard in its pool
    /// @param name ring name of the shard
    public ShardLink(
            IoLoop loop, LaneEpoch epoch, int index, String name, LinkSettings settings, LinkListener listener) {
        this(loop, epoch, index, name, settings, listener, new Counters<>(ServerCounter.class));
    }

    /// @param counters where it counts; another link of the same loop may count there, too
    ShardLink(
            IoLoop loop,
            LaneEpoch epoch,
            int index,
            String name,
            LinkSettings settings,
            LinkListener listener,
            Counters<ServerCounter> counters) {
        this.loop = loop;
        this.epoch = epoch;
        this.index = index;
        this.name = name;
        this.settings = settings;
        this.listener = listener;
        this.counters = counters;
        this.lanes = new NodeConnection[settings.lane(settings.database(), true, settings.lanes() - 1) + 1];
        this.lastFailure = noMaster();
        this.allLent = new Failure(
                Failure.Kind.BUSY,
                "shard " + name + ": all " + settings.ownMax() + " connections that clients may have for themselves are"
                        + " taken (own_connections_max)");
    }

    public int index() {
        return index;
    }

    public String name() {
        return name;
    }

    public Counters<ServerCounter> counters() {
        return counters;
    }

    public LinkSettings settings() {
        return settings;
    }

    /// Whether a request would probably fail: no node is known, or it failed last.
    public boolean isDown() {
        return down || master == null;
    }

    // ---- requests -----------------------------------------------------------------------------------------------

    /// Sends a whole request on a lane. It fails at once, through [Exchange#onFailure], when no connection can be
    /// had.
    ///
    /// @param lane from [LinkSettings#lane]
    public void send(int lane, Exchange exchange, byte[] bytes, int from, int to) {
        NodeConnection connection = lane < lanes.length ? lanes[lane] : null;
        if (connection == null || !connection.accepts()) {
            connection = dialLane(lane);
            if (connection == null) {
                exchange.fail(lastFailure);
                return;
            }
        }
        connection.send(exchange, bytes, from, to);
    }

    /// The connection behind a lane when it is too full to send more, else null.
    public @Nullable NodeConnection fullLane(int lane) {
        NodeConnection connection = lane < lanes.length ? lanes[lane] : null;
        return connection == null || connection.hasRoom() ? null : connection;
    }

    /// Lends a connection; null when none can be had, see [#lendFailure]. Give it back with [#giveBack], or
    /// [NodeConnection#abort] it.
    ///
    /// @param database that it should be in; where no idle one is, [NodeConnection#become] brings it there
    public @Nullable NodeConnection lend(ConnectionOwner owner, int database, boolean resp3) {
        NodeConnection connection = takeIdle(database, resp3);
        if (connection == null) {
            connection = dialOwn(database, resp3);
        }
        if (connection == null) {
            connection = idle.pollFirst();
        }
        if (connection == null) {
            return null;
        }
        connection.setOwner(owner);
        spareDatabase = database;
        spareResp3 = resp3;
        lastLentNanos = loop.nowNanos();
        fillSpares(1);
        return connection;
    }

    /// Lends a connection that will not come back: it is made for the occasion.
    public @Nullable NodeConnection lendForGood(ConnectionOwner owner, int database, boolean resp3) {
        NodeConnection connection = dialOwn(database, resp3);
        if (connection == null) {
            return lend(owner, database, resp3);
        }
        connection.setOwner(owner);
        return connection;
    }

    /// The next client to ask for what was lent last does not wait for a connection.
    private void fillSpares(int wanted) {
        int spares = 0;
        for (NodeConnection connection : idle) {
            spares += connection.isIn(spareDatabase, spareResp3) ? 1 : 0;
        }
        NodeConnection spare = spares < wanted ? dialOwn(spareDatabase, spareResp3) : null;
        if (spare != null) {
            putIdle(spare);
        }
    }

    private @Nullable NodeConnection dialOwn(int database, boolean resp3) {
        NodeConnection connection = lent.size() < settings.ownMax() ? dial(database, resp3, false) : null;
        if (connection != null) {
            lent.add(connection);
        }
        return connection;
    }

    private @Nullable NodeConnection takeIdle(int database, boolean resp3) {
        for (Iterator<NodeConnection> each = idle.iterator(); each.hasNext(); ) {
            NodeConnection connection = each.next();
            if (connection.isIn(database, resp3)) {
                each.remove();
                return connection;
            }
        }
        return null;
    }

    /// A node that closes an idle connection gets another one for the rest of its time.
    private void replaceSpare(NodeConnection closed) {
        NodeConnection spare = dialOwn(closed.database(), closed.isResp3());
        if (spare != null) {
            spare.idleSinceNanos = closed.idleSinceNanos;
            idle.addLast(spare);
        }
    }

    private void putIdle(NodeConnection connection) {
        connection.idleSinceNanos = loop.nowNanos();
        idle.addFirst(connection);
    }

    /// Takes back a connection that is idle, and neutral but for database, protocol version and name.
    public void giveBack(NodeConnection connection) {
        connection.setOwner(null);
        connection.setPushForm(PushForm.TYPED);
        if (connection.accepts() && connection.idle()) {
            putIdle(connection);
        } else {
            connection.abort();
        }
    }

    /// Why no connection could be lent.
    public Failure lendFailure() {
        return lent.size() < settings.ownMax() ? lastFailure : allLent;
    }

    /// Connects all lanes ahead of the first request.
    public void preconnect() {
        for (int member = 0; member < settings.lanes(); member++) {
            int lane = settings.lane(settings.database(), false, member);
            NodeConnection connection = lanes[lane];
            if (connection == null || !connection.accepts()) {
                dialLane(lane);
            }
        }
    }

    private @Nullable NodeConnection dialLane(int lane) {
        if (lane >= lanes.length) {
            lanes = Arrays.copyOf(lanes, lane + settings.lanes());
        }
        NodeConnection connection = dial(settings.databaseOf(lane), settings.isResp3(lane), true);
        lanes[lane] = connection;
        return connection;
    }

    private @Nullable NodeConnection dial(int database, boolean resp3, boolean shared) {
        NodeAddress target = master;
        if (target == null || (redialWaits && loop.nowNanos() - redialAfterNanos < 0)) {
            return null;
        }
        redialWaits = false;
        NodeConnection connection = new NodeConnection(loop, this, target, database, resp3, shared);
        connection.connect();
        return connection;
    }

    // ---- topology -----------------------------------------------------------------------------------------------

    /// Requests go to `address` from now on; null when nobody knows the master.
    public void setMaster(@Nullable NodeAddress address) {
        if (Objects.equals(address, master)) {
            return;
        }
        master = address;
        for (int lane = 0; lane < lanes.length; lane++) {
            NodeConnection connection = lanes[lane];
            if (connection != null) {
                lanes[lane] = null;
                leave(connection, MOVED_GRACE_MILLIS);
            }
        }
        idle.clear();
        List.copyOf(leaving).forEach(connection -> connection.retire(MOVED_GRACE_MILLIS));
        List.copyOf(lent).forEach(connection -> connection.retire(MOVED_GRACE_MILLIS));
        lastFailure = noMaster();
        redialWaits = false;
        failures = 0;
        down = false;
    }

    /// New requests get another connection, since this one has to wait: for a slow receiver, or for a late reply.
    void detach(NodeConnection connection) {
        for (int lane = 0; lane < lanes.length; lane++) {
            if (lanes[lane] == connection) {
                lanes[lane] = null;
                leave(connection, 0);
            }
        }
    }

    /// The same, for a slow command; a few of them at once.
    void detachSlow(NodeConnection connection) {
        if (leaving.size() < SLOW_LANES_MAX) {
            detach(connection);
        }
    }

    private void leave(NodeConnection connection, long graceMillis) {
        if (!connection.idle()) {
            epoch.advance();
        }
        leaving.add(connection);
        connection.retire(graceMillis);
    }

    private Failure noMaster() {
        return new Failure(Failure.Kind.REFUSED, "shard " + name + " has no known master");
    }

    // ---- what connections report ----------------------------------------------------------------------------------

    /// Looks after timeouts and slow receivers; call it every few milliseconds.
    public void tick(long nowNanos) {
        for (NodeConnection lane : lanes) {
            if (lane != null) {
                lane.tick(nowNanos);
            }
        }
        for (int i = leaving.size() - 1; i >= 0; i--) {
            leaving.get(i).tick(nowNanos);
        }
        for (int i = lent.size() - 1; i >= 0; i--) {
            lent.get(i).tick(nowNanos);
        }
        if (lastLentNanos != 0
                && nowNanos - lastLentNanos < IDLE_NANOS_MAX
                && (sparesAfterNanos == 0 || nowNanos - sparesAfterNanos >= 0)) {
            fillSpares(SPARES);
        }
        NodeConnection longestIdle = idle.peekLast();
        if (longestIdle != null && nowNanos - longestIdle.idleSinceNanos > IDLE_NANOS_MAX) {
            longestIdle.abort();
        }
    }

    void onConnected() {
        redialWaits = false;
    }

    /// A request was queued on a connection that is not open yet.
    void onCollected(int bytes) {
        counters.add(ServerCounter.REQUESTS, 1);
        counters.add(ServerCounter.REQUEST_BYTES, bytes);
        counters.add(ServerCounter.IN_QUEUE, 1);
        counters.add(ServerCounter.IN_QUEUE_BYTES, bytes);
    }

    /// What was collected before the connection opened is written now.
    void onOpened(int requests, int bytes) {
        counters.add(ServerCounter.IN_QUEUE, -requests);
        counters.add(ServerCounter.IN_QUEUE_BYTES, -bytes);
        counters.add(ServerCounter.OUT_QUEUE, requests);
        counters.add(ServerCounter.OUT_QUEUE_BYTES, bytes);
    }

    /// A request was queued and its bytes leave with the end of this turn.
    void onWritten(int bytes) {
        counters.add(ServerCounter.REQUESTS, 1);
        counters.add(ServerCounter.REQUEST_BYTES, bytes);
        counters.add(ServerCounter.OUT_QUEUE, 1);
        counters.add(ServerCounter.OUT_QUEUE_BYTES, bytes);
    }

    void onAnswered(int requestBytes, int replyBytes) {
        failures = 0;
        if (failing) {
            failing = false;
            down = false;
            listener.onRecovered(this);
        }
        counters.add(ServerCounter.OUT_QUEUE, -1);
        counters.add(ServerCounter.OUT_QUEUE_BYTES, -requestBytes);
        counters.add(ServerCounter.RESPONSES, 1);
        counters.add(ServerCounter.RESPONSE_BYTES, replyBytes);
    }

    void onAbandoned(int requestBytes, boolean written) {
        counters.add(written ? ServerCounter.OUT_QUEUE : ServerCounter.IN_QUEUE, -1);
        counters.add(written ? ServerCounter.OUT_QUEUE_BYTES : ServerCounter.IN_QUEUE_BYTES, -requestBytes);
    }

    void onErrorReply(byte[] bytes, int from, int to) {
        for (byte[] prefix : TROUBLE) {
            if (to - from > prefix.length
                    && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length)) {
                tellTrouble(Trouble.Kind.READONLY);
            }
        }
    }

    /// The node has said nothing for a whole timeout, though it was asked.
    void onSilence(Failure failure) {
        countFailure(failure);
        redialWaits = false;
    }

    /// A connection that was being replaced is gone.
    void forget(NodeConnection connection) {
        leaving.remove(connection);
        lent.remove(connection);
        idle.remove(connection);
    }

    /// A connection in use died.
    ///
    /// @param harmless nobody was waiting for it and the node closed it in good order: no mark against the node
    void onLost(NodeConnection connection, Failure failure, boolean harmless) {
        boolean wasSpare = idle.contains(connection);
        forget(connection);
        if (wasSpare && loop.nowNanos() - connection.bornNanos < REDIAL_NANOS) {
            // A node that does not let them live is not dialed without end.
            sparesAfterNanos = loop.nowNanos() + REDIAL_NANOS;
        } else if (wasSpare && harmless) {
            replaceSpare(connection);
        }
        for (int lane = 0; lane < lanes.length; lane++) {
            if (lanes[lane] == connection) {
                // Its requests all end now, so none can be overtaken: no new epoch.
                lanes[lane] = null;
            }
        }
        counters.add(
                switch (failure.kind()) {
                    case CLOSED -> ServerCounter.SERVER_EOF;
                    case TIMED_OUT -> ServerCounter.SERVER_TIMEDOUT;
                    case REFUSED, RESET, HOST_DOWN, BAD_REPLY, UNREACHABLE, BUSY -> ServerCounter.SERVER_ERR;
                },
                1);
        if (harmless) {
            tellTrouble(kind(failure));
        } else {
            countFailure(failure);
        }
    }

    private void countFailure(Failure failure) {
        lastFailure = failure;
        down = true;
        if (!failing) {
            failing = true;
            failingSinceNanos = loop.nowNanos();
            listener.onFailing(this, failure.toString());
        }
        if (!settings.ejects()) {
            redialWaits = true;
            redialAfterNanos = loop.nowNanos() + REDIAL_NANOS;
        } else if (++failures >= settings.failureLimit()) {
            failures = 0;
            listener.onFailureLimit(this);
        }
        tellTrouble(kind(failure));
    }

    private void tellTrouble(Trouble.Kind kind) {
        listener.onTrouble(this, master, kind, failing ? failingSinceNanos : loop.nowNanos());
    }

    private static Trouble.Kind kind(Failure failure) {
        return switch (failure.kind()) {
            case REFUSED, HOST_DOWN, UNREACHABLE -> Trouble.Kind.REFUSED;
            case TIMED_OUT -> Trouble.Kind.SILENT;
            case RESET, CLOSED, BAD_REPLY, BUSY -> Trouble.Kind.LOST;
        };
    }

    /// Closes every connection at once.
    public void close() {
        setMaster(null);
        List.copyOf(leaving).forEach(NodeConnection::abort);
        List.copyOf(lent).forEach(NodeConnection::abort);
    }
}
