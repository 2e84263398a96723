package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.ConnectionOwner;
import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.backend.PushForm;
import dev.cobnut.proxy.backend.ShardLink;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A connection to one shard that one client has for itself, until it is neutral again and idle. For the loop's own
/// thread.
final class OwnConnection implements ConnectionOwner {

    /// Why it cannot go back to the others.
    enum Kept {
        /// It can.
        NOT,
        /// The client has asked who it is to the node.
        IDENTITY,
        /// The node has been told something about this connection that stays.
        STATE
    }

    private final Session session;
    private final ShardLink link;
    private @Nullable NodeConnection connection;
    private boolean watching;
    private Kept kept = Kept.NOT;
    private boolean moved;
    private boolean stale = true;

    /// Commands of the SUBSCRIBE family whose confirmations are still to come.
    private int subscribing;

    /// A message that is coming in parts.
    private @Nullable PendingReply longPush;

    OwnConnection(Session session, ShardLink link) {
        this.session = session;
        this.link = link;
    }

    /// Borrows the connection.
    ///
    /// @return false when none can be had; [ShardLink#lendFailure] says why
    boolean open(Session.Loan loan) {
        ClientConnection client = session.client();
        connection = switch (loan) {
            case READY -> link.lend(this, client.database(), client.isResp3());
            case AT_ONCE -> link.lend(this, client.pool().config().backend().redisDb(), false);
            case FOR_GOOD -> link.lendForGood(this, client.database(), client.isResp3());
        };
        return connection != null;
    }

    NodeConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("not open");
        }
        return connection;
    }

    /// The connection, in the state that the client's next request needs.
    NodeConnection ready() {
        if (stale) {
            stale = false;
            become();
        }
        return connection();
    }

    int shard() {
        return link.index();
    }

    String shardName() {
        return link.name();
    }

    void send(Exchange exchange, byte[] bytes, int from, int to) {
        ready();
        sendAsIs(exchange, bytes, from, to);
    }

    /// Sends a request that no database matters to, and that must not wait for a SELECT: it may be what ends a script
    /// that keeps the node from answering one.
    void sendAsIs(Exchange exchange, byte[] bytes, int from, int to) {
        if (connection().accepts()) {
            connection().send(exchange, bytes, from, to);
        } else {
            exchange.fail(link.lendFailure());
        }
    }

    /// The client's database, protocol version or name may have changed. The connection follows before the next
    /// request.
    void follow() {
        stale = true;
    }

    private void become() {
        ClientConnection client = session.client();
        connection().become(client.database(), client.isResp3(), client.name());
    }

    void beginSubscribe() {
        subscribing++;
    }

    /// A command of the SUBSCRIBE family is confirmed.
    ///
    /// @param none whether it was the last one, and no subscription is left: the node sends no more messages
    void endSubscribe(boolean none) {
        subscribing--;
        if (none && subscribing == 0) {
            connection().setPushForm(PushForm.TYPED);
        }
    }

    /// The node guards keys for this client until EXEC.
    void setWatching(boolean watching) {
        this.watching = watching;
    }

    boolean isWatching() {
        return watching;
    }

    /// From now on it stays with the client, for this reason or a stronger one.
    void keep(Kept reason) {
        kept = reason.compareTo(kept) > 0 ? reason : kept;
    }

    Kept kept() {
        return kept;
    }

    /// The shard has another master by now.
    boolean hasMoved() {
        return moved;
    }

    /// Nothing is under way, and the node remembers nothing but database, protocol version and name.
    boolean isNeutral() {
        return !watching && kept == Kept.NOT && connection().idle();
    }

    void giveBack() {
        link.giveBack(connection());
    }

    /// Closes it; what is under way goes nowhere.
    void close() {
        connection().setOwner(null);
        connection().abort();
    }

    @Override
    public boolean onPush(byte[] bytes, int from, int to) {
        return resumeLater(session.client().replies().push(bytes, from, to));
    }

    @Override
    public boolean onPushPart(ByteBuf part, boolean last) {
        ReplyQueue replies = session.client().replies();
        PendingReply push = longPush == null ? replies.beginPush() : longPush;
        longPush = last ? null : push;
        return resumeLater(replies.settlePart(push, part, last));
    }

    private boolean resumeLater(boolean hasRoom) {
        if (!hasRoom) {
            session.client().replies().resumeLater(connection());
        }
        return hasRoom;
    }

    @Override
    public void onTooSlow() {
        session.client().closeBroken("it did not read its messages");
    }

    @Override
    public void onIdle() {
        session.giveBackIfNeutral(this);
    }

    @Override
    public void onMoved() {
        moved = true;
        closeIfCut();
        session.onMoved(this);
    }

    @Override
    public void onLost(Failure why) {
        closeIfCut();
        session.onLost(this, why);
    }

    private void closeIfCut() {
        if (longPush != null) {
            session.client().closeBroken("a message broke off in the middle");
        }
    }
}
