package dev.cobnut.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.User;
import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.proxy.routing.Standing.Phase;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.LocalCommand;
import dev.cobnut.resp.Policy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the ways of requests depend on besides what `routes.txt` shows: their arguments, and the pool's state.
class RoutingTest {
    private final TestPool one = new TestPool(1);
    private final TestPool three = new TestPool(3);
    private final Routing routing = new Routing();

    @AfterEach
    void nothingIsKept() {
        one.close();
        three.close();
    }

    private Route choose(TestPool pool, Standing standing, String... request) {
        return routing.choose(pool.frame(request), pool.front(), standing);
    }

    private String way(TestPool pool, String... request) {
        return way(pool, Asker.PLAIN, request);
    }

    /// The way in one word, as in `routes.txt`.
    private String way(TestPool pool, Standing standing, String... request) {
        return Situation.word(choose(pool, standing, request), false);
    }

    private String refusal(TestPool pool, Standing standing, String... request) {
        Route route = choose(pool, standing, request);
        assertThat(route.way()).isEqualTo(Route.Way.REFUSED);
        return route.refusal();
    }

    // ---- databases --------------------------------------------------------------------------------------------------

    @Test
    void aDatabaseThatANodeHasServedIsSelectedHere() {
        assertThat(way(three, "SELECT", "0")).isEqualTo("here");
        assertThat(way(three, "SELECT", "5")).isEqualTo("own:0");
        three.front().learnDatabase(5);
        assertThat(way(three, "SELECT", "5")).isEqualTo("here");
        assertThat(way(three, "SELECT", "6")).isEqualTo("own:0");
    }

    @Test
    void whatIsNoNumberOfADatabaseTheNodeRefuses() {
        assertThat(way(one, "SELECT", "x")).isEqualTo("own:0");
        assertThat(way(one, "SELECT", "-1")).isEqualTo("own:0");
    }

    @Test
    void aDatabaseBeyondWhatTheProxyServesIsRefused() {
        assertThat(way(one, "SELECT", "4095")).isEqualTo("own:0");
        assertThat(refusal(one, Asker.PLAIN, "SELECT", Integer.toString(LinkSettings.DATABASES_MAX)))
                .isEqualTo("ERR DB index is out of range: the proxy serves the first 4096");
    }

    @Test
    void inATransactionOnlyANodeMaySayThatADatabaseIsThere() {
        assertThat(way(one, Asker.queuing(0), "SELECT", "7")).isEqualTo("own:0");
        assertThat(way(three, Asker.queuing(1), "SELECT", "0")).isEqualTo("own:1");
        String unknown = "ERR SELECT inside MULTI: the database is out of range, or nobody has selected it before";
        assertThat(refusal(one, Asker.between(Phase.REFUSED), "SELECT", "7")).isEqualTo(unknown);
        assertThat(refusal(three, Asker.queuing(1), "SELECT", "7")).isEqualTo(unknown);
        assertThat(refusal(three, Asker.between(Phase.NOWHERE), "SELECT", "x")).isEqualTo(unknown);
    }

    // ---- keys and options -------------------------------------------------------------------------------------------

    @Test
    void xreadHasAConnectionOfItsOwnWithBlockOnly() {
        String key = three.keyOn(2);
        assertThat(way(three, "XREAD", "STREAMS", key, "0")).isEqualTo("lane:2");
        assertThat(way(three, "XREAD", "BLOCK", "0", "STREAMS", key, "0")).isEqualTo("own:2");
        assertThat(way(one, "XREAD", "BLOCK", "0", "STREAMS", key, "0")).isEqualTo("own:0");
        assertThat(way(one, "XREAD", "STREAMS", "BLOCK", "0"))
                .as("a stream called BLOCK")
                .isEqualTo("lane:0");
    }

    @Test
    void aChannelIsPlacedAsAKeyIs() {
        assertThat(way(three, "PUBLISH", three.keyOn(2), "m")).isEqualTo("lane:2");
        assertThat(way(three, "SPUBLISH", three.keyOn(0), "m")).isEqualTo("lane:0");
        assertThat(way(three, Asker.queuing(2), "PUBLISH", three.keyOn(2), "m")).isEqualTo("own:2");
        assertThat(way(three, Asker.between(Phase.REFUSED), "PUBLISH", three.keyOn(2), "m"))
                .isEqualTo("here");
        assertThat(refusal(three, Asker.queuing(1), "PUBLISH", three.keyOn(2), "m"))
                .isEqualTo("CROSSSLOT the channel is placed on another shard than the transaction");
    }

