package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.Failure;

/// PING. Where no node can answer it, the proxy does.
final class PingReply extends PendingReply {
    private final byte[] pong;

    PingReply(byte[] pong) {
        this.pong = pong;
    }

    @Override
    protected void onFailure(Failure failure, boolean sent) {
        onReply(pong, 0, pong.length);
    }
}
