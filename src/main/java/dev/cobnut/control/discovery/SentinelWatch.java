package dev.cobnut.control.discovery;

import dev.cobnut.control.Inbox;
import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Watches one Sentinel and decides nothing: one virtual thread asks each second, or at once when told to; another
/// listens to what the Sentinel publishes. Both post [News], reconnect by themselves, and give every call a deadline,
/// so that a Sentinel that hangs or trickles holds up nobody but its own two threads.
final class SentinelWatch {
    static final int CONNECT_TIMEOUT_MILLIS = 500;
    static final int READ_TIMEOUT_MILLIS = 1_000;
    static final int POLL_MILLIS = 1_000;
    private static final int BACKOFF_MILLIS_MIN = 100;
    private static final int BACKOFF_MILLIS_MAX = 1_000;

    /// What one of the threads says and hears on a connection; ends by throwing.
    private interface Talk {
        void run(RespConnection connection) throws IOException, InterruptedException;
    }

    /// Its place in the list of all, by which news names it.
    private final int sentinel;
    private final NodeAddress.Tcp address;
    private final Inbox<News> inbox;
    private final Semaphore pollNow = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();

    /// The groups whose replicas are asked for; null for all, until it is known which are used.
    private volatile @Nullable Set<String> used;

    private SentinelWatch(int sentinel, NodeAddress.Tcp address, Inbox<News> inbox) {
        this.sentinel = sentinel;
        this.address = address;
        this.inbox = inbox;
    }

    /// One for each Sentinel.
    static List<SentinelWatch> of(List<NodeAddress.Tcp> sentinels, Inbox<News> inbox) {
        List<SentinelWatch> watches = new ArrayList<>();
        for (NodeAddress.Tcp sentinel : sentinels) {
            watches.add(new SentinelWatch(watches.size(), sentinel, inbox));
        }
        return watches;
    }

    /// Where it listens.
    NodeAddress.Tcp address() {
        return address;
    }

    /// Starts both threads; once.
    void start() {
        threads.add(Thread.ofVirtual().name("sentinel " + address + " poll").start(() -> keep(this::poll, true)));
        threads.add(Thread.ofVirtual().name("sentinel " + address + " events").start(() -> keep(this::listen, false)));
    }

    /// Ends both threads; they are gone when this returns, unless the caller is interrupted.
    void close() throws InterruptedException {
        for (Thread thread : threads) {
            // Interrupting a virtual thread that waits on a socket closes the socket.
            thread.interrupt();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// Asks at once instead of at the next second. Any thread.
    void pollNow() {
        pollNow.release();
    }

    /// From now on asks only for the replicas of these groups.
    void onlyGroups(Set<String> groups) {
        used = Set.copyOf(groups);
    }

    /// Waits until it is time to ask: until [#pollNow] was called, for so long at most. Several calls count as one.
    ///
    /// @return whether somebody called
    boolean awaitPoll(int millis) throws InterruptedException {
        boolean called = pollNow.tryAcquire(millis, TimeUnit.MILLISECONDS);
        pollNow.drainPermits();
        return called;
    }

    private void keep(Talk talk, boolean reports) {
        int backoffMillis = BACKOFF_MILLIS_MIN;
        try {
            while (true) {
                long startNanos = System.nanoTime();
                boolean connected = false;
                try (RespConnection connection = RespConnection.connect(
                        address.host(), address.port(), CONNECT_TIMEOUT_MILLIS, READ_TIMEOUT_MILLIS)) {
                    connected = true;
                    talk.run(connection);
                } catch (IOException e) {
                    if (Thread.interrupted()) {
                        return;
                    }
                    if (reports) {
                        boolean silent = connected && e instanceof SocketTimeoutException;
                        inbox.post(new News.Lost(sentinel, silent, String.valueOf(e.getMessage())));
                    }
                }
                if (System.nanoTime() - startNanos > TimeUnit.MILLISECONDS.toNanos(5 * POLL_MILLIS)) {
                    backoffMillis = BACKOFF_MILLIS_MIN;
                }
                Thread.sleep(ThreadLocalRandom.current().nextInt(backoffMillis / 2, backoffMillis + 1));
                backoffMillis = Math.min(2 * backoffMillis, BACKOFF_MILLIS_MAX);
            }
        } catch (InterruptedException _) {
            // closed: this thread has nothing left to do
        }
    }

    private void poll(RespConnection connection) throws IOException, InterruptedException {
        while (true) {
            List<GroupReport> groups = masters(connection);
            inbox.post(new News.Masters(sentinel, groups));
            Set<String> wanted = used;
            for (GroupReport group : groups) {
                if (wanted == null || wanted.contains(group.name())) {
                    RespValue replicas = connection.command("SENTINEL", "REPLICAS", group.name());
                    // It may have been removed in between; the next SENTINEL MASTERS will tell.
                    if (!(replicas instanceof RespValue.ErrorReply)) {
                        inbox.post(new News.Replicas(sentinel, group.name(), SentinelReplies.replicas(replicas)));
                    }
                }
            }
            inbox.post(new News.Polled(sentinel));
            boolean _ = awaitPoll(POLL_MILLIS);
        }
    }

    /// SENTINEL MASTERS, corrected: the leader of a failover shows the new epoch with the old address from the
    /// promotion to the end of the failover, up to failover-timeout later. GET-MASTER-ADDR-BY-NAME does not.
    private List<GroupReport> masters(RespConnection connection) throws IOException {
        List<GroupReport> groups = new ArrayList<>();
        for (GroupReport group : SentinelReplies.masters(connection.command("SENTINEL", "MASTERS"))) {
            Set<String> wanted = used;
            if (group.flags().contains("failover_in_progress") && (wanted == null || wanted.contains(group.name()))) {
                RespValue master = connection.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", group.name());
                if (!(master instanceof RespValue.Null)) {
                    groups.add(new GroupReport(
                            group.name(), SentinelReplies.masterAddress(master), group.configEpoch(), group.flags()));
                }
            } else {
                groups.add(group);
            }
        }
        return groups;
    }

    private void listen(RespConnection connection) throws IOException, InterruptedException {
        connection.send(SentinelEvent.subscription());
        for (int channel = 0; channel < SentinelEvent.values().length; channel++) {
            SentinelReplies.message(connection.read(), Set.of("subscribe"));
        }
        // What was published while nobody listened is in the answers.
        pollNow();
        while (true) {
            if (!connection.awaitReadable(POLL_MILLIS)) {
                connection.send("PING");
            }
            List<String> message = SentinelReplies.message(connection.read(), Set.of("message", "pong"));
            if (message.size() == 3) {
                inbox.post(new News.Heard(sentinel, message.get(1), message.get(2), System.nanoTime()));
            }
        }
    }
}
