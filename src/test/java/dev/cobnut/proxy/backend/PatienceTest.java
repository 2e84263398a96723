package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.backend.Patience.Verdict;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long TIMEOUT = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long START = 1_000_000_000;

    private final InFlight inFlight = new InFlight();
    private final Patience patience = new Patience(TIMEOUT, START);
    private boolean opening;
    private boolean inParts;
    private long unsentBytes;
    private long stoodStill;

    private HeardExchange ask(HeardExchange exchange) {
        patience.start(exchange, START);
        inFlight.add(exchange);
        return exchange;
    }

    private Verdict after(long nanos) {
        long now = START + nanos;
        return patience.look(now, now - stoodStill, opening, inFlight, inParts, unsentBytes);
    }

    @Test
    void waitsWhileNothingIsOwed() {
        assertThat(after(100 * TIMEOUT)).isEqualTo(Verdict.WAIT);
    }

    @Test
    void waitsForTheTimeoutAndNoLonger() {
        ask(new HeardExchange());
        assertThat(after(TIMEOUT - 1)).isEqualTo(Verdict.WAIT);
        assertThat(after(TIMEOUT)).isEqualTo(Verdict.EXPIRE);
        assertThat(after(2 * TIMEOUT)).isEqualTo(Verdict.EXPIRE);
    }

    @Test
    void givesTheConnectionUpAfterTwiceTheTimeout() {
        ask(new HeardExchange());
        assertThat(after(2 * TIMEOUT + 1)).isEqualTo(Verdict.DIE_SILENT);
    }

    @Test
    void waitsForEverWithoutATimeout() {
        Patience endless = new Patience(0, START);
        HeardExchange exchange = new HeardExchange();
        endless.start(exchange, START);
        inFlight.add(exchange);
        assertThat(exchange.deadlineNanos).isZero();
        assertThat(endless.look(START + 1000 * TIMEOUT, START + 1000 * TIMEOUT, true, inFlight, false, 7))
                .isEqualTo(Verdict.WAIT);
    }

    @Test
    void doesNotWaitForAConnectionForLongerThanTheTimeout() {
        opening = true;
        ask(new HeardExchange());
        assertThat(after(TIMEOUT - 1)).isEqualTo(Verdict.WAIT);
        assertThat(after(TIMEOUT)).isEqualTo(Verdict.DIE_CONNECTING);
    }

    @Test
    void theClockThatStoodStillCounts() {
        ask(new HeardExchange());
        stoodStill = TIMEOUT;
        assertThat(after(2 * TIMEOUT - 1)).isEqualTo(Verdict.WAIT);
        assertThat(after(2 * TIMEOUT)).isEqualTo(Verdict.EXPIRE);
    }

    @Test
    void aReplyThatKeepsComingMayTakeLonger() {
        ask(new HeardExchange());
        inParts = true;
        patience.onRead(START + 9 * TIMEOUT + 1);
        assertThat(after(10 * TIMEOUT)).isEqualTo(Verdict.EXPIRE_BEHIND);
        assertThat(after(10 * TIMEOUT + 1)).as("nothing for a timeout").isEqualTo(Verdict.DIE_SILENT);
    }

    @Test
    void bytesOfAnotherReplyAreNoExcuse() {
        ask(new HeardExchange());
        patience.onRead(START + TIMEOUT);
        assertThat(after(TIMEOUT)).isEqualTo(Verdict.EXPIRE);
        assertThat(patience.isSilent(START + 2 * TIMEOUT - 1)).isFalse();
        assertThat(patience.isSilent(START + 2 * TIMEOUT)).isTrue();
    }

    @Test
    void leavesOnlySoManyBehindToSwallowTheirReplies() {
        for (int i = 0; i < Patience.EXPIRED_MAX; i++) {
            ask(new HeardExchange());
        }
        inFlight.expire(START + TIMEOUT, inFlight.oldest(), () -> new Failure(Failure.Kind.TIMED_OUT, "late"));
        assertThat(inFlight.expired()).isEqualTo(Patience.EXPIRED_MAX - 1);
        assertThat(after(TIMEOUT)).isEqualTo(Verdict.EXPIRE);
        inFlight.expire(START + TIMEOUT, null, () -> new Failure(Failure.Kind.TIMED_OUT, "late"));
        assertThat(after(TIMEOUT)).isEqualTo(Verdict.DIE_SILENT);
    }

    @Test
    void aBlockingCommandHasNoDeadline() {
        ask(new HeardExchange().withoutEnd());
        assertThat(after(100 * TIMEOUT)).isEqualTo(Verdict.WAIT);
    }

    @Test
    void aLongRequestOfWhichTheNodeTakesNothingIsStuck() {
        inFlight.add(new HeardExchange());
        unsentBytes = 5_000;
        assertThat(after(0)).isEqualTo(Verdict.WAIT);
        assertThat(after(TIMEOUT)).isEqualTo(Verdict.WAIT);
        assertThat(after(TIMEOUT + 1)).isEqualTo(Verdict.DIE_STUCK);
    }

    @Test
    void aLongRequestThatMovesIsNotStuck() {
        inFlight.add(new HeardExchange());
        unsentBytes = 5_000;
        after(0);
        unsentBytes = 4_999;
        assertThat(after(TIMEOUT)).isEqualTo(Verdict.WAIT);
        assertThat(after(2 * TIMEOUT)).isEqualTo(Verdict.WAIT);
        unsentBytes = 0;
        assertThat(after(2 * TIMEOUT + 1))
                .as("the client is slow, not the node")
                .isEqualTo(Verdict.WAIT);
        assertThat(after(9 * TIMEOUT)).isEqualTo(Verdict.WAIT);
    }

    @Test
    void aCommandIsSlowWhenTheNodeIsAtItForLong() {
        HeardExchange script = new HeardExchange();
        assertThat(patience.isSlow(START, script)).isFalse();
        assertThat(patience.isSlow(START + Patience.SLOW_COMMAND_NANOS, script)).isFalse();
        assertThat(patience.isSlow(START + Patience.SLOW_COMMAND_NANOS + 1, script))
                .isTrue();
    }

    @Test
    void aCommandIsNotSlowWhileBytesCome() {
        HeardExchange keys = new HeardExchange();
        patience.isSlow(START, keys);
        patience.onRead(START + 50);
        assertThat(patience.isSlow(START + Patience.SLOW_COMMAND_NANOS + 50, keys))
                .isFalse();
        assertThat(patience.isSlow(START + Patience.SLOW_COMMAND_NANOS + 51, keys))
                .isTrue();
    }

    @Test
    void theNextCommandBeginsAnew() {
        patience.isSlow(START, new HeardExchange());
        HeardExchange next = new HeardExchange();
        assertThat(patience.isSlow(START + 1_000_000_000, next)).isFalse();
        assertThat(patience.isSlow(START + 1_000_000_001, null)).isFalse();
        assertThat(patience.isSlow(START + 2_000_000_000, next)).isFalse();
    }
}