    @Test
    void channelsOfOneSubscriptionMayBeOnSeveralShards() {
        assertThat(way(three, "SUBSCRIBE", three.keyOn(0), three.keyOn(2))).isEqualTo("each:02");
        assertThat(way(three, "SUBSCRIBE", "__keyspace@0__:a")).isEqualTo("each:012");
        assertThat(way(three, "SUBSCRIBE", three.keyOn(1)))
                .as("nothing is left of the one before")
                .isEqualTo("each:1");
    }

    @Test
    void aNameThatItsConfirmationCouldNotRepeatWholeIsRefused() {
        String fits = "n".repeat(Checks.CHANNEL_BYTES_MAX);
        String refused = "ERR a channel or pattern of 32769 bytes (expected: 32768 at most)";
        for (String verb : List.of("SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE")) {
            for (TestPool pool : List.of(one, three)) {
                assertThat(refusal(pool, Asker.PLAIN, verb, "a", fits + "x")).isEqualTo(refused);
                assertThat(refusal(pool, Asker.SUBSCRIBER, verb, "a", fits + "x"))
                        .isEqualTo(refused);
                assertThat(refusal(pool, Asker.queuing(0), verb, "a", fits + "x"))
                        .isEqualTo(refused);
                assertThat(choose(pool, Asker.PLAIN, verb, "a", fits).way()).isNotEqualTo(Route.Way.REFUSED);
            }
        }
    }

    @Test
    void setAlgebraIsSplitWhereReadsAcrossShardsAreAllowed() {
        try (TestPool across = new TestPool(3).readsAcrossShards()) {
            String[] request = {"SUNION", across.keyOn(0), across.keyOn(2), across.keyOn(0)};
            assertThat(way(across, request)).isEqualTo("split:020");
            assertThat(way(across, "SUNION", across.keyOn(0), across.keyOn(0))).isEqualTo("lane:0");
            assertThat(refusal(across, Asker.queuing(0), request)).startsWith("CROSSSLOT SUNION ");
            assertThat(refusal(across, Asker.PLAIN, "SUNIONSTORE", across.keyOn(0), across.keyOn(2)))
                    .startsWith("CROSSSLOT SUNIONSTORE ");
            assertThat(refusal(three, Asker.PLAIN, request))
                    .isEqualTo("CROSSSLOT SUNION needs all its keys on one shard: give them a common hash tag");
        }
    }

    @Test
    void argumentsThatDoNotSayWhatIsAKeyAreRefused() {
        String uneven = "ERR wrong number of arguments for 'mset' command";
        assertThat(refusal(three, Asker.PLAIN, "MSET", "a", "1", "b")).isEqualTo(uneven);
        assertThat(refusal(three, Asker.queuing(1), "MSET", "a", "1", "b")).isEqualTo(uneven);
        assertThat(refusal(three, Asker.PLAIN, "ZUNION", "x", "a"))
                .isEqualTo("ERR value is not an integer or out of range");
        assertThat(way(one, "ZUNION", "x", "a"))
                .as("of one shard the node says so")
                .isEqualTo("lane:0");
    }

    @Test
    void ofSeveralShardsAScriptNeedsAKey() {
        String needsKey = "ERR EVAL needs a key here: without one no shard can be chosen";
        assertThat(refusal(three, Asker.PLAIN, "EVAL", "return 1", "0")).isEqualTo(needsKey);
        assertThat(refusal(three, Asker.between(Phase.NOWHERE), "EVAL", "return 1", "0"))
                .isEqualTo(needsKey);
        assertThat(way(one, "EVAL", "return 1", "0")).isEqualTo("own?:0");
    }

    @Test
    void whoeverIsCalledAsAnOptionDoesNotKeepXreadgroupFromBlockingOnItsOwnConnection() {
        String key = three.keyOn(2);
        assertThat(way(three, "XREADGROUP", "GROUP", "g", "STREAMS", "BLOCK", "0", "STREAMS", key, ">"))
                .isEqualTo("own:2");
        assertThat(way(one, "XREADGROUP", "GROUP", "STREAMS", "c", "BLOCK", "0", "STREAMS", key, ">"))
                .isEqualTo("own:0");
        assertThat(way(one, "XREADGROUP", "GROUP", "g", "BLOCK", "STREAMS", key, ">"))
                .as("a consumer called BLOCK")
                .isEqualTo("lane:0");
    }

