package dev.cobnut.attack;

import java.util.ArrayList;
import java.util.List;

/// Transactions.
final class Transacting {
    private Transacting() {}

    static void transaction(Attacker client) throws Attacker.Left {
        client.isExposed(true);
        for (int left = 1 + client.random().nextInt(3); left > 0; left--) {
            client.ask(Plain.any(client));
            begin(
                    client,
                    client.random().nextInt(10) < 8 ? End.EXECUTED : End.DISCARDED,
                    1 + client.random().nextInt(6));
        }
        client.tripwire();
        client.flush();
        client.isExposed(false);
    }

    static void watch(Attacker client) throws Attacker.Left {
        client.isExposed(true);
        Cell.Text cell = client.own().tagged(client.database());
        client.ask(new Disorienting(Expectation.ok(), client), "WATCH", cell.key);
        client.ask(Plain.get(cell));
        client.flush();
        End end = End.EXECUTED;
        if (client.random().nextBoolean()) {
            Reply.Fate fate = client.askAside(Plain.set(cell, client.own().value(client.database(), cell.key)));
            end = fate == Reply.Fate.ANSWERED
                    ? End.NOT_EXECUTED
                    : fate == Reply.Fate.UNKNOWN ? End.EITHER : End.EXECUTED;
        }
        if (client.random().nextInt(5) == 0) {
            client.ask(new Disorienting(Expectation.ok(), client), "UNWATCH");
            end = End.EXECUTED;
        }
        begin(client, end, 2);
        client.tripwire();
        client.flush();
        client.isExposed(false);
    }

    private enum End {
        EXECUTED,
        DISCARDED,
        /// A watched key was changed.
        NOT_EXECUTED,
        EITHER
    }

    private static void begin(Attacker client, End end, int count) {
        client.ask(Expectation.ok(), "MULTI");
        List<Request> queued = new ArrayList<>();
        Queue queue = new Queue(client, queued, end);
        for (int i = 0; i < count; i++) {
            Request request = Plain.narrow(client);
            queued.add(request);
            client.ask(queue.entry(), request.words());
        }
        if (end == End.DISCARDED) {
            client.ask(Expectation.ok(), "DISCARD");
        } else {
            client.ask(queue, "EXEC");
        }
    }

    /// What EXEC answers.
    private static final class Queue extends Expectation {
        private final Attacker client;
        private final List<Request> queued;
        private final End end;
        private boolean refused;

        Queue(Attacker client, List<Request> queued, End end) {
            super(end == End.NOT_EXECUTED ? "null" : "an array of the replies to each");
            this.client = client;
            this.queued = queued;
            this.end = end;
        }

        /// What each of its requests answers.
        Expectation entry() {
            return new Expectation("+QUEUED") {
                @Override
                boolean fits(Reply reply, int stamp) {
                    return reply.isStatus("QUEUED");
                }

                @Override
                void notDone() {
                    refused = true;
                }

                @Override
                void unknown() {
                    refused = true;
                }
            };
        }

        @Override
        boolean fits(Reply reply, int stamp) {
            if (reply.isNull()) {
                if (end != End.EXECUTED || !client.arena().weather().isCalm()) {
                    queued.forEach(each -> each.expectation().notDone());
                    return true;
                }
                return false;
            }
            boolean fits = !refused && end != End.NOT_EXECUTED && reply.isArray(queued.size());
            for (int i = 0; fits && i < queued.size(); i++) {
                fits = queued.get(i).expectation().fits(reply.elements().get(i), stamp);
            }
            return fits;
        }

        @Override
        void notDone() {
            queued.forEach(each -> each.expectation().notDone());
        }

        @Override
        void unknown() {
            queued.forEach(each -> each.expectation().unknown());
        }
    }
}
