package dev.cobnut.proxy.backend;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// A command of the proxy's own: AUTH, HELLO or SELECT on a new connection, or one that makes a connection ready for
/// another client. Its reply goes nowhere, and an error closes the connection: a SELECT that failed must not let
/// requests run in database 0, which is what nutcracker does.
final class PreludeStep extends Exchange {
    private final NodeConnection connection;
    private final byte[] command;
    private final boolean last;

    /// @param last whether requests that were collected may be sent once it is answered
    PreludeStep(NodeConnection connection, byte[] command, boolean last) {
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
        if (bytes[from] == '-' && !needsNoPassword(bytes, from, to)) {
            connection.prepareFailed(name(), bytes, from, to);
        } else if (last) {
            connection.prepared();
        }
        return true;
    }

    /// A node without a password answers AUTH with an error; nutcracker lives with that, and so do we.
    private boolean needsNoPassword(byte[] bytes, int from, int to) {
        String answer = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        return name().equals("AUTH")
                && (answer.contains("no password is set") || answer.contains("without any password configured"));
    }

    /// `*2 CR LF $4 CR LF AUTH...`
    private String name() {
        String text = new String(command, 8, Math.min(command.length - 8, 16), StandardCharsets.US_ASCII);
        return text.substring(0, text.indexOf('\r'));
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean isLast) {
        throw new IllegalStateException("a reply to " + name() + " of more than 64 KiB");
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
