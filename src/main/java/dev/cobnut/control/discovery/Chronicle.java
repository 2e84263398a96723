package dev.cobnut.control.discovery;

import dev.cobnut.control.Journal;
import dev.cobnut.control.Notice;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells people what happens, without repeating what three Sentinels say or one says all the time. Owned by the
/// deciding thread.
final class Chronicle {
    static final long SAME_LINE_AGAIN_NANOS = Duration.ofSeconds(10).toNanos();

    /// Different lines in ten seconds; a Sentinel that floods fills this, not the log.
    static final int LINES_MAX = 256;

    private final Consumer<Notice> onNotice;
    private final Journal journal;
    private final Map<String, Long> toldNanos = new HashMap<>();

    /// @param journal gets what happens while masters are replaced
    Chronicle(Consumer<Notice> onNotice, Journal journal) {
        this.onNotice = onNotice;
        this.journal = journal;
    }

    /// Tells a line, always.
    void tell(Notice.Kind kind, @Nullable String group, String line) {
        Notice notice = new Notice(kind, group, line);
        journal.note(notice, System.nanoTime(), System.currentTimeMillis());
        onNotice.accept(notice);
    }

    /// Tells a line that others caused: the same one only once in ten seconds.
    void tellOnce(Notice.Kind kind, @Nullable String group, String line, long nowNanos) {
        Long before = toldNanos.get(line);
        if (before != null && nowNanos - before < SAME_LINE_AGAIN_NANOS) {
            return;
        }
        toldNanos.values().removeIf(nanos -> nowNanos - nanos >= SAME_LINE_AGAIN_NANOS);
        if (toldNanos.size() < LINES_MAX) {
            toldNanos.put(line, nowNanos);
            tell(kind, group, line);
        }
    }
}
