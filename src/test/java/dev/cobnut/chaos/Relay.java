package dev.cobnut.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A piece of network in front of a node, which can be made to fail for those who come from one address of the loopback
/// network, at first 127.0.0.1, as the proxy does; others notice nothing.
///
/// | state   | connections that are open | new ones              |
/// |---------|---------------------------|-----------------------|
/// | WELL    | carry what comes          | carry what comes      |
/// | FROZEN  | carry nothing; what was sent arrives when it is WELL again | are accepted, the same |
/// | CUT     | have ended                | end at once           |
/// | DRIP    | carry one byte at a time towards the client | the same |
/// | GARBLED | carry something else than what the node answers | the same |
///
/// Each connection has two threads of its own.
final class Relay implements AutoCloseable {
    /// What becomes of bytes.
    enum State {
        WELL,
        FROZEN,
        CUT,
        DRIP,
        GARBLED
    }

    private static final byte[] GARBAGE = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII);

    private final ServerSocket listener;
    private final int target;

    /// Those of clients that are open, with the address that they come from.
    private final Map<Socket, String> sockets = new ConcurrentHashMap<>();

    private volatile State state = State.WELL;
    private volatile String victim = "127.0.0.1";

    private Relay(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    /// @param port of 127.0.0.1, where it listens
    /// @param target port of 127.0.0.1, where it connects to
    static Relay start(int port, int target) throws IOException {
        Relay relay = new Relay(new ServerSocket(port, 512, InetAddress.getLoopbackAddress()), target);
        Thread.ofVirtual().name("relay " + port).start(relay::accept);
        return relay;
    }

    int port() {
        return listener.getLocalPort();
    }

    /// For whom it fails from now on; any thread.
    void failFor(String address) {
        victim = address;
    }

    /// Any thread.
    void set(State next) throws IOException {
        state = next;
        if (next == State.CUT) {
            endAll();
        }
    }

    /// Ends all connections that can fail, with a reset; new ones are as the state says.
    void endAll() throws IOException {
        for (Map.Entry<Socket, String> each : sockets.entrySet()) {
            if (each.getValue().equals(victim)) {
                reset(each.getKey());
            }
        }
    }

    private static void reset(Socket socket) throws IOException {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException _) {
            return; // it has ended by itself
        }
        socket.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                client.setTcpNoDelay(true);
                String from = client.getInetAddress().getHostAddress();
                if (stateFor(from) == State.CUT) {
                    reset(client);
                } else {
                    Thread.ofVirtual().start(() -> serve(client, from));
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private State stateFor(String address) {
        return address.equals(victim) ? state : State.WELL;
    }

    private void serve(Socket client, String address) {
        try (client;
                Socket node = new Socket()) {
            node.setTcpNoDelay(true);
            node.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2_000);
            sockets.put(client, address);
            Thread back = Thread.ofVirtual().start(() -> carry(node, client, address, true));
            carry(client, node, address, false);
            back.join();
        } catch (IOException _) {
            // one side has ended
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
        }
    }

    private void carry(Socket from, Socket to, String address, boolean back) {
        byte[] buffer = new byte[64 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int length = in.read(buffer);
            while (length >= 0) {
                while (stateFor(address) == State.FROZEN) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
                State now = back ? stateFor(address) : State.WELL;
                if (now == State.DRIP) {
                    for (int i = 0; i < length; i++) {
                        out.write(buffer[i]);
                    }
                } else if (now == State.GARBLED) {
                    out.write(GARBAGE);
                } else {
                    out.write(buffer, 0, length);
                }
                length = in.read(buffer);
            }
        } catch (IOException _) {
            // one side has ended
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // it has ended
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets.keySet()) {
                reset(socket);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
