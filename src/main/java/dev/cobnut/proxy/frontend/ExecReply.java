package dev.cobnut.proxy.frontend;

import io.netty.buffer.ByteBuf;

/// EXEC. When the transaction was executed, the database it selected is the client's, and so are its other effects.
final class ExecReply extends PendingReply {
    private final ClientConnection client;
    private final OwnConnection own;
    private final Transaction transaction;
    private boolean begun;

    ExecReply(ClientConnection client, OwnConnection own, Transaction transaction) {
        this.client = client;
        this.own = own;
        this.transaction = transaction;
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
        if (queue == null) {
            return;
        }
        transaction.executed();
        int selected = transaction.selected();
        if (selected >= 0) {
            own.connection().setDatabase(selected);
            client.setDatabase(selected);
        }
    }
}
