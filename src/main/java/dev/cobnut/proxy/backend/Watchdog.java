package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Socket;
import org.jspecify.annotations.Nullable;

/// What a connection does as time passes. [Patience] judges how the node keeps up with us, [ReadPause] how clients keep
/// up with the node; this class acts on it: requests expire, new ones take another connection, somebody slow lets go,
/// or the connection dies.
///
/// While the connection is paused for a client, the node is not looked after: what is late then is late for us alone.
/// Nor is it once a connection of a client's own is open, where the pool has no timeout for those: what takes long for good
/// reasons goes there.
/// Owned by a [NodeConnection]; for the loop's own thread.
final class Watchdog {
    private final IoLoop loop;
    private final NodeConnection connection;
    private final NodeLink link;
    private final Socket socket;
    private final InFlight inFlight;
    private final Lease lease;
    private final Patience patience;
    private final ReadPause pause;

    /// Whether requests have a deadline once the connection is open.
    private final boolean isTimed;

    Watchdog(IoLoop loop, NodeConnection connection, NodeLink link, Socket socket, InFlight inFlight, Lease lease) {
        this.loop = loop;
        this.connection = connection;
        this.link = link;
        this.socket = socket;
        this.inFlight = inFlight;
        this.lease = lease;
        long timeoutNanos = link.settings().timeoutNanos();
        this.patience = new Patience(timeoutNanos, loop.nowNanos());
        this.pause = new ReadPause(timeoutNanos);
        this.isTimed = connection.isLane() || link.settings().ownTimesOut();
    }

    /// A request begins to wait.
    void start(Exchange exchange) {
        if (isTimed || (exchange.isHidden() && connection.state().isOpening())) {
            patience.start(exchange, pause.clock(loop.nowNanos()));
        }
    }

    /// Bytes of the node are read. If they come when the oldest request is late, and nobody has been told yet since this
    /// process was held up, they are believed only once the lane has proven itself.
    void onRead(long nowNanos) {
        patience.onRead(nowNanos);
        Exchange oldest = inFlight.oldest();
        if (oldest != null && oldest.deadlineNanos != 0 && connection.isLane()) {
            boolean late = pause.clock(nowNanos) - oldest.deadlineNanos >= 0;
            if (late && connection.state() == ConnectionState.OPEN) {
                connection.prove();
            }
        }
    }

    // ---- those who do not keep up -----------------------------------------------------------------------------------

    /// The receiver of a reply has too much unread.
    void pauseFor(Exchange exchange) {
        pause.begin(exchange, loop.nowNanos());
        socket.read(false);
        exchange.onPaused(connection);
    }

    /// The owner has too many messages unread.
    void pauseForPushes() {
        pause.beginForPushes(loop.nowNanos());
        socket.read(false);
    }

    /// There is room again.
    void resume() {
        if (pause.end(loop.nowNanos())) {
            patience.onRead(loop.nowNanos());
            socket.read(true);
        }
    }

    /// As for [ReadPause#isBehind].
    boolean isBehind() {
        return pause.isBehind(loop.nowNanos());
    }

    // ---- ticks ------------------------------------------------------------------------------------------------------

    /// Expires what has waited too long.
    ///
    /// @param inParts whether a long reply to the oldest request is being read
    void tick(long nowNanos, boolean inParts) {
        switch (pause.look(nowNanos)) {
            case READING -> lookAfterNode(nowNanos, inParts);
            case PAUSED -> {}
            case DETACH -> link.detach(connection);
            case TOO_SLOW -> {
                link.detach(connection);
                letGoOfSlow();
            }
            case OWNER_TOO_SLOW -> lease.onTooSlow();
        }
    }

    private void letGoOfSlow() {
        Exchange slow = pause.slow();
        if (slow != null && inFlight.hasOthersThan(slow)) {
            resume();
            slow.onTooSlow();
        }
    }

    private void lookAfterNode(long nowNanos, boolean inParts) {
        long clock = pause.clock(nowNanos);
        boolean opening = connection.state().isOpening();
        if (!isTimed && !opening) {
            return;
        }
        switch (patience.look(nowNanos, clock, opening, inFlight, inParts, connection.unsentBytes())) {
            case WAIT -> {}
            case EXPIRE -> onLate(nowNanos, clock);
            case EXPIRE_BEHIND -> {
                // On a connection of its own only the same client is behind, and has to wait anyway.
                if (connection.isLane()) {
                    expire(nowNanos, clock, inFlight.oldest());
                }
            }
            case DIE_CONNECTING -> connection.dieOf(Failure.Kind.TIMED_OUT, "no connection within " + timeout());
            case DIE_SILENT -> connection.dieOf(Failure.Kind.TIMED_OUT, "no answer for twice the timeout");
            case DIE_STUCK ->
                connection.dieOf(Failure.Kind.TIMED_OUT, "took nothing of a long request for " + timeout());
        }
        if (patience.isSlow(nowNanos, connection.state() == ConnectionState.OPEN ? inFlight.oldest() : null)) {
            link.detachSlow(connection);
        }
    }

    private void onLate(long nowNanos, long clockNanos) {
        if (connection.isLane()) {
            expire(nowNanos, clockNanos, null);
            return;
        }
        Failure failure = late();
        if (patience.isSilent(nowNanos)) {
            link.onSilence(failure);
        }
        connection.dieOfLateness(failure);
    }

    private Failure late() {
        return connection.failure(Failure.Kind.TIMED_OUT, "no answer within " + timeout());
    }

    private void expire(long nowNanos, long clockNanos, @Nullable Exchange spared) {
        Failure failure = inFlight.expire(clockNanos, spared, this::late);
        if (failure == null) {
            return;
        }
        if (inFlight.hasWaiting()) {
            connection.prove();
        }
        if (connection.state() == ConnectionState.MOVED) {
            return;
        }
        if (patience.isSilent(nowNanos)) {
            link.onSilence(failure);
        }
        // New requests do not wait behind what was late, nor on a connection that may be one reply behind for ever.
        link.detach(connection);
    }

    private String timeout() {
        return link.settings().timeoutMillis() + " ms";
    }
}
