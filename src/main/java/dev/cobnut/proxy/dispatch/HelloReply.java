package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.PendingReply;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// HELLO. The node's answer is the reply. While no node can be asked, its last answer for the same version stands, so
/// that clients can connect during a failover.
final class HelloReply extends PendingReply {
    private final Client client;
    private final boolean resp3;
    private @Nullable OwnConnection own;

    /// @param resp3 whether the client speaks version 3 once the node has agreed
    HelloReply(Client client, boolean resp3) {
        this.client = client;
        this.resp3 = resp3;
    }

    void sendOver(OwnConnection connection, byte[] request) {
        own = connection;
        connection.send(this, request);
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] != '-' && !isAbandoned()) {
            client.pool().rememberHello(resp3, Arrays.copyOfRange(bytes, from, to));
            if (own != null) {
                own.lease().setResp3(resp3);
            }
            client.setResp3(resp3);
        }
        return super.onReply(bytes, from, to);
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        byte[] answer = client.pool().lastHello(resp3);
        if (answer.length == 0) {
            super.onFailure(failure, sent);
        } else {
            own = null;
            onReply(answer, 0, answer.length);
        }
    }
}
