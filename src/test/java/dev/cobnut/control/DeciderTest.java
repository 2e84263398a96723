package dev.cobnut.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real threads; time stands still but when a test moves it.
@Timeout(10)
class DeciderTest {
    private static final int NEWS_MAX = 3;
    private static final Duration TICK = Duration.ofHours(1);
    private static final long START_NANOS = Long.MAX_VALUE - 1;

    private final AtomicLong nowNanos = new AtomicLong(START_NANOS);
    private final Decider<String> decider = new Decider<>("decider under test", NEWS_MAX, TICK, nowNanos::get);
    private final Recorder recorder = new Recorder();

    /// Writes down what it is told; news "stop" makes it stop reading until `goOn`, "throw" makes it throw, and
    /// "later 5" moves the time by 5 ns.
    private final class Recorder implements Decider.Owner<String> {
        private final LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();
        private final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public void on(String news, long nowNanos) {
            calls.add(news + " at " + (nowNanos - START_NANOS));
            if (news.equals("stop")) {
                try {
                    goOn.await();
                } catch (InterruptedException _) {
                    // owners call consumers, and those may forget to pass this on
                }
            } else if (news.equals("throw")) {
                throw new PlannedException();
            } else if (news.startsWith("later ")) {
                DeciderTest.this.nowNanos.addAndGet(Long.parseLong(news.substring("later ".length())));
            }
        }

        @Override
        public void onTick(long nowNanos) {
            calls.add("tick at " + (nowNanos - START_NANOS));
        }

        @Override
        public void onBroken(Throwable why) {
            calls.add("broken by " + why.getMessage() + " on "
                    + Thread.currentThread().getName());
        }

        @Nullable
        String next() throws InterruptedException {
            return calls.poll(5, TimeUnit.SECONDS);
        }
    }

    private static final class PlannedException extends RuntimeException {
        PlannedException() {
            super("a planned fault");
        }
    }

    @AfterEach
    void close() {
        Thread.setDefaultUncaughtExceptionHandler(null);
        recorder.goOn.countDown();
        decider.close();
    }

    private void startAndFill() throws InterruptedException {
        decider.start(recorder);
        decider.post("stop");
        assertThat(recorder.next()).isEqualTo("tick at 0");
        assertThat(recorder.next()).isEqualTo("stop at 0");
        for (int i = 0; i < NEWS_MAX; i++) {
            assertThat(decider.offer("n" + i)).isTrue();
        }
    }

