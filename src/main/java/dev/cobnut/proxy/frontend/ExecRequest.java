package dev.cobnut.proxy.frontend;

import io.netty.buffer.ByteBuf;

/// EXEC. When the transaction was executed, the database it selected is the client's.
final class ExecRequest extends Request {
    private final ClientConnection client;
    private final OwnConnection own;
    private final int selected;
    private boolean begun;

    /// @param selected the database; -1 for none
    ExecRequest(ClientConnection client, OwnConnection own, int selected) {
        super(client.replies());
        this.client = client;
        this.own = own;
        this.selected = selected;
    }

    @Override
    protected boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] == '*' && bytes[from + 1] != '-') {
            executed();
        }
        return super.onReply(bytes, from, to);
    }

    @Override
    protected boolean onReplyPart(ByteBuf part, boolean last) {
        if (!begun) {
            begun = true;
            executed();
        }
        return super.onReplyPart(part, last);
    }

    private void executed() {
        if (selected >= 0 && queue != null) {
            own.connection().setDatabase(selected);
            client.setDatabase(selected);
        }
    }
}
