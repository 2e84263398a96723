package dev.cobnut.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long requests of a pool wait for a master that has gone, and how many.
///
/// @param millisMax how long, 0 for not at all; null for the default: [#DEFAULT_MILLIS] for shards that Sentinel watches,
///     in pools that do not eject, and else not at all
/// @param requestsMax how many requests of the pool may wait at a time, 1 or more; default 10000
/// @param onForeign what becomes of a master whose data do not descend from those that were seen before
/// @param fence who else is kept from writing to a master that is being replaced
/// @param retryWrites which writes are sent again when the master goes while they are under way
/// @param onSentinelLoss what becomes of a master that no majority of the Sentinels confirms any more
/// @param ejects whether the pool takes failing servers off the ring
public record HoldSettings(
        @Nullable Integer millisMax,
        int requestsMax,
        OnForeign onForeign,
        Fence fence,
        RetryWrites retryWrites,
        OnSentinelLoss onSentinelLoss,
        boolean ejects) {
    /// Longer than a failover with the `down-after` that operators use, shorter than most clients' patience.
    public static final int DEFAULT_MILLIS = 10_000;

    /// What becomes of a master whose data do not descend from those that were seen before.
    public enum OnForeign {
        /// Requests wait, and then fail, until there is another.
        HOLD,
        /// The operator is told, and it is written to.
        WARN
    }

    /// Who is kept from writing to a master that is being replaced.
    public enum Fence {
        /// Who comes through this proxy.
        PROXY,
        /// Everybody: the server itself refuses writes.
        SERVER
    }

    /// Which writes are sent again though they may have been executed.
    public enum RetryWrites {
        /// None: they are *unknown*.
        NONE,
        /// Those that leave the same data when they are executed twice, with nobody in between.
        IDEMPOTENT
    }

    /// What becomes of a master that no majority of the Sentinels confirms any more.
    public enum OnSentinelLoss {
        /// It is written to: most often it is the Sentinels that are gone.
        CONTINUE,
        /// Requests wait, and then fail: it may be this proxy and the master that are cut off.
        FENCE
    }

    /// As in a file that does not mention it, without ejection.
    public static final HoldSettings DEFAULT = new HoldSettings(
            null, 10_000, OnForeign.HOLD, Fence.PROXY, RetryWrites.NONE, OnSentinelLoss.CONTINUE, false);

    /// Nothing waits: nobody sends requests.
    public static final HoldSettings NEVER =
            new HoldSettings(0, 1, OnForeign.WARN, Fence.PROXY, RetryWrites.NONE, OnSentinelLoss.CONTINUE, false);

    /// Whether the server is to keep everybody's writes from a master that is being replaced.
    public boolean isFencedAtServer() {
        return fence == Fence.SERVER;
    }

    /// Whether a master is written to only as long as a majority of the Sentinels confirms it.
    public boolean isLeased() {
        return onSentinelLoss == OnSentinelLoss.FENCE;
    }

    /// How long requests for a shard wait; zero for not at all.
    ///
    /// @param watched whether Sentinel watches it
    public Duration of(boolean watched) {
        int millis = millisMax != null ? millisMax : watched && !ejects ? DEFAULT_MILLIS : 0;
        return Duration.ofMillis(millis);
    }
}
