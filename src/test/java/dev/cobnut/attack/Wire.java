package dev.cobnut.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A socket of a client: bytes out, replies in. A wait for bytes ends after [#HUNG_MILLIS] with a
/// `SocketTimeoutException`. For one thread; requests may be sent by another.
final class Wire implements AutoCloseable {
    /// Longer than every fault and every timeout of the attack together.
    static final int HUNG_MILLIS = Integer.getInteger("cobnut.attack.hung", 15_000);

    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Socket socket = new Socket();
    private final InputStream in;
    private final byte[] buffer = new byte[16 << 10];
    private int from;
    private int to;
    private boolean slow;

    /// Connects to 127.0.0.1.
    Wire(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), HUNG_MILLIS);
        socket.setSoTimeout(HUNG_MILLIS);
        in = socket.getInputStream();
    }

    /// From now on it rests after each read.
    void readSlowly(boolean slowly) {
        slow = slowly;
    }

    void send(byte[] bytes, int offset, int length) throws IOException {
        socket.getOutputStream().write(bytes, offset, length);
    }

    /// Waits for the next reply or push.
    ///
    /// @throws EOFException when the connection ends instead
    Reply read() throws IOException {
        String head = line();
        String rest = head.substring(1);
        char type = head.charAt(0);
        return switch (type) {
            case '+', '-', ':', '#', ',', '(' -> Reply.of(type, rest);
            case '_' -> Reply.NIL;
            case '$', '=' -> rest.equals("-1") ? Reply.NIL : Reply.of('$', bulk(Integer.parseInt(rest)));
            case '*', '~', '>' -> rest.equals("-1") ? Reply.NIL : aggregate(type, Integer.parseInt(rest));
            case '%' -> aggregate(type, 2 * Integer.parseInt(rest));
            default -> throw new IOException("not a reply: " + Reply.of('$', head));
        };
    }

    private Reply aggregate(char type, int size) throws IOException {
        List<Reply> elements = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            elements.add(read());
        }
        return new Reply(type, "", elements);
    }

    private String bulk(int length) throws IOException {
        byte[] bytes = new byte[length + 2];
        int got = 0;
        while (got < bytes.length) {
            fill();
            int part = Math.min(to - from, bytes.length - got);
            System.arraycopy(buffer, from, bytes, got, part);
            from += part;
            got += part;
        }
        if (bytes[length] != '\r' || bytes[length + 1] != '\n') {
            throw new IOException("no line end behind a bulk string of " + length + " bytes");
        }
        return new String(bytes, 0, length, ISO_8859_1);
    }

    private String line() throws IOException {
        ByteArrayOutputStream before = new ByteArrayOutputStream(0);
        while (true) {
            fill();
            for (int at = from; at < to; at++) {
                if (buffer[at] == '\n') {
                    before.write(buffer, from, at - from);
                    from = at + 1;
                    String line = before.toString(ISO_8859_1);
                    if (line.length() < 2 || !line.endsWith("\r")) {
                        throw new IOException("not a line: " + Reply.of('$', line));
                    }
                    return line.substring(0, line.length() - 1);
                }
            }
            before.write(buffer, from, to - from);
            from = to;
        }
    }

    private void fill() throws IOException {
        if (from < to) {
            return;
        }
        if (slow) {
            LockSupport.parkNanos(SLOW_NANOS);
        }
        from = 0;
        to = 0;
        int length = in.read(buffer);
        if (length < 0) {
            throw new EOFException();
        }
        to = length;
    }

    /// Whether a byte can be read at once.
    boolean hasMore() throws IOException {
        return from < to || in.available() > 0;
    }

    /// Sends no more, but still reads.
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /// Ends the connection with a reset instead of an end of file.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
