package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.Failure;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is special about a client that is not plain: its own connections, its transaction, its subscriptions.
///
/// | own connection  | given back when                          | master moves, or the connection dies            |
/// |-----------------|------------------------------------------|-------------------------------------------------|
/// | transaction     | EXEC or DISCARD is answered              | EXEC answers EXECABORT; nothing is executed     |
/// | WATCH           | EXEC, DISCARD or UNWATCH is answered     | the next EXEC answers null, as if a key changed |
/// | blocking        | the command is answered                  | UNBLOCKED, Redis' own answer                    |
/// | subscriptions   | none is left                             | subscribed again at the new master              |
/// | asked its id    | the client leaves                        | forgotten; when it dies, the client is closed   |
/// | other state     | the client leaves                        | the client is closed                            |
///
/// For the loop's own thread.
final class Session {
    private static final int RETRY_MILLIS = 100;

    private final ClientConnection client;
    private final @Nullable OwnConnection[] own;
    private final Subscriptions subscriptions = new Subscriptions();
    private @Nullable Transaction transaction;

    /// A key that was watched can no longer be vouched for.
    private boolean watchBroken;

    /// Keys of two shards were to be watched.
    private boolean watchRefused;

    private boolean closed;

    Session(ClientConnection client) {
        this.client = client;
        this.own = new OwnConnection[client.pool().links().size()];
    }

    ClientConnection client() {
        return client;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    @Nullable
    Transaction transaction() {
        return transaction;
    }

    void setTransaction(@Nullable Transaction transaction) {
        this.transaction = transaction;
    }

    boolean isWatchBroken() {
        return watchBroken;
    }

    /// A WATCH was refused: the next transaction fails.
    void refuseWatch() {
        watchRefused = true;
    }

    boolean isWatchRefused() {
        return watchRefused;
    }

    void forgetWatchTrouble() {
        watchBroken = false;
        watchRefused = false;
    }

    /// The client's own connection to a shard; null when it uses the shared ones.
    @Nullable
    OwnConnection at(int shard) {
        return own[shard];
    }

    /// The own connection that watches keys; null when none does.
    @Nullable
    OwnConnection watching() {
        for (OwnConnection each : own) {
            if (each != null && each.isWatching()) {
                return each;
            }
        }
        return null;
    }

    /// How a connection is borrowed.
    enum Loan {
        /// In the client's database and protocol version.
        READY,
        /// In any: what is sent as it is must not wait for a SELECT.
        AT_ONCE,
        /// Not to be given back.
        FOR_GOOD
    }

    @Nullable
    OwnConnection open(int shard) {
        return open(shard, Loan.READY);
    }

    /// The client's own connection to a shard, borrowed now if need be. Nothing may be under way for the client on
    /// shared ones.
    ///
    /// @return null when there is none to be had
    @Nullable
    OwnConnection open(int shard, Loan loan) {
        OwnConnection existing = own[shard];
        if (existing != null) {
            return existing;
        }
        OwnConnection opened =
                new OwnConnection(this, client.pool().links().get(shard));
        if (!opened.open(loan)) {
            return null;
        }
        own[shard] = opened;
        return opened;
    }

    /// The client's database, protocol version or name has changed.
    void follow() {
        for (OwnConnection each : own) {
            if (each != null) {
                each.follow();
            }
        }
    }

    void giveBackIfNeutral(OwnConnection each) {
        Transaction open = transaction;
        if (own[each.shard()] == each
                && each.isNeutral()
                && subscriptions.isEmpty()
                && (open == null || open.own() != each)) {
            own[each.shard()] = null;
            each.giveBack();
        }
    }

    /// Looks at all of them, after something that needed one has ended without a reply of its own.
    void giveBackIfNeutral() {
        for (OwnConnection each : own) {
            if (each != null) {
                giveBackIfNeutral(each);
            }
        }
    }

    // ---- what happens to own connections ----------------------------------------------------------------------------

    void onMoved(OwnConnection each) {
        if (!drop(each)) {
            return;
        }
        client.waitForAnswers();
        if (each.kept() == OwnConnection.Kept.STATE) {
            client.closeBroken("its own connection had state at a node that is no longer the master");
        } else {
            end(each, "shard " + each.shardName() + " has another master");
        }
    }

    void onLost(OwnConnection each, Failure why) {
        if (!drop(each)) {
            return;
        }
        if (each.kept() != OwnConnection.Kept.NOT || (!subscriptions.isEmpty() && each.connection().isBehind())) {
            client.closeBroken("its own connection ended: " + why);
        } else {
            end(each, why.toString());
        }
    }

    private boolean drop(OwnConnection each) {
        if (closed || own[each.shard()] != each) {
            return false;
        }
        own[each.shard()] = null;
        return true;
    }

    private void end(OwnConnection each, String why) {
        Transaction open = transaction;
        if (open != null && open.own() == each) {
            open.lose(why);
        } else if (each.isWatching()) {
            watchBroken = true;
        }
        resubscribe(each.shard());
    }

    /// Subscribes again what was subscribed on a shard, now or as soon as it has a node to do so.
    private void resubscribe(int shard) {
        if (closed || subscriptions.isEmpty() || own[shard] != null) {
            return;
        }
        OwnConnection opened = open(shard);
        if (opened == null) {
            client.pool()
                    .loop()
                    .eventLoop()
                    .schedule(() -> resubscribe(shard), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            subscriptions.sendAgain(client.pool(), opened);
        }
    }

    /// A client that ends its half of the connection while it is blocked does not want the answer.
    boolean isBlocked() {
        for (OwnConnection each : own) {
            if (each != null && each.connection().isWaitingWithoutEnd()) {
                return true;
            }
        }
        return false;
    }

    /// Ends everything special: the client leaves, or says RESET.
    void close() {
        closed = true;
        Transaction open = transaction;
        transaction = null;
        for (int shard = 0; shard < own.length; shard++) {
            OwnConnection each = own[shard];
            own[shard] = null;
            if (each == null) {
                continue;
            }
            boolean inTransaction = open != null && open.own() == each;
            if (each.isNeutral()
                    && !inTransaction
                    && subscriptions.isEmpty()
                    && each.connection().accepts()) {
                each.giveBack();
            } else {
                each.close();
            }
        }
    }
}
