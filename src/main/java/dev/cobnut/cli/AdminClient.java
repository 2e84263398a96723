package dev.cobnut.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Asks the statistics port of a running proxy, and gives it orders. Blocking, for 4 s at most.
///
/// It sends the request with the connection: the port takes a peer that says nothing for 100 ms for a monitor of
/// nutcracker's, and the JDK's HTTP client, started cold on a busy machine, is later than that.
final class AdminClient {
    private static final int TIMEOUT_MILLIS = 4_000;
    private static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;
    private static final int SHOWN_CHARS_MAX = 80;
    private static final int TRIES_MORE = 3;

    private final String address;
    private final @Nullable String token;

    /// @param address host and port
    /// @param token that orders bring; null for none
    AdminClient(String address, @Nullable String token) {
        this.address = address;
        this.token = token;
    }

    /// A page, which is one object of JSON.
    ///
    /// @throws IOException when nothing answers, or with something else; for people
    /// @throws BadValue when the address is none
    Map<?, ?> get(String path) throws IOException, BadValue {
        return parse(exchange("GET", path));
    }

    /// Gives an order.
    ///
    /// @param target path and query
    /// @return its answer, which is one object of JSON
    /// @throws IOException when nothing answers, or refuses; for people
    /// @throws BadValue when the address is none
    Map<?, ?> post(String target) throws IOException, BadValue {
        return parse(exchange("POST", target));
    }

    private String exchange(String method, String target) throws IOException, BadValue {
        NodeAddress.Tcp peer = HostPort.parse(address);
        String authorization = token == null ? "" : "Authorization: Bearer " + token + "\r\n";
        String request = method + " " + target + " HTTP/1.1\r\nHost: " + address + "\r\n" + authorization + "\r\n";
        String answer = ask(peer, request);
        // Whoever is kept from sending for 100 ms is taken for a monitor of nutcracker's; then nobody has read the
        // request.
        for (int i = 0; i < TRIES_MORE && answer.startsWith("{"); i++) {
            answer = ask(peer, request);
        }
        return body(answer);
    }

    private String ask(NodeAddress.Tcp peer, String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(peer.host(), peer.port()), TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readNBytes(ANSWER_BYTES_MAX), UTF_8);
        } catch (IOException e) {
            throw new IOException(
                    "no Cobnut answers at " + address + " (" + e.getMessage()
                            + "); is it running, and is this its statistics port?",
                    e);
        }
    }

    private String body(String answer) throws IOException {
        int body = answer.indexOf("\r\n\r\n");
        if (body >= 0 && answer.startsWith("HTTP/1.1 200 ")) {
            return answer.substring(body + 4);
        }
        if (body >= 0 && answer.startsWith("HTTP/1.1 4")) {
            throw new IOException(
                    address + " refuses: " + answer.substring(body + 4).strip());
        }
        String first = answer.lines().findFirst().orElse("");
        throw new IOException(address + " answers \"" + first.substring(0, Math.min(first.length(), SHOWN_CHARS_MAX))
                + "\" (expected: HTTP/1.1 200; is it the statistics port of a Cobnut?)");
    }

    /// One object of JSON.
    static Map<?, ?> parse(String json) throws IOException {
        try {
            // JSON is YAML, and YAML is what we already read.
            if (new Load(LoadSettings.builder().build()).loadFromString(json) instanceof Map<?, ?> object) {
                return object;
            }
        } catch (YamlEngineException e) {
            throw new IOException("the answer is not JSON: " + e.getMessage(), e);
        }
        throw new IOException(
                "the answer is not an object: " + json.lines().findFirst().orElse(""));
    }

    /// The objects in a list; none when there is no such list.
    static List<Map<?, ?>> maps(Map<?, ?> parent, String key) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (parent.get(key) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> map) {
                    maps.add(map);
                }
            }
        }
        return maps;
    }

    /// A value as text; empty when it is missing or null.
    static String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : value.toString();
    }
}
