package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.resp.RespWriter;

/// A command that may take as long as it likes, on a connection of the client's own.
class BlockingReply extends PendingReply {
    /// What Redis itself says when a master becomes a replica.
    private static final byte[] UNBLOCKED = RespWriter.error(
            "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)");

    private final OwnConnection own;

    BlockingReply(OwnConnection own) {
        this.own = own;
        waitWithoutEnd();
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        if (sent && own.hasMoved()) {
            super.onReply(UNBLOCKED, 0, UNBLOCKED.length);
        } else {
            super.onFailure(failure, sent);
        }
    }
}
