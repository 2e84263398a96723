package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
    private static final Failure NO_NODE = new Failure(Failure.Kind.REFUSED, "no node");
    private static final Failure LOST = new Failure(Failure.Kind.RESET, "lost");
    private static final long NOW = 5_000_000_000L;

    private final NodeHealth health = new NodeHealth(true, NO_NODE);

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
    void restsBetweenAttempts() {
        health.onFailure(LOST, NOW, true);
        assertThat(health.mayDial(NOW + NodeHealth.REDIAL_NANOS - 1)).isFalse();
        assertThat(health.mayDial(NOW + NodeHealth.REDIAL_NANOS)).isTrue();
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
        NodeHealth ejecting = new NodeHealth(false, NO_NODE);
        ejecting.onMoved(true);
        ejecting.onFailure(LOST, NOW, true);
        assertThat(ejecting.mayDial(NOW)).isTrue();
    }
}
