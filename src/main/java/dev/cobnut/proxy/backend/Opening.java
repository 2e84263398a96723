package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Socket;
import dev.cobnut.resp.ErrorCode;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.topology.NodeAddress;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The way of a connection from a name to being ready, and what is collected meanwhile.
///
/// ```
///   resolve ──► dial ──► AUTH, HELLO, SELECT as the pool and the mode need them ──► ready
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
    private int requests;
    private int bytes;

    Opening(IoLoop loop, NodeConnection connection, LinkSettings settings) {
        this.loop = loop;
        this.connection = connection;
        this.settings = settings;
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

    /// Sends what makes a connection ready, which goes before all that was collected.
    ///
    /// @param prelude commands word for word, one or more
    void prepare(Socket socket, List<String[]> prelude) {
        for (int i = prelude.size() - 1; i >= 0; i--) {
            connection.expectFirst(new PreludeStep(connection, prelude.get(i)[0], i == prelude.size() - 1));
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
}
