package dev.cobnut.proxy.client;

import dev.cobnut.proxy.routing.Standing;
import dev.cobnut.resp.Frame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client's commands between MULTI and EXEC. The node queues them and judges them; this only knows which node.
///
/// | state     | entered when                                | a command                         | EXEC                |
/// |-----------|---------------------------------------------|-----------------------------------|---------------------|
/// | NOWHERE   | MULTI, before it has a node                 | without a key: held here          | binds, to any shard |
/// | BINDING   | MULTI is under way to one shard: the only   | waits                             | waits               |
/// |           | one, that of a WATCH or of the first key    |                                   |                     |
/// | SOMEWHERE | the node has accepted MULTI                 | goes to the node, which queues it | the node's answer   |
/// | REFUSED   | something was refused so far; a WATCH       | `QUEUED`, and forgotten           | EXECABORT           |
/// | LOST      | MULTI reached no node, or was refused;      | error                             | EXECABORT           |
/// |           | the connection died, or the master moved    |                                   |                     |
///
/// While SOMEWHERE the node knows of what was refused. For the loop's own thread.
public final class Transaction {
    /// Most bytes of commands held until a key names the shard.
    public static final int HELD_BYTES_MAX = 256 * 1024;

    /// No command has selected a database.
    private static final int NOT_SELECTED = Integer.MIN_VALUE;

    private enum State {
        NOWHERE,
        BINDING,
        SOMEWHERE,
        REFUSED,
        LOST
    }

    private final Watch watch;
    private final List<byte[]> held = new ArrayList<>();
    private final List<Runnable> effects = new ArrayList<>();
    private State state;
    private int heldBytes;
    private @Nullable OwnConnection own;
    private String why = "";
    private int selected = NOT_SELECTED;

    /// One that has no node yet, and never gets one if a WATCH was refused.
    ///
    /// @param watch of the client's, taken over
    public Transaction(Watch watch) {
        this.watch = watch;
        this.state = watch.isRefused() ? State.REFUSED : State.NOWHERE;
    }

    /// What the client watched when it began.
    public Watch watch() {
        return watch;
    }

    /// Where it is, for those who choose the ways of requests.
    public Standing.Phase phase() {
        return switch (state) {
            case NOWHERE -> Standing.Phase.NOWHERE;
            case BINDING, SOMEWHERE -> Standing.Phase.SOMEWHERE;
            case REFUSED -> Standing.Phase.REFUSED;
            case LOST -> Standing.Phase.LOST;
        };
    }

    /// The connection to the node that queues it; null while there is none, and when it is lost.
    public @Nullable OwnConnection ownIfAny() {
        return state == State.LOST ? null : own;
    }

    /// Whether it has anything to do with a connection: it queues there, or keys are watched there for it.
    boolean needs(OwnConnection connection) {
        return ownIfAny() == connection || watch.connection() == connection;
    }

    // ---- to a node --------------------------------------------------------------------------------------------------

    /// The shard is known: MULTI goes there, over this connection.
    public void bind(OwnConnection connection) {
        enter(State.BINDING);
        own = connection;
    }

    /// The node has accepted MULTI.
    public void bound() {
        if (state != State.LOST) {
            enter(State.SOMEWHERE);
        }
    }

    /// Its connection is gone, or cannot be had, and with it what the node had queued.
    ///
    /// @param why for the client
    public void lose(String why) {
        if (state != State.LOST) {
            enter(State.LOST);
            this.why = why;
        }
    }

    /// Why it is lost; empty while it is not.
    public String whyLost() {
        return why;
    }

    /// Something was refused while no node could know.
    public void refuse() {
        if (state == State.NOWHERE) {
            enter(State.REFUSED);
        }
    }

    private void enter(State next) {
        boolean possible = switch (next) {
            case NOWHERE -> false;
            case BINDING, REFUSED -> state == State.NOWHERE;
            case SOMEWHERE -> state == State.BINDING;
            case LOST -> state == State.NOWHERE || state == State.BINDING || state == State.SOMEWHERE;
        };
        if (!possible) {
            throw new IllegalStateException("a transaction that is " + state + " becomes " + next);
        }
        state = next;
    }

    // ---- held until there is a node ---------------------------------------------------------------------------------

    /// Keeps a command until the shard is known.
    ///
    /// @return false when there is no room
    public boolean hold(Frame command) {
        if (heldBytes + command.length() > HELD_BYTES_MAX) {
            return false;
        }
        heldBytes += command.length();
        held.add(command.copy());
        return true;
    }

    /// Whether EXEC has something to run that no node has been told yet.
    boolean holdsCommands() {
        return state == State.NOWHERE && !watch.isBroken() && !held.isEmpty();
    }

    /// What was held, once.
    public List<byte[]> takeHeld() {
        if (held.isEmpty()) {
            return List.of();
        }
        List<byte[]> taken = List.copyOf(held);
        held.clear();
        return taken;
    }

    // ---- what it does to its client ---------------------------------------------------------------------------------

    /// A queued command selects this database.
    public void select(int database) {
        selected = database;
    }

    /// Something of the client that a queued command changes.
    public void whenExecuted(Runnable effect) {
        effects.add(effect);
    }

    /// Whether what comes behind EXEC depends on its answer.
    public boolean hasEffects() {
        return selected != NOT_SELECTED || !effects.isEmpty();
    }

    /// EXEC has succeeded: what was queued has become true of the client, too.
    public void executed(Client client) {
        effects.forEach(Runnable::run);
        if (selected != NOT_SELECTED) {
            if (own != null) {
                own.lease().setDatabase(selected);
            }
            client.setDatabase(selected);
        }
    }
}
