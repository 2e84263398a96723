package dev.cobnut.attack;

import java.util.Locale;

/// Messages. Each says its channel and a number that no other has.
final class Listening {
    private static final int CHANNELS = 6;

    private Listening() {}

    static void publish(Attacker client) {
        for (int left = 1 + client.random().nextInt(4); left > 0; left--) {
            client.ask(message("ch" + client.random().nextInt(CHANNELS), client));
        }
        client.tripwire();
    }

    private static Request message(String channel, Attacker client) {
        return new Request(
                Expectation.of("how many heard it", r -> r.type() == ':'),
                "PUBLISH",
                channel,
                "m|" + channel + "|" + client.own().fresh());
    }

    static void listen(Attacker client) throws Attacker.Left {
        String mine = client.own().name("ch");
        enter(client, "SUBSCRIBE", mine);
        enter(client, "SUBSCRIBE", "ch" + client.random().nextInt(CHANNELS));
        if (client.random().nextBoolean()) {
            enter(client, "PSUBSCRIBE", "ch?");
        }
        client.tripwire();
        client.flush();
        for (int left = client.random().nextInt(4); left > 0; left--) {
            Request message = message(mine, client);
            if (client.askAside(message) == Reply.Fate.ANSWERED
                    && client.arena().weather().isCalm()) {
                client.awaitMessage(mine + " " + message.words().get(2));
            }
            client.hear();
        }
        if (client.speaksResp3() && client.random().nextBoolean()) {
            // Goes on listening while it does other things.
            Plain.pipeline(client);
            return;
        }
        for (String name : client.listening().toArray(String[]::new)) {
            leave(client, name.equals("ch?") ? "PUNSUBSCRIBE" : "UNSUBSCRIBE", name);
        }
        client.flush();
        client.tripwire();
    }

    private static void enter(Attacker client, String command, String name) {
        if (client.listening().add(name)) {
            client.ask(confirmation(client, command, name), command, name);
        }
    }

    private static void leave(Attacker client, String command, String name) {
        client.ask(confirmation(client, command, name), command, name);
    }

    private static Expectation confirmation(Attacker client, String command, String name) {
        String head = command.toLowerCase(Locale.ROOT);
        return new Disorienting(
                Expectation.of("[" + head + ", " + name + ", a number]", reply -> {
                    boolean fits = reply.elements().size() == 3
                            && reply.head().equals(head)
                            && reply.elements().get(1).text().equals(name);
                    if (fits && head.endsWith("unsubscribe")) {
                        client.listening().remove(name);
                    }
                    return fits;
                }),
                client);
    }
}
