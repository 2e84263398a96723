package dev.cobnut.proxy.client;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.NodeConnection;
import io.netty.buffer.ByteBuf;

/// A long request, passed on while it arrives, over a connection of the client's own: on a shared one a slow sender
/// would keep everybody waiting.
///
/// A node executes nothing before it has the whole request, so whatever ends it early ends it as *not sent*.
public final class Upload extends PendingReply {
    private final NodeConnection connection;
    private boolean finished;
    private boolean over;

    public Upload(OwnConnection own) {
        this.connection = own.ready();
    }

    /// Over which it goes.
    public NodeConnection connection() {
        return connection;
    }

    /// The first piece; `bytes` is copied.
    public void begin(byte[] bytes, int from, int to) {
        connection.beginLong(this);
        piece(bytes, from, to);
    }

    /// A further piece; `bytes` is copied.
    public void piece(byte[] bytes, int from, int to) {
        if (!over) {
            connection.sendPiece(bytes, from, to);
        }
    }

    /// A further piece; takes the buffer over.
    public void piece(ByteBuf buffer) {
        if (over) {
            buffer.release();
        } else {
            connection.sendPiece(buffer);
        }
    }

    /// The last piece; `bytes` is copied.
    public void lastPiece(byte[] bytes, int from, int to) {
        piece(bytes, from, to);
        finished = true;
        if (!over) {
            connection.endLong(this);
        }
    }

    /// Whether more may be read for it.
    public boolean hasRoom() {
        return over || connection.hasRoom();
    }

    /// The client has left, or broke the protocol, in the middle of the request.
    public void abort() {
        if (!over) {
            over = true;
            connection.abort();
        }
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        boolean room = super.onReply(bytes, from, to);
        answered();
        return room;
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean last) {
        boolean room = super.onReplyPart(part, last);
        if (last) {
            answered();
        }
        return room;
    }

    private void answered() {
        over = true;
        if (!finished) {
            // Answered before it was whole: the node has stopped listening to it.
            connection.abort();
        }
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        over = true;
        super.onFailure(failure, sent && finished);
        // After a timeout the reply may still come; nobody would give the connection back then.
        connection.abort();
    }
}
