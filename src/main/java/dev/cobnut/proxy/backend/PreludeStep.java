package dev.cobnut.proxy.backend;

import dev.cobnut.resp.ErrorCode;
import io.netty.buffer.ByteBuf;

/// A command of the proxy's own: AUTH, HELLO or SELECT on a new connection, or one that makes a connection ready for
/// another client. Its reply goes nowhere, and an error closes the connection: a SELECT that failed must not let
/// requests run in database 0, which is what nutcracker does.
final class PreludeStep extends Exchange {
    private final NodeConnection connection;
    private final String command;
    private final boolean last;

    /// @param command its name
    /// @param last whether requests that were collected may be sent once it is answered
    PreludeStep(NodeConnection connection, String command, boolean last) {
        this.connection = connection;
        this.command = command;
        this.last = last;
    }

    @Override
    boolean isHidden() {
        return true;
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] == '-' && !isName() && !needsNoPassword(bytes, from, to)) {
            connection.prepareFailed(command, bytes, from, to);
        } else if (last) {
            connection.prepared();
        }
        return true;
    }

    /// A name, which a user of the node may not be allowed to give, and without which everything works all the same.
    private boolean isName() {
        return command.equals("CLIENT");
    }

    /// A node without a password answers AUTH with an error; nutcracker lives with that, and so do we.
    private boolean needsNoPassword(byte[] bytes, int from, int to) {
        ErrorCode code = command.equals("AUTH") ? ErrorCode.of(bytes, from, to) : null;
        return code != null && code.node() == ErrorCode.Node.OPEN;
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean isLast) {
        throw new IllegalStateException("a reply to " + command + " of more than 64 KiB");
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        // The connection is dead, and says so to every request that waited for it.
    }

    @Override
    public Object receiver() {
        return connection;
    }
}
