package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.PendingReply;

/// PING. Where no node can answer it, the proxy does.
final class PingReply extends PendingReply {
    private final byte[] pong;

    PingReply(byte[] pong) {
        this.pong = pong;
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        onReply(pong, 0, pong.length);
    }
}
