package dev.cobnut.vip;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Warns of what goes on and on: of each kind at once, and then once an hour. One thread.
final class Warnings {
    private static final Logger LOG = LoggerFactory.getLogger(Warnings.class);
    private static final long AGAIN_NANOS = Duration.ofHours(1).toNanos();

    private final LongSupplier clock;
    private final Map<String, Long> warned = new HashMap<>();

    /// @param clock of [System#nanoTime]
    Warnings(LongSupplier clock) {
        this.clock = clock;
    }

    void warn(String kind, Supplier<String> line) {
        long now = clock.getAsLong();
        Long before = warned.get(kind);
        if (before == null || now - before >= AGAIN_NANOS) {
            warned.put(kind, now);
            LOG.warn(line.get());
        }
    }
}
