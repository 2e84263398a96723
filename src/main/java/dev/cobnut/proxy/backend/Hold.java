package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.Trouble;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What waits on one loop for the master of one shard. It obeys the [Gate] of the topology, but closes by itself, since
/// the next request comes in the same turn as the trouble.
///
/// | state | entered when                                              | new requests | repeated ones  | left when   |
/// |-------|-----------------------------------------------------------|--------------|----------------|-------------|
/// | OPEN  | created; a verdict that was asked for after the last      | are sent     | are sent again | a trouble;  |
/// |       | trouble says so                                           |              |                | a verdict   |
/// | HELD  | a trouble with the master, or a verdict                   | wait         | wait           | a verdict; its time passes |
/// | DOWN  | requests have waited for as long as they may, or a verdict | fail        | fail           | a verdict   |
///
/// Whoever waits for an answer of a master that may be one no more ([Gate#believed]) is told that nobody knows, or waits here
/// to ask again, once such a verdict has come.
///
/// New requests wait with their clients: here is only who is to be woken. Requests that had been sent already wait here;
/// they go first. Owned by a [ShardLink]; for the loop's own thread.
public final class Hold {
    /// How long a node that refuses writes, and is not fenced, is believed to have too few replicas.
    private static final long FENCE_REST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long TELL_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// What is over sooner is nobody's business.
    private static final long WATCHED_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /// Sends what has waited.
    interface Sender {
        void send(int lane, Exchange exchange, byte[] bytes, int from, int to);
    }

    /// Who has to know, so that there will be a verdict.
    interface Listener {
        /// @param sinceNanos when it was
        void onHeld(Trouble.Kind kind, long sinceNanos);

        /// Requests are going to be sent again.
        void onOpening();
    }

    /// Who wants to know when requests wait for longer than a moment.
    public interface Watcher {
        /// It is not to be told any more.
        boolean isGone();

        /// @param shard its name
        /// @param secondsMax how long they will wait at most
        void onWaiting(String shard, long secondsMax);

        /// They go on, or fail.
        void onDone(String shard);
    }

    /// A request that has a connection behind it.
    private static final class Repeat {
        private final int lane;
        private final Exchange exchange;
        private final byte[] request;
        private final boolean sent;

        Repeat(int lane, Exchange exchange, byte[] request, boolean sent) {
            this.lane = lane;
            this.exchange = exchange;
            this.request = request;
            this.sent = sent;
        }
    }

    private final IoLoop loop;
    private final LaneEpoch epoch;
    private final HoldTerms terms;
    private final String shard;
    private final Listener listener;
    private final Sender sender;
    private final Counters<ServerCounter> counters;

    private Gate.State state = Gate.State.OPEN;
    private Gate verdict = Gate.NONE;
    private String why = "";
    private long closedNanos;

    /// Of the last trouble; a verdict from before that says nothing of it.
    private long troubledNanos;

    /// The last trouble, until a verdict opens it; then null.
    private Trouble.@Nullable Kind untold;

    private long toldNanos;

    /// When the master was last suspected to be fenced.
    private long fencedNanos;

    private Set<Runnable> waiting = new LinkedHashSet<>();
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private int watchersMax = 16;

    /// The watchers know that requests wait.
    private boolean announced;
    private Queue<Repeat> repeats = new ArrayDeque<>();

    Hold(
            IoLoop loop,
            LaneEpoch epoch,
            HoldTerms terms,
            String shard,
            Listener listener,
            Sender sender,
            Counters<ServerCounter> counters) {
        this.loop = loop;
        this.epoch = epoch;
        this.terms = terms;
        this.shard = shard;
        this.listener = listener;
        this.sender = sender;
        this.counters = counters;
        this.troubledNanos = loop.nowNanos();
        this.fencedNanos = troubledNanos - FENCE_REST_NANOS;
    }

    /// Whether requests are sent.
    public boolean isOpen() {
        return state == Gate.State.OPEN;
    }

    /// The identity of the data that the master should have; empty when it is not known.
    String history() {
        return verdict.history();
    }

    /// Why nothing is sent.
    Failure failure() {
        return state == Gate.State.HELD ? tooMany() : inVain();
    }

    private Failure inVain() {
        return new Failure(
                Failure.Kind.HOST_DOWN, "the master of shard " + shard + " has been waited for in vain: " + why);
    }

    private Failure tooMany() {
        return new Failure(
                Failure.Kind.HOST_DOWN, "too many requests wait for the master of shard " + shard + ": " + why);
    }

    // ---- waiting ----------------------------------------------------------------------------------------------------

    /// A request is to wait until it is not HELD any more.
    ///
    /// @param wake run then, once
    /// @return false when it is not to wait, but to fail: requests have waited for too long, or too many do
    public boolean await(Runnable wake) {
        if (state != Gate.State.HELD || !terms.take()) {
            return false;
        }
        waiting.add(wake);
        counters.add(ServerCounter.REQUESTS_HELD, 1);
        return true;
    }

    /// Who was to be woken has gone.
    public void forget(Runnable wake) {
        if (waiting.remove(wake)) {
            terms.give();
        }
    }

    /// A request that cannot be sent, or was sent in vain, and may be sent again.
    ///
    /// @param sent whether a byte of it may have reached the node
    void repeat(int lane, Exchange exchange, byte[] request, boolean sent) {
        long now = loop.nowNanos();
        exchange.heldSinceNanos = exchange.heldSinceNanos == 0 ? now : exchange.heldSinceNanos;
        // However often it opened meanwhile.
        boolean tooLong = now - exchange.heldSinceNanos >= terms.nanosMax();
        if (tooLong) {
            exchange.fail(inVain(), sent);
            return;
        }
        if (state == Gate.State.DOWN || !terms.take()) {
            exchange.fail(state == Gate.State.DOWN ? failure() : tooMany(), sent);
            return;
        }
        counters.add(ServerCounter.REQUESTS_REPEATED, 1);
        repeats.add(new Repeat(lane, exchange, request, sent));
        if (state == Gate.State.OPEN) {
            loop.defer(this::sendRepeats);
        }
    }

