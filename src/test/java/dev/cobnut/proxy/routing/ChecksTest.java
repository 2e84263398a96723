package dev.cobnut.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.Command;
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
