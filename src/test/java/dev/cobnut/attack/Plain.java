package dev.cobnut.attack;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Requests that travel with those of others.
final class Plain {
    private static final int PIPELINE_MAX = 60;

    private Plain() {}

    static void pipeline(Attacker client) {
        for (int left = 1 + client.random().nextInt(PIPELINE_MAX); left > 0; left--) {
            client.ask(any(client));
            if (left % 8 == 0) {
                client.tripwire();
            }
        }
        client.tripwire();
    }

    static void otherDatabase(Attacker client) {
        int database = client.random().nextInt(Arena.DATABASES);
        client.ask(new Disorienting(Expectation.ok(), client), "SELECT", "" + database);
        client.entersDatabase(database);
        pipeline(client);
    }

    static void large(Attacker client) throws Attacker.Left {
        Random random = client.random();
        int database = client.database();
        client.isExposed(true);
        client.readSlowly(random.nextBoolean());
        if (random.nextBoolean()) {
            for (int left = 1 + random.nextInt(3); left > 0; left--) {
                client.ask(readShared(client, Arena.SMALL_SHARED + random.nextInt(Arena.LARGE_SHARED.size())));
                client.tripwire();
            }
        } else {
            Cell.Text cell = client.own().text(database);
            int size = 70_000 + random.nextInt(random.nextInt(4) == 0 ? 3_000_000 : 200_000);
            String value = Belongings.value(database, cell.key, client.own().fresh(), size);
            client.ask(set(cell, value));
            client.ask(get(cell));
            client.ask(any(client));
            client.ask(delete(List.of(cell)));
        }
        client.tripwire();
        client.flush();
        client.readSlowly(false);
        client.isExposed(false);
    }

    static void longError(Attacker client) {
        String key = client.own().name("x").repeat(16_000).substring(0, 66_000);
        client.ask(any(client));
        if (client.random().nextBoolean()) {
            client.ask(
                    Expectation.of(
                            "-NOGROUP " + key, r -> r.type() == '-' && r.text().contains(key)),
                    "XPENDING",
                    key,
                    "g");
        } else {
            client.ask(
                    Expectation.error("LONG " + key), "EVAL", "return redis.error_reply('LONG ' .. KEYS[1])", "1", key);
        }
        client.tripwire();
    }

    /// Any request that one shard can answer, or many.
    static Request any(Attacker client) {
        int database = client.database();
        Belongings own = client.own();
        return switch (client.random().nextInt(20)) {
            case 0, 1, 2 -> set(own.text(database), null, client);
            case 3 -> setSeveral(client);
            case 4, 5 -> readSeveral(client);
            case 6 -> delete(some(client));
            case 7, 8, 9 -> readShared(client, client.random().nextInt(Arena.SMALL_SHARED));
            case 10 -> writeShared(client, client.random().nextInt(Arena.SMALL_SHARED));
            default -> narrow(client);
        };
    }

    /// A request whose key is tagged.
    static Request narrow(Attacker client) {
        int database = client.database();
        Belongings own = client.own();
        return switch (client.random().nextInt(8)) {
            case 0, 1 -> set(own.tagged(database), null, client);
            case 2 -> delete(List.of(own.tagged(database)));
            case 3 -> increment(own.count(database));
            case 4 -> push(own.numbers(database), own.fresh());
            default -> get(own.tagged(database));
        };
    }

    static Request get(Cell.Text cell) {
        return new Request(
                new Expectation("what the key holds") {
                    @Override
                    boolean fits(Reply reply, int stamp) {
                        return (reply.isNull() || reply.type() == '$') && cell.read(valueOf(reply), stamp);
                    }

                    @Override
                    public String toString() {
                        return cell.expected();
                    }
                },
                "GET",
                cell.key);
    }

    private static @Nullable String valueOf(Reply reply) {
        return reply.isNull() ? null : reply.text();
    }

    private static Request set(Cell.Text cell, @Nullable String value, Attacker client) {
        return set(cell, value == null ? client.own().value(cell.database, cell.key) : value);
    }

    static Request set(Cell.Text cell, String value) {
        return new Request(
                new Expectation("+OK") {
                    @Override
                    boolean fits(Reply reply, int stamp) {
                        boolean ok = reply.isStatus("OK");
                        if (ok) {
                            cell.write(value, stamp);
                        }
                        return ok;
                    }

                    @Override
                    void unknown() {
                        cell.maybeWrite(value);
                    }
                },
                "SET",
                cell.key,
                value);
    }