    @Test
    void ofSeveralShardsSortLooksUpKeysOnlyWhereItsListIs() {
        String list = three.keyOn(1);
        String[] here = {list + "w_*", list + "n_*->f", list + "*{x}", "constant", "#", "nosort"};
        String[] elsewhere = {"w_*", three.keyOn(2) + "w_*", "{t*}" + list, "{t*", "{}" + list + "*", "*" + list, "*"};
        for (String command : List.of("SORT", "SORT_RO")) {
            for (String option : List.of("BY", "GET")) {
                for (String pattern : here) {
                    String[] request = {command, list, "LIMIT", "0", "1", option, pattern};
                    assertThat(way(three, request)).as(pattern).isEqualTo("lane:1");
                    assertThat(way(three, Asker.queuing(1), request))
                            .as(pattern)
                            .isEqualTo("own:1");
                    assertThat(way(three, Asker.between(Phase.NOWHERE), request))
                            .isEqualTo("bind:1");
                }
                for (String pattern : elsewhere) {
                    String[] request = {command, list, "GET", "#", option, pattern};
                    for (Asker asker : List.of(Asker.PLAIN, Asker.queuing(1), Asker.between(Phase.NOWHERE))) {
                        assertThat(refusal(three, asker, request))
                                .as(pattern)
                                .startsWith("CROSSSLOT a pattern of SORT names keys that may be on other shards");
                    }
                    assertThat(way(one, request)).as(pattern).isEqualTo("lane:0");
                }
            }
        }
        assertThat(refusal(three, Asker.PLAIN, "SORT", list, "STORE", three.keyOn(2)))
                .startsWith("CROSSSLOT SORT needs all its keys on one shard");
    }

    @Test
    void pingTakesOneTextAtMost() {
        assertThat(way(three, "PING", "a")).isEqualTo("here");
        assertThat(refusal(three, Asker.PLAIN, "PING", "a", "b"))
                .isEqualTo("ERR wrong number of arguments for 'ping' command");
    }

    @Test
    void aDeclaredCommandGoesWhereItsRowSays() {
        try (TestPool declared = new TestPool(3).declared("mymod.get 2 r 1")) {
            assertThat(way(declared, "MYMOD.GET", declared.keyOn(2))).isEqualTo("lane:2");
        }
        try (TestPool declared = new TestPool(3).declared("mymod.far -6 r 5")) {
            String far = declared.keyOn(2);
            assertThat(way(declared, "MYMOD.FAR", "a", "b", "c", "d", far)).isEqualTo("lane:2");
        }
    }

    // ---- the state of the pool --------------------------------------------------------------------------------------

    @Test
    void whileClientsArePausedEachHasAConnectionOfItsOwnIfThereIsOne() {
        String key = three.keyOn(1);
        three.everywhere.pause(three.loop.io().nowNanos() + 1);
        assertThat(way(three, "GET", key)).isEqualTo("own?:1");
        assertThat(way(three, "ECHO", "a")).isEqualTo("own?:0");
        assertThat(way(three, "PUBLISH", key, "m")).isEqualTo("own?:1");
        assertThat(way(three, "XREAD", "STREAMS", key, "0")).isEqualTo("own?:1");
        assertThat(way(three, "BLPOP", key, "0")).as("as ever").isEqualTo("own:1");
        three.everywhere.unpause();
        assertThat(way(three, "GET", key)).isEqualTo("lane:1");
    }

    @Test
    void withoutALiveServerThereIsNoShard() {
        three.ejectAll();
        one.ejectAll();
        for (String[] request : List.of(
                new String[] {"GET", "a"},
                new String[] {"MGET", "a", "b"},
                new String[] {"BLPOP", "a", "0"},
                new String[] {"ECHO", "a"},
                new String[] {"PUBLISH", "a", "b"},
                new String[] {"HELLO"},
                new String[] {"WATCH", "a"})) {
            Route route = choose(three, Asker.PLAIN, request);
            assertThat(route.way()).as(request[0]).isIn(Route.Way.LANE, Route.Way.OWN);
            assertThat(route.shard()).as(request[0]).isEqualTo(Router.NONE);
        }
        assertThat(way(three, Asker.between(Phase.NOWHERE), "GET", "a")).isEqualTo("bind:-1");
        assertThat(way(three, Asker.holding(), "EXEC")).isEqualTo("bind:-1");
        assertThat(way(one, "GET", "a")).isEqualTo("lane:-1");
        assertThat(way(one, "MULTI")).isEqualTo("own:-1");
    }

