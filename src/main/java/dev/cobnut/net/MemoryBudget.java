package dev.cobnut.net;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All bytes that are held for clients, and what follows from their sum. Every client has an [Account] on its loop;
/// here is the total of the process.
///
/// | stage    | from  | what follows, besides what the stages before it say                                         |
/// |----------|-------|---------------------------------------------------------------------------------------------|
/// | FREE     | 0     | nothing                                                                                     |
/// | SHARED   | 1/2   | who holds more than a fair share is not read; less is kept for slow readers                 |
/// | GUARDED  | 3/4   | nothing long is kept that can be refused; no new clients; who holds anything is not read;   |
/// |          |       | after [LoopMemory#PATIENCE_NANOS] as below                                                  |
/// | SHEDDING | 9/10  | nothing that can be refused is kept; who holds most is closed, one after the other          |
///
/// A stage is left downwards only when the sum is 1/16 below where it begins, so that it does not flutter. Thread
/// safe.
public final class MemoryBudget {
    /// A share of the smaller of heap and direct memory: replies lie in the one, requests and names in the other,
    /// and no sequence of requests may exhaust either. The rest is for what is no client's: classes, buffers,
    /// copies on the way.
    public static final MemoryBudget PROCESS =
            new MemoryBudget(Math.min(Runtime.getRuntime().maxMemory(), DirectMemory.limitBytes()) * 3 / 8);

    /// More is refused one stage earlier.
    private static final long LONG_BYTES = 64 * 1024;

    private static final long SAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(MemoryBudget.class);

    /// A smaller share is nobody's fault.
    private static final long FAIR_SHARE_MIN = 16 * 1024;

    /// How much is held, by what follows from it.
    public enum Stage {
        FREE(0, "all clients are served"),
        SHARED(8, "who holds more than a fair share is not read"),
        GUARDED(12, "no new clients are accepted, and who holds anything is not read"),
        SHEDDING(14.4, "who holds most is closed");

        /// Of the budget, in sixteenths.
        private final double from;

        private final String text;

        Stage(double from, String text) {
            this.from = from;
            this.text = text;
        }

        /// The stage that comes after this one.
        ///
        /// @param max of the budget
        Stage after(long held, long max) {
            double sixteenths = 16.0 * held / max;
            Stage next = FREE;
            for (Stage each : values()) {
                boolean stays = compareTo(each) >= 0 && each != FREE;
                if (sixteenths >= each.from - (stays ? 1 : 0)) {
                    next = each;
                }
            }
            return next;
        }

        /// The field of the statistics.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final long max;
    private final AtomicLong held = new AtomicLong();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.FREE);
    private final AtomicReference<Stage> said = new AtomicReference<>(Stage.FREE);
    private volatile long saidNanos;
    private final AtomicInteger holders = new AtomicInteger();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<LoopMemory> loops = new CopyOnWriteArrayList<>();

    /// @param max bytes, 1 or more
    public MemoryBudget(long max) {
        this.max = max;
    }

    public long max() {
        return max;
    }

    /// Bytes held now, up to a step of each account.
    public long held() {
        return held.get();
    }

    public Stage stage() {
        return stage.get();
    }

    /// Whether new clients may come.
    public boolean acceptsClients() {
        return stage().compareTo(Stage.GUARDED) < 0;
    }

    /// How many clients were closed to free memory.
    public long closed() {
        return closed.get();
    }

    /// How often something was refused that would have had to be kept.
    public long refused() {
        return refused.get();
    }

    /// Bytes held by what they are, at the last tick of each loop.
    public long held(Held kind) {
        long sum = 0;
        for (LoopMemory loop : loops) {
            sum += loop.held(kind);
        }
        return sum;
    }

    /// What one client may hold while the stage is SHARED.
    long fairShare() {
        return Math.max(FAIR_SHARE_MIN, max / 2 / Math.max(1, holders.get()));
    }

    /// Whether so much more could be kept. What is long must not be what keeps new clients out.
    ///
    /// @param untold what the account holds besides, and the budget has not heard of
    boolean hasRoomFor(long bytes, long untold) {
        Stage end = bytes > LONG_BYTES ? Stage.GUARDED : Stage.SHEDDING;
        return 16.0 * (held.get() + bytes + untold) / max < end.from;
    }

    void add(long bytes) {
        long total = held.addAndGet(bytes);
        if (stage.get().after(total, max) != stage.get()) {
            enter();
        }
    }

    /// The only way from one stage to another.
    private void enter() {
        Stage before = stage.get();
        long total = held.get();
        Stage next = before.after(total, max);
        if (next == before || !stage.compareAndSet(before, next)) {
            return;
        }
        listeners.forEach(Runnable::run);
    }

    /// Says in the log what the stage is, if that was not said last: a worse one at once, a better one a second later, so
    /// that a stage that comes and goes with every large reply does not fill the log. Call it with each tick.
    ///
    /// @return whether it was said
    boolean report(long nowNanos) {
        Stage before = said.get();
        Stage now = stage.get();
        boolean due = now.compareTo(before) > 0 || (now != before && nowNanos - saidNanos >= SAY_NANOS);
        if (!due || !said.compareAndSet(before, now)) {
            return false;
        }
        saidNanos = nowNanos;
        if (now.compareTo(Stage.GUARDED) >= 0) {
            LOG.warn("memory is {}: {} of {} bytes are held for clients; {}", now, held(), max, now.text);
        } else {
            LOG.info("memory is {}: {} of {} bytes are held for clients; {}", now, held(), max, now.text);
        }
        return true;
    }

    /// Runs `listener` after each change of the stage, on any loop: it has to ask for the stage itself, and at once.
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    void addHolders(int more) {
        holders.addAndGet(more);
    }

    void countClosed() {
        closed.incrementAndGet();
    }

    void countRefused() {
        refused.incrementAndGet();
    }

    void add(LoopMemory loop) {
        loops.add(loop);
    }

    void remove(LoopMemory loop) {
        loops.remove(loop);
    }

    /// Whether no other loop has a client that holds more.
    boolean isMost(LoopMemory loop, long bytes) {
        for (LoopMemory other : loops) {
            if (other != loop && other.most() > bytes) {
                return false;
            }
        }
        return true;
    }
}
