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

class LoansTest {
    private static final ConnectionMode OTHER = new ConnectionMode(4, false);

    private LinkFixture node = begin(3);

    private final LinkFixture.Owner owner = new LinkFixture.Owner();

    @AfterEach
    void nothingIsKept() {
        node.close();
    }

    private static LinkFixture begin(int ownMax) {
        return new LinkFixture(new LinkSettings(300, 1, ownMax, false, 2, null, 0));
    }

    private void beginWith(int ownMax) {
        node.close();
        node = begin(ownMax);
    }

    private NodeConnection lend(ConnectionMode mode) {
        return node.lend(owner, mode);
    }

    private void acceptAll() {
        while (node.loop.hasDialled()) {
            node.accept();
        }
    }

    private long open() {
        acceptAll();
        return node.count(ServerCounter.SERVER_CONNECTIONS);
    }

    @Test
    void theNextClientDoesNotWaitForAConnection() {
        NodeConnection first = lend(PLAIN);
        assertThat(open()).as("with a spare").isEqualTo(2);
        NodeConnection second = lend(PLAIN);
        assertThat(second).isNotSameAs(first);
        assertThat(open()).isEqualTo(3);
    }

    @Test
    void aTickAddsASecondSpare() {
        lend(PLAIN);
        node.pass(10);
        assertThat(open()).isEqualTo(3);
        node.pass(100);
        assertThat(open()).isEqualTo(3);
    }

    @Test
    void whatWasGivenBackLastIsLentFirst() {
        NodeConnection first = lend(PLAIN);
        lend(PLAIN);
        acceptAll();
        node.link.loans().giveBack(first);
        assertThat(lend(PLAIN)).isSameAs(first);
    }

    @Test
    void oneInTheModeThatIsWantedIsTaken() {
        NodeConnection plain = lend(PLAIN);
        acceptAll();
        NodeConnection other = lend(OTHER);
        node.answer(node.accept(), "+OK|");
        node.link.loans().giveBack(other);
        node.link.loans().giveBack(plain);
        assertThat(lend(OTHER)).isSameAs(other);
    }

    @Test
    void oneThatNobodyWantsBecomesTheNextSpare() {
        NodeConnection first = lend(PLAIN);
        acceptAll();
        first.lease().setDatabase(4);
        node.link.loans().giveBack(first);
        node.pass(900);
        acceptAll();
        lend(PLAIN);
        assertThat(first.lease().mode()).as("it was lent a moment ago").isEqualTo(OTHER);
        node.pass(200);
        lend(PLAIN);
        lend(PLAIN);
        assertThat(first.lease().mode()).isEqualTo(PLAIN);
    }

