package dev.cobnut.proxy.routing;

import dev.cobnut.proxy.routing.Standing.Phase;
import dev.cobnut.resp.Command;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/// What a request comes into: the pool, the client that sends it, and where its keys are. One column of `routes.txt`
/// each. In pools of three shards keys are on shard 1, or on 1 and 2.
///
/// @param column its heading
/// @param shards of the pool
/// @param asker the client
/// @param apart whether the keys are on two shards
record Situation(String column, int shards, Asker asker, boolean apart) {
    static final Situation ONE = new Situation("1", 1, Asker.PLAIN, false);
    static final Situation ONE_MULTI = new Situation("1-multi", 1, Asker.queuing(0), false);
    static final Situation THREE = new Situation("3", 3, Asker.PLAIN, false);
    static final Situation THREE_MULTI = new Situation("3-multi", 3, Asker.between(Phase.NOWHERE), false);
    static final Situation THREE_THERE = new Situation("3-there", 3, Asker.queuing(1), false);
    static final Situation APART = new Situation("2keys", 3, Asker.PLAIN, true);

    /// In the order of the columns.
    static final List<Situation> ALL = List.of(
            ONE,
            ONE_MULTI,
            new Situation("1-watch", 1, Asker.watching(0), false),
            new Situation("1-subscr", 1, Asker.SUBSCRIBER, false),
            new Situation("1-reader", 1, Asker.READER, false),
            new Situation("1-login", 1, Asker.LOGGED_OUT, false),
            THREE,
            THREE_MULTI,
            THREE_THERE,
            new Situation("3-else", 3, Asker.queuing(2), false),
            new Situation("3-watch", 3, Asker.watching(1), false),
            new Situation("3-subscr", 3, Asker.SUBSCRIBER, false),
            new Situation("3-reader", 3, Asker.READER, false),
            new Situation("3-login", 3, Asker.LOGGED_OUT, false),
            APART,
            new Situation("2keys-multi", 3, Asker.between(Phase.NOWHERE), true),
            new Situation("2keys-there", 3, Asker.queuing(1), true));

    private static final String NONE = "-";

    /// A pool for it, in which nothing is refused because it is dangerous.
    TestPool pool() {
        TestPool pool = new TestPool(shards).allow("all");
        return asker.isAuthenticated() ? pool : pool.password("secret");
    }

    /// The way of a request for this command, in one word; `-` where it cannot have two keys.
    String way(Routing routing, TestPool pool, Command command) {
        if (apart && !Samples.takesTwoKeys(command)) {
            return NONE;
        }
        String key = pool.keyOn(shards == 1 ? 0 : 1);
        String[] request = apart ? Samples.request(command, key, pool.keyOn(2)) : Samples.request(command, key);
        return word(routing.choose(pool.frame(request), pool.front(), asker), shards == 1);
    }

    /// A way in one word. Shard 0 of one goes without saying.
    static String word(Route route, boolean oneShard) {
        String word = switch (route.way()) {
            case OWN ->
                switch (route.loan()) {
                    case READY -> "own";
                    case IF_FREE -> "own?";
                    case AT_ONCE -> "own!";
                    case FOR_GOOD -> "keep";
                };
            case OWN_EACH -> "each";
            case EVERY_SHARD -> "every";
            case REFUSED -> route.refusal().split(" ", 2)[0];
            case LANE, SPLIT, HERE, ALONE, BIND -> route.way().name().toLowerCase(Locale.ROOT);
        };
        String where = switch (route.way()) {
            case LANE, OWN, BIND -> Integer.toString(route.shard());
            case OWN_EACH -> digits(route.each());
            case SPLIT -> digits(route.shards());
            case EVERY_SHARD, HERE, ALONE, REFUSED -> "";
        };
        return where.isEmpty() || (oneShard && where.equals("0")) ? word : word + ":" + where;
    }

    private static String digits(BitSet shards) {
        StringBuilder digits = new StringBuilder();
        shards.stream().forEach(digits::append);
        return digits.toString();
    }

    private static String digits(int[] shards) {
        StringBuilder digits = new StringBuilder();
        for (int shard : shards) {
            digits.append(shard);
        }
        return digits.toString();
    }
}
