package dev.cobnut.net;

import dev.cobnut.resp.RespValue;
import dev.cobnut.resp.RespWriter;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.concurrent.TimeUnit;

/// A small blocking RESP2 connection for the control plane and tools; the data plane has its own.
///
/// A deadline holds for a whole reply, not for each read: a peer that sends one byte per second does not live on it.
/// After an `IOException` nothing is known about the stream any more; close the connection. One thread at a time,
/// except for [#close], which any thread may call to end a wait.
public final class RespConnection implements Closeable {
    private final Socket socket;
    private final String peer;
    private final int readTimeoutMillis;
    private final RespReader reader;
    private long deadlineNanos;

    private RespConnection(Socket socket, String peer, int readTimeoutMillis) throws IOException {
        this.socket = socket;
        this.peer = peer;
        this.readTimeoutMillis = readTimeoutMillis;
        this.reader = new RespReader(this::readBeforeDeadline);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /// Resolves and connects; every address of a name is tried inside the one deadline.
    ///
    /// @param host an IP address without brackets, or a name
    /// @param port 1 to 65535
    /// @param connectTimeoutMillis 1 or more; for the lookup and all attempts together
    /// @param readTimeoutMillis 1 or more; for each reply as a whole
    /// @throws IOException with the address and the reason
    public static RespConnection connect(String host, int port, int connectTimeoutMillis, int readTimeoutMillis)
            throws IOException {
        String peer = host + ":" + port;
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(connectTimeoutMillis);
        IOException last = new IOException("host " + host + " has no address");
        for (InetAddress address : HostLookup.lookup(host, connectTimeoutMillis)) {
            int leftMillis = millisUntil(deadlineNanos);
            if (leftMillis <= 0) {
                break;
            }
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), leftMillis);
                return new RespConnection(socket, peer, readTimeoutMillis);
            } catch (SocketTimeoutException e) {
                socket.close();
                last = new SocketTimeoutException(peer + " did not accept in " + connectTimeoutMillis + " ms");
                last.initCause(e);
            } catch (IOException e) {
                socket.close();
                last = new IOException(peer + ": " + e.getMessage(), e);
            }
        }
        throw last;
    }

    /// Sends one command and reads its reply. An error reply is a value, not an exception.
    public RespValue command(String... args) throws IOException {
        send(args);
        return read();
    }

    /// Sends one command, as an array of bulk strings in UTF-8.
    public void send(String... args) throws IOException {
        socket.getOutputStream().write(RespWriter.command(args));
    }

    /// The next reply.
    ///
    /// @throws SocketTimeoutException when it is not complete inside the read timeout
    /// @throws IOException when the connection ends or the bytes are not RESP2
    public RespValue read() throws IOException {
        deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(readTimeoutMillis);
        return reader.read();
    }

    /// Waits for the first byte of a reply without reading it, so that waiting in vain does no harm: for
    /// subscriptions, which may be silent for long.
    ///
    /// @param timeoutMillis 1 or more
    /// @return false when nothing came
    public boolean awaitReadable(int timeoutMillis) throws IOException {
        if (!reader.hasBuffered()) {
            deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            try {
                reader.fill();
            } catch (SocketTimeoutException _) {
                return false;
            }
        }
        return true;
    }

    /// Ends the connection and whoever waits on it. Never throws.
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // nothing was promised about bytes still in flight, and the descriptor is released either way
        }
    }

    @Override
    public String toString() {
        return peer;
    }

    private int readBeforeDeadline(byte[] into, int offset, int length) throws IOException {
        int leftMillis = millisUntil(deadlineNanos);
        if (leftMillis <= 0) {
            throw new SocketTimeoutException(peer + " did not complete a reply in time");
        }
        socket.setSoTimeout(leftMillis);
        return socket.getInputStream().read(into, offset, length);
    }

    private static int millisUntil(long deadlineNanos) {
        return (int) Math.ceilDiv(deadlineNanos - System.nanoTime(), 1_000_000L);
    }
}
