package dev.cobnut.control;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One thread that decides, and what it needs to do so without waiting for anybody.
///
///     watchers ── post ──┐
///     data plane ─ offer ┼─► inbox ─► deciding thread ─► Owner.on, Owner.onTick
///     questions ─ answer ┘   bounded        │
///         ▲──────────────── ask ────────────┘
///
/// The deciding thread, a virtual one, owns all state of its [Owner]. News is handled in the order in which it came. A
/// tick comes first of all, and then each time that the time of a tick has passed, between two pieces of news. The
/// clock is read here only: owners take `nowNanos` as an argument.
///
/// | state | entered when | news | left when |
/// | --- | --- | --- | --- |
/// | NEW | it was made | waits in the inbox | [#start]: DECIDING; [#close]: CLOSED |
/// | DECIDING | [#start] | is handled | the owner throws: BROKEN; [#close]: CLOSED |
/// | BROKEN | the owner threw | is dropped | [#close]: CLOSED |
/// | CLOSED | [#close] | is dropped | never |
///
/// Any thread may call, unless a method says otherwise.
///
/// @param <N> what the news is
public final class Decider<N> implements Inbox<N>, AutoCloseable {
    /// How long it takes, at most, until whoever waits for room notices the end.
    private static final long LOOK_AGAIN_MILLIS = 100;

    /// Decides. Its methods are called on the deciding thread only, must be quick, and must not post: a full inbox
    /// would wait for itself.
    ///
    /// @param <N> what the news is
    public interface Owner<N> {
        /// A piece of news came.
        void on(N news, long nowNanos);

        /// Time went on; called first of all, too.
        void onTick(long nowNanos);

        /// It threw this, and nothing is decided any more.
        void onBroken(Throwable why);
    }

    /// A question that may take its time, on a virtual thread of its own.
    ///
    /// @param <N> what the answer is as news
    @FunctionalInterface
    public interface Question<N> {
        /// Asks.
        ///
        /// @return what is posted then
        /// @throws InterruptedException when nobody waits for the answer any more
        N answer() throws InterruptedException;
    }

    private enum State {
        NEW,
        DECIDING,
        BROKEN,
        CLOSED
    }

    private final BlockingQueue<N> inbox;
    private final long tickNanos;
    private final LongSupplier clock;
    private final Thread.Builder threads;
    private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();

    /// Changed by [#become] only.
    private volatile State state = State.NEW;

    /// Null until the start; guarded by this.
    private @Nullable Thread thread;

    /// @param name of the deciding thread
    /// @param newsMax how much news may wait, 1 or more
    /// @param tick how often [Owner#onTick] is called
    /// @param clock nanoseconds that only grow; `System::nanoTime` but in tests
    public Decider(String name, int newsMax, Duration tick, LongSupplier clock) {
        this.inbox = new ArrayBlockingQueue<>(newsMax);
        this.tickNanos = tick.toNanos();
        this.clock = clock;
        this.threads = Thread.ofVirtual().name(name);
    }

    /// Starts deciding; once.
    ///
    /// @throws IllegalStateException when it was started or closed before
    public synchronized void start(Owner<N> owner) {
        become(State.DECIDING);
        thread = threads.start(() -> decide(owner));
    }

    @Override
    public void post(N news) throws InterruptedException {
        // Whoever floods waits here, and leaves when nobody reads any more.
        while (isOpen() && !inbox.offer(news, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
            // look again
        }
    }

    /// Leaves a piece of news without ever waiting.
    ///
    /// @return false when there was no room, and it was dropped
    public boolean offer(N news) {
        return isOpen() && inbox.offer(news);
    }

    /// Has a question asked, and its answer posted. As many may be under way as the owner likes. After the
    /// end nothing is asked.
    public void ask(Question<N> question) {
        try {
            questions.execute(() -> {
                try {
                    post(question.answer());
                } catch (InterruptedException _) {
                    // closed: nobody waits for the answer
                }
            });
        } catch (RejectedExecutionException e) {
            if (state != State.CLOSED) {
                throw e;
            }
        }
    }

    /// Ends the deciding thread and all questions; they are gone when this returns, unless the caller is interrupted.
    /// News that was not handled yet is dropped. A second call waits for the same. Never on the deciding thread.
    @Override
    public void close() {
        Thread deciding;
        synchronized (this) {
            become(State.CLOSED);
            deciding = thread;
        }
        questions.shutdownNow();
        if (deciding != null) {
            deciding.interrupt();
            try {
                deciding.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        questions.close();
    }

    private boolean isOpen() {
        return state == State.NEW || state == State.DECIDING;
    }

    /// The one door between states.
    private synchronized void become(State next) {
        if (state == State.CLOSED && next == State.BROKEN) {
            return; // it is over anyway
        }
        boolean possible = switch (next) {
            case NEW -> false;
            case DECIDING -> state == State.NEW;
            case BROKEN -> state == State.DECIDING;
            case CLOSED -> true;
        };
        if (!possible) {
            throw new IllegalStateException("a decider that is " + state + " cannot become " + next);
        }
        state = next;
    }

    private void decide(Owner<N> owner) {
        try {
            decideUntilClosed(owner);
        } catch (InterruptedException _) {
            // closed
        } catch (RuntimeException | Error e) {
            become(State.BROKEN);
            owner.onBroken(e);
            throw e;
        }
    }

    private void decideUntilClosed(Owner<N> owner) throws InterruptedException {
        long tickedNanos = clock.getAsLong();
        owner.onTick(tickedNanos);
        while (state == State.DECIDING) {
            long leftNanos = tickNanos - (clock.getAsLong() - tickedNanos);
            N news = inbox.poll(leftNanos, TimeUnit.NANOSECONDS);
            long nowNanos = clock.getAsLong();
            if (news != null) {
                owner.on(news, nowNanos);
            }
            if (nowNanos - tickedNanos >= tickNanos) {
                tickedNanos = nowNanos;
                owner.onTick(nowNanos);
            }
        }
    }
}
