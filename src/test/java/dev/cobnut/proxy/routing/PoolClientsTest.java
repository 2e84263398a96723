package dev.cobnut.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PoolClientsTest {
    @Test
    void oneClientTooManyIsCountedAndToldToLeave() {
        PoolClients clients = new PoolClients(2);
        assertThat(clients.enter()).isTrue();
        assertThat(clients.enter()).isTrue();
        assertThat(clients.enter()).isFalse();
        clients.leave();
        assertThat(clients.enter())
                .as("the one too many has left, two are there")
                .isFalse();
        clients.leave();
        clients.leave();
        assertThat(clients.enter()).isTrue();
    }

    @Test
    void withoutALimitEverybodyMayStay() {
        PoolClients clients = new PoolClients(0);
        for (int i = 0; i < 100; i++) {
            assertThat(clients.enter()).isTrue();
        }
    }

    @Test
    void aPauseEndsByItselfOrWhenItIsEnded() {
        PoolClients clients = new PoolClients(0);
        assertThat(clients.isPaused(0)).isFalse();
        clients.pause(100);
        assertThat(clients.isPaused(99)).isTrue();
        assertThat(clients.isPaused(100)).isFalse();
        clients.unpause();
        assertThat(clients.isPaused(99)).isFalse();
    }

    @Test
    void ofSeveralPausesTheLongestCounts() {
        PoolClients clients = new PoolClients(0);
        clients.pause(8_000);
        clients.pause(10);
        assertThat(clients.isPaused(7_999)).isTrue();
        clients.pause(9_000);
        assertThat(clients.isPaused(8_999)).isTrue();
        clients.unpause();
        clients.pause(10);
        assertThat(clients.isPaused(9)).isTrue();
        assertThat(clients.isPaused(10)).isFalse();
    }

    @Test
    void aConnectionIsKnownToItsUserUntilItEnds() {
        PoolClients clients = new PoolClients(0);
        assertThat(clients.isKnown(7, "default")).isFalse();
        clients.introduce(7, "default");
        assertThat(clients.isKnown(7, "default")).isTrue();
        assertThat(clients.isKnown(7, "other")).isFalse();
        assertThat(clients.isKnown(8, "default")).isFalse();
        clients.forget(7);
        assertThat(clients.isKnown(7, "default")).isFalse();
    }

    @Test
    void clocksMayStandAtZeroAndWrapAround() {
        PoolClients clients = new PoolClients(0);
        clients.pause(0);
        assertThat(clients.isPaused(-1)).isTrue();
        assertThat(clients.isPaused(1)).isFalse();
        clients.pause(Long.MIN_VALUE);
        assertThat(clients.isPaused(Long.MAX_VALUE)).isTrue();
    }
}