    @Test
    void usersOfTheNodeLogInThereWhereAclIsOpenAndNobodyNeedsAPassword() {
        try (TestPool open = new TestPool(1).allow("acl");
                TestPool locked = new TestPool(1).allow("acl").password("x");
                TestPool several = new TestPool(3).allow("acl")) {
            assertThat(way(open, "AUTH", "a", "b")).isEqualTo("own:0");
            assertThat(way(open, Asker.queuing(0), "AUTH", "a", "b")).isEqualTo("own:0");
            String inside = "ERR AUTH is not supported inside MULTI by this proxy";
            assertThat(refusal(open, Asker.between(Phase.REFUSED), "AUTH", "a", "b"))
                    .isEqualTo(inside);
            for (TestPool other : List.of(one, locked, several)) {
                assertThat(way(other, "AUTH", "a", "b")).isEqualTo("here");
                assertThat(refusal(other, Asker.queuing(0), "AUTH", "a", "b")).isEqualTo(inside);
            }
        }
    }

    // ---- WATCH and transactions -------------------------------------------------------------------------------------

    @Test
    void keysOfTwoShardsCannotBeWatched() {
        String key = three.keyOn(1);
        assertThat(way(three, Asker.watching(1), "WATCH", key)).isEqualTo("own:1");
        assertThat(way(three, Asker.watching(2), "WATCH", key)).isEqualTo("here");
        assertThat(way(three, "WATCH", key, three.keyOn(2))).isEqualTo("here");
    }

    @Test
    void aTransactionBeginsWhereKeysAreWatched() {
        assertThat(way(three, Asker.watching(2), "MULTI")).isEqualTo("own:2");
        assertThat(way(three, Asker.watching(2), "UNWATCH")).isEqualTo("own:2");
        assertThat(way(three, "MULTI")).isEqualTo("here");
    }

    @Test
    void behindARefusedWatchATransactionReachesNoNode() {
        assertThat(way(three, Asker.WATCH_REFUSED, "MULTI")).isEqualTo("here");
        assertThat(way(one, Asker.WATCH_REFUSED, "MULTI")).isEqualTo("here");
        for (TestPool pool : List.of(one, three)) {
            Asker refused = Asker.between(Phase.REFUSED);
            assertThat(way(pool, refused, "GET", "a")).isEqualTo("here");
            assertThat(way(pool, refused, "ECHO", "a")).isEqualTo("here");
            assertThat(way(pool, refused, "EXEC")).isEqualTo("here");
            assertThat(way(pool, refused, "DISCARD")).isEqualTo("here");
        }
    }

    @Test
    void execWithNothingButCommandsWithoutKeysRunsThemOnAnyShard() {
        assertThat(way(three, Asker.holding(), "EXEC")).isEqualTo("bind:0");
        assertThat(way(three, Asker.holding(), "DISCARD")).isEqualTo("here");
        assertThat(way(three, Asker.between(Phase.NOWHERE), "EXEC")).isEqualTo("here");
        assertThat(way(three, Asker.queuing(2), "EXEC")).isEqualTo("own:2");
    }

    @Test
    void aKeyOnAnotherShardIsRefusedInATransaction() {
        String elsewhere = "CROSSSLOT GET needs all its keys on one shard: give them a common hash tag";
        assertThat(refusal(three, Asker.queuing(2), "GET", three.keyOn(1))).isEqualTo(elsewhere);
        assertThat(refusal(three, Asker.queuing(2), "DBSIZE"))
                .isEqualTo("CROSSSLOT DBSIZE concerns every shard, and a transaction runs on one");
        assertThat(refusal(three, Asker.queuing(2), "SUBSCRIBE", "a"))
                .isEqualTo("ERR SUBSCRIBE inside MULTI is not supported on a pool of several shards");
    }

