package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.NodeConnection;
import io.netty.buffer.ByteBuf;

/// A command of a transaction that the client was told is queued before the first key had named a shard.
final class TransactionStep extends Exchange {
    @Override
    protected boolean onReply(byte[] bytes, int from, int to) {
        // A command that the node refuses makes EXEC fail by itself.
        return true;
    }

    @Override
    protected boolean onReplyPart(ByteBuf part, boolean last) {
        return true;
    }

    @Override
    protected void onFailure(Failure failure, boolean sent) {
        // The loss of the connection is told to its owner.
    }

    @Override
    protected Object receiver() {
        return this;
    }

    @Override
    protected void onPaused(NodeConnection connection) {
        throw new IllegalStateException("a step that never asks to pause");
    }

    @Override
    protected void onTooSlow() {
        throw new IllegalStateException("a step that never asks to pause");
    }
}
