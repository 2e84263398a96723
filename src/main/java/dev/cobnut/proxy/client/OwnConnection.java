package dev.cobnut.proxy.client;

import dev.cobnut.proxy.backend.ConnectionMode;
import dev.cobnut.proxy.backend.ConnectionOwner;
import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.Lease;
import dev.cobnut.proxy.backend.Loans;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.backend.PushForm;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.RespWriter;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection to one shard that one client has for itself, until it is neutral again and idle. For the loop's own
/// thread.
public final class OwnConnection implements ConnectionOwner {

    /// Why it cannot go back to the others.
    public enum Kept {
        /// Nothing keeps it.
        FREE,
        /// The client has asked who it is to the node.
        IDENTITY,
        /// The node has been told something about this connection that stays.
        STATE
    }

    private final Session session;
    private final ShardLink link;
    private @Nullable NodeConnection connection;
    private Kept kept = Kept.FREE;
    private boolean moved;

    /// What the node calls it, once the client has asked; 0 before that.
    private long nodeId;

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
    /// @return false when none can be had; [Loans#failure] says why
    boolean open(Loan loan) {
        Loans loans = link.master().loans();
        connection = switch (loan) {
            case READY, IF_FREE -> loans.lend(this, mode());
            case AT_ONCE -> loans.lend(this, new ConnectionMode(link.settings().database(), false));
            case FOR_GOOD -> loans.lendForGood(this, mode());
        };
        return connection != null;
    }

    public NodeConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("not open");
        }
        return connection;
    }

    /// What the connection is to this client.
    public Lease lease() {
        return connection().lease();
    }

    /// The connection, in the state that the client's next request needs.
    public NodeConnection ready() {
        if (stale) {
            stale = false;
            lease().become(mode());
        }
        return connection();
    }

    public int shard() {
        return link.index();
    }

    String shardName() {
        return link.name();
    }

    void send(Exchange exchange, byte[] bytes, int from, int to) {
        ready();
        sendAsIs(exchange, bytes, from, to);
    }

    /// Sends the client's request.
    public void send(Exchange exchange, Frame frame) {
        send(exchange, frame.bytes(), frame.from(), frame.to());
    }

    /// Sends a request of the proxy's own making.
    public void send(Exchange exchange, byte[] request) {
        send(exchange, request, 0, request.length);
    }

    /// Sends a request that no database matters to, and that must not wait for a SELECT: it may be what ends a script
    /// that keeps the node from answering one.
    public void sendAsIs(Exchange exchange, Frame frame) {
        sendAsIs(exchange, frame.bytes(), frame.from(), frame.to());
    }

    private void sendAsIs(Exchange exchange, byte[] bytes, int from, int to) {
        if (connection().accepts()) {
            connection().send(exchange, bytes, from, to);
        } else {
            exchange.fail(link.master().loans().failure());
        }
    }

    /// The client's database, protocol version or name may have changed. The connection follows before the next
    /// request.
    void follow() {
        stale = true;
    }

    private ConnectionMode mode() {
        Client client = session.client();
        return ConnectionMode.of(client.database(), client.isResp3(), client.name());
    }

    /// Sends a command of the SUBSCRIBE family.
    public void subscribe(Exchange exchange, Subscriptions.Verb verb, List<byte[]> names) {
        byte[][] words = new byte[names.size() + 1][];
        words[0] = RespWriter.bulk(verb.word());
        for (int i = 0; i < names.size(); i++) {
            words[i + 1] = RespWriter.bulk(names.get(i));
        }
        lease().setPushForm(PushForm.PUBSUB);
        send(exchange, RespWriter.array(words));
    }

    /// A command of the SUBSCRIBE family is going to be sent that counts here until [#endSubscribe].
    public void beginSubscribe() {
        subscribing++;
    }

    /// A command of the SUBSCRIBE family is confirmed.
    ///
    /// @param none whether it was the last one, and no subscription is left: the node sends no more messages
    public void endSubscribe(boolean none) {
        subscribing--;
        if (none && subscribing == 0) {
            lease().setPushForm(PushForm.TYPED);
        }
    }

    /// From now on it stays with the client, for this reason or a stronger one.
    public void keep(Kept reason) {
        kept = reason.compareTo(kept) > 0 ? reason : kept;
    }

    /// The node has told the client the number of this connection.
    public void identify(long id) {
        forgetNodeId();
        nodeId = id;
        session.client().pool().clients().introduce(id, session.client().user());
    }

    private void forgetNodeId() {
        if (nodeId != 0) {
            session.client().pool().clients().forget(nodeId);
            nodeId = 0;
        }
    }

    Kept kept() {
        return kept;
    }

    /// The shard has another master by now.
    public boolean hasMoved() {
        return moved;
    }

    /// Nothing is under way, and the node remembers nothing but database, protocol version and name, keys that it
    /// watches apart.
    boolean isNeutral() {
        return kept == Kept.FREE && connection().idle();
    }

    void giveBack() {
        link.master().loans().giveBack(connection());
    }

    /// Closes it; what is under way goes nowhere.
    void close() {
        forgetNodeId();
        lease().setOwner(null);
        connection().abort();
    }

    @Override
    public boolean onPush(byte[] bytes, int from, int to) {
        return session.client().replies().push(connection(), bytes, from, to);
    }

    @Override
    public boolean onPushPart(ByteBuf part, boolean last) {
        ReplyQueue replies = session.client().replies();
        PendingReply push = longPush == null ? replies.beginPush(connection()) : longPush;
        longPush = last ? null : push;
        return replies.pushPart(connection(), push, part, last);
    }

    @Override
    public void onTooSlow() {
        session.client().door().closeBroken("it did not read its messages");
    }

    @Override
    public void onIdle() {
        session.giveBackIfNeutral(this);
    }

    @Override
    public void onMoved() {
        forgetNodeId();
        moved = true;
        closeIfCut();
        session.onMoved(this);
    }

    @Override
    public void onLost(Failure why) {
        forgetNodeId();
        closeIfCut();
        session.onLost(this, why);
    }

    private void closeIfCut() {
        if (longPush != null) {
            session.client().door().closeBroken("a message broke off in the middle");
        }
    }
}
