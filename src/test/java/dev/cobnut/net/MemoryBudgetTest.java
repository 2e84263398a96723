package dev.cobnut.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.net.MemoryBudget.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(1_600_000);

    @Test
    void aStageBeginsAtItsShareAndEndsASixteenthBelow() {
        assertThat(budget.stage()).isEqualTo(Stage.FREE);
        budget.add(799_999);
        assertThat(budget.stage()).isEqualTo(Stage.FREE);
        budget.add(1);
        assertThat(budget.stage()).isEqualTo(Stage.SHARED);
        budget.add(400_000);
        assertThat(budget.stage()).isEqualTo(Stage.GUARDED);
        assertThat(budget.acceptsClients()).isFalse();
        budget.add(240_000);
        assertThat(budget.stage()).isEqualTo(Stage.SHEDDING);
        budget.add(-99_000);
        assertThat(budget.stage()).isEqualTo(Stage.SHEDDING);
        budget.add(-2_000);
        assertThat(budget.stage()).isEqualTo(Stage.GUARDED);
        budget.add(-240_000);
        assertThat(budget.stage()).isEqualTo(Stage.SHARED);
        assertThat(budget.acceptsClients()).isTrue();
        budget.add(-400_001);
        assertThat(budget.stage()).isEqualTo(Stage.FREE);
    }

    @Test
    void aStageMayBeLeftOut() {
        budget.add(1_600_000);
        assertThat(budget.stage()).isEqualTo(Stage.SHEDDING);
        budget.add(-1_600_000);
        assertThat(budget.stage()).isEqualTo(Stage.FREE);
    }

    @Test
    void eachChangeOfTheStageIsToldOnce() {
        List<Stage> told = new ArrayList<>();
        Runnable listener = () -> told.add(budget.stage());
        budget.addListener(listener);
        budget.add(900_000);
        budget.add(1);
        budget.add(-900_001);
        budget.removeListener(listener);
        budget.add(900_000);
        assertThat(told).containsExactly(Stage.SHARED, Stage.FREE);
    }

    @Test
    void aWorseStageIsSaidAtOnceAndABetterOneASecondLater() {
        long now = 5_000_000_000L;
        assertThat(budget.report(now)).isFalse();
        budget.add(900_000);
        assertThat(budget.report(now)).isTrue();
        assertThat(budget.report(now)).isFalse();
        budget.add(400_000);
        assertThat(budget.report(now + 1)).isTrue();
        budget.add(-1_300_000);
        assertThat(budget.report(now + 1_000_000_000L)).isFalse();
        assertThat(budget.report(now + 1_000_000_001L)).isTrue();
    }

    @Test
    void nothingThatCanBeRefusedIsKeptFromNineTenthsOnAndNothingLongFromThreeQuartersOn() {
        budget.add(1_190_000);
        assertThat(budget.hasRoomFor(65_000, 0)).isTrue();
        assertThat(budget.hasRoomFor(66_000, 0)).isFalse();
        budget.add(240_000);
        assertThat(budget.hasRoomFor(9_000, 0)).isTrue();
        assertThat(budget.hasRoomFor(10_000, 0)).isFalse();
        assertThat(budget.hasRoomFor(9_000, 1_000)).isFalse();
    }

    @Test
    void theFairShareIsThatOfHalfAmongThoseWhoHoldSomething() {
        assertThat(budget.fairShare()).isEqualTo(800_000);
        budget.addHolders(4);
        assertThat(budget.fairShare()).isEqualTo(200_000);
        budget.addHolders(4_000);
        assertThat(budget.fairShare()).isEqualTo(16 * 1024);
    }

    @Test
    void theBudgetOfTheProcessFitsIntoHeapAndDirectMemory() {
        assertThat(MemoryBudget.PROCESS.max())
                .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() * 3 / 8)
                .isLessThanOrEqualTo(DirectMemory.limitBytes() * 3 / 8);
    }
}
