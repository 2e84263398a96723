package dev.cobnut.control.discovery;

import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// For how long a master may be written to without another word of the Sentinels, in pools with `on_sentinel_loss: fence`.
/// Pure: answers and `nowNanos` in, no clock; for the deciding thread.
///
/// A proxy that is cut off together with an old master must have stopped writing to it before the Sentinels on the other side
/// can have promoted another. They take a master for dead `down-after-milliseconds` after its last answer to their PING, and
/// that may have come just before the cut, or one ping period later: they ping every second, or every down-after if that is
/// shorter. So
///
///     lease = down-after - min(1 s, down-after) - slack
///
/// from when the question was *sent* that a majority of the configured Sentinels has answered with the name of the master. The
/// slack is for the tick of the deciding thread (100 ms), for the way of its verdict to the loops, and for clocks that do
/// not run alike.
final class SentinelLease {
    static final long PING_PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
    static final long SLACK_NANOS = Duration.ofMillis(250).toNanos();

    private static final long ENDING_NANOS = Duration.ofMillis(200).toNanos();

    /// Asked four times in a lease, by a thread that looks every 100 ms.
    static final long SHORTEST_NANOS = Duration.ofMillis(400).toNanos();

    /// Whom each Sentinel has named last, as an answer to a question sent when.
    private final NodeAddress.@Nullable Tcp[] named;

    private final long[] askedNanos;

    /// What each says of down-after; 0 when it has said nothing.
    private final long[] downAfterNanos;

    private boolean answered;
    private boolean asked;
    private long nextNanos;
    private long warnedOfNanos = -1;

    /// @param sentinels how many are configured, whether or not they answer
    SentinelLease(int sentinels) {
        named = new NodeAddress.Tcp[sentinels];
        askedNanos = new long[sentinels];
        downAfterNanos = new long[sentinels];
    }

    /// A Sentinel has answered.
    ///
    /// @param downAfter as it says, in nanoseconds; 0 when it does not
    /// @param sentNanos when it was asked
    void onAnswer(int sentinel, NodeAddress.Tcp master, long downAfter, long sentNanos) {
        answered = true;
        named[sentinel] = master;
        askedNanos[sentinel] = sentNanos;
        downAfterNanos[sentinel] = downAfter;
    }

    /// How long it is: by the shortest down-after that a Sentinel has told of, since that one may be the first to find the
    /// master dead. Less than [#SHORTEST_NANOS] when there can be none.
    long nanos() {
        long shortest = shortestDownAfter();
        return shortest - Math.min(PING_PERIOD_NANOS, shortest) - SLACK_NANOS;
    }

    private long shortestDownAfter() {
        long shortest = 0;
        for (long each : downAfterNanos) {
            shortest = each > 0 && (shortest == 0 || each < shortest) ? each : shortest;
        }
        return shortest;
    }

    /// Whether down-after is long enough for a lease; yes as long as nobody has answered. If not, nothing is fenced.
    boolean isPossible() {
        return !answered || nanos() >= SHORTEST_NANOS;
    }

    /// Whether a majority has confirmed a master recently enough; true where no lease is possible.
    boolean isValid(NodeAddress.Tcp master, long nowNanos) {
        int votes = 0;
        long lease = nanos();
        for (int sentinel = 0; sentinel < named.length; sentinel++) {
            votes += master.equals(named[sentinel]) && nowNanos - askedNanos[sentinel] < lease ? 1 : 0;
        }
        return votes > named.length / 2 || !isPossible();
    }

    /// Whether it will be valid in a moment, too: without that nothing new is sent, so that what is under way can be answered
    /// before the lease has run out. The moment is two ticks of the deciding thread, 200 ms, or a quarter of a short lease.
    boolean lasts(NodeAddress.Tcp master, long nowNanos) {
        return isValid(master, nowNanos + Math.min(ENDING_NANOS, Math.max(0, nanos() / 4)));
    }

    /// Whether no majority of the Sentinels has answered recently enough, whoever they name. While a master is being replaced
    /// they answer, and for a moment confirm neither; who hears of them then is as well off as everybody else. Never where no
    /// lease is possible.
    boolean isCutOff(long nowNanos) {
        int heard = 0;
        long lease = nanos();
        for (int sentinel = 0; sentinel < named.length; sentinel++) {
            heard += named[sentinel] != null && nowNanos - askedNanos[sentinel] < lease ? 1 : 0;
        }
        return heard <= named.length / 2 && isPossible();
    }

    /// Whether it is time to ask all Sentinels again: four times in a lease. Who is told so does it.
    boolean takesQuestion(long nowNanos) {
        if (!isPossible() || (asked && nowNanos - nextNanos < 0)) {
            return false;
        }
        asked = true;
        nextNanos = nowNanos + Math.max(SHORTEST_NANOS, nanos()) / 4;
        return true;
    }

    /// Why there is no lease, for people, once for each down-after; null when there is one.
    @Nullable
    String warning() {
        long shortest = shortestDownAfter();
        if (isPossible() || shortest == warnedOfNanos) {
            return null;
        }
        warnedOfNanos = shortest;
        long least = PING_PERIOD_NANOS + SLACK_NANOS + SHORTEST_NANOS;
        return "on_sentinel_loss: fence is not kept: down-after-milliseconds " + millis(shortest)
                + " less Sentinel's ping"
                + " period of " + millis(Math.min(PING_PERIOD_NANOS, shortest)) + " ms and " + millis(SLACK_NANOS)
                + " ms of slack leaves " + millis(nanos()) + " ms (expected: " + millis(SHORTEST_NANOS)
                + " or more, which is a down-after-milliseconds of " + millis(least) + " or more)";
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }
}
