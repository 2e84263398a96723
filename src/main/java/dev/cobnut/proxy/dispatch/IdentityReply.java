package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.resp.ReplyCursor;
import java.util.Arrays;

/// CLIENT ID, answered by the node for the connection that the client keeps from then on: other connections of the
/// same user may name its number.
final class IdentityReply extends BlockingReply {
    private final OwnConnection own;

    IdentityReply(OwnConnection own) {
        super(own);
        this.own = own;
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] == ':' && !isAbandoned()) {
            own.identify(ReplyCursor.on(Arrays.copyOfRange(bytes, from, to)).integer());
        }
        return super.onReply(bytes, from, to);
    }
}
