package dev.cobnut.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(100);

    @Test
    void takesAllOrNothing() {
        assertThat(budget.take(60)).isTrue();
        assertThat(budget.take(41)).isFalse();
        assertThat(budget.taken()).isEqualTo(60);
        assertThat(budget.take(40)).isTrue();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        assertThat(budget.take(100)).isTrue();
        budget.give(100);
        assertThat(budget.take(100)).isTrue();
    }

    @Test
    void theLastByteCanBeTakenAndNoneMore() {
        assertThat(budget.take(99)).isTrue();
        assertThat(budget.take(1)).isTrue();
        assertThat(budget.take(1)).isFalse();
        assertThat(budget.taken()).isEqualTo(budget.max());
    }

    @Test
    void whatWasRefusedLeavesRoomForWhatFits() {
        assertThat(budget.take(101)).isFalse();
        assertThat(budget.take(Long.MAX_VALUE)).isFalse();
        assertThat(budget.take(100)).isTrue();
    }
}
