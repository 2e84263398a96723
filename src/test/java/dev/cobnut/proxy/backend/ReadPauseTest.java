package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.backend.ReadPause.Verdict;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadPauseTest {
    private static final long TIMEOUT = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long START = 1_000_000_000;

    private final ReadPause pause = new ReadPause(TIMEOUT);
    private final HeardExchange exchange = new HeardExchange();

    private Verdict after(long nanos) {
        return pause.look(START + nanos);
    }

    @Test
    void readsUntilSomebodyAsksForAPause() {
        assertThat(after(0)).isEqualTo(Verdict.READING);
        assertThat(pause.end(START)).isFalse();
        assertThat(pause.clock(START + 5)).isEqualTo(START + 5);
    }

    @Test
    void aSlowReceiverMayHaveHalfTheTimeout() {
        pause.begin(exchange, START);
        assertThat(pause.slow()).isSameAs(exchange);
        assertThat(after(ReadPause.DETACH_NANOS)).isEqualTo(Verdict.PAUSED);
        assertThat(after(ReadPause.DETACH_NANOS + 1)).isEqualTo(Verdict.DETACH);
        assertThat(after(TIMEOUT / 2)).isEqualTo(Verdict.DETACH);
        assertThat(after(TIMEOUT / 2 + 1)).isEqualTo(Verdict.TOO_SLOW);
    }

    @Test
    void aSlowReceiverMayHaveASecondAtMost() {
        for (ReadPause each : new ReadPause[] {new ReadPause(0), new ReadPause(100 * ReadPause.TOO_SLOW_NANOS)}) {
            each.begin(exchange, START);
            assertThat(each.look(START + ReadPause.TOO_SLOW_NANOS)).isEqualTo(Verdict.DETACH);
            assertThat(each.look(START + ReadPause.TOO_SLOW_NANOS + 1)).isEqualTo(Verdict.TOO_SLOW);
        }
    }

    @Test
    void thoseBehindSeveralSlowOnesWaitOnce() {
        pause.begin(exchange, START);
        pause.end(START + TIMEOUT / 2 + 1);
        HeardExchange next = new HeardExchange();
        pause.begin(next, START + TIMEOUT);
        assertThat(pause.slow()).isSameAs(next);
        assertThat(after(TIMEOUT + ReadPause.DETACH_NANOS)).isEqualTo(Verdict.PAUSED);
        assertThat(after(TIMEOUT + ReadPause.DETACH_NANOS + 1)).isEqualTo(Verdict.TOO_SLOW);
    }

    @Test
    void theClockStandsStillMeanwhile() {
        pause.begin(exchange, START);
        assertThat(pause.end(START + 70)).isTrue();
        assertThat(pause.clock(START + 100)).isEqualTo(START + 30);
        assertThat(after(100)).isEqualTo(Verdict.READING);
        pause.beginForPushes(START + 100);
        pause.end(START + 110);
        assertThat(pause.clock(START + 110)).isEqualTo(START + 30);
    }

    @Test
    void theFirstWhoAsksIsTheOneItIsFor() {
        pause.begin(exchange, START);
        pause.begin(new HeardExchange(), START + 50);
        assertThat(pause.slow()).isSameAs(exchange);
        pause.end(START + 60);
        assertThat(pause.clock(START + 60)).isEqualTo(START);
    }

    @Test
    void anOwnerHasAMinuteForItsMessages() {
        pause.beginForPushes(START);
        assertThat(pause.slow()).isNull();
        assertThat(after(ReadPause.UNREAD_PUSHES_NANOS)).isEqualTo(Verdict.PAUSED);
        assertThat(after(ReadPause.UNREAD_PUSHES_NANOS + 1)).isEqualTo(Verdict.OWNER_TOO_SLOW);
    }

    @Test
    void messagesAndAReplyAreOnePause() {
        pause.beginForPushes(START);
        pause.begin(exchange, START + 10);
        pause.beginForPushes(START + 20);
        assertThat(pause.end(START + 100)).isTrue();
        assertThat(pause.clock(START + 100)).isEqualTo(START);
        assertThat(pause.end(START + 100)).isFalse();
    }

    @Test
    void anOwnerIsBehindUntilAMomentAfterItHasCaughtUp() {
        assertThat(pause.isBehind(START)).isFalse();
        pause.beginForPushes(START);
        assertThat(pause.isBehind(START + 5 * ReadPause.BEHIND_NANOS)).isTrue();
        pause.end(START + 100);
        assertThat(pause.isBehind(START + 100 + ReadPause.BEHIND_NANOS - 1)).isTrue();
        assertThat(pause.isBehind(START + 100 + ReadPause.BEHIND_NANOS)).isFalse();
    }

    @Test
    void aSlowReplyDoesNotMakeAnOwnerBehind() {
        pause.begin(exchange, START);
        assertThat(pause.isBehind(START)).isFalse();
        pause.end(START + 1);
        assertThat(pause.isBehind(START + 1)).isFalse();
    }
}
