package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.NodeConnection;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A part of a transaction that the client has been answered before: MULTI, and what came before the first key.
final class TransactionStep extends Exchange {
    private final @Nullable Transaction begins;

    /// @param begins the transaction, if this is its MULTI
    TransactionStep(@Nullable Transaction begins) {
        this.begins = begins;
    }

    @Override
    protected boolean onReply(byte[] bytes, int from, int to) {
        // A command that the node refuses makes EXEC fail by itself. Without MULTI there is nothing to fail.
        if (begins != null && bytes[from] == '-') {
            begins.lose("the node refused MULTI");
        }
        return true;
    }

    @Override
    protected boolean onReplyPart(ByteBuf part, boolean last) {
        return true;
    }

    @Override
    protected void onFailure(Failure failure, boolean sent) {
        if (begins != null) {
            begins.lose(failure.toString());
        }
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
