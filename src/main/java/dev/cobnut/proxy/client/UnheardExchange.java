package dev.cobnut.proxy.client;

import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import io.netty.buffer.ByteBuf;

/// A request on a client's own connection whose reply nobody waits for: the client has had its answer before. If the
/// connection is lost, its owner is told.
public class UnheardExchange extends Exchange {
    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        return true;
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean last) {
        return true;
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        // The owner of the connection knows.
    }

    @Override
    public Object receiver() {
        return this;
    }
}
