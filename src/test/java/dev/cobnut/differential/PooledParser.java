package dev.cobnut.differential;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Guest;
import dev.cobnut.proxy.ClientFixture.NodeEnd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The proxy with a pool of one shard on a loop without a network, as a parser: what it would send to the node for a
/// client's bytes. The node says OK to everything. For one thread.
final class PooledParser implements AutoCloseable {
    /// Connections to the node of long requests are not used again, and pile up.
    private static final int STREAMS_OF_A_POOL = 2_000;

    private static final int LINGER_MILLIS = 600;

    private ClientFixture pool = ClientFixture.shards(1).start();
    private final Map<NodeEnd, StringBuilder> begun = new HashMap<>();
    private int streams;

    /// Sends the pieces, each in a turn of its own, and then the end.
    Understood play(List<byte[]> pieces) {
        if (++streams % STREAMS_OF_A_POOL == 0) {
            pool.close();
            begun.clear();
            pool = ClientFixture.shards(1).start();
        }
        Guest client = pool.client();
        List<List<String>> commands = new ArrayList<>();
        for (byte[] piece : pieces) {
            client.channel().peerSends(piece);
            pool.turn();
            answer(commands);
        }
        client.ends();
        answer(commands);
        String replies = client.channel().takeWritten();
        if (client.isOpen()) {
            // One that broke the protocol has a moment to read the error.
            pool.pass(LINGER_MILLIS);
        }
        if (client.isOpen()) {
            throw new AssertionError(
                    "the client is still open after " + pieces.size() + " pieces, and was answered " + replies);
        }
        return new Understood(commands, replies);
    }

    private void answer(List<List<String>> commands) {
        boolean more = true;
        while (more) {
            more = false;
            for (NodeEnd end : List.copyOf(pool.node(0).ends())) {
                String written = end.channel().takeWritten();
                if (!written.isEmpty()) {
                    int asked = take(
                            begun.computeIfAbsent(end, _ -> new StringBuilder()).append(written), commands);
                    end.channel().peerSends("+OK\r\n".repeat(asked));
                    pool.turn();
                    more = true;
                }
                if (!end.channel().isOpen()) {
                    begun.remove(end);
                }
            }
        }
    }

    /// Takes whole requests off the beginning of what the node was sent.
    ///
    /// @return how many
    private static int take(StringBuilder sent, List<List<String>> commands) {
        int taken = 0;
        int at = 0;
        while (at < sent.length()) {
            List<String> words = new ArrayList<>();
            int end = request(sent, at, words);
            if (end < 0) {
                break;
            }
            commands.add(words);
            at = end;
            taken++;
        }
        sent.delete(0, at);
        return taken;
    }

    /// @return where the request ends; -1 when it is not whole
    private static int request(StringBuilder sent, int from, List<String> words) {
        int at = from;
        int count = number(sent, at, '*');
        at = count < 0 ? -1 : sent.indexOf("\n", at) + 1;
        for (int i = 0; at >= 0 && i < count; i++) {
            int length = number(sent, at, '$');
            int body = sent.indexOf("\n", at) + 1;
            if (length < 0 || body + length + 2 > sent.length()) {
                return -1;
            }
            words.add(sent.substring(body, body + length));
            at = body + length + 2;
            if (!sent.substring(at - 2, at).equals("\r\n")) {
                throw new AssertionError("no CR LF behind an argument in what the node was sent: " + sent);
            }
        }
        return at;
    }

    /// @return -1 when it is not whole
    private static int number(StringBuilder sent, int at, char sign) {
        int end = sent.indexOf("\r\n", at);
        if (end < 0) {
            return -1;
        }
        String header = sent.substring(at, end);
        if (!header.matches("\\" + sign + "(0|[1-9][0-9]*)")) {
            throw new AssertionError("the node was sent \"" + header + "\" (expected: a length with " + sign + ")");
        }
        return Integer.parseInt(header.substring(1));
    }

    @Override
    public void close() {
        pool.close();
    }
}
