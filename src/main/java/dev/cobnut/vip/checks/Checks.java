package dev.cobnut.vip.checks;

import dev.cobnut.vip.Status;
import dev.cobnut.vip.VipSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Does all checks of a file again and again, each on a platform thread of its own, since one may start programs. One that several
/// virtual routers name is done once.
public final class Checks implements AutoCloseable {
    private static final long END_NANOS_MAX = Duration.ofMillis(500).toNanos();

    private final List<Thread> threads = new ArrayList<>();
    private final ChildProcess children;
    private final Consumer<Status.CheckResult> results;

    /// @param children starts programs
    /// @param results gets what to believe after each look, on any thread
    public Checks(ChildProcess children, Consumer<Status.CheckResult> results) {
        this.children = children;
        this.results = results;
    }

    /// Begins.
    ///
    /// @param checks no two of one name
    public void start(List<VipSettings.Check> checks) {
        for (VipSettings.Check check : checks) {
            threads.add(
                    Thread.ofPlatform().daemon().name("check " + check.name()).start(() -> repeat(check)));
        }
    }

    private void repeat(VipSettings.Check check) {
        children.prepareThread();
        Prober prober = new Prober(check.probe(), check.timeout(), children);
        Tally tally = new Tally(check.rise(), check.fall(), check.startsBad());
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long begun = System.nanoTime();
                Prober.Result seen = prober.look();
                results.accept(new Status.CheckResult(check.name(), tally.on(seen.isGood()), seen.detail()));
                long rest = check.interval().toNanos() - (System.nanoTime() - begun);
                TimeUnit.NANOSECONDS.sleep(Math.max(0, rest));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends; what it started is killed. Waits until that is done, for half a second at most: who waits for a socket does not
    /// notice.
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + END_NANOS_MAX;
        try {
            for (Thread thread : threads) {
                thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
