package dev.cobnut.control;

import dev.cobnut.topology.Happening;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The last things that happened while masters were being replaced, with the time since each replacement began: since
/// requests began to wait. One that nothing was heard of for [#QUIET_NANOS] is over. Any thread may call.
public final class Journal {
    static final int ENTRIES_MAX = 200;
    static final long QUIET_NANOS = Duration.ofSeconds(30).toNanos();

    private record Episode(long beganNanos, long heardNanos) {}

    private final Deque<Happening> entries = new ArrayDeque<>();

    /// By group.
    private final Map<String, Episode> episodes = new HashMap<>();

    /// Writes a notice down, if it is about a master that is replaced.
    ///
    /// @param atMillis the time of day, since 1970
    public synchronized void note(Notice notice, long nowNanos, long atMillis) {
        String group = notice.group();
        episodes.values().removeIf(episode -> nowNanos - episode.heardNanos >= QUIET_NANOS);
        Episode known = group == null ? null : episodes.get(group);
        boolean matters = switch (notice.kind()) {
            case HOLD, FAILOVER -> true;
            case SWITCH, GATE -> known != null; // else the first master of all
            case NODE, READS, SENTINEL, SHARDS, WARNING -> false;
        };
        if (group == null || !matters) {
            return;
        }
        Episode episode = known == null || notice.kind() == Notice.Kind.HOLD ? new Episode(nowNanos, nowNanos) : known;
        episodes.put(group, new Episode(episode.beganNanos, nowNanos));
        if (entries.size() == ENTRIES_MAX) {
            entries.removeFirst();
        }
        long sinceMillis = Duration.ofNanos(nowNanos - episode.beganNanos).toMillis();
        entries.addLast(new Happening(atMillis, sinceMillis, group, notice.line()));
    }

    /// The last [#ENTRIES_MAX], the oldest first.
    public synchronized List<Happening> entries() {
        return List.copyOf(entries);
    }
}
