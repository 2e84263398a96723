package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.resp.ErrorCode;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// All connections of one event loop to one node: the lanes that clients share, those that are being replaced, and the
/// [Loans].
///
/// ```
///   send(lane) ──► lanes[lane] ──► NodeConnection          dialled by the first request that needs it
///                      └──► leaving                        slow, late, or at a node of the past: answers only
///   loans().lend() ──► NodeConnection                      one client's own
/// ```
///
/// Follows the topology: when the node is another, lanes to the old one are retired and new requests go to the new one
/// at once. Dials lazily, as often as [NodeHealth] allows, and as many at a time as [Dials] does. Owned by a [ShardLink] (the master) or a [ReplicaLink];
/// for the loop's own thread.
public final class NodeLink {
    /// Most lanes waiting for a slow command at once.
    private static final int SLOW_LANES_MAX = 4;

    static final String MOVED = "the shard has moved to another node";
    static final String DOUBTED = "the node may have been replaced, so its answer does not count";

    private final IoLoop loop;
    private final LaneEpoch epoch;
    private final String name;
    private final LinkSettings settings;
    private final LinkListener listener;
    private final Traffic traffic;
    private final NodeHealth health;
    private final @Nullable Hold hold;
    private final Dials<NodeConnection> dials =
            new Dials<>(NodeConnection::connect, (each, why) -> each.die(why, Ending.LOST));
    private final Loans loans;
    private @Nullable NodeConnection[] lanes;
    private final List<NodeConnection> leaving = new ArrayList<>();

    /// Those of them that wait for a slow command.
    private final List<NodeConnection> slow = new ArrayList<>();
    private @Nullable NodeAddress node;

    /// A link to a replica: nothing waits for it.
    ///
    /// @param name ring name of the shard
    /// @param listener its owner
    /// @param counters of the shard
    /// @param spread any number, another one for each loop
    NodeLink(
            IoLoop loop,
            LaneEpoch epoch,
            String name,
            LinkSettings settings,
            LinkListener listener,
            Counters<ServerCounter> counters,
            int spread) {
        this(loop, epoch, name, settings, listener, counters, spread, null);
    }

    /// @param name ring name of the shard
    /// @param listener its owner
    /// @param counters of the shard
    /// @param spread any number, another one for each loop
    /// @param hold what waits for the node; null when nothing does
    NodeLink(
            IoLoop loop,
            LaneEpoch epoch,
            String name,
            LinkSettings settings,
            LinkListener listener,
            Counters<ServerCounter> counters,
            int spread,
            @Nullable Hold hold) {
        this.loop = loop;
        this.epoch = epoch;
        this.name = name;
        this.settings = settings;
        this.listener = listener;
        this.hold = hold;
        this.traffic = new Traffic(counters);
        this.lanes = new NodeConnection[settings.lane(settings.database(), true, settings.lanes() - 1) + 2];
        this.health = new NodeHealth(
                !settings.ejects(),
                new Failure(Failure.Kind.REFUSED, "shard " + name + " has no known master"),
                new Backoff(new SplittableRandom(31L * name.hashCode() + spread)));
        this.loans = new Loans(loop, this);
    }

    String name() {
        return name;
    }

    LinkSettings settings() {
        return settings;
    }

    Traffic traffic() {
        return traffic;
    }

    /// How the node does.
    public NodeHealth health() {
        return health;
    }

    /// The connections that clients borrow.
    public Loans loans() {
        return loans;
    }

    /// What waits for the node; null when nothing ever does.
    @Nullable
    Hold hold() {
        return hold;
    }

    boolean isHeld() {
        return hold != null && !hold.isOpen();
    }

    /// Why nothing can be sent.
    Failure failure() {
        return hold == null || hold.isOpen() ? health.lastFailure() : hold.failure();
    }

    /// Where requests go; null when nobody knows.
    @Nullable
    NodeAddress node() {
        return node;
    }

