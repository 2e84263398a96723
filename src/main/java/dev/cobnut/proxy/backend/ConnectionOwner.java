package dev.cobnut.proxy.backend;

import io.netty.buffer.ByteBuf;

/// Who has a connection to a node for itself alone, and is told what is no reply to a request. Calls come on the
/// connection's event loop.
public interface ConnectionOwner {
    /// A message that the node sent without being asked, valid during the call only.
    ///
    /// @return false when the receiver has so much unread that the connection should stop reading, until
    ///     [Resumable#resume]
    boolean onPush(byte[] bytes, int from, int to);

    /// A piece of a long message, in order. The buffer is the caller's: retain it to keep it.
    ///
    /// @return as for [#onPush]
    boolean onPushPart(ByteBuf part, boolean last);

    /// The connection has been kept from reading for too long.
    void onTooSlow();

    /// The last request under way has been answered.
    void onIdle();

    /// The shard has another master, or may have. Nothing new can be sent here; requests under way may still be answered.
    void onMoved();

    /// The connection is closed, and what was under way on it has failed already.
    void onLost(Failure why);
}
