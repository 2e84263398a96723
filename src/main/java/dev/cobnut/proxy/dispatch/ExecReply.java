package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Transaction;
import io.netty.buffer.ByteBuf;

/// EXEC. When the transaction was executed, the database it selected is the client's, and so are its other effects.
final class ExecReply extends PendingReply {
    private final Client client;
    private final Transaction transaction;
    private boolean begun;

    ExecReply(Client client, Transaction transaction) {
        this.client = client;
        this.transaction = transaction;
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] == '*' && bytes[from + 1] != '-') {
            executed();
        }
        return super.onReply(bytes, from, to);
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean last) {
        if (!begun) {
            begun = true;
            if (part.getByte(part.readerIndex()) == '*') {
                executed();
            }
        }
        return super.onReplyPart(part, last);
    }

    private void executed() {
        if (!isAbandoned()) {
            transaction.executed(client);
        }
    }
}
