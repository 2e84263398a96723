package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.Failure;

/// PING. Where no node can answer it, the proxy does.
final class PingRequest extends Request {
    private final byte[] pong;

    PingRequest(ReplyQueue queue, byte[] pong) {
        super(queue);
        this.pong = pong;
    }

    @Override
    protected void onFailure(Failure failure, boolean sent) {
        onReply(pong, 0, pong.length);
    }
}
