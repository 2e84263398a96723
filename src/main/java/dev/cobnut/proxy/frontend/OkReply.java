package dev.cobnut.proxy.frontend;

/// MSET over several shards: OK when every part is OK.
final class OkReply extends JoinedReply {
    OkReply(PoolFront pool) {
        super(pool);
    }

    @Override
    byte[] join() {
        return Replies.OK;
    }
}
