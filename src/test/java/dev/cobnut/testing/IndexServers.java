package dev.cobnut.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Servers that answer every request with their own index, so that a reply says which server a key was sent to.
public final class IndexServers implements AutoCloseable {
    private final List<ServerSocket> listeners = new ArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<String> troubles = ConcurrentHashMap.newKeySet();

    /// On `count` neighbouring ports of 127.0.0.1.
    public IndexServers(int count) {
        int first = FreePorts.next(count);
        for (int index = 0; index < count; index++) {
            try {
                ServerSocket listener = new ServerSocket(first + index, 128, InetAddress.getLoopbackAddress());
                listeners.add(listener);
                byte[] reply = (":" + index + "\r\n").getBytes(US_ASCII);
                Thread.ofVirtual().start(() -> accept(listener, reply));
            } catch (IOException e) {
                close();
                throw new UncheckedIOException(e);
            }
        }
    }

    public int port(int index) {
        return listeners.get(index).getLocalPort();
    }

    /// What went wrong on connections that were not closed by the other side; empty when all is well.
    public Set<String> troubles() {
        return troubles;
    }

    private void accept(ServerSocket listener, byte[] reply) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, reply));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    troubles.add(e.toString());
                }
            }
        }
    }

    private void serve(Socket socket, byte[] reply) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 64 << 10);
            for (int first = in.read(); first >= 0; first = in.read()) {
                if (first != '*') {
                    troubles.add("a request that begins with byte " + first);
                    return;
                }
                for (int arguments = number(in); arguments > 0; arguments--) {
                    in.skipNBytes(1);
                    in.skipNBytes(number(in) + 2);
                }
                out.write(reply);
                if (in.available() == 0) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                troubles.add(e.toString());
            }
        } finally {
            open.remove(socket);
        }
    }

    /// Up to the end of the line.
    private static int number(InputStream in) throws IOException {
        int number = 0;
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < '0' || b > '9') {
                throw new IOException("byte " + b + " in a length");
            }
            number = number * 10 + b - '0';
        }
        in.skipNBytes(1);
        return number;
    }

    @Override
    public void close() {
        try {
            for (ServerSocket listener : listeners) {
                listener.close();
            }
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