    private static Request setSeveral(Attacker client) {
        List<Cell.Text> cells = some(client);
        List<String> words = new ArrayList<>(List.of("MSET"));
        List<Request> each = new ArrayList<>();
        for (Cell.Text cell : cells) {
            Request one = set(cell, null, client);
            each.add(one);
            words.add(cell.key);
            words.add(one.words().get(2));
        }
        return new Request(
                new Expectation("+OK") {
                    @Override
                    boolean fits(Reply reply, int stamp) {
                        return reply.isStatus("OK")
                                && each.stream()
                                        .allMatch(one -> one.expectation().fits(reply, stamp));
                    }

                    @Override
                    void unknown() {
                        each.forEach(one -> one.expectation().unknown());
                    }
                },
                words.toArray(String[]::new));
    }

    private static Request readSeveral(Attacker client) {
        List<Request> each = new ArrayList<>();
        for (int left = 1 + client.random().nextInt(8); left > 0; left--) {
            each.add(
                    client.random().nextBoolean()
                            ? get(client.own().text(client.database()))
                            : readShared(client, client.random().nextInt(Arena.SMALL_SHARED)));
        }
        List<String> words = new ArrayList<>(List.of("MGET"));
        each.forEach(one -> words.add(one.words().get(1)));
        return new Request(
                new Expectation("the values of each") {
                    @Override
                    public String toString() {
                        return each.stream().map(Request::expectation).toList().toString();
                    }

                    @Override
                    boolean fits(Reply reply, int stamp) {
                        boolean fits = reply.isArray(each.size());
                        for (int i = 0; fits && i < each.size(); i++) {
                            fits = each.get(i)
                                    .expectation()
                                    .fits(reply.elements().get(i), stamp);
                        }
                        return fits;
                    }
                },
                words.toArray(String[]::new));
    }

    private static List<Cell.Text> some(Attacker client) {
        Set<Cell.Text> cells = new LinkedHashSet<>();
        for (int left = 1 + client.random().nextInt(5); left > 0; left--) {
            cells.add(client.own().text(client.database()));
        }
        return List.copyOf(cells);
    }

    static Request delete(List<Cell.Text> cells) {
        List<String> words = new ArrayList<>(List.of("DEL"));
        cells.forEach(cell -> words.add(cell.key));
        return new Request(
                new Expectation("how many there were") {
                    @Override
                    boolean fits(Reply reply, int stamp) {
                        long least = cells.stream()
                                .filter(cell -> !cell.mayBeAbsent())
                                .count();
                        long most =
                                cells.stream().filter(Cell.Text::mayBePresent).count();
                        boolean fits = reply.number() >= least && reply.number() <= most;
                        if (fits) {
                            cells.forEach(cell -> cell.write(null, stamp));
                        }
                        return fits;
                    }

                    @Override
                    void unknown() {
                        cells.forEach(cell -> cell.maybeWrite(null));
                    }
                },
                words.toArray(String[]::new));
    }

    static Request increment(Cell.Count cell) {
        return new Request(
                new Expectation("the next of " + cell.key) {
                    @Override
                    boolean fits(Reply reply, int stamp) {
                        return cell.increment(reply.number(), stamp);
                    }

                    @Override
                    void unknown() {
                        cell.maybeIncrement();
                    }
                },
                "INCR",
                cell.key);
    }

    private static Request push(Cell.Numbers cell, String number) {
        return new Request(
                new Expectation("the length of " + cell.key) {
                    @Override
                    boolean fits(Reply reply, int stamp) {
                        return cell.push(number, reply.number(), stamp);
                    }

                    @Override
                    void notDone() {
                        cell.notPushed(number);
                    }

                    @Override
                    void unknown() {
                        cell.maybePush(number);
                    }
                },
                "RPUSH",
                cell.key,
                number);
    }

    static Request readShared(Attacker client, int number) {
        String value = client.arena().sharedValue(client.database(), number);
        Weather weather = client.arena().weather();
        return new Request(
                Expectation.of(value, r -> r.isBulk(value) || (r.isNull() && weather.losses() > 0)),
                "GET",
                Arena.sharedKey(number));
    }

    private static Request writeShared(Attacker client, int number) {
        String value = client.arena().sharedValue(client.database(), number);
        return new Request(Expectation.ok(), "SET", Arena.sharedKey(number), value);
    }
}
