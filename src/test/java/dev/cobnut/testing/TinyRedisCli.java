package dev.cobnut.testing;

import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// As much of redis-cli as documents show, for machines that have none: `[-h HOST] [-p PORT] COMMAND…`, with the answer as it
/// stands in a terminal.
public final class TinyRedisCli {
    private TinyRedisCli() {}

    /// Gives one command, and prints the answer.
    public static void main(String[] arguments) throws IOException {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        String host = option("-h", words, "127.0.0.1");
        int port = Integer.parseInt(option("-p", words, "6379"));
        try (RespConnection connection = RespConnection.connect(host, port, 2_000, 15_000)) {
            RespValue answer = connection.command(words.toArray(String[]::new));
            System.out.println(switch (answer) {
                case RespValue.SimpleString status -> status.text();
                case RespValue.ErrorReply error -> "(error) " + error.text();
                case RespValue.Int number -> "(integer) " + number.text();
                case RespValue.Bulk bulk -> '"' + bulk.text() + '"';
                default -> answer.text();
            });
        }
    }

    private static String option(String name, List<String> words, String otherwise) {
        if (words.size() < 2 || !words.getFirst().equals(name)) {
            return otherwise;
        }
        words.removeFirst();
        return words.removeFirst();
    }
}
