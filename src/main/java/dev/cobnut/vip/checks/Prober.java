package dev.cobnut.vip.checks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cobnut.topology.NodeAddress;
import dev.cobnut.vip.VipSettings.Probe;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Looks once. Blocking, for as long as the time limit at most.
public final class Prober {
    private static final int ANSWER_BYTES_MAX = 2048;
    private static final int SHOWN_CHARS_MAX = 120;
    private static final Result CLOSED = new Result(false, "closes the connection without an answer");
    private static final String PING = "*1\r\n$4\r\nPING\r\n";

    private final Probe probe;
    private final Duration timeout;
    private final ChildProcess children;

    Prober(Probe probe, Duration timeout, ChildProcess children) {
        this.probe = probe;
        this.timeout = timeout;
        this.children = children;
    }

    /// What was seen.
    ///
    /// @param detail for people
    public record Result(boolean isGood, String detail) {}

    /// @throws InterruptedException when the thread is interrupted
    Result look() throws InterruptedException {
        try {
            return switch (probe) {
                case Probe.Ping ping -> ping(ping.address());
                case Probe.Http http -> http(http);
                case Probe.Command command -> children.run(command.words(), timeout);
            };
        } catch (SocketTimeoutException _) {
            return new Result(false, "no answer within " + timeout.toMillis() + " ms");
        } catch (UnknownHostException e) {
            return new Result(false, "there is no host " + e.getMessage());
        } catch (IOException e) {
            return new Result(false, String.valueOf(e.getMessage()));
        }
    }

    /// A pool with users says that one has to log in first: it works.
    private Result ping(NodeAddress.Tcp address) throws IOException {
        String answer = exchange(address, PING, false);
        boolean isGood = answer.startsWith("+PONG") || answer.startsWith("-NOAUTH");
        if (answer.isEmpty()) {
            return CLOSED;
        }
        return new Result(isGood, isGood ? "answers PING" : "answers PING with \"" + line(answer) + "\"");
    }

    private Result http(Probe.Http http) throws IOException {
        String request = "GET " + http.path() + " HTTP/1.0\r\nHost: " + http.address() + "\r\n\r\n";
        String answer = exchange(http.address(), request, true);
        if (answer.isEmpty()) {
            return CLOSED;
        }
        boolean isGood = answer.matches("(?s)HTTP/1\\.[01] 200\\b.*");
        int body = answer.indexOf("\r\n\r\n");
        String why = body < 0 ? "" : line(answer.substring(body + 4));
        String detail = body < 0 ? line(answer) : line(answer.substring(answer.indexOf(' ') + 1));
        return new Result(isGood, isGood ? "answers 200" : "answers " + detail + (why.isEmpty() ? "" : ": " + why));
    }

    /// @param whole whether to read to the end of the answer, and not to the end of its first line; as far as it has come when
    ///     the time is over and the first line is there
    private String exchange(NodeAddress.Tcp address, String request, boolean whole) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), millisUntil(deadline));
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[ANSWER_BYTES_MAX];
            int length = 0;
            while (length < answer.length && (whole || !hasLine(answer, length))) {
                try {
                    socket.setSoTimeout(millisUntil(deadline));
                    int read = in.read(answer, length, answer.length - length);
                    if (read < 0) {
                        break;
                    }
                    length += read;
                } catch (SocketTimeoutException e) {
                    if (!hasLine(answer, length)) {
                        throw e;
                    }
                    break;
                }
            }
            return new String(answer, 0, length, ISO_8859_1);
        }
    }

    private static boolean hasLine(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    /// 0 would be for ever.
    private int millisUntil(long deadlineNanos) throws SocketTimeoutException {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) millis;
    }

    private static String line(String text) {
        String first = text.lines().findFirst().orElse("");
        return first.substring(0, Math.min(first.length(), SHOWN_CHARS_MAX)).strip();
    }
}
