package dev.cobnut.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/// A client that sends bytes and reads bytes, and knows no protocol. Every wait ends after [#PATIENCE_SECONDS] with an
/// error that says what had come by then. Characters stand for bytes.
public final class RawClient implements Closeable {
    public static final int PATIENCE_SECONDS = 30;

    private static final int SHOWN_BYTES_MAX = 200;

    private final Socket socket;

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    /// Connects to 127.0.0.1.
    public static RawClient connect(int port) throws IOException {
        return connect(port, 0);
    }

    /// @param receiveBytes size of the kernel's receive buffer, 0 for its own choice
    public static RawClient connect(int port, int receiveBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        return new RawClient(socket);
    }

    public void send(String bytes) throws IOException {
        send(bytes.getBytes(ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// Sends one request.
    public void ask(String... arguments) throws IOException {
        send(Requests.request(arguments));
    }

    /// Sends each byte in a segment of its own.
    public void drip(String bytes) throws IOException {
        for (byte b : bytes.getBytes(ISO_8859_1)) {
            socket.getOutputStream().write(b);
        }
    }

    /// Reads as many bytes as `expected` has and compares them. When they are others, it shows what has come behind them, too.
    public void expect(String expected) throws IOException {
        String got = read(expected.length());
        if (!got.equals(expected)) {
            got += read(Math.min(SHOWN_BYTES_MAX, socket.getInputStream().available()));
        }
        assertThat(got).isEqualTo(expected);
    }

    /// Exactly this many bytes.
    public String read(int count) throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream(count);
        byte[] buffer = new byte[Math.min(Math.max(count, 1), 64 * 1024)];
        long deadline = deadline();
        while (got.size() < count) {
            int length = read(buffer, Math.min(buffer.length, count - got.size()), deadline, got);
            if (length < 0) {
                throw new AssertionError("closed after " + got.size() + " of " + count + " bytes: " + shown(got));
            }
            got.write(buffer, 0, length);
        }
        return got.toString(ISO_8859_1);
    }

    /// Up to and without the next CR LF.
    public String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || !line.substring(line.length() - 2).equals("\r\n")) {
            line.append(read(1));
        }
        return line.substring(0, line.length() - 2);
    }

    /// Drops this many bytes.
    public void skip(long count) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long deadline = deadline();
        for (long left = count; left > 0; ) {
            int length = read(buffer, (int) Math.min(buffer.length, left), deadline, new ByteArrayOutputStream());
            if (length < 0) {
                throw new AssertionError("closed with " + left + " of " + count + " bytes missing");
            }
            left -= length;
        }
    }

    /// All that comes until the proxy closes the connection, in good order or with a reset.
    public String readToTheEnd() throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        long deadline = deadline();
        while (true) {
            try {
                int length = read(buffer, buffer.length, deadline, got);
                if (length < 0) {
                    return got.toString(ISO_8859_1);
                }
                got.write(buffer, 0, length);
            } catch (SocketException _) {
                return got.toString(ISO_8859_1);
            }
        }
    }

    private int read(byte[] buffer, int most, long deadline, ByteArrayOutputStream got) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        try {
            socket.setSoTimeout((int) Math.max(1, left));
            return socket.getInputStream().read(buffer, 0, most);
        } catch (SocketTimeoutException e) {
            throw new AssertionError(
                    "nothing more for " + PATIENCE_SECONDS + " s after " + got.size() + " bytes: " + shown(got), e);
        }
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    }

    private static String shown(ByteArrayOutputStream got) {
        String text = got.toString(ISO_8859_1);
        return text.length() <= 300 ? text : text.substring(0, 100) + "..." + text.substring(text.length() - 200);
    }

    /// How many bytes can be read at once.
    public int available() throws IOException {
        return socket.getInputStream().available();
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

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
