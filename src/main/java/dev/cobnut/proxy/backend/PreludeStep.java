package dev.cobnut.proxy.backend;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// AUTH or SELECT on a new connection. Requests wait until the last step is answered: a SELECT that failed must not
/// let them run in database 0, which is what nutcracker does.
final class PreludeStep extends Exchange {
    private final NodeConnection connection;
    private final byte[] command;
    private final boolean last;

    PreludeStep(NodeConnection connection, byte[] command, boolean last) {
        this.connection = connection;
        this.command = command;
        this.last = last;
    }

    @Override
    protected boolean onReply(byte[] bytes, int from, int to) {
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

    private String name() {
        // *2\r\n$4\r\nAUTH…
        return command[8] == 'A' ? "AUTH" : "SELECT";
    }

    @Override
    protected boolean onReplyPart(ByteBuf part, boolean isLast) {
        throw new IllegalStateException("a reply to " + name() + " of more than 64 KiB");
    }

    @Override
    protected void onFailure(Failure failure, boolean sent) {
        // The connection is dead, and says so to every request that waited for it.
    }

    @Override
    protected Object receiver() {
        return connection;
    }

    @Override
    protected void onPaused(NodeConnection paused) {
        throw new IllegalStateException("a step that never asks to pause");
    }

    @Override
    protected void onTooSlow() {
        throw new IllegalStateException("a step that never asks to pause");
    }
}
