package dev.cobnut.proxy.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import dev.cobnut.proxy.ClientFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What commands have kept for their client counts, is refused when there is no memory for it, and is given back.
class KeptTest {
    private static final String NO_MEMORY =
            "-ERR the proxy has no memory left to keep this; give something up, or try again later|";
    private static final String LONG = "x".repeat(10_000);

    private final ClientFixture pool = ClientFixture.shards(2).start();
    private final ClientFixture.Bare client = pool.bare();
    private final Account account = client.client().replies().account();

    @AfterEach
    void close() {
        pool.close();
    }

    private Account fill() {
        return pool.loop().leaveRoomFor(9_000);
    }

    @Test
    void namesOfChannelsCountUntilTheyAreGivenUp() {
        client.dispatch("SUBSCRIBE " + LONG);
        long held = account.held(Held.NAMES);
        assertThat(held).isBetween(10_000L, 10_500L);
        client.dispatch("SUBSCRIBE " + LONG);
        assertThat(account.held(Held.NAMES)).as("the same name").isEqualTo(held);
        client.dispatch("UNSUBSCRIBE " + LONG);
        assertThat(account.held(Held.NAMES)).isZero();
    }

    @Test
    void withoutMemoryForItsNameAChannelIsRefused() {
        Account stranger = fill();
        client.dispatch("SUBSCRIBE " + LONG);
        client.expects(NO_MEMORY);
        assertThat(account.held(Held.NAMES)).isZero();
        stranger.close();
        client.dispatch("PING");
        client.expects("+PONG|");
    }

    @Test
    void aLongNameOfTheClientCountsTwiceAndAShortOneDoesNot() {
        client.dispatch("CLIENT SETNAME short");
        assertThat(account.held(Held.NAMES)).isZero();
        client.dispatch("CLIENT SETNAME " + LONG);
        assertThat(account.held(Held.NAMES)).isBetween(19_000L, 20_000L);
        client.dispatch("CLIENT SETNAME short");
        assertThat(account.held(Held.NAMES)).isZero();
        client.expects("+OK|+OK|+OK|");
    }

    @Test
    void withoutMemoryOnlyAShortNameIsTaken() {
        fill();
        client.dispatch("CLIENT SETNAME " + LONG);
        client.expects(NO_MEMORY);
        client.dispatch("CLIENT SETNAME short");
        client.expects("+OK|");
    }

    @Test
    void heldCommandsCountUntilTheTransactionEnds() {
        client.dispatch("MULTI");
        client.dispatch("PING " + LONG);
        assertThat(account.held(Held.TRANSACTION)).isGreaterThan(10_000);
        client.dispatch("DISCARD");
        assertThat(account.held(Held.TRANSACTION)).isZero();
        client.expects("+OK|+QUEUED|+OK|");
    }

    @Test
    void withoutMemoryForACommandTheTransactionFails() {
        client.dispatch("MULTI");
        fill();
        client.dispatch("PING " + LONG);
        client.dispatch("EXEC");
        client.expects("+OK|" + NO_MEMORY + "-EXECABORT Transaction discarded because of previous errors.|");
    }

    @Test
    void namesThatExecWillTakeOverCount() {
        client.dispatch("MULTI");
        client.dispatch("CLIENT SETNAME " + LONG);
        assertThat(account.held(Held.TRANSACTION)).isGreaterThan(20_000);
        client.client().endSession();
        assertThat(account.held(Held.TRANSACTION)).isZero();
    }

    @Test
    void nothingIsHeldForWhoHasLeft() {
        client.dispatch("CLIENT SETNAME " + LONG);
        client.dispatch("SUBSCRIBE " + LONG);
        client.dispatch("MULTI");
        client.leavesForGood();
        assertThat(account.held()).isZero();
        assertThat(pool.loop().memory().held()).isZero();
    }
}
