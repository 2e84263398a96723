package dev.cobnut.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.Happening;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final Journal journal = new Journal();
    private long nowMillis = 1_000;

    private void note(Notice.Kind kind, @Nullable String group, String line) {
        journal.note(
                new Notice(kind, group, line), Duration.ofMillis(nowMillis).toNanos(), 1_700_000_000_000L + nowMillis);
    }

    @Test
    void countsFromWhenRequestsBeganToWait() {
        note(Notice.Kind.HOLD, "obj", "requests wait");
        nowMillis += 500;
        note(Notice.Kind.FAILOVER, "obj", "a replica is chosen");
        note(Notice.Kind.NODE, "obj", "is down");
        note(Notice.Kind.SWITCH, "obj", "switch");
        nowMillis += 1;
        note(Notice.Kind.GATE, "obj", "requests go on");
        nowMillis += 9;
        note(Notice.Kind.HOLD, "obj", "requests wait again");

        assertThat(journal.entries().stream().map(Happening::sinceMillis)).containsExactly(0L, 500L, 500L, 501L, 0L);
        assertThat(journal.entries().getFirst())
                .isEqualTo(new Happening(1_700_000_001_000L, 0, "obj", "requests wait"));
    }

    @Test
    void groupsHaveTimesOfTheirOwn() {
        note(Notice.Kind.HOLD, "obj", "requests wait");
        nowMillis += 100;
        note(Notice.Kind.FAILOVER, "fpc", "a replica is chosen");
        nowMillis += 100;
        note(Notice.Kind.GATE, "fpc", "requests go on");

        assertThat(journal.entries().stream().map(Happening::sinceMillis)).containsExactly(0L, 0L, 100L);
    }

    @Test
    void theFirstMasterIsNoReplacement() {
        note(Notice.Kind.SWITCH, "obj", "master is");
        note(Notice.Kind.WARNING, "obj", "odd");
        note(Notice.Kind.SENTINEL, null, "silent");

        assertThat(journal.entries()).isEmpty();
    }

    @Test
    void aReplacementThatNothingIsHeardOfIsOver() {
        note(Notice.Kind.FAILOVER, "obj", "begun");
        nowMillis += 29_000;
        note(Notice.Kind.FAILOVER, "obj", "goes on");
        nowMillis += 30_000;
        note(Notice.Kind.FAILOVER, "obj", "another");

        assertThat(journal.entries().stream().map(Happening::sinceMillis)).containsExactly(0L, 29_000L, 0L);
    }

    @Test
    void keepsTheLast() {
        for (int i = 0; i < 2 * Journal.ENTRIES_MAX; i++) {
            note(Notice.Kind.HOLD, "obj", "line " + i);
        }

        assertThat(journal.entries()).hasSize(Journal.ENTRIES_MAX);
        assertThat(journal.entries().getLast().line()).isEqualTo("line " + (2 * Journal.ENTRIES_MAX - 1));
    }
}
