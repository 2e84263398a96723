package dev.cobnut.proxy.client;

import dev.cobnut.proxy.routing.PoolFront;
import java.util.ArrayList;
import java.util.List;

/// A subscription renewed at another node: the client has had its answer long before.
final class Renewal extends UnheardExchange {
    private final Confirmations confirmations;

    private Renewal(Subscriptions.Verb verb, int count) {
        this.confirmations = new Confirmations(verb, count);
    }

    /// Subscribes everything again that belongs to the connection's shard.
    static void send(PoolFront pool, Subscriptions subscriptions, OwnConnection connection) {
        for (Subscriptions.Verb verb : Subscriptions.Verb.values()) {
            if (verb.adds()) {
                List<byte[]> here = new ArrayList<>();
                for (byte[] name : subscriptions.names(verb)) {
                    if (pool.listensAt(connection.shard(), verb.isPattern(), name)) {
                        here.add(name);
                    }
                }
                if (!here.isEmpty()) {
                    connection.subscribe(new Renewal(verb, here.size()), verb, here);
                }
            }
        }
    }

    @Override
    public PushAnswer onPush(byte[] bytes, int from, int to) {
        return confirmations.count(bytes, from, to);
    }
}
