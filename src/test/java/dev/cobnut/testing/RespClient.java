package dev.cobnut.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One RESP2 connection, without opinions: says what a test gives it and shows replies as one line of text. A
/// character is one byte.
///
/// | reply            | shown as      |
/// |------------------|---------------|
/// | status           | `+OK`         |
/// | error            | `-ERR text`   |
/// | integer          | `:3`          |
/// | bulk string      | `text`        |
/// | null             | `(nil)`       |
/// | array            | `[a, :1]`     |
///
/// Waits without end; give the test a timeout.
public final class RespClient implements AutoCloseable {
    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    private RespClient(SocketAddress address) throws IOException {
        channel = SocketChannel.open(address);
        in = new BufferedInputStream(Channels.newInputStream(channel), 64 << 10);
        out = Channels.newOutputStream(channel);
    }

    /// To a port of 127.0.0.1.
    public static RespClient to(int port) throws IOException {
        return new RespClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /// To a unix socket.
    public static RespClient to(Path socket) throws IOException {
        return new RespClient(UnixDomainSocketAddress.of(socket));
    }

    /// Sends one request and waits for its reply.
    public String ask(String... request) throws IOException {
        send(request);
        return reply();
    }

    /// Sends one request.
    public void send(String... request) throws IOException {
        sendRaw(frame(request));
    }

    /// Sends bytes as they are.
    public void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /// A request as an array of bulk strings.
    public static byte[] frame(String... request) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(("*" + request.length + "\r\n").getBytes(ISO_8859_1));
        for (String argument : request) {
            frame.writeBytes(("$" + argument.length() + "\r\n" + argument + "\r\n").getBytes(ISO_8859_1));
        }
        return frame.toByteArray();
    }

    /// Waits for the next reply.
    ///
    /// @throws EOFException when the connection closes instead
    public String reply() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', '-', ':' -> line;
            case '$' -> rest.equals("-1") ? "(nil)" : bulk(Integer.parseInt(rest));
            case '*' -> rest.equals("-1") ? "(nil)" : array(Integer.parseInt(rest));
            default -> throw new IOException("not a RESP2 reply: " + line);
        };
    }

    private String array(int length) throws IOException {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            elements.add(reply());
        }
        return elements.toString();
    }

    private String bulk(int length) throws IOException {
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("in a bulk string of " + length + " bytes, after " + bytes.length);
        }
        return new String(bytes, 0, length, ISO_8859_1);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection was closed after \"" + line + "\"");
            }
            line.append((char) b);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
