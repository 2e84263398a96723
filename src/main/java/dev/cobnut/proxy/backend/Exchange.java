package dev.cobnut.proxy.backend;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One request on its way to a node, and the way back for its reply. This is all that a node connection knows of
/// clients.
///
/// It is queued before its first byte is written, and leaves the queue only when the last byte of its reply was read
/// or the connection died. Whoever stops waiting (the client left, the timeout passed) leaves it in the queue: it
/// then swallows exactly one reply. That is what keeps replies from reaching the wrong client.
///
/// All calls come on the event loop of the connection, exactly one of: one [#onReply]; some [#onReplyPart], the last
/// one marked; or [#onFailure], which may also cut a series of parts short.
public abstract class Exchange {
    @Nullable
    Exchange next;

    int requestBytes;

    /// When the pool's timeout passes; 0 for never.
    long deadlineNanos;

    /// It may take as long as it likes: a blocking command.
    boolean patient;

    /// True once the owner has been told how it ended; the reply is still to come and goes nowhere.
    boolean expired;

    /// Makes it exempt from the pool's timeout. To be called before it is sent.
    public final void waitWithoutEnd() {
        patient = true;
    }

    /// Whether it is the proxy's own business, which no counter counts.
    boolean isHidden() {
        return false;
    }

    /// A message has come while this is the oldest request under way; it may be part of the answer.
    public PushAnswer onPush(byte[] bytes, int from, int to) {
        return PushAnswer.NOT_MINE;
    }

    /// What a message is to the oldest request under way.
    public enum PushAnswer {
        NOT_MINE,
        MINE,
        /// It completes the answer: there will be no other reply.
        LAST
    }

    /// The whole reply, valid during the call only.
    ///
    /// @return false when the receiver has so much unread that the connection should stop reading; it then gets
    ///     [#onPaused]
    public abstract boolean onReply(byte[] bytes, int from, int to);

    /// A piece of a long reply, in order. The buffer is the caller's: retain it to keep it.
    ///
    /// @return as for [#onReply]
    public abstract boolean onReplyPart(ByteBuf part, boolean last);

    /// There will be no reply.
    ///
    /// @param sent true when a byte of the request may have reached the node, so that it may have been executed
    public abstract void onFailure(Failure failure, boolean sent);

    /// It could not be sent at all.
    public final void fail(Failure failure) {
        onFailure(failure, false);
    }

    /// Who the reply is for; two exchanges of one client have the same receiver.
    public abstract Object receiver();

    /// The connection reads nothing until the receiver calls [NodeConnection#resume].
    public abstract void onPaused(NodeConnection connection);

    /// The receiver kept the connection paused for too long while other clients waited behind it. It must let go of
    /// what is still to come.
    public abstract void onTooSlow();
}
