package dev.cobnut.proxy.client;

import dev.cobnut.net.Held;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.topology.NodeAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is special about a client that is not plain: its own connections, its transaction, its subscriptions.
///
/// | own connection  | given back when                          | master moves (*), or the connection dies          |
/// |-----------------|------------------------------------------|---------------------------------------------------|
/// | transaction     | EXEC or DISCARD is answered              | EXEC answers EXECABORT; nothing is executed       |
/// | WATCH           | EXEC, DISCARD or UNWATCH is answered     | the next EXEC answers null, as if a key changed   |
/// | blocking        | the command is answered                  | UNBLOCKED, Redis' own answer; an error            |
/// | subscriptions   | none is left                             | subscribed again at the new master; when the      |
/// |                 |                                          | same node takes them again, the client is closed  |
/// | asked its id    | the client leaves                        | forgotten; when the node ends it, the client is closed |
/// | other state     | the client leaves                        | the client is closed                              |
///
/// (*) It also counts as moved when the master may have been replaced, and an answer is waited for on this connection.
///
/// A subscriber whose connection ended, and whose node is there, may have missed messages: nobody could tell it but by
/// closing it, as Redis would. One with a request that is late ends like one that dies. For the loop's own thread.
public final class Session {
    private static final int RETRY_MILLIS = 100;

    private final Client client;
    private final @Nullable OwnConnection[] own;
    private final Subscriptions subscriptions = new Subscriptions();
    private Watch watch = new Watch();
    private @Nullable Transaction transaction;
    private boolean closed;

    /// The node that a connection with subscriptions was lost to.
    private @Nullable NodeAddress lostAt;

    Session(Client client) {
        this.client = client;
        this.own = new OwnConnection[client.pool().shards().size()];
    }

    Client client() {
        return client;
    }

    public Subscriptions subscriptions() {
        return subscriptions;
    }

    /// Null outside of MULTI and EXEC.
    public @Nullable Transaction transaction() {
        return transaction;
    }

    /// MULTI.
    public void begin(Transaction begun) {
        transaction = begun;
    }

    /// EXEC or DISCARD.
    public void endTransaction() {
        transaction = null;
        client.replies().account().set(Held.TRANSACTION, 0);
    }

    /// What is watched, but for what the transaction has taken over.
    public Watch watch() {
        return watch;
    }

    /// What was watched until now; from here on nothing is.
    public Watch takeWatch() {
        Watch taken = watch;
        watch = new Watch();
        return taken;
    }

    /// The client's own connection to a shard; null when it uses the shared ones.
    public @Nullable OwnConnection at(int shard) {
        return own[shard];
    }

    /// The client's own connection to a shard, borrowed now if need be. Nothing may be under way for the client on
    /// shared ones.
    ///
    /// @return null when there is none to be had
    public @Nullable OwnConnection open(int shard, Loan loan) {
        OwnConnection existing = own[shard];
        if (existing != null) {
            return existing;
        }
        ShardLink link = client.pool().shards().get(shard);
        if (link.isHeld() && loan != Loan.AT_ONCE) {
            return null;
        }
        OwnConnection opened = new OwnConnection(this, link);
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

    // ---- giving back ------------------------------------------------------------------------------------------------

    /// Looks at all of them, after something that needed one has ended without a reply of its own.
    public void giveBackIfNeutral() {
        for (OwnConnection each : own) {
            if (each != null) {
                giveBackIfNeutral(each);
            }
        }
    }

    void giveBackIfNeutral(OwnConnection each) {
        if (own[each.shard()] == each && !isNeeded(each)) {
            own[each.shard()] = null;
            each.giveBack();
        }
    }

    private boolean isNeeded(OwnConnection each) {
        return !each.isNeutral()
                || !subscriptions.isEmpty()
                || watch.connection() == each
                || (transaction != null && transaction.needs(each));
    }

    // ---- what happens to own connections ----------------------------------------------------------------------------

    void onMoved(OwnConnection each) {
        if (!drop(each)) {
            return;
        }
        client.door().awaitAnswers();
        if (each.kept() == OwnConnection.Kept.STATE) {
            client.door().closeBroken("its own connection had state at a node that is no longer the master");
        } else {
            lostAt = null;
            end(each, "shard " + each.shardName() + " has another master");
        }
    }

    void onLost(OwnConnection each, Failure why) {
        if (!drop(each)) {
            return;
        }
        boolean unheard = !subscriptions.isEmpty() && each.connection().isBehind();
        boolean late = why.kind() == Failure.Kind.TIMED_OUT;
        boolean stays = switch (each.kept()) {
            case FREE -> !unheard;
            case IDENTITY -> !unheard && late;
            case STATE -> false;
        };
        if (stays) {
            lostAt = each.connection().address();
            end(each, why.toString());
        } else if (unheard) {
            closeUnheard(each.shard(), why.toString());
        } else {
            client.door().closeBroken("its own connection ended: " + why);
        }
    }

    private void closeUnheard(int shard, String why) {
        client.pool().shards().get(shard).onMessagesLost(why);
        client.door().closeBroken("messages for it may be lost: " + why);
    }

    private boolean drop(OwnConnection each) {
        if (closed || own[each.shard()] != each) {
            return false;
        }
        own[each.shard()] = null;
        return true;
    }

    private void end(OwnConnection each, String why) {
        watch.lose(each);
        Transaction open = transaction;
        if (open != null) {
            open.watch().lose(each);
            if (open.ownIfAny() == each) {
                open.lose(why);
            }
        }
        resubscribe(each.shard());
    }

    /// Subscribes again what was subscribed on a shard, now or as soon as it has a node to do so.
    private void resubscribe(int shard) {
        if (closed || subscriptions.isEmpty() || own[shard] != null) {
            return;
        }
        OwnConnection opened = open(shard, Loan.READY);
        if (opened == null) {
            client.pool().loop().eventLoop().schedule(() -> resubscribe(shard), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            boolean same = opened.connection().address().equals(lostAt);
            Runnable confirmed = same ? () -> closeUnheard(shard, "its node ended the connection") : () -> {};
            Renewal.send(client.pool(), subscriptions, opened, confirmed);
        }
    }

    /// A client that ends its half of the connection while it is blocked does not want the answer.
    public boolean isBlocked() {
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
        for (int shard = 0; shard < own.length; shard++) {
            OwnConnection each = own[shard];
            own[shard] = null;
            if (each == null) {
                continue;
            }
            if (!isNeeded(each) && each.connection().accepts()) {
                each.giveBack();
            } else {
                each.close();
            }
        }
        endTransaction();
    }
}
