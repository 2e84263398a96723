package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.BackendSettings;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.TestChannel;
import dev.cobnut.topology.Login;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A pool that says nothing of a timeout.
class DefaultDeadlineTest {
    private static final long DEADLINE = BackendSettings.DEFAULT_LANE_TIMEOUT_MILLIS;

    private LinkFixture node = with(null);

    private static LinkFixture with(@Nullable Login login) {
        return new LinkFixture(new LinkSettings((int) DEADLINE, false, 1, 2, false, 2, login, 0));
    }

    @AfterEach
    void nothingIsLeft() {
        node.close();
    }

    @Test
    void aRequestOnALaneIsUnknownAfterAMinuteAndTheLaneHasToProveItself() {
        HeardExchange late = node.ask("a");
        TestChannel channel = node.accept();
        node.pass(50);
        HeardExchange behind = node.ask("b");
        node.pass(DEADLINE - 60);
        assertThat(late.take()).isEmpty();
        node.pass(10);
        assertThat(late.take())
                .containsExactly("-ERR Connection timed out: shard s0 (127.0.0.1:7001): no answer within 60000 ms,"
                        + " outcome unknown");
        assertThat(node.heard.take())
                .as("as with a timeout of the pool")
                .element(1)
                .isEqualTo("SILENT 1");
        assertThat(node.count(ServerCounter.SERVER_TIMEDOUT)).isEqualTo(1);

        node.answer(channel, "$1|1|");
        node.answer(channel, "$1|2|");
        assertThat(late.take()).isEmpty();
        assertThat(behind.take()).as("not before it is proven").isEmpty();
        String echo = channel.takeWritten();
        String number = echo.substring(echo.lastIndexOf("ECHO") + "ECHO\r\n".length());
        node.answer(channel, number.replace("\r\n", "|"));
        assertThat(behind.take()).containsExactly("$1|2|");
    }

    @Test
    void aRequestOnAConnectionOfAClientsOwnWaitsForAsLongAsItTakes() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection own = node.lend(owner, LinkFixture.PLAIN);
        TestChannel channel = node.accept();
        HeardExchange script = LinkFixture.ask(own, new HeardExchange(), "script");
        node.pass(10 * DEADLINE);
        node.answer(channel, "$1|1|");
        assertThat(script.take()).containsExactly("$1|1|");
        own.abort();
    }

    @Test
    void aConnectionOfAClientsOwnIsNotWaitedForWithoutEnd() {
        node.close();
        node = with(new Login(null, "secret"));
        NodeConnection own = node.lend(new LinkFixture.Owner(), LinkFixture.PLAIN);
        HeardExchange exchange = LinkFixture.ask(own, new HeardExchange(), "a");
        node.accept();
        node.pass(DEADLINE - 10);
        assertThat(exchange.take()).as("AUTH is not answered").isEmpty();
        node.pass(20);
        assertThat(exchange.take())
                .containsExactly("-ERR Connection timed out: shard s0 (127.0.0.1:7001): no connection within 60000 ms,"
                        + " command not sent");
    }
}
