package dev.cobnut.proxy.joined;

import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.Policy;

/// Commands that concern every shard of a pool: they go to all at once, or for SCAN to one after the other.
public final class WholeKeyspace {
    private WholeKeyspace() {}

    /// Sends a command that reaches every shard.
    public static void send(Client client, Frame frame) {
        Policy policy = frame.command().policy(client.pool().oneShard());
        if (policy == Policy.SCAN) {
            scan(client, frame);
        } else {
            boolean reads = frame.command().readOnly();
            Splitter.toAll(client, frame, new JoinedReply(client.pool().counters(), Joins.of(policy), reads));
        }
    }

    /// Sends SCAN to the shard that its cursor names.
    private static void scan(Client client, Frame frame) {
        PoolFront pool = client.pool();
        long cursor = frame.integer(1);
        int shards = pool.shards().size();
        byte[] refusal = ScanJoin.refusal(cursor, shards);
        if (refusal != null) {
            client.replies().answer(refusal);
            return;
        }
        ScanJoin join = ScanJoin.at(cursor, shards);
        JoinedReply reply = client.replies().add(new JoinedReply(pool.counters(), join, true));
        client.send(join.shard(), reply.addFragment(JoinedReply.nameOf(pool, join.shard())), join.request(frame));
        reply.sentAll();
    }
}
