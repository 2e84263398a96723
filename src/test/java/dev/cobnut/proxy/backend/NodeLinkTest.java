package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.TestChannel;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeLinkTest {
    private LinkFixture node = new LinkFixture();

    @AfterEach
    void nothingIsKept() {
        node.close();
    }

    private void begin(LinkSettings settings) {
        node.close();
        node = new LinkFixture(settings);
    }

    private void refuse() {
        node.loop.nextDialled().peerRefuses(new ConnectException("refused"));
        node.loop.runTurn();
    }

    @Test
    void dialsWithTheFirstRequest() {
        assertThat(node.loop.hasDialled()).isFalse();
        node.ask("a");
        node.ask("b");
        node.loop.nextDialled();
        assertThat(node.loop.hasDialled()).isFalse();
    }

    @Test
    void aLaneIsForOneDatabaseAndVersion() {
        byte[] request = LinkFixture.frame("a");
        node.link.send(node.link.settings().lane(9, true, 0), new HeardExchange(), request, 0, request.length);
        TestChannel channel = node.accept();
        assertThat(channel.takeWritten()).contains("HELLO").contains("SELECT\r\n$1\r\n9");
        node.ask("a");
        assertThat(node.accept().takeWritten()).isEqualTo(LinkFixture.text("a"));
        assertThat(node.link.fullLane(node.link.settings().lane(12, false, 0))).isNull();
    }

    @Test
    void connectsAheadOfTheFirstRequestWhenAsked() {
        begin(new LinkSettings(300, 3, 2, false, 2, null, 0));
        node.link.preconnect();
        node.link.preconnect();
        for (int i = 0; i < 3; i++) {
            node.accept();
        }
        assertThat(node.loop.hasDialled()).isFalse();
    }

    @Test
    void aDeadNodeCostsLessThanTenDialsASecond() {
        int dials = 0;
        for (int i = 0; i < 100; i++) {
            HeardExchange exchange = node.ask("a");
            if (node.loop.hasDialled()) {
                dials++;
                refuse();
            }
            assertThat(exchange.take())
                    .containsExactly("-ERR Connection refused: shard s0 (127.0.0.1:7001): cannot connect, command not"
                            + " sent");
            node.pass(10);
        }
        assertThat(dials).isBetween(6, 9);
        assertThat(node.link.health().isDown()).isTrue();
    }

    @Test
    void whereFailuresEjectEachAttemptIsDialled() {
        begin(LinkFixture.settings(300, true));
        for (int i = 1; i <= 3; i++) {
            node.ask("a");
            refuse();
            assertThat(node.heard.take()).last().isEqualTo("REFUSED " + i);
        }
    }

    @Test
    void failureAndRecoveryAreToldOnce() {
        node.ask("a");
        refuse();
        node.pass(110);
        node.ask("a");
        refuse();
        assertThat(node.heard.take())
                .containsExactly(
                        "failing: Connection refused: shard s0 (127.0.0.1:7001): cannot connect",
                        "REFUSED 1",
                        "REFUSED 2");
        node.pass(110);
        node.ask("a");
        node.ask("a");
        node.answer(node.accept(), "$-1|$-1|");
        assertThat(node.heard.take()).containsExactly("recovered");
    }

    @Test
    void withoutANodeRequestsFailAtOnce() {
        node.link.follow(null);
        HeardExchange exchange = node.ask("a");
        assertThat(exchange.take())
                .containsExactly("-ERR Connection refused: shard s0 has no known master, command not sent");
        assertThat(node.link.loans().lend(new LinkFixture.Owner(), LinkFixture.PLAIN))
                .isNull();
        assertThat(node.loop.hasDialled()).isFalse();
    }

    @Test
    void theSameNodeIsNoMove() {
        node.ask("a");
        TestChannel channel = node.accept();
        node.link.follow(LinkFixture.NODE);
        node.answer(channel, "$-1|");
        assertThat(channel.isOpen()).isTrue();
        assertThat(node.epoch.current()).isZero();
    }

    @Test
    void aMoveIsANewEpochOnlyWhenRequestsCouldBeOvertaken() {
        node.ask("a");
        node.answer(node.accept(), "$-1|");
        node.link.follow(LinkFixture.OTHER);
        assertThat(node.epoch.current()).as("nothing was under way").isZero();
        node.ask("a");
        node.accept();
        node.link.follow(LinkFixture.NODE);
        assertThat(node.epoch.current()).isEqualTo(1);
    }

    @Test
    void onlyAFewConnectionsWaitForSlowCommandsAtOnce() {
        begin(LinkFixture.settings(0, false));
        List<TestChannel> channels = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            node.ask("script");
            if (node.loop.hasDialled()) {
                channels.add(node.accept());
            }
            node.pass(120);
        }
        assertThat(channels).hasSize(5);
        for (TestChannel channel : channels) {
            node.answer(channel, "$-1|");
        }
        assertThat(node.count(ServerCounter.OUT_QUEUE))
                .as("behind the last one")
                .isEqualTo(1);
        node.answer(channels.getLast(), "$-1|");
        assertThat(channels).filteredOn(TestChannel::isOpen).containsExactly(channels.getLast());
    }

    @Test
    void aNameThatDoesNotResolveIsAHostThatIsDown() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = node.lend(owner, LinkFixture.PLAIN);
        connection.dieOf(Failure.Kind.HOST_DOWN, "the name does not resolve");
        assertThat(owner.take())
                .containsExactly("lost: Host is down: shard s0 (127.0.0.1:7001): the name does not resolve");
        assertThat(node.heard.take()).last().isEqualTo("REFUSED 1");
    }
}
