package dev.cobnut.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.Command;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is wrong with requests, in the order in which Redis looks: each test has a request with more than one mistake.
class ChecksTest {
    private final TestPool pool = new TestPool(3);
    private final TestPool open = new TestPool(3).allow("@dangerous");

    /// Nothing about it is as it should be.
    private static final Asker HOPELESS =
            new Asker(false, true, true, true, Standing.Phase.PLAIN, Router.NONE, false, Router.NONE, false);

    private static final Asker READING_SUBSCRIBER =
            new Asker(true, true, true, true, Standing.Phase.PLAIN, Router.NONE, false, Router.NONE, false);

    @AfterEach
    void nothingIsKept() {
        pool.close();
        open.close();
    }

    private static @Nullable String refusal(TestPool in, Standing standing, String... request) {
        return Checks.refusal(in.frame(request), in.front(), standing);
    }

    @Test
    void anUnknownCommandIsSeenBeforeAll() {
        assertThat(refusal(pool, HOPELESS, "NOSUCH", "a"))
                .isEqualTo("ERR unknown command 'NOSUCH', with args beginning with: 'a' ");
        assertThat(refusal(pool, HOPELESS, "CONFIG", "NOSUCH"))
                .isEqualTo("ERR unknown subcommand 'NOSUCH'. Try CONFIG HELP.");
    }

    @Test
    void theNumberOfArgumentsIsSeenBeforeTheLogin() {
        assertThat(refusal(pool, HOPELESS, "GET")).isEqualTo("ERR wrong number of arguments for 'get' command");
        assertThat(refusal(pool, HOPELESS, "CONFIG", "SET", "a"))
                .isEqualTo("ERR wrong number of arguments for 'config|set' command");
    }

    @Test
    void theLoginIsSeenBeforeDanger() {
        assertThat(refusal(pool, HOPELESS, "CONFIG", "SET", "a", "b")).isEqualTo("NOAUTH Authentication required.");
        assertThat(refusal(pool, Asker.LOGGED_OUT, "AUTH", "a")).isNull();
    }

    @Test
    void dangerIsSeenBeforeThatAClientOnlyReads() {
        assertThat(refusal(pool, READING_SUBSCRIBER, "CONFIG", "SET", "a", "b"))
                .isEqualTo("NOPERM this user has no permissions to run the 'config|set' command");
        assertThat(refusal(open, READING_SUBSCRIBER, "CONFIG", "SET", "a", "b"))
                .isEqualTo("READONLY You can't write against a read only replica.");
    }

