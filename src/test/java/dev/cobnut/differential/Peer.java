package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cobnut.testing.Requests;
import dev.cobnut.testing.RespClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/// A connection to one of the two servers. Sorts what comes without being asked for out of the replies.
final class Peer implements AutoCloseable {
    private static final Pattern MESSAGE =
            Pattern.compile("[>*]\\d+\r\n\\$\\d+\r\n(message|pmessage|smessage|invalidate)\r\n");
    private static final Pattern PUSH_TO_RESP3 = Pattern.compile(">\\d+\r\n\\$\\d+\r\n(?!\\w*subscribe\r\n)");

    private final RespClient client;
    private final List<String> messages = new ArrayList<>();

    Peer(int port) throws IOException {
        client = RespClient.to(port);
    }

    /// Sends requests in one go, or cut into pieces at random places.
    void send(List<Step> steps, Random cuts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Step step : steps) {
            all.writeBytes(Requests.frame(step.arguments().toArray(String[]::new)));
        }
        byte[] bytes = all.toByteArray();
        int from = 0;
        for (int pieces = cuts.nextInt(3); pieces > 0; pieces--) {
            int to = from + cuts.nextInt(bytes.length - from + 1);
            client.sendRaw(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        client.sendRaw(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    /// The next replies, each as it came.
    List<byte[]> replies(int count) throws IOException {
        List<byte[]> replies = new ArrayList<>();
        while (replies.size() < count) {
            byte[] frame = client.frame();
            if (isMessage(frame)) {
                messages.add(new String(frame, ISO_8859_1));
            } else {
                replies.add(frame);
            }
        }
        return replies;
    }

    private static boolean isMessage(byte[] frame) {
        if (frame[0] != '>' && frame[0] != '*') {
            return false;
        }
        String head = new String(frame, 0, Math.min(frame.length, 40), ISO_8859_1);
        return MESSAGE.matcher(head).lookingAt() || PUSH_TO_RESP3.matcher(head).lookingAt();
    }

    /// What has come without being asked for since the last time, in its order. Matches of patterns stand at the end,
    /// sorted: which of several patterns is served first depends on the seed of a hash table.
    List<String> takeMessages() {
        List<String> taken = new ArrayList<>();
        List<String> matches = new ArrayList<>();
        for (String message : messages) {
            (message.startsWith("pmessage", message.indexOf('\n', 4) + 1) ? matches : taken).add(message);
        }
        matches.sort(null);
        taken.addAll(matches);
        messages.clear();
        return taken;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
