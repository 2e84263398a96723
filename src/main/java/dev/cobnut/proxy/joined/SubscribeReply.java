package dev.cobnut.proxy.joined;

import dev.cobnut.proxy.backend.Resumable;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.Confirmations;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.Replies;
import dev.cobnut.proxy.client.Subscriptions;
import java.util.ArrayList;
import java.util.List;

/// The answer to a command of the SUBSCRIBE family: as many frames as it has names, once the nodes have confirmed.
public final class SubscribeReply extends JoinedReply {
    private final Client client;
    private final List<Part> parts = new ArrayList<>(1);
    private final int frameBytes;
    private boolean kept;

    /// @param frames what the client gets
    public SubscribeReply(Client client, byte[] frames) {
        super(client.pool().counters(), _ -> frames);
        this.client = client;
        this.frameBytes = frames.length;
    }

    @Override
    protected boolean confirms() {
        return true;
    }

    @Override
    protected boolean isConfirmedBy(Resumable source) {
        for (Part part : parts) {
            if (!part.confirmed && part.connection.connection() == source) {
                return false;
            }
        }
        return true;
    }

    /// The client and the nodes no longer agree on what it is subscribed to: it begins again with a new connection.
    @Override
    void onRefused() {
        client.door().leaveBroken("its subscriptions were refused or lost");
    }

    /// Sends the names that belong to one shard.
    public void send(OwnConnection connection, Subscriptions.Verb verb, List<byte[]> names) {
        if (!kept) {
            kept = true;
            keep(frameBytes);
        }
        connection.beginSubscribe();
        Part part = register(new Part(this, connection, verb, names.size()));
        parts.add(part);
        connection.subscribe(part, verb, names);
    }

    /// Whether the node of a shard sends no more messages once it has confirmed this.
    private boolean leavesNone() {
        return !isAbandoned() && client.session().subscriptions().isEmpty();
    }

    private static final class Part extends Fragment {
        private final SubscribeReply joined;
        private final OwnConnection connection;
        private final Confirmations confirmations;
        private boolean confirmed;

        Part(SubscribeReply joined, OwnConnection connection, Subscriptions.Verb verb, int count) {
            super(joined, nameOf(joined.client.pool(), connection.shard()));
            this.joined = joined;
            this.connection = connection;
            this.confirmations = new Confirmations(verb, count);
        }

        @Override
        public PushAnswer onPush(byte[] bytes, int from, int to) {
            return confirmations.count(bytes, from, to);
        }

        @Override
        public void onConfirmed() {
            confirmed = true;
            connection.endSubscribe(joined.leavesNone());
            onReply(Replies.OK, 0, Replies.OK.length);
        }
    }
}
