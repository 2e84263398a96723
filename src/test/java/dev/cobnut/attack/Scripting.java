package dev.cobnut.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Scripts, whose errors are their own whatever they begin with.
final class Scripting {
    private static final List<String> SERVERS_WORDS = List.of(
            "READONLY",
            "DENIED",
            "NOAUTH",
            "LOADING",
            "BUSY",
            "MASTERDOWN",
            "NOSCRIPT",
            "ERR max number of clients",
            "EXECABORT",
            "MISCONF",
            "NOPERM",
            "ERR unknown:",
            "CROSSSLOT",
            "MOVED");

    private static final String VALUE = "return ARGV[1]";
    private static final String ERROR = "return redis.error_reply(ARGV[1])";
    private static final String COUNT_AND_ERROR = "redis.call('incr',KEYS[1]) return redis.error_reply(ARGV[1])";
    private static final String SHA = sha1(VALUE);

    private Scripting() {}

    private static String sha1(String script) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(script.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static void scripts(Attacker client) {
        for (int left = 1 + client.random().nextInt(6); left > 0; left--) {
            client.ask(script(client));
            if (client.random().nextBoolean()) {
                client.ask(Plain.any(client));
            }
        }
        client.tripwire();
    }

    private static Request script(Attacker client) {
        String fresh = client.own().fresh();
        String key = client.own().text(client.database()).key;
        String error = SERVERS_WORDS.get(client.random().nextInt(SERVERS_WORDS.size())) + " " + fresh;
        return switch (client.random().nextInt(6)) {
            case 0, 1 -> new Request(Expectation.bulk(fresh), "EVAL", VALUE, "1", key, fresh);
            case 2 -> new Request(Expectation.error(error), "EVAL", ERROR, "1", key, error);
            case 3 -> countAndError(client.own().count(client.database()), error);
            case 4 -> new Request(Expectation.bulk(SHA), "SCRIPT", "LOAD", VALUE);
            default ->
                new Request(
                        Expectation.of(
                                fresh + " or NOSCRIPT",
                                r -> r.isBulk(fresh)
                                        || (r.type() == '-'
                                                && r.text().equals("NOSCRIPT No matching script. Please use EVAL."))),
                        "EVALSHA",
                        SHA,
                        "1",
                        key,
                        fresh);
        };
    }

    private static Request countAndError(Cell.Count cell, String error) {
        return new Request(
                new Expectation("-" + error) {
                    @Override
                    boolean fits(Reply reply, int stamp) {
                        boolean fits = reply.type() == '-' && reply.text().equals(error);
                        if (fits) {
                            cell.incrementUnseen(stamp);
                        }
                        return fits;
                    }

                    @Override
                    void unknown() {
                        cell.maybeIncrement();
                    }
                },
                "EVAL",
                COUNT_AND_ERROR,
                "1",
                cell.key,
                error);
    }
}