    @Test
    void everythingInALostTransactionIsAnsweredHere() {
        for (String[] request : List.of(
                new String[] {"GET", "a"},
                new String[] {"MGET", "a", "b"},
                new String[] {"HELLO"},
                new String[] {"FAILOVER"},
                new String[] {"EXEC"},
                new String[] {"DISCARD"})) {
            try (TestPool open = new TestPool(3).allow("all")) {
                assertThat(way(open, Asker.between(Phase.LOST), request))
                        .as(request[0])
                        .isEqualTo("here");
            }
        }
        assertThat(way(three, Asker.between(Phase.LOST), "RESET")).isEqualTo("alone");
    }

    @Test
    void whatAPoolOfOneShardRefusesItRefusesInATransactionToo() {
        for (Command command : Samples.rows()) {
            if (command.policy(true) == Policy.REFUSED) {
                String[] request = Samples.request(command, "a");
                String why = "ERR " + command.refusal();
                assertThat(refusal(one, Asker.PLAIN, request)).isEqualTo(why);
                assertThat(refusal(one, Asker.queuing(0), request)).isEqualTo(why);
                assertThat(refusal(one, Asker.between(Phase.REFUSED), request)).isEqualTo(why);
            }
        }
    }

    // ---- what else a route says -------------------------------------------------------------------------------------

    @Test
    void aReadMayBeAnsweredByEitherIfTheClientMayReadReplicas() {
        assertThat(choose(one, Asker.FAR_FROM_WRITES, "GET", "a").isEither()).isTrue();
        assertThat(choose(one, Asker.PLAIN, "GET", "a").isEither()).isFalse();
        assertThat(choose(one, Asker.FAR_FROM_WRITES, "SET", "a", "b").isEither())
                .isFalse();
        assertThat(choose(one, Asker.FAR_FROM_WRITES, "SCAN", "0").isEither())
                .as("one node's cursor")
                .isFalse();
        assertThat(choose(three, Asker.FAR_FROM_WRITES, "MGET", three.keyOn(1), three.keyOn(2))
                        .isEither())
                .as("of the parts, too")
                .isTrue();
    }

    @Test
    void whatChangesWhatOthersSeeMayWrite() {
        assertThat(choose(one, Asker.PLAIN, "SET", "a", "b").mayWrite()).isTrue();
        assertThat(choose(one, Asker.PLAIN, "EVAL", "return 1", "0").mayWrite()).isTrue();
        assertThat(choose(one, Asker.PLAIN, "GET", "a").mayWrite()).isFalse();
        assertThat(choose(one, Asker.PLAIN, "ECHO", "a").mayWrite()).isFalse();
    }

    @Test
    void whatNeitherReadsNorWritesIsIndifferent() {
        assertThat(choose(one, Asker.PLAIN, "ECHO", "a").isIndifferent()).isTrue();
        assertThat(choose(one, Asker.PLAIN, "GET", "a").isIndifferent()).isFalse();
        assertThat(choose(one, Asker.PLAIN, "SET", "a", "b").isIndifferent()).isFalse();
        Route refused = choose(one, Asker.LOGGED_OUT, "SET", "a", "b");
        assertThat(refused.isIndifferent()).as("it is refused").isTrue();
        assertThat(refused.mayWrite()).isFalse();
        assertThat(refused.isEither()).isFalse();
    }

    @Test
    void theProxysOwnCommandsAreNamedWhereTheyAreItsOwn() {
        assertThat(choose(three, Asker.PLAIN, "ROLE").local()).isEqualTo(LocalCommand.ROLE);
        assertThat(choose(one, Asker.PLAIN, "ROLE").local()).isNull();
        assertThat(choose(three, Asker.PLAIN, "GET", "a").local()).isNull();
        assertThat(choose(three, Asker.LOGGED_OUT, "ROLE").local())
                .as("refused")
                .isNull();
    }

    // ---- requests too long to hold ----------------------------------------------------------------------------------

    /// The way of `SET key value`, of which the value has not come; `-` when it has to be collected.
    private String early(TestPool pool, Standing standing, String key) {
        return early(pool, standing, 2, "SET", key, "value");
    }

    private String early(TestPool pool, Standing standing, int arrived, String... request) {
        Route route = routing.chooseEarly(pool.begun(arrived, request), pool.front(), standing);
        return route == null ? "-" : Situation.word(route, false);
    }