    private void sendRepeats() {
        if (state == Gate.State.OPEN) {
            endRepeats(each -> {
                if (each.exchange.isUnwanted()) {
                    each.exchange.fail(failure(), each.sent);
                } else {
                    sender.send(each.lane, each.exchange, each.request, 0, each.request.length);
                }
            });
        }
    }

    private void failRepeats(Failure failure) {
        endRepeats(each -> each.exchange.fail(failure, each.sent));
    }

    private void endRepeats(Consumer<Repeat> ending) {
        Queue<Repeat> ended = repeats;
        repeats = new ArrayDeque<>();
        for (Repeat each : ended) {
            terms.give();
            ending.accept(each);
        }
    }

    // ---- who is told ------------------------------------------------------------------------------------------------

    /// It is told from now on. Saying it again does nothing.
    public void watch(Watcher watcher) {
        watchers.add(watcher);
        if (watchers.size() > watchersMax) {
            watchers.removeIf(Watcher::isGone);
            watchersMax = 2 * watchers.size() + 16;
        }
    }

    /// It is not.
    public void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    private void announce(boolean waits, long nowNanos) {
        if (announced != waits) {
            announced = waits;
            long leftNanos = Math.max(0, terms.nanosMax() - (nowNanos - closedNanos));
            for (Watcher each : watchers) {
                if (waits) {
                    each.onWaiting(shard, TimeUnit.NANOSECONDS.toSeconds(leftNanos) + 1);
                } else {
                    each.onDone(shard);
                }
            }
        }
    }

    // ---- the door ---------------------------------------------------------------------------------------------------

    /// Something is wrong with the master.
    void onTrouble(Trouble.Kind kind) {
        // The time itself: that of the last read may be older than the verdict that this trouble follows.
        long now = loop.clockNanos();
        troubledNanos = now;
        untold = kind;
        if (state == Gate.State.OPEN) {
            enter(Gate.State.HELD, kind.text());
        }
        tell(now);
    }

    /// The master refuses a write for want of replicas. It may be fenced, since it is being replaced; that is looked into
    /// now and then.
    ///
    /// @return whether requests wait until that is known: then the write is to be sent again
    boolean onWriteRefused() {
        long now = loop.nowNanos();
        if (state == Gate.State.OPEN && now - fencedNanos >= FENCE_REST_NANOS) {
            fencedNanos = now;
            onTrouble(Trouble.Kind.FENCED);
        }
        return state != Gate.State.OPEN;
    }

    private void tell(long now) {
        if (untold != null) {
            toldNanos = now;
            listener.onHeld(untold, troubledNanos);
        }
    }

    /// The topology has this verdict.
    ///
    /// @return whether what the master says has counted until now, and does not any more
    boolean follow(Gate newer) {
        boolean wasBelieved = verdict.believed();
        if (!verdict.history().equals(newer.history())) {
            // Another master: whatever it refuses is looked into anew.
            fencedNanos = loop.nowNanos() - FENCE_REST_NANOS;
        }
        verdict = newer;
        obey();
        return wasBelieved && !newer.believed();
    }

    private void obey() {
        if (verdict.equals(Gate.NONE)) {
            return; // nobody has decided yet
        }
        if (verdict.state() == Gate.State.OPEN) {
            if (state != Gate.State.OPEN && verdict.sinceNanos() - troubledNanos > 0) {
                untold = null;
                enter(Gate.State.OPEN, "");
            }
        } else if (state == Gate.State.OPEN) {
            // Whoever is asked from then on counts.
            troubledNanos = verdict.sinceNanos() - 1;
            enter(verdict.state(), verdict.why());
        } else {
            why = verdict.why();
        }
    }

    /// Looks after time; call it every few milliseconds.
    void tick(long nowNanos) {
        obey();
        if (state == Gate.State.HELD && nowNanos - closedNanos >= terms.nanosMax()) {
            enter(Gate.State.DOWN, why);
        }
        if (state == Gate.State.HELD && nowNanos - closedNanos >= WATCHED_AFTER_NANOS) {
            announce(true, nowNanos);
        }
        if (state != Gate.State.OPEN && nowNanos - toldNanos >= TELL_AGAIN_NANOS) {
            tell(nowNanos);
        }
    }

    private void enter(Gate.State next, String reason) {
        boolean wasOpen = state == Gate.State.OPEN;
        state = next;
        why = reason;
        switch (next) {
            case OPEN -> {
                epoch.onHeld(-1);
                announce(false, loop.nowNanos());
                listener.onOpening();
                sendRepeats();
                wakeAll();
            }
            case HELD -> {
                closedNanos = loop.nowNanos();
                counters.add(ServerCounter.HOLDS, 1);
                epoch.onHeld(1);
            }
            case DOWN -> {
                if (wasOpen) {
                    epoch.onHeld(1);
                }
                announce(false, loop.nowNanos());
                failRepeats(failure());
                wakeAll();
            }
        }
    }

    private void wakeAll() {
        Set<Runnable> woken = waiting;
        waiting = new LinkedHashSet<>();
        for (Runnable wake : woken) {
            terms.give();
            loop.defer(wake);
        }
    }

    /// Nothing is sent any more.
    void close() {
        failRepeats(failure());
        wakeAll();
    }
}
