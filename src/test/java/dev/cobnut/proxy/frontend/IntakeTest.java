package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.routing.Loan;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each reason to stop reading, and what wakes it.
class IntakeTest {
    private final ClientFixture pool = ClientFixture.shards(1).start();
    private final ClientFixture.Bare client = pool.bare();
    private int woken;
    private final Intake intake = new Intake(
            pool.loop().io(),
            client.socket(),
            client.client().replies(),
            pool.pool().epoch(),
            () -> woken++);

    @AfterEach
    void nothingIsKept() {
        intake.drop();
        pool.close();
    }

    private int woken() {
        pool.turn();
        int count = woken;
        woken = 0;
        return count;
    }

    private void ask(int times) {
        for (int i = 0; i < times; i++) {
            client.dispatch("GET k");
        }
    }

    private void answer(int times) {
        for (int i = 0; i < times; i++) {
            pool.node(0).expects("GET k").answers("$-1");
            intake.onAnswered();
        }
    }

    private ByteBuf bytes(String text) {
        return pool.loop().io().allocator().buffer().writeBytes(text.getBytes(US_ASCII));
    }

    @Test
    void withoutAReasonItGoesOn() {
        assertThat(intake.look()).isTrue();
        ask(1);
        assertThat(intake.look()).isTrue();
        assertThat(intake.reasons()).isZero();
        assertThat(intake.isStopped()).isFalse();
    }

    @Test
    void stoppingStopsTheSocketUntilItIsReadAgain() {
        intake.stop();
        intake.stop();
        pool.turn();
        assertThat(client.channel().isReading()).isFalse();
        assertThat(intake.resume(true)).isTrue();
        assertThat(client.channel().isReading()).as("first what was kept").isFalse();
        intake.read();
        pool.turn();
        assertThat(client.channel().isReading()).isTrue();
    }

    @Test
    void whatIsNotStoppedDoesNotResume() {
        assertThat(intake.resume(true)).isFalse();
        intake.onAnswered();
        intake.onWritable();
        assertThat(woken()).isZero();
    }

    @Test
    void answersAreWaitedForUntilThereIsNoneToCome() {
        ask(2);
        intake.awaitAnswers();
        assertThat(intake.look()).isFalse();
        assertThat(intake.reasons()).isEqualTo(Intake.ANSWERS);
        intake.stop();
        answer(1);
        assertThat(woken()).isZero();
        assertThat(intake.resume(true)).isFalse();
        answer(1);
        assertThat(woken()).isEqualTo(1);
        assertThat(intake.resume(true)).isTrue();
        assertThat(intake.reasons()).isZero();
    }

    @Test
    void aReplacedLaneIsWaitedForUntilAllAreAnswered() {
        ask(2);
        pool.move(0);
        assertThat(intake.look()).isFalse();
        assertThat(intake.reasons()).isEqualTo(Intake.LANES);
        intake.stop();
        answer(1);
        assertThat(woken()).isZero();
        answer(1);
        assertThat(woken()).isEqualTo(1);
        assertThat(intake.resume(true)).isTrue();
        ask(1);
        assertThat(intake.look()).as("the new lane is the usual one").isTrue();
    }

    @Test
    void aLaneReplacedWhileNothingIsUnderWayIsNoReason() {
        pool.client().sends("GET k");
        pool.move(0);
        assertThat(intake.look()).isTrue();
        ask(1);
        assertThat(intake.look()).isTrue();
    }

    @Test
    void tooManyRequestsAreWaitedForUntilHalfAreAnswered() {
        ask(7);
        assertThat(intake.look()).isTrue();
        ask(1);
        assertThat(intake.look()).isFalse();
        assertThat(intake.reasons()).isEqualTo(Intake.COUNT);
        intake.stop();
        answer(3);
        assertThat(woken()).isZero();
        answer(1);
        assertThat(woken()).isEqualTo(1);
        assertThat(intake.resume(true)).isTrue();
    }

    @Test
    void whoseAnswersWereShortMayHaveTwiceAsManyUnderWayThen() {
        ask(8);
        assertThat(intake.look()).isFalse();
        intake.stop();
        answer(4);
        pool.turn();
        assertThat(intake.resume(true)).isTrue();
        ask(11);
        assertThat(intake.look()).isTrue();
        ask(1);
        assertThat(intake.look()).isFalse();
    }

    @Test
    void repliesKeptBehindTheHeadAreWaitedForUntilHalfOfThemIsGone() {
        Account account = client.client().replies().account();
        ask(3);
        account.hold(Held.STORED, 1_000_000);
        assertThat(intake.look()).isTrue();
        account.hold(Held.COPIES, 100_000);
        assertThat(intake.look()).isFalse();
        assertThat(intake.reasons()).isEqualTo(Intake.HELD);
        intake.stop();
        answer(1);
        assertThat(woken()).isZero();
        account.give(Held.STORED, 1_000_000);
        answer(1);
        assertThat(woken()).isEqualTo(1);
        assertThat(intake.resume(true)).isTrue();
    }

