package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Watch;

/// WATCH. When it has not reached its node, or the node refused it, nobody guards the keys: the next transaction fails.
final class WatchReply extends PendingReply {
    private final Watch watch;

    WatchReply(Watch watch) {
        this.watch = watch;
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] == '-') {
            watch.refuse();
        }
        return super.onReply(bytes, from, to);
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        if (!sent) {
            watch.refuse();
        }
        super.onFailure(failure, sent);
    }
}