    private Thread posting(String news, LinkedBlockingQueue<String> done) {
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                decider.post(news);
                done.add(news);
            } catch (InterruptedException _) {
                done.add("interrupted");
            }
        });
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(thread.isAlive()).as("it waits for room").isTrue();
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void handlesNewsInTheOrderInWhichItCame() throws Exception {
        decider.start(recorder);

        assertThat(recorder.next()).isEqualTo("tick at 0");
        for (int i = 0; i < 100; i++) {
            decider.post("n" + i);
        }

        assertThat(IntStream.range(0, 100).mapToObj(_ -> next()))
                .isEqualTo(
                        IntStream.range(0, 100).mapToObj(i -> "n" + i + " at 0").toList());
    }

    private String next() {
        try {
            return String.valueOf(recorder.next());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void newsOfBeforeTheStartIsHandledAfterTheFirstTick() throws Exception {
        decider.post("early");

        decider.start(recorder);

        assertThat(recorder.next()).isEqualTo("tick at 0");
        assertThat(recorder.next()).isEqualTo("early at 0");
    }

    @Test
    void ticksWhenItsTimeHasPassedAndNotBefore() throws Exception {
        long tick = TICK.toNanos();
        decider.start(recorder);
        decider.post("later " + (tick - 1));
        decider.post("later 1");

        assertThat(List.of(next(), next(), next(), next()))
                .containsExactly(
                        "tick at 0", "later " + (tick - 1) + " at 0", "later 1 at " + (tick - 1), "tick at " + tick);
        decider.post("after");
        assertThat(recorder.next()).isEqualTo("after at " + tick);
        assertThat(recorder.calls).isEmpty();
    }

    @Test
    void ticksWithoutNews() throws Exception {
        try (Decider<String> quick = new Decider<>("quick", 1, Duration.ofMillis(1), System::nanoTime)) {
            quick.start(recorder);

            assertThat(List.of(next(), next(), next())).allMatch(call -> call.startsWith("tick at "));
        }
    }

    @Test
    void theInboxIsBounded() throws Exception {
        startAndFill();
        LinkedBlockingQueue<String> posted = new LinkedBlockingQueue<>();

        assertThat(decider.offer("too much")).isFalse();
        Thread waiting = posting("late", posted);
        assertThat(posted).isEmpty();
        recorder.goOn.countDown();
        waiting.join();

        assertThat(List.of(next(), next(), next(), next()))
                .containsExactly("n0 at 0", "n1 at 0", "n2 at 0", "late at 0");
    }

    @Test
    void whoeverPostsLeavesWhenItIsClosed() throws Exception {
        startAndFill();
        LinkedBlockingQueue<String> posted = new LinkedBlockingQueue<>();
        Thread waiting = posting("late", posted);

        decider.close();

        waiting.join();
        assertThat(posted).containsExactly("late");
        assertThat(recorder.calls).as("nothing is handled after the end").isEmpty();
        decider.post("later still");
        assertThat(decider.offer("later still")).isFalse();
    }

    @Test
    void answersComeAsNewsAndAQuestionMayAskAnother() throws Exception {
        decider.start(recorder);
        assertThat(recorder.next()).isEqualTo("tick at 0");

        decider.ask(() -> {
            decider.ask(() -> "second");
            return "first";
        });

        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("first at 0", "second at 0");
    }

    @Test
    void closingEndsQuestionsAndNoMoreAreAsked() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
        decider.start(recorder);
        decider.ask(() -> {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                ended.add("question");
            }
            return "never";
        });
        asked.await();

        decider.close();

        assertThat(ended).containsExactly("question");
        decider.ask(() -> {
            ended.add("asked after the end");
            return "never";
        });
        decider.close();
        assertThat(ended).hasSize(1);
    }

    @Test
    void anOwnerThatThrowsIsToldAndHearsNoMore() throws Exception {
        // The fault ends its thread loudly; here it is planned.
        LinkedBlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
        Thread.setDefaultUncaughtExceptionHandler((_, fault) -> uncaught.add(fault));
        startAndFill();
        LinkedBlockingQueue<String> posted = new LinkedBlockingQueue<>();
        Thread waiting = posting("throw", posted);
        recorder.goOn.countDown();
        waiting.join();
        assertThat(List.of(next(), next(), next(), next()))
                .containsExactly("n0 at 0", "n1 at 0", "n2 at 0", "throw at 0");
        assertThat(recorder.next()).isEqualTo("broken by a planned fault on decider under test");

        for (int i = 0; i <= NEWS_MAX; i++) {
            decider.post("nobody reads this, and nobody waits for room");
        }
        assertThat(decider.offer("nor this")).isFalse();
        decider.close();

        assertThat(recorder.calls).isEmpty();
        assertThat(uncaught.poll(5, TimeUnit.SECONDS)).isInstanceOf(PlannedException.class);
    }

    @Test
    void startsOnceAndNotAfterTheEnd() {
        decider.start(recorder);

        assertThatThrownBy(() -> decider.start(recorder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a decider that is DECIDING cannot become DECIDING");
        decider.close();
        assertThatThrownBy(() -> decider.start(recorder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a decider that is CLOSED cannot become DECIDING");
    }

    @Test
    void canBeClosedWithoutAStart() throws Exception {
        decider.post("dropped");

        decider.close();

        assertThat(recorder.calls).isEmpty();
    }
}
