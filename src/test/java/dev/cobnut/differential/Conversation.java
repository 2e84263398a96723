package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What was last said, for the report of a difference.
final class Conversation {
    private static final int KEPT = Integer.getInteger("cobnut.differential.shown", 20);

    private final Deque<String> last = new ArrayDeque<>();

    void add(int client, Step step, List<byte[]> reference, List<byte[]> pool) {
        if (last.size() == KEPT) {
            last.remove();
        }
        String theirs = shown(reference);
        String ours = shown(pool);
        last.add("  client " + client + ": " + step + "\n    redis " + theirs
                + (ours.equals(theirs) ? "" : "\n    pool  " + ours));
    }

    private static String shown(List<byte[]> frames) {
        List<String> texts = new ArrayList<>();
        for (byte[] frame : frames) {
            texts.add(Step.escaped(new String(frame, ISO_8859_1)));
        }
        return texts.toString();
    }

    @Override
    public String toString() {
        return String.join("\n", last);
    }
}
