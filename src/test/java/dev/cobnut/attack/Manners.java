package dev.cobnut.attack;

import java.util.Random;

/// What changes a connection, or ends it.
final class Manners {
    /// Ids of connections are small numbers: what a client may guess.
    private static final int IDS = 60;

    private Manners() {}

    static void introduction(Attacker client) throws Attacker.Left {
        String name = "n" + client.own().fresh();
        switch (client.random().nextInt(4)) {
            case 0 -> {
                if (client.listening().isEmpty()) {
                    hello(client, 2 + client.random().nextInt(2));
                }
            }
            case 1 -> {
                client.ask(Expectation.ok(), "CLIENT", "SETNAME", name);
                client.ask(Plain.any(client));
                client.ask(Expectation.bulk(name), "CLIENT", "GETNAME");
            }
            case 2 -> {
                client.isBound();
                client.ask(Expectation.of("a number", r -> r.number() > 0), "CLIENT", "ID");
            }
            default -> {
                client.ask(new Disorienting(Expectation.status("RESET"), client), "RESET");
                client.flush();
                client.isReset();
            }
        }
        client.tripwire();
        client.flush();
        Plain.pipeline(client);
    }

    private static void hello(Attacker client, int protocol) throws Attacker.Left {
        client.ask(
                new Disorienting(
                        Expectation.of(
                                "proto " + protocol,
                                r -> r.elements().size() == 14
                                        && r.elements().get(5).number() == protocol),
                        client),
                "HELLO",
                "" + protocol);
        client.flush();
        client.speaks(protocol);
    }

    static void silence(Attacker client) {
        Random random = client.random();
        if (!client.listening().isEmpty()) {
            return;
        }
        client.tripwire();
        if (random.nextBoolean()) {
            client.askMuted(Expectation.ok(), "CLIENT", "REPLY", "OFF");
            for (int left = random.nextInt(20); left > 0; left--) {
                muted(client, Plain.any(client));
            }
            client.ask(Expectation.ok(), "CLIENT", "REPLY", "ON");
        } else {
            client.askMuted(Expectation.ok(), "CLIENT", "REPLY", "SKIP");
            muted(client, Plain.any(client));
        }
        Plain.pipeline(client);
    }

    private static void muted(Attacker client, Request request) {
        client.askMuted(request.expectation(), request.words());
    }

    static void tracking(Attacker client) throws Attacker.Left {
        boolean toAnother = client.random().nextBoolean() || !client.speaksResp3();
        client.isBound();
        if (toAnother) {
            client.ask(
                    Expectation.of("OK or an error", r -> r.isStatus("OK") || r.type() == '-'),
                    "CLIENT",
                    "TRACKING",
                    "ON",
                    "REDIRECT",
                    "" + (1 + client.random().nextInt(IDS)));
        } else {
            client.tracks(true);
            client.ask(
                    Expectation.of("OK or an error", r -> r.isStatus("OK") || r.type() == '-'),
                    "CLIENT",
                    "TRACKING",
                    "ON");
        }
        Plain.pipeline(client);
        client.flush();
        client.ask(
                Expectation.of("OK or an error", r -> r.isStatus("OK") || r.type() == '-'),
                "CLIENT",
                "TRACKING",
                "OFF");
        client.tripwire();
    }

    static void leaving(Attacker client) throws Attacker.Left {
        Plain.pipeline(client);
        switch (client.random().nextInt(4)) {
            case 0 -> client.leaveInTheMiddle();
            case 1 -> client.leaveHalf();
            case 2 -> {
                client.ask(Expectation.ok(), "QUIT");
                client.leaveHalf();
            }
            default -> {
                client.ask(Expectation.ok(), "MULTI");
                client.ask(Expectation.status("QUEUED"), "GET", client.own().tagged(client.database()).key);
                client.isExposed(true);
                client.flush();
                Plain.pipeline(client);
                client.leaveInTheMiddle();
            }
        }
    }
}
