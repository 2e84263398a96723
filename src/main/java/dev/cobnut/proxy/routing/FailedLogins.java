package dev.cobnut.proxy.routing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Logins to one pool that failed, by where they came from: the more there were lately, the longer the next of the same
/// source waits for its answer, and nobody else does.
///
/// | failures of a source, none of them more than a minute after the one before | the answer waits |
/// |----------------------------------------------------------------------------|------------------|
/// | the first three: somebody mistypes                                         | not at all       |
/// | the fourth, fifth, ...                                                     | 50 ms, 100 ms, … |
/// | the tenth and all that follow                                              | 2 s              |
///
/// Thread safe.
public final class FailedLogins {
    private static final int SOURCES_MAX = 4_096;
    private static final int FREE = 3;
    private static final int FIRST_MILLIS = 50;
    private static final int MILLIS_MAX = 2_000;
    private static final int DOUBLINGS_MAX = 6;
    private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long TELL_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Source(int failures, long lastNanos) {}

    // Both guarded by this; who failed longest ago is forgotten first.
    private final Map<String, Source> sources = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Source> eldest) {
            return size() > SOURCES_MAX;
        }
    };
    private int untold = -1;
    private long toldNanos;

    /// A login failed.
    ///
    /// @param source the client's address
    /// @return how long the answer has to wait
    public synchronized int failed(String source, long nowNanos) {
        Source before = sources.get(source);
        int failures = before == null || nowNanos - before.lastNanos > FORGOTTEN_NANOS ? 1 : before.failures + 1;
        sources.put(source, new Source(failures, nowNanos));
        return failures <= FREE
                ? 0
                : Math.min(MILLIS_MAX, FIRST_MILLIS << Math.min(failures - FREE - 1, DOUBLINGS_MAX));
    }

    /// Whether people are to be told of a failure: every ten seconds at most.
    ///
    /// @return how many they were not told of since the last time; -1 when not now
    public synchronized int toTell(long nowNanos) {
        if (untold >= 0 && nowNanos - toldNanos < TELL_AGAIN_NANOS) {
            untold++;
            return -1;
        }
        int before = Math.max(0, untold);
        untold = 0;
        toldNanos = nowNanos;
        return before;
    }
}
