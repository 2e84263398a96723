package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.PendingReply;
import io.netty.buffer.ByteBuf;

/// A request whose reply is known already. What the node answers only says when its turn has come.
final class KnownReply extends PendingReply {
    private final byte[] reply;

    KnownReply(byte[] reply) {
        this.reply = reply;
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        return super.onReply(reply, 0, reply.length);
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean last) {
        return !last || super.onReply(reply, 0, reply.length);
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        super.onReply(reply, 0, reply.length);
    }
}
