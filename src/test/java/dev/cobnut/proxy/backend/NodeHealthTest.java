package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
    private static final Failure NO_NODE = new Failure(Failure.Kind.REFUSED, "no node");
    private static final Failure LOST = new Failure(Failure.Kind.RESET, "lost");
    private static final long NOW = 5_000_000_000L;

    private final NodeHealth health = health(true);

    private static NodeHealth health(boolean rests) {
        return new NodeHealth(rests, NO_NODE, new Backoff(new Random(1)));
    }

    @BeforeEach
    void thereIsANode() {
        assertThat(health.isDown()).as("before any is known").isTrue();
        assertThat(health.mayDial(NOW)).isFalse();
        health.onMoved(true);
    }

    @Test
    void isUpUntilItFails() {
        assertThat(health.isDown()).isFalse();
        assertThat(health.mayDial(NOW)).isTrue();
        assertThat(health.lastFailure()).isSameAs(NO_NODE);
        assertThat(health.failingSinceNanos(NOW)).isEqualTo(NOW);
        assertThat(health.onAnswer()).as("no news").isFalse();
    }

    @Test
    void aFailureIsNewsOnce() {
        assertThat(health.onFailure(LOST, NOW, true)).isTrue();
        assertThat(health.onFailure(LOST, NOW + 1, true)).isFalse();
        assertThat(health.isDown()).isTrue();
        assertThat(health.lastFailure()).isSameAs(LOST);
        assertThat(health.failuresInARow()).isEqualTo(2);
        assertThat(health.failingSinceNanos(NOW + 2)).isEqualTo(NOW);
    }

    @Test
    void anAnswerAfterAFailureIsNewsOnce() {
        health.onFailure(LOST, NOW, true);
        assertThat(health.onAnswer()).isTrue();
        assertThat(health.onAnswer()).isFalse();
        assertThat(health.isDown()).isFalse();
        assertThat(health.failuresInARow()).isZero();
        assertThat(health.failingSinceNanos(NOW + 9)).isEqualTo(NOW + 9);
    }

    @Test
    void anotherNodeIsNotDownButNotBackEither() {
        health.onFailure(LOST, NOW, true);
        health.onMoved(true);
        assertThat(health.isDown()).isFalse();
        assertThat(health.lastFailure()).isSameAs(NO_NODE);
        assertThat(health.failuresInARow()).isZero();
        assertThat(health.failingSinceNanos(NOW + 9)).isEqualTo(NOW);
        assertThat(health.onFailure(LOST, NOW + 5, true)).as("known already").isFalse();
        assertThat(health.failingSinceNanos(NOW + 9)).isEqualTo(NOW);
        health.onMoved(true);
        assertThat(health.onAnswer()).as("back").isTrue();
    }

    @Test
    void whereNoNodeIsKnownAnythingWouldFail() {
        health.onMoved(false);
        assertThat(health.isDown()).isTrue();
        assertThat(health.mayDial(NOW)).isFalse();
        health.onMoved(true);
        assertThat(health.isDown()).isFalse();
    }

    @Test
    void restsBetweenAttemptsEachTimeLonger() {
        health.onFailure(LOST, NOW, true);
        assertThat(health.mayDial(NOW + millis(10) - 1)).isFalse();
        assertThat(health.mayDial(NOW + millis(20))).isTrue();
        health.onFailure(LOST, NOW + millis(20), true);
        assertThat(health.mayDial(NOW + millis(40) - 1)).isFalse();
        assertThat(health.mayDial(NOW + millis(60))).isTrue();
    }

    @Test
    void dialsThatFailTogetherCountAsOne() {
        for (int i = 0; i < 32; i++) {
            health.onFailure(LOST, NOW, true);
        }
        assertThat(health.mayDial(NOW + millis(20))).isTrue();
    }

    @Test
    void beginsAnewOnceItServesOrIsAnother() {
        long now = NOW;
        for (int i = 0; i < 10; i++) {
            health.onFailure(LOST, now, true);
            now += millis(500);
        }
        health.onConnected();
        health.onFailure(LOST, now, true);
        assertThat(health.mayDial(now + millis(240)))
                .as("it closes what it accepts")
                .isFalse();
        health.endRest();
        assertThat(health.mayDial(now)).isTrue();
        health.onFailure(LOST, now, true);
        assertThat(health.mayDial(now + millis(20))).isTrue();
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void doesNotRestWhenOneConnectionEndsThatHadAnswered() {
        health.onFailure(LOST, NOW, false);
        assertThat(health.isDown()).isTrue();
        assertThat(health.mayDial(NOW)).isTrue();
    }

    @Test
    void doesNotRestOnceItCanBeConnectedToOrIsAnother() {
        health.onFailure(LOST, NOW, true);
        health.onConnected();
        assertThat(health.mayDial(NOW)).isTrue();
        assertThat(health.isDown()).as("it has not answered").isTrue();

        health.onFailure(LOST, NOW, true);
        health.onMoved(true);
        assertThat(health.mayDial(NOW)).isTrue();
    }

    @Test
    void doesNotRestWhereFailuresEject() {
        NodeHealth ejecting = health(false);
        ejecting.onMoved(true);
        ejecting.onFailure(LOST, NOW, true);
        assertThat(ejecting.mayDial(NOW)).isTrue();
    }
}
