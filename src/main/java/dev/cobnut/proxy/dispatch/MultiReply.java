package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.PendingReply;

/// MULTI. When it fails the client is closed behind the error: what it may have sent after it must not run on its own.
final class MultiReply extends PendingReply {
    private final Client client;

    MultiReply(Client client) {
        this.client = client;
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        boolean room = super.onReply(bytes, from, to);
        if (bytes[from] == '-') {
            leave();
        }
        return room;
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        super.onFailure(failure, sent);
        leave();
    }

    private void leave() {
        if (!isAbandoned()) {
            client.door().leaveBroken("its MULTI was refused");
        }
    }
}
