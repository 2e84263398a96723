package dev.cobnut.control.discovery;

import dev.cobnut.control.Inbox;
import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.control.discovery.SentinelReplies.ReplicaReport;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
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

    /// The shortest time between two rounds of questions: many reasons to ask at once count as one.
    private static final long POLL_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /// How many events are looked at: of a hundred groups that fail over together, and then per second. The rest only
    /// makes us ask.
    private static final int EVENTS_MOST = 2_000;

    private static final int EVENTS_PER_SECOND = 200;

    /// How many things that do not fit are told of one answer.
    private static final int ODD_LINES_MAX = 8;

    private static final int BACKOFF_MILLIS_MIN = 100;
    private static final int BACKOFF_MILLIS_MAX = 1_000;

    /// What one of the threads says and hears on a connection; ends by throwing.
    private interface Talk {
        void run(RespConnection connection) throws IOException, InterruptedException;
    }

    /// Its place in the list of all, by which news names it.
    private final int sentinel;
    private final NodeAddress.Tcp address;
    private final @Nullable Login login;
    private final Inbox<News> inbox;
    private final Semaphore pollNow = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();

    /// The groups whose replicas are asked for; null for all, until it is known which are used.
    private volatile @Nullable Set<String> used;

    /// For the listening thread only.
    private final Allowance events = new Allowance(EVENTS_MOST, EVENTS_PER_SECOND);

    /// What did not fit when it was asked last; for the asking thread only.
    private Set<String> oddBefore = Set.of();

    private SentinelWatch(int sentinel, NodeAddress.Tcp address, @Nullable Login login, Inbox<News> inbox) {
        this.sentinel = sentinel;
        this.address = address;
        this.login = login;
        this.inbox = inbox;
    }

    /// One for each Sentinel.
    ///
    /// @param login for all; null for none
    static List<SentinelWatch> of(List<NodeAddress.Tcp> sentinels, @Nullable Login login, Inbox<News> inbox) {
        List<SentinelWatch> watches = new ArrayList<>();
        for (NodeAddress.Tcp sentinel : sentinels) {
            watches.add(new SentinelWatch(watches.size(), sentinel, login, inbox));
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
                    logIn(connection);
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

    /// A Sentinel that needs no password says so, and serves.
    private void logIn(RespConnection connection) throws IOException {
        if (login != null
                && connection.command(login.command()) instanceof RespValue.ErrorReply refusal
                && !refusal.text().startsWith("ERR AUTH <password> called without any password")) {
            throw new IOException(address + ": it answers AUTH with: " + StrictText.printable(refusal.text()));
        }
    }

    private void poll(RespConnection connection) throws IOException, InterruptedException {
        while (true) {
            long startNanos = System.nanoTime();
            Set<String> odd = new LinkedHashSet<>();
            Set<String> unreadable = new HashSet<>();
            List<GroupReport> groups = masters(connection, unreadable, odd);
            inbox.post(new News.Masters(sentinel, groups, unreadable, startNanos));
            for (GroupReport group : groups) {
                replicas(connection, group.name(), odd);
            }
            for (String group : unreadable) {
                replicas(connection, group, odd);
            }
            inbox.post(new News.Polled(sentinel));
            tell(odd);
            boolean _ = awaitPoll(POLL_MILLIS);
            TimeUnit.NANOSECONDS.sleep(POLL_AGAIN_NANOS - (System.nanoTime() - startNanos));
        }
    }

    private boolean isUsed(String group) {
        Set<String> groups = used;
        return groups == null || groups.contains(group);
    }

    private void replicas(RespConnection connection, String group, Set<String> odd)
            throws IOException, InterruptedException {
        if (!isUsed(group)) {
            return;
        }
        RespValue reply = connection.command("SENTINEL", "REPLICAS", group);
        if (reply instanceof RespValue.ErrorReply) {
            // It may have been removed in between; the next SENTINEL MASTERS will tell.
            return;
        }
        try {
            SentinelReplies.Table<ReplicaReport> table = SentinelReplies.replicas(reply);
            table.refused().forEach(row -> odd.add(line("replica", row.name() + " of " + group, row.why())));
            inbox.post(new News.Replicas(sentinel, group, table.rows()));
        } catch (IOException e) {
            odd.add(line("replicas of", group, String.valueOf(e.getMessage())));
        }
    }

    /// SENTINEL MASTERS, corrected: the leader of a failover shows the new epoch with the old address from the
    /// promotion to the end of the failover, up to failover-timeout later. GET-MASTER-ADDR-BY-NAME does not.
    ///
    /// @param unreadable gets the groups whose row does not fit
    /// @param odd gets a line for each row that does not fit
    private List<GroupReport> masters(RespConnection connection, Set<String> unreadable, Set<String> odd)
            throws IOException {
        SentinelReplies.Table<GroupReport> table = SentinelReplies.masters(connection.command("SENTINEL", "MASTERS"));
        for (SentinelReplies.Refused row : table.refused()) {
            odd.add(line("group", row.name(), row.why()));
            if (!row.name().isEmpty()) {
                unreadable.add(row.name());
            }
        }
        List<GroupReport> groups = new ArrayList<>();
        for (GroupReport group : table.rows()) {
            if (group.flags().contains("failover_in_progress") && isUsed(group.name())) {
                RespValue master = connection.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", group.name());
                try {
                    if (!(master instanceof RespValue.Null)) {
                        NodeAddress.Tcp promoted = SentinelReplies.masterAddress(master);
                        groups.add(new GroupReport(
                                group.name(), promoted, group.configEpoch(), group.flags(), group.downAfterMillis()));
                    }
                } catch (IOException e) {
                    odd.add(line("group", group.name(), String.valueOf(e.getMessage())));
                    unreadable.add(group.name());
                }
            } else {
                groups.add(group);
            }
        }
        return groups;
    }

    private static String line(String what, String name, String why) {
        return what + " " + (name.isEmpty() ? "without a name" : StrictText.printable(name)) + " left out: " + why;
    }

    /// Tells what is odd now and was not when it was asked before.
    private void tell(Set<String> odd) throws InterruptedException {
        int left = ODD_LINES_MAX;
        for (String line : odd) {
            if (left > 0 && !oddBefore.contains(line)) {
                inbox.post(new News.Odd(sentinel, line));
                left--;
            }
        }
        oddBefore = odd;
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
                long nowNanos = System.nanoTime();
                if (events.take(nowNanos)) {
                    inbox.post(new News.Heard(sentinel, message.get(1), message.get(2), nowNanos));
                } else {
                    pollNow();
                }
            }
        }
    }
}
