package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void eachColumnIsAsWideAsItsWidestCell() {
        assertThat(Table.aligned(List.of(new String[] {"a", "bb", "c"}, new String[] {"aaa", "b", ""})))
                .containsExactly("a    bb  c", "aaa  b");
    }

    @Test
    void noRowsAreNoLines() {
        assertThat(Table.aligned(List.of())).isEmpty();
    }
}
