package dev.cobnut.control.discovery;

import dev.cobnut.control.Inbox;
import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.control.probe.ReplicationProbe;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks the master of one shard every second of which data it is master, and posts what it said, or that it said nothing
/// ([News.Descent]). One virtual thread, one connection.
final class MasterWatch {
    private static final int PERIOD_MILLIS = 1_000;

    /// After no answer: a master that is restarted is looked at soon.
    private static final int RETRY_MILLIS = 200;

    private final String line;
    private final @Nullable Login login;
    private final Inbox<News> inbox;
    private final Thread thread;
    private final Semaphore askNow = new Semaphore(0);
    private volatile NodeAddress.@Nullable Tcp master;

    /// @param line by which its news names it
    /// @param login for AUTH; null for none
    MasterWatch(String line, @Nullable Login login, Inbox<News> inbox) {
        this.line = line;
        this.login = login;
        this.inbox = inbox;
        this.thread = Thread.ofVirtual().name("master of " + line).unstarted(this::watch);
    }

    /// Once.
    void start() {
        thread.start();
    }

    /// From now on asks this master; a new one at once. Any thread.
    void follow(NodeAddress.@Nullable Tcp adopted) {
        NodeAddress.Tcp before = master;
        master = adopted;
        if (adopted != null && !adopted.equals(before)) {
            askNow.release();
        }
    }

    /// Asks at once: something is wrong with the master, and what becomes of its data must not be missed. Any thread.
    void askNow() {
        askNow.release();
    }

    /// Who is asked; null while there is no master. Any thread.
    NodeAddress.@Nullable Tcp master() {
        return master;
    }

    /// Ends the thread; the first of two steps, so that many end at the same time.
    void interrupt() {
        thread.interrupt();
    }

    /// Waits until the thread has ended.
    void join() throws InterruptedException {
        thread.join();
    }

    private void watch() {
        try {
            while (true) {
                NodeAddress.Tcp asked = master;
                if (asked == null) {
                    boolean _ = askNow.tryAcquire(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
                } else {
                    ask(asked);
                }
            }
        } catch (InterruptedException _) {
            // closed: nobody waits for answers
        }
    }

    /// Asks this one until there is another.
    private void ask(NodeAddress.Tcp asked) throws InterruptedException {
        try (ReplicationProbe probe = ReplicationProbe.named(asked, login)) {
            while (asked.equals(master)) {
                long askedNanos = System.nanoTime();
                MasterAnswer answer = probe.askMaster();
                inbox.post(new News.Descent(line, asked, answer, askedNanos));
                int pauseMillis = answer instanceof MasterAnswer.Master ? PERIOD_MILLIS : RETRY_MILLIS;
                boolean _ = askNow.tryAcquire(pauseMillis, TimeUnit.MILLISECONDS);
                askNow.drainPermits();
            }
        }
    }
}