    @Test
    void thatAClientOnlyReadsIsSeenBeforeItsSubscriptions() {
        assertThat(refusal(pool, READING_SUBSCRIBER, "SET", "a", "b"))
                .isEqualTo("READONLY You can't write against a read only replica.");
        assertThat(refusal(pool, READING_SUBSCRIBER, "GET", "a"))
                .isEqualTo("ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                        + " allowed in this context");
        assertThat(refusal(pool, READING_SUBSCRIBER, "PING")).isNull();
        assertThat(refusal(pool, Asker.READER, "GET", "a")).isNull();
    }

    @Test
    void whatIsDangerousIsRefusedUnlessItIsAllowed() {
        int seen = 0;
        for (Command command : Samples.rows()) {
            String[] request = Samples.request(command, "a");
            String refused = "NOPERM this user has no permissions to run the '" + command.name() + "' command";
            assertThat(refusal(pool, Asker.PLAIN, request)).isEqualTo(command.dangerous() ? refused : null);
            assertThat(refusal(open, Asker.PLAIN, request)).isNull();
            seen += command.dangerous() ? 1 : 0;
        }
        assertThat(seen).isGreaterThan(50);
    }

    @Test
    void oneCommandCanBeAllowedAlone() {
        try (TestPool some = new TestPool(1).allow("config|set")) {
            assertThat(refusal(some, Asker.PLAIN, "CONFIG", "SET", "a", "b")).isNull();
            assertThat(refusal(some, Asker.PLAIN, "CONFIG", "REWRITE")).startsWith("NOPERM ");
        }
    }

    @Test
    void nobodyPublishesWhereSentinelsTalk() {
        String refused = "NOPERM channels that begin with __sentinel__: belong to Redis Sentinel";
        String channel = "__sentinel__:hello";
        assertThat(refusal(open, Asker.PLAIN, "PUBLISH", channel, "x")).isEqualTo(refused);
        assertThat(refusal(open, Asker.PLAIN, "SPUBLISH", channel, "x")).isEqualTo(refused);
        assertThat(refusal(open, Asker.PLAIN, "EVAL", "redis.call('publish', '" + channel + "', 'x')", "0"))
                .isEqualTo(refused);
        assertThat(refusal(open, Asker.PLAIN, "EVAL_RO", "return 1", "1", "k", channel))
                .isEqualTo(refused);
        assertThat(refusal(open, Asker.PLAIN, "SCRIPT", "LOAD", "--" + channel)).isEqualTo(refused);
        assertThat(refusal(open, Asker.PLAIN, "FUNCTION", "LOAD", "--" + channel))
                .isEqualTo(refused);
        assertThat(refusal(open, Asker.PLAIN, "FUNCTION", "RESTORE", "x" + channel))
                .isEqualTo(refused);
        for (String call : List.of("EVAL", "EVAL_RO", "EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO")) {
            for (Asker asker :
                    List.of(Asker.PLAIN, Asker.queuing(1), Asker.holding(), Asker.between(Standing.Phase.REFUSED))) {
                assertThat(refusal(open, asker, call, "x", "0", "a", channel)).isEqualTo(refused);
                assertThat(refusal(open, asker, call, "x", "1", channel, "m")).isEqualTo(refused);
                assertThat(refusal(open, asker, call, "x", "0", "v".repeat(300_000), "x" + channel))
                        .isEqualTo(refused);
            }
        }
    }

    @Test
    void nothingForAScriptIsPassedOnBeforeAllOfItWasLookedAt() {
        Routing routing = new Routing();
        try (TestPool one = new TestPool(1).allow("all")) {
            for (TestPool in : List.of(one, open)) {
                for (String call : List.of("EVAL", "EVAL_RO", "EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO")) {
                    assertThat(routing.chooseEarly(in.begun(4, call, "x", "1", "k", "v"), in.front(), Asker.PLAIN))
                            .isNull();
                }
                for (String[] call : new String[][] {
                    {"SCRIPT", "LOAD", "x"}, {"FUNCTION", "LOAD", "x"}, {"FUNCTION", "RESTORE", "x"},
                    {"PUBLISH", "c", "m"}, {"SPUBLISH", "c", "m"}, {"CONFIG", "GET", "x"},
                    {"CLIENT", "TRACKING", "ON"}
                }) {
                    assertThat(routing.chooseEarly(in.begun(2, call), in.front(), Asker.PLAIN))
                            .isNull();
                }
            }
        }
    }

    // ---- passwords of servers ---------------------------------------------------------------------------------------

    @Test
    void nobodyIsShownThePasswordsOfServers() {
        String refused = "NOPERM a pattern of this CONFIG GET fits passwords of the server; ask for other parameters by"
                + " their names, or open config|get in allow";
        try (TestPool one = new TestPool(1);
                TestPool allowing = new TestPool(1).allow("config|get")) {
            for (String pattern : List.of(
                    "*",
                    "requirepass",
                    "MASTERAUTH",
                    "masteruser",
                    "primary*",
                    "tls-*",
                    "tls-key-file-pass",
                    "*PASS*",
                    "m?sterauth",
                    "*[a]uth")) {
                for (TestPool in : List.of(one, pool)) {
                    for (Asker asker : List.of(Asker.PLAIN, Asker.queuing(0), Asker.READER)) {
                        assertThat(refusal(in, asker, "CONFIG", "GET", pattern)).isEqualTo(refused);
                        assertThat(refusal(in, asker, "CONFIG", "GET", "maxmemory", "save", pattern))
                                .isEqualTo(refused);
                    }
                }
                assertThat(refusal(allowing, Asker.PLAIN, "CONFIG", "GET", pattern))
                        .isNull();
            }
            assertThat(refusal(one, Asker.PLAIN, "CONFIG", "GET", "maxmemory*", "save", "*max-*-entries*"))
                    .isNull();
        }
    }

    // ---- other connections ------------------------------------------------------------------------------------------

    @Test
    void messagesAboutKeysGoToConnectionsOfTheSameUserOnly() {
        String refused = "ERR The client ID you want redirect to does not exist";
        try (TestPool one = new TestPool(1)) {
            one.everywhere.introduce(7, "default");
            one.everywhere.introduce(8, "other");
            for (Asker asker : List.of(Asker.PLAIN, Asker.queuing(0))) {
                assertThat(refusal(one, asker, "CLIENT", "TRACKING", "ON", "REDIRECT", "7"))
                        .isNull();
                for (String id : List.of("8", "9", "0", "-1", "x", "07", "")) {
                    assertThat(refusal(one, asker, "CLIENT", "TRACKING", "ON", "REDIRECT", id))
                            .as(id)
                            .isEqualTo(refused);
                }
                assertThat(refusal(one, asker, "CLIENT", "TRACKING", "ON", "redirect\0x", "9"))
                        .isEqualTo(refused);
                assertThat(refusal(one, asker, "CLIENT", "TRACKING", "OFF", "BCAST", "REDIRECT", "9"))
                        .isEqualTo(refused);
                assertThat(refusal(
                                one, asker, "CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "REDIRECT", "PREFIX", "9"))
                        .as("a prefix called REDIRECT")
                        .isNull();
                assertThat(refusal(one, asker, "CLIENT", "TRACKING", "ON", "NEWER", "PREFIX", "REDIRECT", "9"))
                        .as("behind a word that nobody knows")
                        .isEqualTo(refused);
                assertThat(refusal(one, asker, "CLIENT", "TRACKING", "ON", "REDIRECT", "7", "REDIRECT", "9"))
                        .isEqualTo(refused);
                assertThat(refusal(one, asker, "CLIENT", "TRACKING", "ON", "OPTIN"))
                        .isNull();
            }
        }
    }

    @Test
    void whatOnlyLooksLikeItIsLetThrough() {
        assertThat(refusal(pool, Asker.PLAIN, "PUBLISH", "__sentinel__", "__sentinel__:x"))
                .isNull();
        assertThat(refusal(pool, Asker.PLAIN, "PUBLISH", "x__sentinel__:", "y")).isNull();
        assertThat(refusal(pool, Asker.PLAIN, "SUBSCRIBE", "__sentinel__:hello"))
                .isNull();
        assertThat(refusal(pool, Asker.PLAIN, "SET", "__sentinel__:hello", "y")).isNull();
        assertThat(refusal(open, Asker.PLAIN, "CONFIG", "SET", "a", "__sentinel__:hello"))
                .isNull();
        assertThat(refusal(pool, Asker.PLAIN, "EVAL", "return '__sentinel__'", "0"))
                .isNull();
    }
}
