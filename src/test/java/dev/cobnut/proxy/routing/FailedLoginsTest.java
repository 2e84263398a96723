package dev.cobnut.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FailedLogins logins = new FailedLogins();

    @Test
    void theMoreFailedTheLongerTheSameSourceWaits() {
        List<Integer> waits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            waits.add(logins.failed("10.0.0.1", i));
        }

        assertThat(waits).containsExactly(0, 0, 0, 50, 100, 200, 400, 800, 1600, 2000, 2000, 2000);
        assertThat(logins.failed("10.0.0.2", 12)).isZero();
    }

    @Test
    void aMinuteWithoutAFailureIsForgiven() {
        for (int i = 0; i < 12; i++) {
            logins.failed("10.0.0.1", 0);
        }

        assertThat(logins.failed("10.0.0.1", 60 * SECOND)).isEqualTo(2000);
        assertThat(logins.failed("10.0.0.1", 120 * SECOND + 1)).isZero();
    }

    @Test
    void manySourcesForgetTheOneThatFailedLongestAgo() {
        for (int i = 0; i < 4; i++) {
            logins.failed("first", 0);
            logins.failed("second", 0);
        }
        for (int i = 0; i < 4_095; i++) {
            logins.failed("other " + i, 0);
        }

        assertThat(logins.failed("second", 0)).isEqualTo(100);
        assertThat(logins.failed("first", 0)).isZero();
    }

    @Test
    void isToldAtOnceAndThenEveryTenSeconds() {
        assertThat(logins.toTell(5)).isZero();
        assertThat(logins.toTell(6)).isEqualTo(-1);
        assertThat(logins.toTell(9 * SECOND)).isEqualTo(-1);
        assertThat(logins.toTell(11 * SECOND)).isEqualTo(2);
    }
}