    @Test
    void aLongRequestGoesToTheShardOfItsKeyAsItArrives() {
        assertThat(early(three, Asker.PLAIN, three.keyOn(1))).isEqualTo("own:1");
        assertThat(early(one, Asker.PLAIN, "a")).isEqualTo("own:0");
        assertThat(early(three, Asker.queuing(1), three.keyOn(1))).isEqualTo("own:1");
        assertThat(early(one, Asker.queuing(0), "a")).isEqualTo("own:0");
        assertThat(early(three, Asker.PLAIN, 3, "XGROUP", "CREATE", three.keyOn(2), "g", "0"))
                .as("a subcommand that is known")
                .isEqualTo("own:2");
    }

    @Test
    void ofOneShardALongRequestNeedNotSayWhatItsKeysAre() {
        assertThat(early(one, Asker.PLAIN, 1, "SET", "a", "value")).isEqualTo("own:0");
        assertThat(early(one, Asker.PLAIN, 2, "MSET", "a", "value")).isEqualTo("own:0");
        assertThat(early(three, Asker.PLAIN, 1, "SET", "a", "value")).isEqualTo("-");
        assertThat(early(three, Asker.PLAIN, 2, "LCS", "a", "b"))
                .as("has two keys")
                .isEqualTo("-");
    }

    @Test
    void whatDoesNotGoToOneShardAsItIsHasToBeCollected() {
        assertThat(early(three, Asker.PLAIN, 2, "MSET", "a", "value")).isEqualTo("-");
        assertThat(early(one, Asker.PLAIN, 2, "EVAL", "return 1", "0")).isEqualTo("-");
        assertThat(early(one, Asker.PLAIN, 2, "PUBLISH", "a", "value")).isEqualTo("-");
        assertThat(early(one, Asker.PLAIN, 1, "XGROUP", "CREATE", "a", "g", "0"))
                .as("which one?")
                .isEqualTo("-");
        assertThat(early(one, Asker.PLAIN, 2, "FUNCTION", "LOAD", "#!lua"))
                .as("a script")
                .isEqualTo("-");
    }

    @Test
    void whatHasToBeRefusedHasToBeCollected() {
        assertThat(early(one, Asker.PLAIN, 0, "SET", "a", "value"))
                .as("no command yet")
                .isEqualTo("-");
        assertThat(early(one, Asker.PLAIN, 1, "NOSUCH", "value")).isEqualTo("-");
        assertThat(early(one, Asker.PLAIN, 1, "GET", "a", "value"))
                .as("an argument too many")
                .isEqualTo("-");
        assertThat(early(one, Asker.LOGGED_OUT, "a")).isEqualTo("-");
        assertThat(early(one, Asker.READER, "a")).isEqualTo("-");
        assertThat(early(one, Asker.READER, 1, "GET", "value")).as("a read").isEqualTo("own:0");
        assertThat(early(one, Asker.SUBSCRIBER, "a")).isEqualTo("-");
        assertThat(early(one, Asker.PLAIN, 2, "CONFIG", "SET", "a", "value"))
                .as("dangerous")
                .isEqualTo("-");
    }

    @Test
    void inATransactionThatIsElsewhereALongRequestHasToBeCollected() {
        assertThat(early(three, Asker.queuing(2), three.keyOn(1))).isEqualTo("-");
        for (Phase phase : List.of(Phase.NOWHERE, Phase.REFUSED, Phase.LOST)) {
            assertThat(early(three, Asker.between(phase), three.keyOn(1)))
                    .as("%s", phase)
                    .isEqualTo("-");
        }
    }

    @Test
    void aLongReadMayBeAnsweredByEither() {
        Route route = routing.chooseEarly(one.begun(1, "GET", "value"), one.front(), Asker.FAR_FROM_WRITES);
        assertThat(route).isNotNull().extracting(Route::isEither).isEqualTo(true);
    }

    @Test
    void aUserOfThePoolMeansThatClientsLogIn() {
        User user = new User("alice", List.of("0".repeat(64)));
        try (TestPool users = new TestPool(1).allow("acl").user(user)) {
            assertThat(way(users, "AUTH", "alice", "b")).isEqualTo("here");
        }
    }
}
