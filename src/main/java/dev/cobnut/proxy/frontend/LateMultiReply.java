package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.Failure;

/// MULTI to the shard that the first key has named. The client has had its answer long before.
final class LateMultiReply extends PendingReply {
    private final Transaction transaction;

    LateMultiReply(Transaction transaction) {
        this.transaction = transaction;
        mute();
    }

    @Override
    protected boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] == '-') {
            transaction.lose("the node refused MULTI");
        }
        return super.onReply(bytes, from, to);
    }

    @Override
    protected void onFailure(Failure failure, boolean sent) {
        transaction.lose(failure.toString());
        super.onFailure(failure, sent);
    }
}
