package dev.cobnut.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void whatWasGivenIsNotGivenAgainThoughNobodyUsesItYet() {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            int first = FreePorts.next(2);
            assertThat(first).isBetween(10_000, 31_998);
            assertThat(given.add(first)).isTrue();
            assertThat(given.add(first + 1)).isTrue();
        }
    }
}
