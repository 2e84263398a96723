package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.PushForm;
import dev.cobnut.resp.RespWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The answer to a command of the SUBSCRIBE family: as many frames as it has names, once the nodes have confirmed.
final class SubscribeReply extends JoinedReply {
    private final ClientConnection client;
    private final byte[] frames;

    /// @param frames what the client gets
    SubscribeReply(ClientConnection client, byte[] frames) {
        super(client.pool());
        this.client = client;
        this.frames = frames;
    }

    @Override
    byte[] join() {
        return frames;
    }

    @Override
    boolean confirms() {
        return true;
    }

    /// The client and the nodes no longer agree on what it is subscribed to: it begins again with a new connection.
    @Override
    void onRefused() {
        client.leaveBroken("its subscriptions were refused or lost");
    }

    /// Sends the names that belong to one shard.
    void send(OwnConnection connection, Subscriptions.Verb verb, List<byte[]> names) {
        connection.beginSubscribe();
        send(connection, register(new Part(this, connection, verb, names.size())), verb, names);
    }

    static void send(OwnConnection connection, Exchange exchange, Subscriptions.Verb verb, List<byte[]> names) {
        byte[][] words = new byte[names.size() + 1][];
        words[0] = RespWriter.bulk(verb.word());
        for (int i = 0; i < names.size(); i++) {
            words[i + 1] = RespWriter.bulk(names.get(i));
        }
        byte[] request = RespWriter.array(words);
        connection.connection().setPushForm(PushForm.PUBSUB);
        connection.send(exchange, request, 0, request.length);
    }

    /// Counts the confirmations of one command at one node.
    private static final class Confirmations {
        private final byte[] word;
        private int open;

        Confirmations(Subscriptions.Verb verb, int count) {
            this.word =
                    ("$" + verb.word().length() + "\r\n" + verb.word() + "\r\n").getBytes(StandardCharsets.US_ASCII);
            this.open = count;
        }

        /// `>3 CR LF $9 CR LF subscribe CR LF ...`
        Exchange.PushAnswer count(byte[] bytes, int from, int to) {
            int at = from + 4;
            if (to - at < word.length || !Arrays.equals(bytes, at, at + word.length, word, 0, word.length)) {
                return Exchange.PushAnswer.NOT_MINE;
            }
            return --open == 0 ? Exchange.PushAnswer.LAST : Exchange.PushAnswer.MINE;
        }
    }

    private static final class Part extends Fragment {
        private final SubscribeReply joined;
        private final OwnConnection connection;
        private final Confirmations confirmations;

        Part(SubscribeReply joined, OwnConnection connection, Subscriptions.Verb verb, int count) {
            super(joined, connection.shard());
            this.joined = joined;
            this.connection = connection;
            this.confirmations = new Confirmations(verb, count);
        }

        @Override
        protected PushAnswer onPush(byte[] bytes, int from, int to) {
            PushAnswer answer = confirmations.count(bytes, from, to);
            if (answer == PushAnswer.LAST) {
                connection.endSubscribe(!joined.isAbandoned()
                        && joined.client.session().subscriptions().isEmpty());
                onReply(Replies.OK, 0, Replies.OK.length);
            }
            return answer;
        }
    }

    /// A subscription renewed at another node: the client has had its answer.
    static final class Again extends UnheardExchange {
        private final Confirmations confirmations;

        Again(Subscriptions.Verb verb, int count) {
            this.confirmations = new Confirmations(verb, count);
        }

        @Override
        protected PushAnswer onPush(byte[] bytes, int from, int to) {
            return confirmations.count(bytes, from, to);
        }
    }
}