    @Test
    void whoHoldsMuchIsNotReadWhileTheProcessHoldsMuch() {
        client.client().replies().account().hold(Held.NAMES, 20_000);
        assertThat(intake.look()).isTrue();
        Account stranger = pool.loop().leaveRoomFor(4_000_000);
        assertThat(intake.look()).isFalse();
        assertThat(intake.reasons()).isEqualTo(Intake.MEMORY);
        intake.stop();
        pool.loop().io().memory().tick(pool.loop().nowNanos() + 100_000_000);
        assertThat(client.takeAsked()).doesNotContain("memory");
        stranger.close();
        pool.loop().io().memory().tick(pool.loop().nowNanos() + 200_000_000);
        assertThat(client.takeAsked()).contains("memory");
        intake.onMemory();
        assertThat(woken()).isEqualTo(1);
        assertThat(intake.resume(true)).isTrue();
    }

    @Test
    void anUnreadClientIsWaitedForUntilItHasRead() {
        client.channel().peerReads(0);
        pool.turn();
        client.client().replies().answer(new byte[300 * 1024]);
        pool.turn();
        assertThat(intake.look()).isFalse();
        assertThat(intake.reasons()).isEqualTo(Intake.UNREAD);
        intake.stop();
        assertThat(intake.resume(true)).isFalse();
        client.channel().peerReadsAll();
        pool.turn();
        intake.onWritable();
        assertThat(woken()).isEqualTo(1);
        assertThat(intake.resume(true)).isTrue();
        assertThat(intake.reasons()).isZero();
    }

    @Test
    void aFullNodeConnectionIsWaitedForUntilItHasRoom() {
        NodeConnection full = fullConnection(pool.node(0));
        intake.awaitRoom(full);
        assertThat(intake.hasRoom()).isFalse();
        assertThat(intake.look()).as("not forgotten when nothing is under way").isFalse();
        intake.stop();
        assertThat(intake.resume(true)).isFalse();
        assertThat(intake.resume(false)).as("also in the middle of a request").isFalse();
        assertThat(woken()).isZero();
        pool.node(0).ends().getFirst().channel().peerReadsAll();
        assertThat(woken()).isEqualTo(1);
        assertThat(intake.hasRoom()).isTrue();
        assertThat(intake.resume(true)).isTrue();
    }

    @Test
    void aConnectionThatClosesHasRoom() {
        NodeConnection full = fullConnection(pool.node(0));
        intake.awaitRoom(full);
        intake.stop();
        full.abort();
        assertThat(woken()).isEqualTo(1);
        assertThat(intake.resume(true)).isTrue();
    }

    private NodeConnection fullConnection(ClientFixture.Node node) {
        OwnConnection own = Objects.requireNonNull(client.client().session().open(0, Loan.READY));
        pool.turn();
        node.ends().getFirst().channel().peerReads(0);
        pool.turn();
        own.connection().sendPiece(new byte[2 * 1024 * 1024], 0, 2 * 1024 * 1024);
        pool.turn();
        assertThat(own.connection().hasRoom()).isFalse();
        return own.connection();
    }

    @Test
    void inTheMiddleOfAnUploadOnlyItsOwnNodeCounts() {
        ask(1);
        intake.awaitAnswers();
        pool.move(0);
        intake.stop();
        assertThat(intake.resume(true)).isFalse();
        assertThat(intake.resume(false)).isTrue();
    }

    @Test
    void severalReasonsAreWaitedForTogether() {
        ask(1);
        intake.awaitAnswers();
        pool.move(0);
        intake.awaitRoom(fullConnection(pool.other(0)));
        client.channel().peerReads(0);
        pool.turn();
        client.channel().writeAndFlush(pool.loop().io().allocator().buffer().writeZero(300 * 1024));
        intake.look();
        assertThat(intake.reasons()).isEqualTo(Intake.ANSWERS | Intake.LANES | Intake.ROOM | Intake.UNREAD);
        intake.stop();
        pool.other(0).ends().getFirst().channel().peerReadsAll();
        assertThat(woken()).as("room").isEqualTo(1);
        assertThat(intake.resume(true)).isFalse();
        client.channel().peerReadsAll();
        intake.onWritable();
        assertThat(woken()).as("read").isEqualTo(1);
        assertThat(intake.resume(true)).isFalse();
        assertThat(intake.reasons()).isEqualTo(Intake.ANSWERS | Intake.LANES);
        pool.node(0).ends().getFirst().answers("$-1");
        intake.onAnswered();
        assertThat(woken()).as("answered").isEqualTo(1);
        assertThat(intake.resume(true)).isTrue();
        assertThat(intake.reasons()).isZero();
    }

    @Test
    void itIsWokenOnceATurn() {
        intake.stop();
        intake.onAnswered();
        intake.onWritable();
        assertThat(woken()).isEqualTo(1);
        assertThat(intake.resume(true)).isTrue();
        intake.stop();
        intake.onWritable();
        assertThat(woken()).isEqualTo(1);
    }

    @Test
    void bytesAreKeptInTheirOrder() {
        assertThat(intake.takeKept()).isNull();
        intake.keep(bytes("b"), false);
        intake.keep(bytes("c"), false);
        intake.keep(bytes("a"), true);
        StringBuilder all = new StringBuilder();
        for (ByteBuf kept = intake.takeKept(); kept != null; kept = intake.takeKept()) {
            all.append(kept.toString(US_ASCII));
            kept.release();
        }
        assertThat(all.toString()).isEqualTo("abc");
        assertThat(intake.takeKept()).isNull();
    }

    @Test
    void whatWasKeptIsLetGoOf() {
        ByteBuf kept = bytes("a");
        intake.keep(kept, false);
        intake.drop();
        assertThat(kept.refCnt()).isZero();
        assertThat(intake.takeKept()).isNull();
        intake.drop();
    }
}
