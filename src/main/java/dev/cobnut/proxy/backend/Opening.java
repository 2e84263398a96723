package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Socket;
import dev.cobnut.resp.ErrorCode;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.topology.NodeAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The way of a connection from a name to being ready, and what is collected meanwhile.
///
/// ```
///   resolve ──► dial ──► AUTH, HELLO, SELECT as the pool and the mode need them ──► INFO, where data are known ──► ready
/// ```
///
/// A step that fails ends the connection, with a failure that all who were collected are told as *not sent*. Owned by
/// a [NodeConnection]; for the loop's own thread.
final class Opening {
    /// This much is collected before more is refused.
    static final int COLLECTED_BYTES_MAX = 32 * 1024 * 1024;

    private final IoLoop loop;
    private final NodeConnection connection;
    private final LinkSettings settings;
    private final @Nullable Hold hold;
    private int requests;
    private int bytes;

    /// @param hold of the shard; null when nothing waits for the node
    Opening(IoLoop loop, NodeConnection connection, LinkSettings settings, @Nullable Hold hold) {
        this.loop = loop;
        this.connection = connection;
        this.settings = settings;
        this.hold = hold;
    }

    /// Begins to connect. What becomes of it is told to the connection.
    void connect(NodeAddress address) {
        loop.resolver().resolve(address, loop.eventLoop(), (target, unresolved) -> {
            if (connection.isClosed()) {
                return;
            }
            if (target == null) {
                connection.dieOf(Failure.Kind.HOST_DOWN, "the name does not resolve");
            } else {
                dial(target);
            }
        });
    }

    private void dial(SocketAddress target) {
        ChannelFuture connecting;
        try {
            connecting = Dialer.dial(loop, target, settings.timeoutMillis(), connection);
        } catch (ChannelException e) {
            // No descriptor is left.
            connection.dieOf(e);
            return;
        }
        connection.onDialled(connecting.channel());
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                connection.dieOf(done.cause());
            }
        });
    }

    /// What makes a connection ready, word for word; the last question is that of a [HistoryStep], where it is known of
    /// which data the node should be master.
    List<String[]> prelude(ConnectionMode mode) {
        List<String[]> prelude = settings.prelude(mode);
        if (hold != null && !hold.history().isEmpty()) {
            prelude.add(HistoryStep.COMMAND);
        }
        return prelude;
    }

    /// Sends what makes a connection ready, which goes before all that was collected.
    ///
    /// @param prelude commands word for word, one or more
    void prepare(Socket socket, List<String[]> prelude) {
        for (int i = prelude.size() - 1; i >= 0; i--) {
            String[] command = prelude.get(i);
            boolean last = i == prelude.size() - 1;
            connection.expectFirst(
                    hold != null && command == HistoryStep.COMMAND
                            ? new HistoryStep(connection, hold)
                            : new PreludeStep(connection, command[0], last));
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        prelude.forEach(command -> joined.writeBytes(RespWriter.command(command)));
        socket.writeAhead(joined.toByteArray());
    }

    /// A request waits for the connection.
    void collect(int requestBytes) {
        requests++;
        bytes += requestBytes;
    }

    /// All that was collected is written now.
    void end(Traffic traffic) {
        traffic.onOpened(requests, bytes);
    }

    /// Whether an answer to a step is what the node would have answered to the requests that wait, too.
    static boolean isTemporary(byte[] bytes, int from, int to) {
        ErrorCode code = ErrorCode.of(bytes, from, to);
        return code == ErrorCode.BUSY || code == ErrorCode.LOADING;
    }

    /// Whether a node serves nothing on a connection that it answers like this, and closes it.
    static boolean isRefusal(byte[] bytes, int from, int to) {
        ErrorCode code = ErrorCode.of(bytes, from, to);
        return code != null && code.node() == ErrorCode.Node.CLOSED_TO_US;
    }

    /// A reply as text for people.
    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8).strip();
    }

    /// The last question on a new connection to a master, before anything else is sent there: of which data it is the master.
    /// A process that was restarted without its data, or another one at the address of the first, may be there before anybody
    /// has noticed; on this connection it gets nothing until somebody has looked ([Hold]). Whoever does not say so, since it
    /// is too old, or the user may not ask, is believed. For the loop's own thread.
    private static final class HistoryStep extends Exchange {
        /// Word for word.
        static final String[] COMMAND = {"INFO", "replication"};

        private static final byte[] FIELD = "\nmaster_replid:".getBytes(US_ASCII);

        private final NodeConnection connection;
        private final Hold hold;

        /// @param hold knows which data they should be
        HistoryStep(NodeConnection connection, Hold hold) {
            this.connection = connection;
            this.hold = hold;
        }

        @Override
        boolean isHidden() {
            return true;
        }

        @Override
        public boolean onReply(byte[] bytes, int from, int to) {
            byte[] expected = hold.history().getBytes(US_ASCII);
            if (expected.length > 0 && isOther(bytes, from, to, expected)) {
                connection.dieOf(Failure.Kind.CLOSED, "it is not known yet whether the node has the data of the shard");
            } else {
                connection.prepared();
            }
            return true;
        }

        /// Whether a reply names another history.
        private static boolean isOther(byte[] bytes, int from, int to, byte[] expected) {
            for (int at = from; at + FIELD.length + expected.length < to; at++) {
                if (bytes[at] == '\n' && Arrays.equals(bytes, at, at + FIELD.length, FIELD, 0, FIELD.length)) {
                    int value = at + FIELD.length;
                    return !Arrays.equals(bytes, value, value + expected.length, expected, 0, expected.length);
                }
            }
            return false;
        }

        @Override
        public boolean onReplyPart(ByteBuf part, boolean last) {
            // A master of a thousand replicas; it is believed.
            part.release();
            if (last) {
                connection.prepared();
            }
            return true;
        }

        @Override
        public void onFailure(Failure failure, boolean sent) {
            // The connection is dead, and says so to every request that waited for it.
        }

        @Override
        public Object receiver() {
            return connection;
        }
    }
}
