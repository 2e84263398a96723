package dev.cobnut.proxy.joined;

import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.Policy;

/// WAIT and WAITAOF. Redis counts the replicas that have what this *connection* wrote. The writes of a client came
/// over shared connections, and are answered by now; so the question goes over a connection of its own, behind
/// another command: with each command Redis notes the replication offset of that moment for the connection, which is
/// past all those writes. Every shard is asked, and the smallest number stands.
///
/// Source: `c->woff` in processCommand and waitCommand of Redis 7.0.
public final class WaitReply {
    private WaitReply() {}

    /// Asks every shard. Nothing may be under way for the client on shared connections.
    public static void send(Client client, Frame frame) {
        PoolFront pool = client.pool();
        JoinedReply reply = client.replies().add(new JoinedReply(pool.counters(), Joins.of(Policy.WAIT), true));
        for (int shard = 0; shard < pool.shards().size(); shard++) {
            String name = JoinedReply.nameOf(pool, shard);
            OwnConnection own = client.session().open(shard, Loan.READY);
            if (own == null) {
                reply.refuse(name, pool.noConnection(shard));
            } else {
                Fragment part = reply.addFragment(name);
                part.waitWithoutEnd();
                own.ready().sendHidden("PING");
                own.send(part, frame);
            }
        }
        reply.sentAll();
    }
}
