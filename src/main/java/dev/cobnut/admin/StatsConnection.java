package dev.cobnut.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One peer of the statistics port, on a thread of its own.
///
/// A nutcracker monitor says nothing and waits for the object; a browser or curl begins with `GET ` or another method. So the
/// first bytes decide, silence is an answer too, and whatever is not HTTP is treated as nutcracker treats everything.
///
///     nothing for 100 ms, or not HTTP  -> the first page, without a header
///     GET, complete within 1 s         -> the page, or a refusal with one sentence
///     HEAD, the same                   -> what GET gets, without the body
///     POST, the same                   -> the order is carried out, or a refusal; a body is not looked at
///     other methods                    -> a refusal
///     any, too slow or too long        -> a refusal
final class StatsConnection {
    /// At 20 ms a cold Java HTTP client on a busy machine was taken for a silent peer: its request came later than
    /// that after the connection.
    private static final int SILENCE_MILLIS = 100;

    private static final int HEAD_MILLIS_MAX = 1000;

    /// How much is read of what nobody asked for, so that the close does not reset the connection under the answer.
    private static final int REST_BYTES_MAX = 65_536;

    private static final int REST_MILLIS_MAX = 100;

    private static final String NOT_ALLOWED = "405 Method Not Allowed";
    private static final String ALLOWED = "GET, HEAD, POST";

    private final Socket socket;
    private final List<Page> pages;
    private final Orders orders;

    /// @param pages at least one; the first is for whoever asks for nothing
    StatsConnection(Socket socket, List<Page> pages, Orders orders) {
        this.socket = socket;
        this.pages = pages;
        this.orders = orders;
    }

    /// Answers and says goodbye; the caller closes the socket.
    void serve() throws IOException {
        RequestHead head = new RequestHead();
        boolean inTime = readHead(head);
        RequestHead.Method method = head.method();
        byte[] answer = method == null
                ? pages.getFirst().content().of(Map.of()).text().getBytes(StandardCharsets.UTF_8)
                : response(answer(method, head, inTime), method != RequestHead.Method.HEAD);
        OutputStream out = socket.getOutputStream();
        out.write(answer);
        socket.shutdownOutput();
        readRest();
    }

    /// Reads until it is clear what the peer wants.
    ///
    /// @return false when the peer stopped in the middle
    private boolean readHead(RequestHead head) throws IOException {
        InputStream in = socket.getInputStream();
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HEAD_MILLIS_MAX);
        long waitMillis = SILENCE_MILLIS;
        while (head.mayBeHttp() && !head.isComplete() && !head.isFull()) {
            if (waitMillis <= 0) {
                return false;
            }
            socket.setSoTimeout((int) waitMillis);
            try {
                if (!head.readFrom(in)) {
                    return false;
                }
            } catch (SocketTimeoutException _) {
                return false;
            }
            waitMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        }
        return true;
    }

    private Answer answer(RequestHead.Method method, RequestHead head, boolean inTime) {
        if (!inTime) {
            return Answer.plain("408 Request Timeout", "The request did not end within " + HEAD_MILLIS_MAX + " ms.\n");
        }
        if (!head.isComplete()) {
            return Answer.plain(
                    "431 Request Header Fields Too Large",
                    "The request is longer than " + RequestHead.BYTES_MAX + " bytes.\n");
        }
        return switch (method) {
            case GET, HEAD, POST -> {
                String path = head.path();
                if (path == null) {
                    yield Answer.plain(Answer.BAD_REQUEST, "The first line is not: GET /path HTTP/1.1.\n");
                }
                yield method == RequestHead.Method.POST ? orders.answer(head) : content(path, head);
            }
            case OPTIONS, PUT, DELETE, PATCH, TRACE, CONNECT ->
                Answer.plain(NOT_ALLOWED, "There is no " + method + " here; expected: " + ALLOWED + ".\n");
        };
    }

    private Answer content(String path, RequestHead head) {
        Page page = page(path);
        return page == null
                ? Answer.plain(Answer.NOT_FOUND, "There is no such page; ask for " + paths() + ".\n")
                : page.content().of(head.parameters());
    }

    private @Nullable Page page(String path) {
        if (path.equals("/")) {
            return pages.getFirst();
        }
        for (Page page : pages) {
            if (page.path().equals(path)) {
                return page;
            }
        }
        return null;
    }

    private String paths() {
        return pages.stream().map(Page::path).collect(Collectors.joining(" or "));
    }

    private static byte[] response(Answer answer, boolean withBody) {
        String allow = answer.status().equals(NOT_ALLOWED) ? "Allow: " + ALLOWED + "\r\n" : "";
        String response = "HTTP/1.1 " + answer.status() + "\r\n"
                + "Content-Type: " + answer.type() + "\r\n"
                + "Content-Length: " + answer.text().getBytes(StandardCharsets.UTF_8).length + "\r\n"
                + allow
                + "Cache-Control: no-store\r\n"
                + "Connection: close\r\n"
                + "\r\n"
                + (withBody ? answer.text() : "");
        return response.getBytes(StandardCharsets.UTF_8);
    }

    private void readRest() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] rest = new byte[4096];
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REST_MILLIS_MAX);
        long waitMillis = REST_MILLIS_MAX;
        for (int read = 0, total = 0; read >= 0 && total < REST_BYTES_MAX && waitMillis > 0; total += read) {
            socket.setSoTimeout((int) waitMillis);
            try {
                read = in.read(rest);
            } catch (SocketTimeoutException _) {
                return;
            }
            waitMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        }
    }
}
