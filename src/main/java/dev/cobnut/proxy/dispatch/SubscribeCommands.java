package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Replies;
import dev.cobnut.proxy.client.Session;
import dev.cobnut.proxy.client.Subscriptions;
import dev.cobnut.proxy.joined.SubscribeReply;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.resp.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The SUBSCRIBE family: each name to the shards where it is placed, over connections of the client's own.
final class SubscribeCommands {
    private SubscribeCommands() {}

    /// The channels or patterns that a command names; none means all there are.
    static List<byte[]> names(Frame frame) {
        byte[][] arguments = frame.arguments();
        return List.of(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    /// Carries a command out, outside of a transaction.
    static void perform(Client client, Frame frame) {
        PoolFront pool = client.pool();
        Session session = client.session();
        Subscriptions.Verb verb = Subscriptions.Verb.of(frame.command());
        List<byte[]> named = names(frame);
        List<byte[]> names = named.isEmpty() ? session.subscriptions().names(verb) : named;
        if (!client.replies().account().hasRoomFor(Subscriptions.bytes(verb, names))) {
            client.replies().answer(Replies.NO_MEMORY);
            return;
        }
        List<List<byte[]>> byShard = new ArrayList<>();
        for (int shard = 0; shard < pool.shards().size(); shard++) {
            // Where nothing is subscribed, nothing is to be given up.
            byShard.add(verb.adds() || session.at(shard) != null ? at(pool, shard, verb, names) : List.of());
        }
        for (int shard = 0; shard < byShard.size(); shard++) {
            if (!byShard.get(shard).isEmpty() && session.open(shard, Loan.READY) == null) {
                client.replies().add(new PendingReply()).fail(pool.noConnection(shard));
                session.giveBackIfNeutral();
                return;
            }
        }
        byte[] frames = session.subscriptions().apply(verb, names, client.isResp3());
        client.countNames();
        SubscribeReply reply = client.replies().add(new SubscribeReply(client, frames));
        for (int shard = 0; shard < byShard.size(); shard++) {
            OwnConnection own = session.at(shard);
            if (own != null && !byShard.get(shard).isEmpty()) {
                reply.send(own, verb, byShard.get(shard));
            }
        }
        reply.sentAll();
    }

    private static List<byte[]> at(PoolFront pool, int shard, Subscriptions.Verb verb, List<byte[]> names) {
        List<byte[]> here = new ArrayList<>();
        for (byte[] name : names) {
            if (pool.listensAt(shard, verb.isPattern(), name)) {
                here.add(name);
            }
        }
        return here;
    }
}
