package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections of a link that are lent to one client at a time, for what must not share one: transactions, blocking
/// commands, subscriptions, long requests.
///
/// ```
///   dialled ──► lent to a client ──► idle ──► lent again, or closed after 30 seconds
///      └──────────────────────────────▲   a spare: the next client does not wait for a connection
/// ```
///
/// Idle ones keep the mode of their last client, until there is none in the mode that is wanted and they have been idle
/// for a second; the one that was given back last is lent first. Spares follow what was
/// lent last: one with each loan, a second with the next tick, none when nothing was lent for 30 seconds. All together
/// there are no more than `own_connections_max`.
///
/// Owned by a [NodeLink]; for the loop's own thread.
public final class Loans {
    private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);
    private static final int SPARES = 2;

    /// An idle one that was not lent for so long is of a mode that is not asked for now.
    private static final long UNWANTED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// No spares are opened for a while by a node that wants a password.
    private static final long PASSWORD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Nor for a moment after one has ended that was younger than that: a node that does not let them live is not dialled
    /// without end.
    private static final long SHORT_LIFE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final IoLoop loop;
    private final NodeLink link;
    private final int max;
    private final Failure allLent;

    /// All, idle ones included.
    private final List<NodeConnection> all = new ArrayList<>();

    private final ArrayDeque<NodeConnection> idle = new ArrayDeque<>();

    /// What was lent last, and when; null before the first loan.
    private @Nullable ConnectionMode spareMode;

    private long lastLentNanos;

    /// No new spares before, when true.
    private boolean sparesWait;

    private long sparesAfterNanos;

    Loans(IoLoop loop, NodeLink link) {
        this.loop = loop;
        this.link = link;
        this.max = link.settings().ownMax();
        this.allLent = new Failure(
                Failure.Kind.BUSY,
                "shard " + link.name() + ": all " + max + " connections that clients may have for themselves are"
                        + " taken (own_connections_max)");
    }

    /// Lends a connection; null when none can be had, see [#failure]. Give it back with [#giveBack], or
    /// [NodeConnection#abort] it.
    ///
    /// @param mode that it should be in; where no idle one is, [Lease#become] brings it there, and in any case
    ///     to the name
    public @Nullable NodeConnection lend(ConnectionOwner owner, ConnectionMode mode) {
        ConnectionMode wanted = mode.withoutName();
        NodeConnection connection = takeIdle(wanted);
        if (connection == null) {
            connection = takeUnwanted(wanted);
        }
        if (connection == null) {
            connection = dial(wanted);
        }
        if (connection == null) {
            connection = idle.pollFirst();
        }
        if (connection == null) {
            return null;
        }
        connection.lease().setOwner(owner);
        spareMode = wanted;
        lastLentNanos = loop.nowNanos();
        fillSpares(wanted, 1);
        return connection;
    }

    /// Lends a connection that will not come back: it is made for the occasion, where there may be one more.
    public @Nullable NodeConnection lendForGood(ConnectionOwner owner, ConnectionMode mode) {
        NodeConnection connection = dial(mode.withoutName());
        if (connection == null) {
            return lend(owner, mode);
        }
        connection.lease().setOwner(owner);
        return connection;
    }

    /// Takes back a connection that is idle, and neutral but for its mode. One on which a request is late never comes
    /// here: it ends with that request.
    public void giveBack(NodeConnection connection) {
        connection.lease().setOwner(null);
        connection.lease().setPushForm(PushForm.TYPED);
        if (connection.accepts() && connection.idle() && !connection.lease().isSpoiled()) {
            // CLIENT LIST is to show no name that nobody has.
            connection.lease().become(connection.lease().mode().withoutName());
            putIdle(connection);
        } else {
            connection.abort();
        }
    }

    /// Why no connection could be lent.
    public Failure failure() {
        return all.size() < max ? link.failure() : allLent;
    }

    private @Nullable NodeConnection dial(ConnectionMode mode) {
        NodeConnection connection = all.size() < max ? link.dial(mode, LinkSettings.NO_LANE) : null;
        if (connection != null) {
            all.add(connection);
        }
        return connection;
    }

    private @Nullable NodeConnection takeIdle(ConnectionMode mode) {
        for (Iterator<NodeConnection> each = idle.iterator(); each.hasNext(); ) {
            NodeConnection connection = each.next();
            if (isReady(connection, mode)) {
                each.remove();
                return connection;
            }
        }
        return null;
    }

    /// One of another mode that nobody asks for. Clients that change the mode of what they are lent, as each does that
    /// begins with HELLO 3, would leave a connection behind each, and have another dialled.
    private @Nullable NodeConnection takeUnwanted(ConnectionMode mode) {
        for (Iterator<NodeConnection> each = idle.descendingIterator(); each.hasNext(); ) {
            NodeConnection connection = each.next();
            if (loop.nowNanos() - connection.lease().idleSinceNanos < UNWANTED_NANOS) {
                return null;
            }
            if (connection.accepts() && !connection.lease().mode().equals(mode)) {
                each.remove();
                return connection;
            }
        }
        return null;
    }

    /// Whether it can be used in this mode as it is.
    private static boolean isReady(NodeConnection connection, ConnectionMode mode) {
        return connection.lease().mode().equals(mode) && connection.accepts();
    }

    private void putIdle(NodeConnection connection) {
        connection.lease().idleSinceNanos = loop.nowNanos();
        idle.addFirst(connection);
    }

    /// The next client to ask for what was lent last does not wait for a connection.
    private void fillSpares(ConnectionMode mode, int wanted) {
        int spares = 0;
        for (NodeConnection connection : idle) {
            spares += isReady(connection, mode) ? 1 : 0;
        }
        if (spares >= wanted) {
            return;
        }
        NodeConnection spare = takeUnwanted(mode);
        if (spare != null) {
            spare.lease().become(mode);
        } else if (!(sparesWait && loop.nowNanos() - sparesAfterNanos < 0)) {
            spare = dial(mode);
        }
        if (spare != null) {
            putIdle(spare);
        }
    }

    /// Looks after timeouts, spares, and what has been idle for too long.
    void tick(long nowNanos) {
        for (int i = all.size() - 1; i >= 0; i--) {
            all.get(i).tick(nowNanos);
        }
        ConnectionMode mode = spareMode;
        if (mode != null && nowNanos - lastLentNanos < IDLE_NANOS_MAX) {
            fillSpares(mode, SPARES);
        }
        NodeConnection longestIdle = idle.peekLast();
        if (longestIdle != null && nowNanos - longestIdle.lease().idleSinceNanos > IDLE_NANOS_MAX) {
            longestIdle.abort();
        }
    }

    /// The link has another node, or may have.
    ///
    /// @param why for those who wait for an answer
    /// @param everyone whether those end as well that wait for none
    void move(String why, boolean everyone) {
        if (everyone) {
            idle.clear(); // whoever is told below may want another one at once
        }
        for (NodeConnection each : List.copyOf(all)) {
            if (everyone || !each.idle()) {
                each.move(why);
            }
        }
    }

    /// A connection has ended that nobody wanted any more, or that was never one of these.
    void forget(NodeConnection connection) {
        all.remove(connection);
        idle.remove(connection);
    }

    /// A connection has died.
    ///
    /// @param harmless the node closed it in good order while nobody used it
    void onLost(NodeConnection connection, boolean harmless) {
        boolean wasSpare = idle.contains(connection);
        forget(connection);
        if (!wasSpare) {
            return;
        }
        long now = loop.nowNanos();
        if (now - connection.lease().bornNanos < SHORT_LIFE_NANOS) {
            waitWithSpares(SHORT_LIFE_NANOS);
        } else if (harmless) {
            replaceSpare(connection);
        }
    }

    private void waitWithSpares(long nanos) {
        sparesWait = true;
        sparesAfterNanos = loop.nowNanos() + nanos;
    }

    /// The node wants a password that the pool does not have. A connection stays as it was opened: once the node wants
    /// none any more, the next client is to get a new one.
    void onPasswordWanted() {
        List.copyOf(idle).forEach(NodeConnection::abort);
        waitWithSpares(PASSWORD_NANOS);
    }

    /// The spare is dialled again and keeps its age: one that nobody asks for goes after its 30 seconds, however often
    /// the node closes it.
    private void replaceSpare(NodeConnection closed) {
        NodeConnection spare = dial(closed.lease().mode());
        if (spare != null) {
            spare.lease().idleSinceNanos = closed.lease().idleSinceNanos;
            idle.addLast(spare);
        }
    }

    /// Closes all of them at once.
    void close() {
        List.copyOf(all).forEach(NodeConnection::abort);
    }
}
