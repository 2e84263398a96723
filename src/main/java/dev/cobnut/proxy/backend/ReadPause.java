package dev.cobnut.proxy.backend;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Whether a connection reads nothing because somebody does not keep up: the receiver of the reply that is being read,
/// or the owner, with messages.
///
/// | verdict        | when                                                 | means                                    |
/// |----------------|------------------------------------------------------|------------------------------------------|
/// | READING        | nobody asked for a pause                             | the node is to be looked after           |
/// | PAUSED         | somebody did                                         | wait                                     |
/// | DETACH         | a receiver has for [#DETACH_NANOS]                   | new requests take another connection     |
/// | TOO_SLOW       | a receiver has for 1 second, or half the timeout     | it lets go, if anybody waits behind it   |
/// | OWNER_TOO_SLOW | an owner has messages unread for                     | it leaves                                |
/// |                | [#UNREAD_PUSHES_NANOS]                               |                                          |
///
/// Those who wait behind several slow receivers wait that long once, not once for each: a connection that has been
/// paused for longer than it, all in all, gives the next one only [#DETACH_NANOS].
///
/// Owned by a [Watchdog], which tells it what happened and when; it asks no clock.
final class ReadPause {
    static final long DETACH_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final long TOO_SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    static final long UNREAD_PUSHES_NANOS = TimeUnit.SECONDS.toNanos(60);
    static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// What is to be done.
    enum Verdict {
        READING,
        PAUSED,
        DETACH,
        TOO_SLOW,
        OWNER_TOO_SLOW
    }

    private final long tooSlowNanos;
    private @Nullable Exchange slow;
    private boolean forPushes;
    private long sinceNanos;
    private long pausedNanos;
    private boolean pushesResumed;
    private long pushesResumedNanos;

    /// @param timeoutNanos of the pool; 0 for none
    ReadPause(long timeoutNanos) {
        // Early enough for those who wait behind the slow one to be answered within their timeout.
        this.tooSlowNanos = timeoutNanos > 0 ? Math.min(TOO_SLOW_NANOS, timeoutNanos / 2) : TOO_SLOW_NANOS;
    }

    /// What a clock shows that stood still during each pause, for the time up to now that nobody pauses in.
    long clock(long nowNanos) {
        return nowNanos - pausedNanos;
    }

    /// The receiver of a reply has too much unread.
    void begin(Exchange exchange, long nowNanos) {
        sinceNanos = isPaused() ? sinceNanos : nowNanos;
        slow = slow == null ? exchange : slow;
    }

    /// The owner has too many messages unread.
    void beginForPushes(long nowNanos) {
        sinceNanos = isPaused() ? sinceNanos : nowNanos;
        forPushes = true;
    }

    /// There is room again.
    ///
    /// @return whether there was a pause
    boolean end(long nowNanos) {
        if (!isPaused()) {
            return false;
        }
        if (forPushes) {
            pushesResumed = true;
            pushesResumedNanos = nowNanos;
        }
        slow = null;
        forPushes = false;
        pausedNanos += nowNanos - sinceNanos;
        return true;
    }

    private boolean isPaused() {
        return slow != null || forPushes;
    }

    /// What is read for a receiver that does not keep up; null when that is not why.
    @Nullable
    Exchange slow() {
        return slow;
    }

    /// Whether the owner does not keep up with its messages, or did not a moment ago: a node drops those who do not.
    boolean isBehind(long nowNanos) {
        return forPushes || (pushesResumed && nowNanos - pushesResumedNanos < BEHIND_NANOS);
    }

    Verdict look(long nowNanos) {
        long paused = nowNanos - sinceNanos;
        if (slow != null) {
            long allowed = pausedNanos > tooSlowNanos ? DETACH_NANOS : tooSlowNanos;
            return paused > allowed ? Verdict.TOO_SLOW : paused > DETACH_NANOS ? Verdict.DETACH : Verdict.PAUSED;
        }
        if (forPushes) {
            return paused > UNREAD_PUSHES_NANOS ? Verdict.OWNER_TOO_SLOW : Verdict.PAUSED;
        }
        return Verdict.READING;
    }
}
