package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.Failure;

/// MULTI. When it fails the client is closed behind the error: what it may have sent after it must not run on its own.
final class MultiReply extends PendingReply {
    private final ClientConnection client;

    MultiReply(ClientConnection client) {
        this.client = client;
    }

    @Override
    protected boolean onReply(byte[] bytes, int from, int to) {
        boolean room = super.onReply(bytes, from, to);
        if (bytes[from] == '-') {
            leave();
        }
        return room;
    }

    @Override
    protected void onFailure(Failure failure, boolean sent) {
        super.onFailure(failure, sent);
        leave();
    }

    private void leave() {
        if (queue != null) {
            client.leaveBroken("its MULTI was refused");
        }
    }
}