    // ---- requests -----------------------------------------------------------------------------------------------

    /// Sends a whole request on a lane. It fails at once, through [Exchange#onFailure], when no connection can be
    /// had.
    ///
    /// @param lane from [LinkSettings#lane]
    public void send(int lane, Exchange exchange, byte[] bytes, int from, int to) {
        if (hold != null && isHeld()) {
            hold.repeat(lane, exchange, Arrays.copyOfRange(bytes, from, to), false);
            return;
        }
        NodeConnection connection = lane < lanes.length ? lanes[lane] : null;
        if (connection == null || !connection.accepts()) {
            connection = dialLane(lane);
            if (connection == null) {
                exchange.fail(health.lastFailure());
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

    /// Connects all lanes ahead of the first request.
    void preconnect() {
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
            lanes = Arrays.copyOf(lanes, lane + 2 * settings.lanes());
        }
        NodeConnection connection = dial(settings.modeOf(lane), lane);
        lanes[lane] = connection;
        return connection;
    }

    /// Begins a connection; null when there is no node, when it must not be dialled now, or when this process has no
    /// descriptor left for it.
    ///
    /// @param lane the number of a lane; [LinkSettings#NO_LANE] for one that is lent
    @Nullable
    NodeConnection dial(ConnectionMode mode, int lane) {
        NodeAddress target = node;
        if (target == null || !health.mayDial(loop.nowNanos())) {
            return null;
        }
        NodeConnection connection = new NodeConnection(loop, this, target, mode, lane);
        dials.begin(connection, connection.isLane());
        return connection.isClosed() ? null : connection;
    }

    // ---- topology -----------------------------------------------------------------------------------------------

    /// Requests go to `address` from now on; null when nobody knows where to.
    void follow(@Nullable NodeAddress address) {
        if (Objects.equals(address, node)) {
            return;
        }
        node = address;
        dials.clear();
        leaveLanes(MOVED);
        loans.move(MOVED, true);
        health.onMoved(address != null);
    }

    /// The node may not be the one any more, though nobody knows which one is: what it says counts no more. Whoever waits for
    /// an answer of it is treated as if the shard had moved. Own connections that wait for nothing stay, since nothing is
    /// sent on them while requests are held: subscribers would miss messages for what may come to nothing.
    void disbelieve() {
        leaveLanes(DOUBTED);
        loans.move(DOUBTED, false);
    }

    private void leaveLanes(String why) {
        for (int lane = 0; lane < lanes.length; lane++) {
            NodeConnection connection = lanes[lane];
            if (connection != null) {
                lanes[lane] = null;
                startLeaving(connection);
            }
        }
        List.copyOf(leaving).forEach(each -> each.move(why));
    }

    /// New requests get another connection, since this one has to wait: for a slow receiver, or for a late reply.
    void detach(NodeConnection connection) {
        for (int lane = 0; lane < lanes.length; lane++) {
            if (lanes[lane] == connection) {
                lanes[lane] = null;
                startLeaving(connection);
                connection.retire();
            }
        }
    }

    /// The same, for a slow command; a few of them at once.
    void detachSlow(NodeConnection connection) {
        if (leaving.size() < SLOW_LANES_MAX) {
            detach(connection);
            if (leaving.contains(connection)) {
                if (slow.isEmpty()) {
                    epoch.onParted(true);
                }
                slow.add(connection);
            }
        }
    }

    /// Whether a lane waits for a slow command. It may be a write that CLIENT PAUSE holds back while the node answers
    /// reads, and no number of further lanes would help if each took writes again: so until it is answered, writes go
    /// aside of the lanes that reads take. The connections for that stay for the next time.
    public boolean isParted() {
        return !slow.isEmpty();
    }

    private void endLeaving(NodeConnection connection) {
        leaving.remove(connection);
        if (slow.remove(connection) && slow.isEmpty()) {
            epoch.onParted(false);
        }
    }

    private void startLeaving(NodeConnection connection) {
        if (!connection.idle()) {
            epoch.advance();
        }
        leaving.add(connection);
    }

    // ---- what connections report ----------------------------------------------------------------------------------

    /// Looks after timeouts and slow receivers; call it every few milliseconds.
    void tick(long nowNanos) {
        for (NodeConnection lane : lanes) {
            if (lane != null) {
                lane.tick(nowNanos);
            }
        }
        for (int i = leaving.size() - 1; i >= 0; i--) {
            leaving.get(i).tick(nowNanos);
        }
        loans.tick(nowNanos);
    }

    void onConnected(NodeConnection connection) {
        traffic.onConnected();
        health.onConnected();
        dials.end(connection);
    }

    void onAnswered(int requestBytes, int replyBytes) {
        if (health.onAnswer()) {
            listener.onRecovered();
        }
        traffic.onAnswered(requestBytes, replyBytes);
    }

    /// The node itself, and no script, has answered with an error that says something of it.
    ///
    /// @return whether it is no master, or not yet, or is one no more, and has executed nothing
    boolean onErrorReply(ErrorCode code, byte[] bytes, int from, int to) {
        if (code == ErrorCode.NOREPLICAS && hold != null && hold.onWriteRefused()) {
            return true;
        }
        switch (code.node()) {
            case REPLICA, REPLICA_WITHOUT_MASTER -> doubt(Trouble.Kind.READONLY);
            case REFUSES_WRITES -> {
                traffic.onWriteRefused();
                listener.onWriteRefused(Opening.text(bytes, from + 1, to));
            }
            case WANTS_PASSWORD -> loans.onPasswordWanted();
            case LOADING -> {
                if (hold != null) {
                    doubt(Trouble.Kind.LOADING);
                }
            }
            case BUSY, CLOSED_TO_US, OPEN -> {
                // the client is told
            }
        }
        return code == ErrorCode.READONLY || code == ErrorCode.MASTERDOWN || code == ErrorCode.LOADING;
    }

    /// The node has said nothing for a whole timeout, though it was asked.
    void onSilence(Failure failure) {
        traffic.onSilence();
        onFailure(failure, false);
    }

    /// A connection has ended that was being replaced, or that nobody wanted.
    void forget(NodeConnection connection) {
        dials.end(connection);
        endLeaving(connection);
        loans.forget(connection);
    }

    /// A connection in use died.
    ///
    /// @param harmless nobody was waiting for it and the node closed it in good order: no mark against the node
    void onLost(NodeConnection connection, Failure failure, boolean harmless) {
        endLeaving(connection);
        loans.onLost(connection, harmless);
        for (int lane = 0; lane < lanes.length; lane++) {
            if (lanes[lane] == connection) {
                // Its requests all end now, so none can be overtaken: no new epoch.
                lanes[lane] = null;
            }
        }
        traffic.onLost(failure.kind());
        if (harmless) {
            doubt(connection.isLane() ? Trouble.Kind.ENDED : failure.trouble());
        } else {
            onFailure(failure, !connection.hasAnswered());
        }
        dials.fail(connection, failure);
    }

    /// @param rests whether it is not to be dialled for a moment: it could not be reached, or served nobody
    private void onFailure(Failure failure, boolean rests) {
        long now = loop.nowNanos();
        if (health.onFailure(failure, now, rests)) {
            listener.onFailing(failure);
        }
        listener.onFailure(failure.trouble(), health.failuresInARow(), health.failingSinceNanos(now));
    }

    private void doubt(Trouble.Kind kind) {
        listener.onDoubt(kind, health.failingSinceNanos(loop.nowNanos()));
    }

    /// Closes every connection at once.
    void close() {
        follow(null);
        List.copyOf(leaving).forEach(NodeConnection::abort);
        loans.close();
    }
}
