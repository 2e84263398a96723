package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private static final Failure LATE = new Failure(Failure.Kind.TIMED_OUT, "late");

    private final InFlight inFlight = new InFlight();
    private final HeardExchange first = new HeardExchange();
    private final HeardExchange second = new HeardExchange();
    private final HeardExchange third = new HeardExchange();

    private void add(HeardExchange exchange, long deadlineNanos) {
        exchange.deadlineNanos = deadlineNanos;
        inFlight.add(exchange);
    }

    private @Nullable Failure expire(long clockNanos) {
        return inFlight.expire(clockNanos, null, () -> LATE);
    }

    @Test
    void leavesInTheOrderItCame() {
        inFlight.add(second);
        inFlight.add(third);
        inFlight.addFirst(first);

        assertThat(inFlight.oldest()).isSameAs(first);
        assertThat(inFlight.poll()).isSameAs(first);
        assertThat(inFlight.poll()).isSameAs(second);
        assertThat(inFlight.poll()).isSameAs(third);
        assertThat(inFlight.poll()).isNull();
        assertThat(inFlight.isEmpty()).isTrue();
    }

    @Test
    void theFirstOfAnEmptyOneIsAlsoTheLast() {
        inFlight.addFirst(first);
        inFlight.add(second);
        assertThat(inFlight.poll()).isSameAs(first);
        assertThat(inFlight.poll()).isSameAs(second);

        inFlight.add(third);
        assertThat(inFlight.oldest()).isSameAs(third);
    }

    @Test
    void thoseWhoseDeadlineHasPassedAreToldAndStay() {
        add(first, 100);
        add(second, 200);
        add(third, 201);

        assertThat(expire(200)).isSameAs(LATE);

        assertThat(first.take()).hasSize(1);
        assertThat(second.take()).hasSize(1);
        assertThat(third.take()).isEmpty();
        assertThat(inFlight.expired()).isEqualTo(2);
        assertThat(inFlight.oldest()).isSameAs(first);
    }

    @Test
    void noneIsToldTwice() {
        add(first, 100);
        expire(100);
        assertThat(expire(300)).isNull();
        assertThat(first.take()).hasSize(1);
        assertThat(inFlight.expired()).isEqualTo(1);
    }

    @Test
    void theTextIsMadeOnceAndOnlyWhenNeeded() {
        AtomicInteger made = new AtomicInteger();
        add(first, 100);
        add(second, 100);
        for (long clock : new long[] {99, 100, 101}) {
            inFlight.expire(clock, null, () -> {
                made.incrementAndGet();
                return LATE;
            });
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void oneIsSpared() {
        add(first, 100);
        add(second, 100);
        assertThat(inFlight.expire(100, first, () -> LATE)).isNotNull();
        assertThat(first.take()).isEmpty();
        assertThat(second.take()).hasSize(1);
    }

    @Test
    void thoseBehindOneWithoutADeadlineWaitWithIt() {
        add(first, 0);
        add(second, 100);
        assertThat(expire(500)).isNull();
    }

    @Test
    void countsTheExpiredUntilTheyLeave() {
        add(first, 100);
        add(second, 900);
        expire(100);
        inFlight.poll();
        assertThat(inFlight.expired()).isZero();
        inFlight.poll();
        assertThat(inFlight.expired()).isZero();
    }

    @Test
    void whoFailsMayEndEverything() {
        add(first, 100);
        add(second, 100);
        first.whenFailed = () -> {
            while (inFlight.poll() != null) {
                // The connection is closed.
            }
        };
        expire(100);
        assertThat(inFlight.isEmpty()).isTrue();
        assertThat(inFlight.expired()).isZero();
        assertThat(second.take()).isEmpty();
    }

    @Test
    void othersAreThoseOfOtherReceivers() {
        inFlight.add(first.of("client"));
        inFlight.add(second.of("client"));
        assertThat(inFlight.hasOthersThan(first)).isFalse();
        inFlight.add(third.of("other client"));
        assertThat(inFlight.hasOthersThan(first)).isTrue();
    }
}
