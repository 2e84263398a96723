package dev.cobnut.proxy.client;

import dev.cobnut.proxy.routing.PoolFront;
import java.util.ArrayList;
import java.util.List;

/// A subscription renewed at another node: the client has had its answer long before.
final class Renewal extends UnheardExchange {
    private final Confirmations confirmations;
    private final Runnable confirmed;

    private Renewal(Subscriptions.Verb verb, int count, Runnable confirmed) {
        this.confirmations = new Confirmations(verb, count);
        this.confirmed = confirmed;
    }

    /// Subscribes everything again that belongs to the connection's shard.
    ///
    /// @param confirmed runs once the node has agreed, for each kind of subscription
    static void send(PoolFront pool, Subscriptions subscriptions, OwnConnection connection, Runnable confirmed) {
        for (Subscriptions.Verb verb : Subscriptions.Verb.values()) {
            if (verb.adds()) {
                List<byte[]> here = new ArrayList<>();
                for (byte[] name : subscriptions.names(verb)) {
                    if (pool.listensAt(connection.shard(), verb.isPattern(), name)) {
                        here.add(name);
                    }
                }
                if (!here.isEmpty()) {
                    connection.subscribe(new Renewal(verb, here.size(), confirmed), verb, here);
                }
            }
        }
    }

    @Override
    public PushAnswer onPush(byte[] bytes, int from, int to) {
        return confirmations.count(bytes, from, to);
    }

    @Override
    public void onConfirmed() {
        confirmed.run();
    }
}
