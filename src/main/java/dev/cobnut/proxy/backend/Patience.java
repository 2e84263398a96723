package dev.cobnut.proxy.backend;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How long a connection waits for its node. The timeout runs while the node owes us something: deadlines are on a
/// *clock* that stands still while nothing is read for the sake of a client that does not keep up ([ReadPause]), and a
/// long reply may take longer than the timeout as long as its bytes keep coming. Neither says anything about the node.
///
/// | verdict        | when                                                                                       |
/// |----------------|--------------------------------------------------------------------------------------------|
/// | DIE_CONNECTING | the oldest request has waited for the timeout, and the connection is not ready             |
/// | DIE_SILENT     | it has waited for twice the timeout and is not arriving, or [#EXPIRED_MAX] others have too |
/// | EXPIRE         | it has waited for the timeout                                                              |
/// | EXPIRE_BEHIND  | the same, but its reply is arriving: only those behind it                                  |
/// | DIE_STUCK      | the oldest has no deadline, and the node has taken nothing of what is unsent for a timeout |
/// | WAIT           | none of these, or the pool has no timeout                                                  |
///
/// Owned by a [Watchdog], which tells it what happened and when; it asks no clock.
final class Patience {
    /// More requests than these are not left behind to swallow their replies.
    static final int EXPIRED_MAX = 64;

    /// A command that takes longer than this is slow.
    static final long SLOW_COMMAND_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// What is to be done.
    enum Verdict {
        WAIT,
        EXPIRE,
        EXPIRE_BEHIND,
        DIE_SILENT,
        DIE_STUCK,
        DIE_CONNECTING
    }

    private final long timeoutNanos;
    private long lastReadNanos;
    private long stuckBytes;
    private long stuckSinceNanos;
    private @Nullable Exchange slowest;
    private long slowestSinceNanos;

    /// @param timeoutNanos of the pool; 0 for none
    Patience(long timeoutNanos, long nowNanos) {
        this.timeoutNanos = timeoutNanos;
        this.lastReadNanos = nowNanos;
    }

    /// A request begins to wait.
    void start(Exchange exchange, long clockNanos) {
        if (timeoutNanos > 0 && !exchange.waitsWithoutEnd()) {
            exchange.deadlineNanos = clockNanos + timeoutNanos;
        }
    }

    /// Bytes of the node were read, or are read again after a pause.
    void onRead(long nowNanos) {
        lastReadNanos = nowNanos;
    }

    /// Nothing was read for a whole timeout.
    boolean isSilent(long nowNanos) {
        return nowNanos - lastReadNanos >= timeoutNanos;
    }

    /// What is to be done about those who wait.
    ///
    /// @param clockNanos what deadlines are compared with
    /// @param opening whether requests are still collected
    /// @param inParts whether a long reply to the oldest is being read
    /// @param unsentBytes of requests that wait to be written; 0 while the connection has room for more
    Verdict look(
            long nowNanos, long clockNanos, boolean opening, InFlight inFlight, boolean inParts, long unsentBytes) {
        Exchange oldest = inFlight.oldest();
        if (timeoutNanos == 0 || oldest == null) {
            return Verdict.WAIT;
        }
        if (oldest.deadlineNanos == 0) {
            return isStuck(nowNanos, unsentBytes) ? Verdict.DIE_STUCK : Verdict.WAIT;
        }
        long lateNanos = clockNanos - oldest.deadlineNanos;
        if (lateNanos < 0) {
            return Verdict.WAIT;
        }
        if (opening) {
            return Verdict.DIE_CONNECTING;
        }
        boolean arriving = inParts && !isSilent(nowNanos);
        if ((!arriving && lateNanos > timeoutNanos) || inFlight.expired() >= EXPIRED_MAX) {
            return Verdict.DIE_SILENT;
        }
        return arriving ? Verdict.EXPIRE_BEHIND : Verdict.EXPIRE;
    }

    /// A long request is still coming from its client. A slow client is not the node's fault; a node that takes
    /// nothing of it is.
    private boolean isStuck(long nowNanos, long unsentBytes) {
        if (unsentBytes == 0 || unsentBytes != stuckBytes) {
            stuckBytes = unsentBytes;
            stuckSinceNanos = nowNanos;
        }
        return nowNanos - stuckSinceNanos > timeoutNanos;
    }

    /// Whether the node has been at one command for so long that new requests of others had better not wait behind it:
    /// a script, KEYS, CLIENT PAUSE. To be asked with each tick.
    ///
    /// @param oldest the request at the head of an open connection; null when there is none
    boolean isSlow(long nowNanos, @Nullable Exchange oldest) {
        if (oldest == null || oldest != slowest) {
            slowest = oldest;
            slowestSinceNanos = nowNanos;
            return false;
        }
        return nowNanos - Math.max(slowestSinceNanos, lastReadNanos) > SLOW_COMMAND_NANOS;
    }
}
