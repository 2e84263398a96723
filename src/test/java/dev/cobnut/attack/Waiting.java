package dev.cobnut.attack;

import java.util.ArrayList;
import java.util.List;

/// Commands that block, and their producers on another connection.
final class Waiting {
    private static final String SECONDS = "2";
    private static final String MILLIS = "2000";

    private Waiting() {}

    static void list(Attacker client) throws Attacker.Left {
        String key = client.own().name("q");
        String[] words = {client.random().nextBoolean() ? "BLPOP" : "BRPOP", key, SECONDS};
        int count = 1 + client.random().nextInt(3);
        boolean before = client.random().nextBoolean();
        // Of one element at a time, both ends are the same.
        List<String> there = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            client.ask(oneOf(client, key, there), words);
            client.tripwire();
            if (before) {
                push(client, key, there);
                client.flush();
            } else {
                client.flush(() -> push(client, key, there));
            }
        }
        client.ask(Expectation.of("0, or 1 that is late", r -> r.type() == ':'), "DEL", key);
    }

    private static void push(Attacker client, String key, List<String> there) throws Attacker.Left {
        String element = client.own().fresh();
        Request push = new Request(Expectation.of("its length", reply -> reply.number() >= 1), "RPUSH", key, element);
        if (client.askAside(push) != Reply.Fate.NOT_DONE) {
            there.add(element);
        }
    }

    private static Expectation oneOf(Attacker client, String key, List<String> there) {
        return new Expectation("[" + key + ", what was pushed] or null in bad weather") {
            @Override
            boolean fits(Reply reply, int stamp) {
                return reply.isNull()
                        ? !client.arena().weather().isCalm()
                        : reply.isArray(2)
                                && reply.head().equals(key)
                                && there.remove(reply.elements().getLast().text());
            }
        };
    }

    static void stream(Attacker client) throws Attacker.Left {
        String key = client.own().name("s");
        List<String> there = new ArrayList<>();
        String[] seen = {"0-0"};
        for (int left = 1 + client.random().nextInt(3); left > 0; left--) {
            client.ask(entries(client, key, there, seen), "XREAD", "BLOCK", MILLIS, "STREAMS", key, seen[0]);
            client.tripwire();
            client.flush(() -> add(client, key, there));
        }
        client.ask(Expectation.of("0 or 1", r -> r.type() == ':'), "DEL", key);
    }

    private static void add(Attacker client, String key, List<String> there) throws Attacker.Left {
        String value = client.own().fresh();
        Request add = new Request(Expectation.of("an id", r -> r.type() == '$'), "XADD", key, "*", "f", value);
        if (client.askAside(add) != Reply.Fate.NOT_DONE) {
            there.add(value);
        }
    }

    private static Expectation entries(Attacker client, String key, List<String> there, String[] seen) {
        return new Expectation("what was added to " + key + " or null in bad weather") {
            @Override
            boolean fits(Reply reply, int stamp) {
                if (reply.isNull()) {
                    return !client.arena().weather().isCalm();
                }
                List<Reply> parts = reply.type() == '%'
                        ? reply.elements()
                        : reply.isArray(1) ? reply.elements().getFirst().elements() : List.of();
                if (parts.size() != 2 || !parts.getFirst().text().equals(key)) {
                    return false;
                }
                for (Reply entry : parts.getLast().elements()) {
                    seen[0] = entry.head();
                    if (!there.remove(
                            entry.elements().getLast().elements().getLast().text())) {
                        return false;
                    }
                }
                return true;
            }
        };
    }
}
