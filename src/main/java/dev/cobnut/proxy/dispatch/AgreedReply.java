package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.resp.Frame;
import org.jspecify.annotations.Nullable;

/// The reply to a request that changes the client once a node has agreed to it.
final class AgreedReply extends PendingReply {
    private final Change change;
    private @Nullable OwnConnection own;

    AgreedReply(Change change) {
        this.change = change;
    }

    /// What to do when the node did not answer with an error.
    interface Change {
        void make(OwnConnection own);
    }

    void sendOver(OwnConnection connection, Frame frame) {
        own = connection;
        connection.send(this, frame);
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] != '-' && !isAbandoned() && own != null) {
            change.make(own);
        }
        return super.onReply(bytes, from, to);
    }
}
