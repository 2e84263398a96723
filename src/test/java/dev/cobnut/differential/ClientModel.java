package dev.cobnut.differential;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// As much of a client's state at a Redis server as says how many replies a request has.
final class ClientModel {
    private static final Set<String> NEVER_QUEUED = Set.of("exec", "discard", "multi", "watch", "quit", "reset");
    private static final Set<String> FOR_SUBSCRIBERS = Set.of(
            "ping",
            "quit",
            "reset",
            "subscribe",
            "unsubscribe",
            "psubscribe",
            "punsubscribe",
            "ssubscribe",
            "sunsubscribe");

    private final Set<String> channels = new LinkedHashSet<>();
    private final Set<String> patterns = new LinkedHashSet<>();
    private final Set<String> shardChannels = new LinkedHashSet<>();
    private final List<Step> queued = new ArrayList<>();
    private boolean resp3;
    private boolean multi;
    private boolean off;
    private boolean skip;

    boolean inMulti() {
        return multi;
    }

    boolean isMuted() {
        return off || skip;
    }

    boolean isSubscribed() {
        return !channels.isEmpty() || !patterns.isEmpty() || !shardChannels.isEmpty();
    }

    /// Whether nearly everything is refused.
    boolean isRestricted() {
        return !resp3 && isSubscribed();
    }

    /// Whether a message published now would stand in the reply to EXEC as an array that nothing counts: servers before
    /// 7.2 do so in RESP2, and nobody can then read on.
    boolean hearsItselfInMulti() {
        return multi && !resp3 && queued.stream().anyMatch(ClientModel::isSubscription);
    }

    List<Step> queued() {
        return List.copyOf(queued);
    }

    static boolean isSubscription(Step step) {
        return step.name().endsWith("subscribe");
    }

    /// Carries a request out, and says how many replies it has. The subscriptions of a transaction are carried out by
    /// [#executed].
    int answers(Step step) {
        boolean muted = isMuted();
        skip = false;
        int one = muted ? 0 : 1;
        String name = step.name();
        if (isRestricted() && !FOR_SUBSCRIBERS.contains(name)) {
            if (step.argument(0).equals("exec")) {
                multi = false;
                queued.clear();
            }
            return one;
        }
        if (name.isEmpty() && step.argument(0).equals("exec")) {
            multi = false;
            queued.clear();
            return one;
        }
        if (multi && !NEVER_QUEUED.contains(name)) {
            if (!name.isEmpty()) {
                queued.add(step);
            }
            return one;
        }
        switch (name) {
            case "multi" -> multi = true;
            case "exec", "discard" -> {
                multi = false;
                queued.clear();
            }
            case "reset", "quit" -> {
                int answers = name.equals("reset") && off ? 1 : one;
                reset();
                return answers;
            }
            case "hello" -> hello(step);
            case "client|reply" -> {
                return reply(step, one);
            }
            default -> {
                return isSubscription(step) ? subscribe(step) : one;
            }
        }
        return one;
    }

    /// EXEC has succeeded.
    void executed(List<Step> steps) {
        for (Step step : steps) {
            if (isSubscription(step) && !step.name().equals("ssubscribe")) {
                subscribe(step);
            }
        }
    }

    private void reset() {
        channels.clear();
        patterns.clear();
        shardChannels.clear();
        queued.clear();
        multi = false;
        resp3 = false;
        off = false;
        skip = false;
    }

    private void hello(Step step) {
        int size = step.arguments().size();
        String option = step.argument(2);
        boolean good = size == 2
                || (size == 4 && option.equals("setname"))
                || (size == 5 && option.equals("auth") && step.argument(3).equals("default"));
        if (good && (step.argument(1).equals("2") || step.argument(1).equals("3"))) {
            resp3 = step.argument(1).equals("3");
        }
    }

    private int reply(Step step, int one) {
        return switch (step.argument(2)) {
            case "on" -> {
                off = false;
                yield 1;
            }
            case "off" -> {
                off = true;
                yield 0;
            }
            case "skip" -> {
                skip = !off;
                yield 0;
            }
            default -> one;
        };
    }

    /// Confirmations come whether the client is muted or not.
    private int subscribe(Step step) {
        String name = step.name();
        Set<String> set = name.startsWith("p")
                ? patterns
                : name.startsWith("s") && !name.equals("subscribe") ? shardChannels : channels;
        List<String> names = step.arguments().subList(1, step.arguments().size());
        int answers = Math.max(1, names.isEmpty() ? set.size() : names.size());
        if (!name.contains("unsub")) {
            set.addAll(names);
        } else if (names.isEmpty()) {
            set.clear();
        } else {
            names.forEach(set::remove);
        }
        return answers;
    }
}
