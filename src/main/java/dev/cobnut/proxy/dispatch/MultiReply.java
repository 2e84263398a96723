package dev.cobnut.proxy.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Replies;
import dev.cobnut.proxy.client.Transaction;
import dev.cobnut.stats.PoolCounter;

/// MULTI. When it fails, or its node refuses it, the transaction has begun all the same and is lost: what the
/// client may have sent after it must not run on its own. The client is told OK even so, since many send no EXEC
/// behind an error, and what they send next would be taken for a part of it.
final class MultiReply extends PendingReply {
    private final Client client;
    private final Transaction transaction;

    MultiReply(Client client, Transaction transaction) {
        this.client = client;
        this.transaction = transaction;
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] == '-') {
            return lost("the node refused MULTI: " + new String(bytes, from + 1, to - from - 3, ISO_8859_1));
        }
        transaction.bound();
        return super.onReply(bytes, from, to);
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        lost(failure.toString());
    }

    private boolean lost(String why) {
        transaction.lose(why);
        client.pool().counters().add(PoolCounter.FORWARD_ERROR, 1);
        return super.onReply(Replies.OK, 0, Replies.OK.length);
    }
}
