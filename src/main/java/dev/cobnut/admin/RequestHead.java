package dev.cobnut.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The first bytes of a peer of the statistics port, as far as they have come: perhaps the request line and the
/// headers of an HTTP GET. Nothing after the request line is looked at, only for its end.
final class RequestHead {
    static final int BYTES_MAX = 8192;

    private static final String METHOD = "GET ";

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

    /// Nothing speaks against an HTTP GET so far; true also for no bytes at all.
    boolean mayBeGet() {
        for (int i = 0; i < Math.min(length, METHOD.length()); i++) {
            if (bytes[i] != METHOD.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// It has begun as an HTTP GET, so its peer expects an HTTP response.
    boolean isGet() {
        return length >= METHOD.length() && mayBeGet();
    }

    /// The empty line after the headers has come.
    boolean isComplete() {
        return complete;
    }

    boolean isFull() {
        return length == BYTES_MAX;
    }

    /// The path of a complete GET, without its query; null when the request line is malformed.
    @Nullable
    String path() {
        String line = new String(bytes, 0, length, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElse("");
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !parts[1].startsWith("/") || !parts[2].startsWith("HTTP/1.")) {
            return null;
        }
        int query = parts[1].indexOf('?');
        return query < 0 ? parts[1] : parts[1].substring(0, query);
    }
}
