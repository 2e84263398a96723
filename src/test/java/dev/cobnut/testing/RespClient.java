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
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/// One connection in RESP2, and after `ask("HELLO", "3")` in RESP3, without opinions: says what a test gives it and
/// shows replies as one line of text, or as the bytes they came as. A character is one byte.
///
/// | reply                | shown as                |
/// |----------------------|-------------------------|
/// | status               | `+OK`                   |
/// | error                | `-ERR text`             |
/// | error as bulk        | `!ERR text`             |
/// | integer, big number  | `:3`, `(3`              |
/// | double               | `,1.5`                  |
/// | boolean              | `#t`                    |
/// | bulk string          | `text`                  |
/// | verbatim string      | `=txt:text`             |
/// | null                 | `(nil)`                 |
/// | array, set, push     | `[a, :1]`, `~[a]`, `>[a]` |
/// | map                  | `{a: :1, b: :2}`        |
/// | attribute of a value | `|{a: :1} value`        |
///
/// Streamed values are shown like whole ones. Waits without end; give the test a timeout.
public final class RespClient implements AutoCloseable {
    /// A push that is the answer to a command. Among the elements of EXEC's reply it counts as one, others do not.
    private static final Pattern ANSWER = Pattern.compile(">\\[\\w*subscribe[,\\]].*", Pattern.DOTALL);

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;
    private final Deque<String> replies = new ArrayDeque<>();
    private final Deque<String> pushes = new ArrayDeque<>();
    private final ByteArrayOutputStream frame = new ByteArrayOutputStream();

    /// Of the value read last, behind its attributes.
    private char lastType;

    private RespClient(SocketAddress address) throws IOException {
        channel = SocketChannel.open(address);
        if (address instanceof InetSocketAddress) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
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
        sendRaw(Requests.frame(request));
    }

    /// Sends bytes as they are.
    public void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /// Waits for the next reply that is not a push; pushes before it are kept for [#push].
    ///
    /// @throws EOFException when the connection closes instead
    public String reply() throws IOException {
        while (replies.isEmpty()) {
            sortFrame();
        }
        return replies.remove();
    }

    /// Waits for the next push of RESP3; replies before it are kept for [#reply]. The answer to SUBSCRIBE is a push too.
    ///
    /// @throws EOFException when the connection closes instead
    public String push() throws IOException {
        while (pushes.isEmpty()) {
            sortFrame();
        }
        return pushes.remove();
    }

    /// Waits for the next reply or push, in the order of arrival, and gives it as it came, byte for byte. What [#reply]
    /// or [#push] have kept for each other is not shown again.
    ///
    /// @throws EOFException when the connection closes instead
    public byte[] frame() throws IOException {
        frame.reset();
        value(line());
        return frame.toByteArray();
    }

    private void sortFrame() throws IOException {
        frame.reset();
        String text = value(line());
        (lastType == '>' ? pushes : replies).add(text);
    }

    private String value(String head) throws IOException {
        char type = head.charAt(0);
        String rest = head.substring(1);
        String text = switch (type) {
            case '+', '-', ':', '#', ',', '(' -> head;
            case '_' -> "(nil)";
            case '$' -> rest.equals("-1") ? "(nil)" : rest.equals("?") ? chunks() : bulk(rest);
            case '!', '=' -> type + bulk(rest);
            case '*' -> rest.equals("-1") ? "(nil)" : elements(rest).toString();
            case '~', '>' -> type + elements(rest).toString();
            case '%' -> pairs(rest);
            case '|' -> type + pairs(rest) + " " + value(line());
            default -> throw new IOException("not a reply: " + head);
        };
        lastType = type == '|' ? lastType : type;
        return text;
    }

    private List<String> elements(String size) throws IOException {
        long missing = size.equals("?") ? Long.MAX_VALUE : Long.parseLong(size);
        List<String> elements = new ArrayList<>();
        while (missing > 0) {
            String head = line();
            if (size.equals("?") && head.equals(".")) {
                break;
            }
            String element = value(head);
            elements.add(element);
            missing -= lastType == '>' && !ANSWER.matcher(element).matches() ? 0 : 1;
        }
        return elements;
    }

    private String pairs(String size) throws IOException {
        List<String> elements = elements(size.equals("?") ? size : Long.toString(2 * Long.parseLong(size)));
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < elements.size(); i += 2) {
            pairs.add(elements.get(i) + ": " + elements.get(i + 1));
        }
        return "{" + String.join(", ", pairs) + "}";
    }

    private String chunks() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String head = line(); !head.equals(";0"); head = line()) {
            text.append(bulk(head.substring(1)));
        }
        return text.toString();
    }

    private String bulk(String size) throws IOException {
        int length = Integer.parseInt(size);
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("in a bulk string of " + length + " bytes, after " + bytes.length);
        }
        frame.writeBytes(bytes);
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
        frame.writeBytes(line.append('\n').toString().getBytes(ISO_8859_1));
        line.setLength(line.length() - 2);
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
