package dev.cobnut.proxy.frontend;

/// MSET over several shards: OK when every part is OK.
final class OkReply extends JoinedReply {
    OkReply(ReplyQueue queue, PoolFront pool) {
        super(queue, pool);
    }

    @Override
    byte[] join() {
        return Replies.OK;
    }
}
