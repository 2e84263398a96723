package dev.cobnut.proxy.frontend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client's commands between MULTI and EXEC. The node queues them and judges them; this only knows which node.
///
/// | state    | entered when                               | a command                        | EXEC              |
/// |----------|--------------------------------------------|----------------------------------|-------------------|
/// | NOWHERE  | MULTI, on several shards                   | without a key: held here         | runs on any shard |
/// | SOMEWHERE| MULTI on one shard, or the first key       | goes to the node, which queues it| the node's answer |
/// | LOST     | the connection died, or the master moved   | error                            | EXECABORT         |
///
/// For the loop's own thread.
final class Transaction {
    /// Most bytes of commands held until a key names the shard.
    static final int HELD_BYTES_MAX = 256 * 1024;

    private final List<byte[]> held = new ArrayList<>();
    private int heldBytes;
    private @Nullable OwnConnection own;
    private @Nullable String lost;
    private boolean failed;
    private boolean watchBroken;
    private final List<Runnable> effects = new ArrayList<>();
    private int selected = -1;

    /// Null while no key has named the shard.
    @Nullable
    OwnConnection own() {
        return own;
    }

    void bind(OwnConnection connection) {
        own = connection;
    }

    /// Keeps a command until the shard is known.
    ///
    /// @return false when there is no room
    boolean hold(byte[] bytes, int from, int to) {
        if (heldBytes + to - from > HELD_BYTES_MAX) {
            return false;
        }
        heldBytes += to - from;
        held.add(Arrays.copyOfRange(bytes, from, to));
        return true;
    }

    List<byte[]> held() {
        return held;
    }

    /// The connection is gone, and with it what the node had queued.
    void lose(String why) {
        lost = why;
    }

    /// Why the connection is gone; null while it is not.
    @Nullable
    String lost() {
        return lost;
    }

    /// It was refused something before there was a node that could know.
    void fail() {
        failed = true;
    }

    boolean hasFailed() {
        return failed;
    }

    /// What went wrong with WATCH decides about this transaction, and about no later one.
    void takeOver(Session session) {
        failed = session.isWatchRefused();
        watchBroken = session.isWatchBroken();
        session.forgetWatchTrouble();
    }

    /// Watched keys cannot be vouched for: EXEC answers null.
    boolean isWatchBroken() {
        return watchBroken;
    }

    /// The database that the commands have selected last; -1 for none.
    int selected() {
        return selected;
    }

    void select(int database) {
        selected = database;
    }

    /// Something of the client that a queued command changes.
    void whenExecuted(Runnable effect) {
        effects.add(effect);
    }

    /// Whether what comes behind EXEC depends on its answer.
    boolean hasEffects() {
        return selected >= 0 || !effects.isEmpty();
    }

    /// EXEC has succeeded.
    void executed() {
        effects.forEach(Runnable::run);
    }
}
