package dev.cobnut.proxy.backend;

import static dev.cobnut.proxy.backend.LinkFixture.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.TestChannel;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DialsTest {
    private static final int CLIENTS = 5_000;

    private final LinkFixture node = new LinkFixture(new LinkSettings(300, 1, CLIENTS, false, 2, null, 0));
    private final List<NodeConnection> connections = new ArrayList<>();
    private final List<HeardExchange> requests = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        node.close();
    }

    /// Each with a connection of its own.
    private void clientsCome() {
        for (int i = 0; i < CLIENTS; i++) {
            NodeConnection own = node.lend(new LinkFixture.Owner(), PLAIN);
            connections.add(own);
            requests.add(LinkFixture.ask(own, new HeardExchange(), "a"));
        }
        node.loop.runTurn();
    }

    private List<TestChannel> dialled() {
        List<TestChannel> dialled = new ArrayList<>();
        while (node.loop.hasDialled()) {
            dialled.add(node.loop.nextDialled());
        }
        return dialled;
    }

    @Test
    void aNodeThatIsBackIsNotDialledByAllClientsAtOnce() {
        clientsCome();
        List<TestChannel> dialled = dialled();
        int connected = 0;
        while (!dialled.isEmpty()) {
            assertThat(dialled).hasSizeLessThanOrEqualTo(Dials.AT_ONCE_MAX);
            dialled.forEach(TestChannel::peerAccepts);
            connected += dialled.size();
            node.loop.runTurn();
            dialled = dialled();
        }
        assertThat(connected).isEqualTo(CLIENTS);
        assertThat(node.count(ServerCounter.SERVER_CONNECTIONS)).isEqualTo(CLIENTS);
    }

    @Test
    void aLaneDoesNotWaitForThemAll() {
        clientsCome();
        List<TestChannel> first = dialled();
        HeardExchange ofAll = node.ask("b");
        first.getFirst().peerAccepts();
        node.loop.runTurn();
        TestChannel lane = node.accept();
        node.answer(lane, "$1|2|");
        assertThat(ofAll.take()).containsExactly("$1|2|");
    }

    @Test
    void whenOneIsRefusedThoseThatWaitAreNotDialled() {
        clientsCome();
        for (TestChannel each : dialled()) {
            each.peerRefuses(new ConnectException("refused"));
        }
        node.loop.runTurn();
        assertThat(node.loop.hasDialled()).isFalse();
        for (HeardExchange each : requests) {
            assertThat(each.take())
                    .singleElement()
                    .asString()
                    .startsWith("-ERR Connection refused: shard s0")
                    .endsWith("command not sent");
        }
        assertThat(node.link.loans().lend(new LinkFixture.Owner(), PLAIN))
                .as("it rests")
                .isNull();
    }

    @Test
    void thoseWhoLeaveMakeRoom() {
        clientsCome();
        assertThat(dialled()).hasSize(Dials.AT_ONCE_MAX);
        connections.getLast().abort();
        assertThat(node.loop.hasDialled()).as("it was waiting itself").isFalse();
        connections.getFirst().abort();
        node.loop.runTurn();
        assertThat(dialled()).hasSize(1);
    }

    @Test
    void anotherNodeIsDialledAfresh() {
        clientsCome();
        dialled();
        node.link.follow(LinkFixture.OTHER);
        assertThat(node.loop.hasDialled()).as("nobody goes to the old one").isFalse();
        HeardExchange exchange = node.ask("b");
        node.answer(node.accept(), "$1|2|");
        assertThat(exchange.take()).containsExactly("$1|2|");
    }

    @Test
    void aNodeThatAcceptsAndServesNobodyIsGivenMoreAndMoreRest() {
        int dials = 0;
        for (int millis = 0; millis < 2_000; millis += 10) {
            node.ask("a");
            while (node.loop.hasDialled()) {
                dials++;
                node.accept().peerEnds();
                node.loop.runTurn();
            }
            node.pass(10);
        }
        assertThat(dials).isBetween(7, 15);
    }
}
