package dev.cobnut.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cobnut.topology.NodeAddress;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A Redis server that follows a script: it answers what the script says, when it says so, and breaks what it says.
/// Each connection runs the script on a thread of its own and closes when the script ends.
///
///     try (ScriptedNode node = ScriptedNode.start(peer -> {
///         peer.read();
///         peer.send("$1000\r\nonly a beginning");
///         peer.reset();
///     })) { ... }
public final class ScriptedNode implements AutoCloseable {

    /// What one connection does. An `IOException` ends the connection: the proxy has closed it.
    @FunctionalInterface
    public interface Script {
        void run(Peer peer) throws IOException;
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<List<String>> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean closed;

    private ScriptedNode(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
    }

    /// A node on a free port of 127.0.0.1.
    public static ScriptedNode start(Script script) {
        return startOn(FreePorts.next(1), 0, script);
    }

    /// @param receiveBytes size of the kernel's receive buffer, 0 for its own choice
    public static ScriptedNode startOn(int port, int receiveBytes, Script script) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.setReuseAddress(true);
            if (receiveBytes > 0) {
                listener.setReceiveBufferSize(receiveBytes);
            }
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
            ScriptedNode node = new ScriptedNode(listener, script);
            Thread.ofVirtual().name("node " + port).start(node::accept);
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A node that answers every request with a reply that names it, so that a reply at the wrong place shows:
    /// see [#answer].
    public static ScriptedNode echoing() {
        return start(ScriptedNode::echo);
    }

    /// The script of [#echoing].
    public static void echo(Peer peer) throws IOException {
        while (true) {
            peer.send(answer(peer.read()));
        }
    }

    /// What [#echoing] says: `GET k` is `v:k`, MGET the same for each key, DEL and EXISTS the number of keys, anything
    /// else OK.
    public static String answer(List<String> request) {
        return switch (request.getFirst().toUpperCase(Locale.ROOT)) {
            case "GET" -> value(request.get(1));
            case "MGET" -> {
                StringBuilder reply = new StringBuilder("*" + (request.size() - 1) + "\r\n");
                request.stream().skip(1).forEach(key -> reply.append(value(key)));
                yield reply.toString();
            }
            case "DEL", "UNLINK", "EXISTS", "TOUCH" -> ":" + (request.size() - 1) + "\r\n";
            default -> "+OK\r\n";
        };
    }

    /// The reply of [#echoing] to `GET key`.
    public static String value(String key) {
        return "$" + (key.length() + 2) + "\r\nv:" + key + "\r\n";
    }

    public int port() {
        return listener.getLocalPort();
    }

    public NodeAddress.Tcp address() {
        return new NodeAddress.Tcp("127.0.0.1", port());
    }

    /// Every request read so far on any connection, as its arguments.
    public List<List<String>> requests() {
        return requests;
    }

    /// How many connections were accepted so far.
    public int accepted() {
        return accepted.get();
    }

    /// How many connections are open now, as far as this side knows.
    public int open() {
        return sockets.size();
    }

    /// Closes all connections and accepts no more: what a node does that is killed.
    public void die() {
        close();
    }

    /// Closes all connections and accepts no more.
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                int index = accepted.getAndIncrement();
                Thread.ofVirtual().name("node " + port()).start(() -> serve(socket, index));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket, int index) {
        try (socket) {
            script.run(new Peer(socket, index));
        } catch (IOException _) {
            // The proxy closed the connection, or the test is over.
        } finally {
            sockets.remove(socket);
        }
    }

    /// One connection of the proxy, in the hands of the script.
    public final class Peer {
        private final Socket socket;
        private final InputStream in;
        private final int index;

        Peer(Socket socket, int index) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            this.index = index;
        }

        /// Which connection to this node this is, from 0.
        public int index() {
            return index;
        }

        /// Waits for a whole request.
        ///
        /// @return its arguments, one character for each byte
        public List<String> read() throws IOException {
            int count = Integer.parseInt(line().substring(1));
            List<String> request = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int length = Integer.parseInt(line().substring(1));
                byte[] argument = in.readNBytes(length);
                if (argument.length < length) {
                    throw new EOFException();
                }
                in.skipNBytes(2);
                request.add(new String(argument, ISO_8859_1));
            }
            requests.add(request);
            return request;
        }

        /// Waits for this many whole requests.
        public List<List<String>> read(int count) throws IOException {
            List<List<String>> some = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                some.add(read());
            }
            return some;
        }

        /// Waits for this many bytes, whatever they are.
        public void readBytes(long count) throws IOException {
            in.skipNBytes(count);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            int b = in.read();
            while (b != '\n') {
                if (b < 0) {
                    throw new EOFException();
                }
                line.append((char) b);
                b = in.read();
            }
            return line.substring(0, line.length() - 1);
        }

        /// Sends some characters, one byte each.
        public void send(String bytes) throws IOException {
            send(bytes.getBytes(ISO_8859_1));
        }

        public void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /// Sends each byte in a segment of its own.
        public void drip(String bytes) throws IOException {
            for (byte b : bytes.getBytes(ISO_8859_1)) {
                socket.getOutputStream().write(b);
            }
        }

        /// Sends no more, but still reads.
        public void halfClose() throws IOException {
            socket.shutdownOutput();
        }

        /// Ends the connection with a reset instead of an end of file.
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /// Waits for the test to open the gate.
        public void await(CountDownLatch gate) throws IOException {
            try {
                if (!gate.await(RawClient.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("the test did not open the gate in " + RawClient.PATIENCE_SECONDS + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        /// Reads and drops until the proxy closes.
        public void readToTheEnd() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
