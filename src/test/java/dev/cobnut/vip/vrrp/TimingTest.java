package dev.cobnut.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 3768 and RFC 9568, 6.1, in numbers.
class TimingTest {
    @ParameterizedTest
    @CsvSource({
        // Version 2: whatever the interval, priorities are apart by 1/256 s.
        "2, 100, PT1S, 609_375_000",
        "2, 254, PT1S, 7_812_500",
        "2, 1, PT1S, 996_093_750",
        "2, 100, PT10S, 609_375_000",
        // Version 3: by 1/256 of the interval.
        "3, 100, PT1S, 609_375_000",
        "3, 100, PT0.1S, 60_937_500",
        "3, 100, PT10S, 6_093_750_000",
        "3, 254, PT0.05S, 390_625"
    })
    void skewIsTheLongerTheLessThePriority(int version, int priority, Duration interval, String nanos) {
        assertThat(Timing.skewNanos(version, priority, interval.toNanos())).isEqualTo(number(nanos));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 100, PT1S, 3_609_375_000",
        "2, 150, PT1S, 3_414_062_500",
        "2, 100, PT255S, 765_609_375_000",
        "3, 100, PT1S, 3_609_375_000",
        "3, 100, PT0.1S, 360_937_500",
        "3, 100, PT0.05S, 180_468_750",
        "3, 100, PT0.01S, 36_093_750",
        "3, 1, PT40.95S, 163_640_039_062"
    })
    void masterIsDeadAfterThreeIntervalsAndSkew(int version, int priority, Duration interval, String nanos) {
        assertThat(Timing.masterDownNanos(version, priority, interval.toNanos()))
                .isEqualTo(number(nanos));
    }

    @ParameterizedTest
    @CsvSource({
        "2, PT1S, 4",
        "2, PT10S, 31",
        "3, PT1S, 4",
        "3, PT0.5S, 2",
        "3, PT0.51S, 3",
        "3, PT0.05S, 2",
        "3, PT10S, 40",
        "3, PT40.95S, 164"
    })
    void addressLivesUntilTheSlowestBackupKnows(int version, Duration interval, long seconds) {
        assertThat(Timing.lifetime(version, interval.toNanos())).isEqualTo(Duration.ofSeconds(seconds));
    }

    private static long number(String text) {
        return Long.parseLong(text.replace("_", ""));
    }
}
