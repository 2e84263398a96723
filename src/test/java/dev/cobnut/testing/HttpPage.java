package dev.cobnut.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/// A page of a statistics port of 127.0.0.1, as load balancers ask for it.
public final class HttpPage {
    private static final int TRIES = 10;

    private HttpPage() {}

    /// Status and body, such as `200 alive`.
    ///
    /// @param path with its query
    public static String get(int port, String path) throws IOException {
        String answer = ask(port, path);
        // Whoever is kept from sending for 100 ms is taken for a monitor that says nothing.
        for (int i = 0; i < TRIES && !answer.startsWith("HTTP/1.1 "); i++) {
            answer = ask(port, path);
        }
        return answer.substring(9, 13) + answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static String ask(int port, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
