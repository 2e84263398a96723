package dev.cobnut.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BurstTest {
    private static final long START = Long.MAX_VALUE - millis(100); // nanoTime may turn over
    private static final long MOST = millis(1_000);

    private final Burst burst = new Burst();

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private static long at(long millis) {
        return START + millis(millis);
    }

    /// The first time, in steps of a millisecond, at which it is time.
    private long dueMillis(long fromMillis) {
        for (long now = fromMillis; now < fromMillis + 100_000; now++) {
            if (burst.isDue(at(now))) {
                return now;
            }
        }
        throw new AssertionError("never");
    }

    @Test
    void nothingIsDueBeforeAnythingHasChanged() {
        assertThat(burst.isDue(at(0))).isFalse();
        assertThat(burst.idleNanos(at(0), MOST)).isEqualTo(MOST);
    }

    @Test
    void oneSwitchIsDoneAfterAQuietMoment() {
        burst.onChange(at(0));

        assertThat(dueMillis(0)).isEqualTo(300);
        assertThat(burst.idleNanos(at(100), MOST)).isEqualTo(millis(200));
        assertThat(burst.idleNanos(at(400), MOST)).isZero();
    }

    @Test
    void threeSwitchesWithinASecondAreOne() {
        burst.onChange(at(0));
        burst.onChange(at(250));
        burst.onChange(at(500));

        assertThat(dueMillis(500)).isEqualTo(800);
        burst.onDone(at(810));
        assertThat(burst.isDue(at(10_000))).isFalse();
    }

    @Test
    void switchesWithoutAPauseAreNotWaitedForLongerThanASecond() {
        for (int now = 0; now < 1_000; now += 100) {
            burst.onChange(at(now));
            assertThat(burst.isDue(at(now))).isFalse();
        }

        assertThat(dueMillis(900)).isEqualTo(1_000);
    }

    @Test
    void whileAnotherMasterIsDownItsSwitchIsWaitedForButNotForLongerThanASecond() {
        burst.onHealth(true);
        burst.onChange(at(0));
        assertThat(dueMillis(0)).isEqualTo(1_000);

        burst.onChange(at(700));
        assertThat(dueMillis(700)).isEqualTo(1_000);
        burst.onHealth(false);
        assertThat(burst.isDue(at(999))).isFalse();
        assertThat(dueMillis(700)).as("the last one has moved").isEqualTo(1_000);
        burst.onDone(at(1_000));

        burst.onHealth(true);
        burst.onChange(at(2_000));
        burst.onChange(at(2_400));
        burst.onHealth(false);
        assertThat(dueMillis(2_400)).isEqualTo(2_700);
    }

    @Test
    void whatComesAfterOneBurstIsAnother() {
        burst.onChange(at(0));
        burst.onDone(at(310));
        burst.onChange(at(2_000));

        assertThat(dueMillis(2_000)).isEqualTo(2_300);
    }

    @Test
    void whatFailedIsTriedAgainAfterPausesThatGrow() {
        burst.onChange(at(0));

        assertThat(burst.onFailed(at(300))).isEqualTo(millis(5_000));
        assertThat(dueMillis(300)).isEqualTo(5_300);
        assertThat(burst.onFailed(at(5_300))).isEqualTo(millis(10_000));
        assertThat(dueMillis(5_300)).isEqualTo(15_300);
        burst.onFailed(at(15_300));
        burst.onFailed(at(35_300));
        assertThat(burst.onFailed(at(75_300))).isEqualTo(millis(60_000));
        assertThat(burst.onFailed(at(135_300))).isEqualTo(millis(60_000));
    }

    @Test
    void aChangeEndsAPause() {
        burst.onChange(at(0));
        burst.onFailed(at(300));
        burst.onChange(at(1_000));

        assertThat(dueMillis(1_000)).isEqualTo(1_300);
        burst.onDone(at(1_300));
        burst.onChange(at(2_000));
        assertThat(burst.onFailed(at(2_300))).as("the pauses begin anew").isEqualTo(millis(5_000));
    }
}
