package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Transaction;

/// MULTI to the shard that the first key has named. The client has had its answer long before.
final class LateMultiReply extends PendingReply {
    private final Transaction transaction;

    LateMultiReply(Transaction transaction) {
        this.transaction = transaction;
        mute();
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] == '-') {
            transaction.lose("the node refused MULTI");
        } else {
            transaction.bound();
        }
        return super.onReply(bytes, from, to);
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        transaction.lose(failure.toString());
        super.onFailure(failure, sent);
    }
}
