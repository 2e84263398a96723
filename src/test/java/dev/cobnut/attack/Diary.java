package dev.cobnut.attack;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last steps of a client, for the report of a finding. For the thread of its client.
final class Diary {
    private static final int KEPT = 20;
    private static final int WHOLE_MAX = 1_000;

    private record Step(List<String> words, Reply reply) {}

    private final Deque<Step> last = new ArrayDeque<>();

    void add(List<String> words, Reply reply) {
        if (last.size() == KEPT) {
            last.remove();
        }
        last.add(new Step(words, reply.text().length() > WHOLE_MAX ? Reply.of('$', reply.toString()) : reply));
    }

    void clear() {
        last.clear();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Step step : last) {
            text.append("\n    ")
                    .append(Reply.of('$', String.join(" ", step.words())))
                    .append("  ->  ")
                    .append(step.reply());
        }
        return text.toString();
    }
}
