package dev.cobnut.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Pattern;

/// Requests as a client sends them: arrays of bulk strings. A character is one byte.
public final class Requests {
    /// Before `return` it belongs to a script.
    private static final Pattern DIVIDER = Pattern.compile(";(?!return)");

    private Requests() {}

    /// One request.
    public static String request(String... arguments) {
        StringBuilder request = new StringBuilder("*" + arguments.length + "\r\n");
        for (String argument : arguments) {
            request.append('$')
                    .append(argument.length())
                    .append("\r\n")
                    .append(argument)
                    .append("\r\n");
        }
        return request.toString();
    }

    /// One request as bytes.
    public static byte[] frame(String... arguments) {
        return request(arguments).getBytes(ISO_8859_1);
    }

    /// Several requests divided by `;`, their words by blanks: `SET a 1;GET a`.
    public static String requests(String text) {
        StringBuilder all = new StringBuilder();
        for (String each : DIVIDER.split(text)) {
            all.append(request(each.strip().split(" ")));
        }
        return all.toString();
    }
}
