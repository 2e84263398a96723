package dev.cobnut.proxy.client;

import dev.cobnut.net.Account;
import dev.cobnut.net.Socket;
import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.Resumable;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One command of a client, from its place in the client's [ReplyQueue] until its reply has left.
///
/// Stands in two queues at once: that of the client, which keeps the order of replies, and, as an [Exchange], that of
/// a node connection, which tells whose the next reply is.
public class PendingReply extends Exchange {
    /// Where it stands. Null before that, and once the client has left; the reply then goes nowhere.
    @Nullable
    ReplyQueue queue;

    @Nullable
    PendingReply next;

    /// What arrived before it was this request's turn: a whole reply, or parts of a long one.
    private byte @Nullable [] storedReply;

    private @Nullable List<ByteBuf> storedParts;

    /// Of what is stored; of a joined reply that is not whole, what is collected behind the head.
    private int storedBytes;

    /// Of the parts that have come.
    private int partBytes;

    /// The reply is whole, stored or already written.
    private boolean complete;

    /// Some of the reply has already gone to the client.
    private boolean begun;

    /// The client does not want the reply.
    private boolean muted;

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        ReplyQueue replies = queue;
        return replies == null || replies.settle(this, bytes, from, to);
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean last) {
        ReplyQueue replies = queue;
        return replies == null || replies.settlePart(this, part, last);
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        ReplyQueue replies = queue;
        if (replies != null) {
            replies.fail(this, failure.reply(sent));
        }
    }

    @Override
    public Object receiver() {
        ReplyQueue replies = queue;
        return replies == null ? this : replies;
    }

    @Override
    public void onPaused(Resumable connection) {
        ReplyQueue replies = queue;
        if (replies == null) {
            connection.resume();
        } else {
            replies.resumeLater(this, connection);
        }
    }

    @Override
    public void onTooSlow() {
        ReplyQueue replies = queue;
        if (replies != null) {
            replies.tooSlow();
        }
    }

    @Override
    protected boolean isUnwanted() {
        return isAbandoned();
    }

    /// Whether nobody waits for it any more: the client has left.
    protected final boolean isAbandoned() {
        return queue == null;
    }

    /// It is answered with a reply of the proxy's own making.
    protected final void settle(byte[] reply) {
        ReplyQueue replies = queue;
        if (replies != null) {
            replies.settle(this, reply);
        }
    }

    /// It is answered with an error because a node could not answer.
    protected final void settleFailed(byte[] error) {
        ReplyQueue replies = queue;
        if (replies != null) {
            replies.fail(this, error);
        }
    }

    /// Whether it answers by messages: those of a node then wait behind it, and the client gets it whatever it wants to
    /// hear otherwise.
    protected boolean confirms() {
        return false;
    }

    /// Whether a node has confirmed its part, or has none.
    protected boolean isConfirmedBy(Resumable source) {
        return true;
    }

    boolean isMuted() {
        return muted;
    }

    protected final void mute() {
        muted = true;
    }

    boolean isComplete() {
        return complete;
    }

    void markComplete() {
        complete = true;
    }

    boolean hasBegun() {
        return begun;
    }

    void markBegun() {
        begun = true;
    }

    /// Keeps a whole reply until its turn.
    void store(byte[] reply) {
        storedReply = reply;
        storedBytes = reply.length;
    }

    /// Keeps a part until its turn; takes the buffer over.
    void store(ByteBuf part) {
        if (storedParts == null) {
            storedParts = new ArrayList<>(2);
        }
        storedParts.add(part);
        storedBytes += part.readableBytes();
    }

    int storedBytes() {
        return storedBytes;
    }

    boolean hasStored() {
        return storedReply != null || storedParts != null;
    }

    /// Bytes that a joined reply has collected before its turn.
    void collect(int bytes) {
        storedBytes += bytes;
    }

    /// @return of all parts
    int addPartBytes(int bytes) {
        partBytes += bytes;
        return partBytes;
    }

    /// Bytes of its own that it collects until it can be answered.
    protected final void collected(int bytes) {
        ReplyQueue replies = queue;
        if (replies != null) {
            replies.collected(this, bytes);
        }
    }

    /// Whether it may collect more now; if not, the connection that it comes from should pause.
    protected final boolean mayCollect() {
        ReplyQueue replies = queue;
        return replies == null || replies.hasRoomFor(this);
    }

    /// What is held for the client; null when it has left.
    protected final @Nullable Account account() {
        ReplyQueue replies = queue;
        return replies == null ? null : replies.account();
    }

    /// Its turn has come: what was stored goes out.
    void writeStored(Socket out) {
        if (storedReply != null) {
            out.append(storedReply);
        } else if (storedParts != null) {
            begun = true;
            storedParts.forEach(out::appendOwned);
        }
        storedReply = null;
        storedParts = null;
        storedBytes = 0;
    }

    protected void dropStored() {
        if (storedParts != null) {
            storedParts.forEach(ByteBuf::release);
            storedParts = null;
        }
        storedReply = null;
        storedBytes = 0;
    }
}
