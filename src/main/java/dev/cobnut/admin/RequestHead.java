package dev.cobnut.admin;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The first bytes of a peer of the statistics port, as far as they have come: perhaps the request line and the
/// headers of an HTTP request.
final class RequestHead {
    static final int BYTES_MAX = 8192;

    /// What an HTTP request begins with, and a blank after it.
    enum Method {
        GET,
        HEAD,
        POST,
        OPTIONS,
        PUT,
        DELETE,
        PATCH,
        TRACE,
        CONNECT;

        private final String word = name() + " ";
    }

    private static final List<Method> METHODS = List.of(Method.values());

    private final byte[] bytes = new byte[BYTES_MAX];
    private int length;

    /// The last line seen so far holds nothing but CR.
    private boolean lineEmpty = true;

    private boolean complete;

    /// Reads what is there, once.
    ///
    /// @return false at the end of the stream
    boolean readFrom(InputStream in) throws IOException {
        int read = in.read(bytes, length, BYTES_MAX - length);
        if (read < 0) {
            return false;
        }
        for (int end = length + read; length < end && !complete; length++) {
            switch (bytes[length]) {
                case '\n' -> {
                    complete = lineEmpty;
                    lineEmpty = true;
                }
                case '\r' -> {
                    // part of the line end
                }
                default -> lineEmpty = false;
            }
        }
        return true;
    }

    /// Nothing speaks against HTTP so far; true also for no bytes at all.
    boolean mayBeHttp() {
        return METHODS.stream().anyMatch(method -> agrees(method.word, Math.min(length, method.word.length())));
    }

    /// The method, if it has begun as HTTP, so that its peer expects an HTTP response; null as long as it has not.
    @Nullable
    Method method() {
        for (Method method : METHODS) {
            if (length >= method.word.length() && agrees(method.word, method.word.length())) {
                return method;
            }
        }
        return null;
    }

    private boolean agrees(String word, int chars) {
        for (int i = 0; i < chars; i++) {
            if (bytes[i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The empty line after the headers has come.
    boolean isComplete() {
        return complete;
    }

    boolean isFull() {
        return length == BYTES_MAX;
    }

    /// The path of a complete request, without its query; null when the request line is malformed.
    @Nullable
    String path() {
        String target = target();
        if (target == null) {
            return null;
        }
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /// The parameters of a complete request's query, decoded; null when they cannot be, or one is there twice.
    @Nullable
    Map<String, String> parameters() {
        String target = target();
        int query = target == null ? -1 : target.indexOf('?');
        Map<String, String> parameters = new HashMap<>();
        if (target == null || query < 0) {
            return parameters;
        }
        for (String each : target.substring(query + 1).split("&", -1)) {
            int equals = each.indexOf('=');
            try {
                String name = URLDecoder.decode(each.substring(0, Math.max(0, equals)), StandardCharsets.UTF_8);
                String value = URLDecoder.decode(each.substring(equals + 1), StandardCharsets.UTF_8);
                if (equals <= 0 || parameters.putIfAbsent(name, value) != null) {
                    return null;
                }
            } catch (IllegalArgumentException _) {
                return null;
            }
        }
        return parameters;
    }

    /// A header of a complete request, without blanks around it; null when it is missing, or there twice.
    ///
    /// @param name in small letters
    @Nullable
    String header(String name) {
        String found = null;
        for (String line : lines().skip(1).toList()) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                if (found != null) {
                    return null;
                }
                found = line.substring(colon + 1).strip();
            }
        }
        return found;
    }

    private @Nullable String target() {
        String line = lines().findFirst().orElse("");
        String[] parts = line.split(" ", -1);
        boolean wellFormed = parts.length == 3 && parts[1].startsWith("/") && parts[2].startsWith("HTTP/1.");
        return wellFormed ? parts[1] : null;
    }

    private Stream<String> lines() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).lines();
    }
}