    @Test
    void clientsThatChangeTheModeLeaveNoHeapOfConnectionsBehind() {
        beginWith(1_000);
        List<TestChannel> channels = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            NodeConnection connection = lend(PLAIN);
            connection.lease().setDatabase(4);
            while (node.loop.hasDialled()) {
                channels.add(node.accept());
            }
            for (TestChannel channel : channels) {
                if (channel.takeWritten().contains("SELECT")) {
                    node.answer(channel, "+OK|");
                }
            }
            node.link.loans().giveBack(connection);
            node.pass(50);
        }
        assertThat(channels).hasSizeLessThan(30);
    }

    @Test
    void whatIsGivenBackLosesItsName() {
        beginWith(1);
        NodeConnection named = lend(new ConnectionMode(0, false, "worker"));
        assertThat(named.lease().mode())
                .as("the name is given with the first request")
                .isEqualTo(PLAIN);
        acceptAll();
        named.lease().setName(new byte[] {'w'});
        node.link.loans().giveBack(named);
        assertThat(named.lease().mode()).as("it is shown no longer").isEqualTo(PLAIN);
        assertThat(lend(PLAIN))
                .as("where no other may be dialled, it has to become one")
                .isSameAs(named);
        assertThat(node.loop.hasDialled()).isFalse();
    }

    @Test
    void noMoreThanAllowedAreLent() {
        beginWith(2);
        lend(PLAIN);
        NodeConnection second = lend(PLAIN);
        acceptAll();
        assertThat(node.link.loans().lend(owner, PLAIN)).isNull();
        assertThat(node.link.loans().lendForGood(owner, PLAIN)).isNull();
        assertThat(node.link.loans().failure())
                .hasToString("Resource temporarily unavailable: shard s0: all 2 connections that clients may have for"
                        + " themselves are taken (own_connections_max)");
        second.abort();
        assertThat(lend(PLAIN)).isNotNull();
    }

    @Test
    void whyNoneCanBeHadIsTheNodesFailureOtherwise() {
        node.link.follow(null);
        assertThat(node.link.loans().failure()).hasToString("Connection refused: shard s0 has no known master");
    }

    @Test
    void oneThatWillNotComeBackIsMadeForTheOccasion() {
        NodeConnection idle = lend(PLAIN);
        acceptAll();
        node.link.loans().giveBack(idle);
        NodeConnection made = node.link.loans().lendForGood(owner, PLAIN);
        assertThat(made).isNotNull().isNotSameAs(idle);
        assertThat(node.loop.hasDialled()).isTrue();
    }

    @Test
    void oneThatIsBusyOrLeavingIsNotKept() {
        NodeConnection connection = lend(PLAIN);
        acceptAll();
        LinkFixture.ask(connection, new HeardExchange(), "a");
        node.link.loans().giveBack(connection);
        assertThat(connection.isClosed()).isTrue();
        assertThat(owner.take()).as("it is nobody's any more").isEmpty();

        NodeConnection gone = lend(PLAIN);
        gone.abort();
        node.link.loans().giveBack(gone);
        assertThat(lend(PLAIN)).isNotSameAs(gone);
    }

    @Test
    void idleOnesAreClosedAfterHalfAMinute() {
        lend(PLAIN).abort();
        node.pass(20);
        assertThat(open()).isEqualTo(2);
        node.pass(29_900);
        assertThat(open()).isEqualTo(2);
        node.pass(200);
        assertThat(open()).isZero();
        node.pass(1_000);
        assertThat(node.loop.hasDialled()).as("nothing was lent for long").isFalse();
    }

    @Test
    void aSpareThatTheNodeClosesIsDialledAgainAndKeepsItsAge() {
        NodeConnection lent = lend(PLAIN);
        node.accept();
        TestChannel spare = node.accept();
        node.pass(10);
        acceptAll();
        node.pass(20_000);
        spare.peerEnds();
        node.loop.runTurn();
        assertThat(open()).isEqualTo(3);
        lent.abort();
        node.pass(10_100);
        assertThat(open()).as("the one dialled again was no younger").isZero();
    }

    @Test
    void aNodeThatLetsNoSpareLiveIsNotDialledWithoutEnd() {
        lend(PLAIN);
        node.accept();
        int dials = 0;
        for (int i = 0; i < 100; i++) {
            while (node.loop.hasDialled()) {
                dials++;
                TestChannel channel = node.accept();
                channel.peerEnds();
                node.loop.runTurn();
            }
            node.pass(10);
        }
        assertThat(dials).isBetween(8, 12);
    }

    @Test
    void aSpareThatIsLostInUseOfTheNodesIsNotReplacedAtOnce() {
        lend(PLAIN);
        node.accept();
        TestChannel spare = node.accept();
        node.pass(200);
        acceptAll();
        spare.peerResets();
        node.loop.runTurn();
        assertThat(node.loop.hasDialled()).isFalse();
        assertThat(node.heard.take()).last().isEqualTo("LOST 1");
    }

    @Test
    void sparesOfTheOldNodeAreForgotten() {
        NodeConnection lent = lend(PLAIN);
        acceptAll();
        node.link.follow(LinkFixture.OTHER);
        assertThat(open()).isZero();
        assertThat(owner.take()).first().isEqualTo("moved");
        assertThat(lent.isClosed()).isTrue();
        lend(PLAIN);
        node.loop.runTurn();
        assertThat(node.loop.nextDialled().target()).hasToString("/127.0.0.1:7002");
    }

    @Test
    void aLoanThatCannotConnectIsLost() {
        lend(PLAIN);
        node.loop.nextDialled().peerRefuses(new ConnectException("refused"));
        node.loop.runTurn();
        assertThat(owner.take()).singleElement().asString().startsWith("lost: Connection refused");
        assertThat(node.link.loans().failure().kind()).isEqualTo(Failure.Kind.REFUSED);
    }
}
