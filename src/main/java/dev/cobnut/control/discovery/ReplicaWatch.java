package dev.cobnut.control.discovery;

import dev.cobnut.control.Inbox;
import dev.cobnut.control.probe.ReplicationInfo;
import dev.cobnut.control.probe.ReplicationProbe;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks the master of one shard and its replicas every second how their replication is, all at the same time, and
/// posts what they said ([News.Replication]). Replicas are those that the master lists, so that they are found with
/// and without Sentinels in one way; while it is silent, those that it listed last.
///
/// One virtual thread, and one for each node while a round lasts.
final class ReplicaWatch {
    /// The longest that a round waits for answers; whoever has not answered by then has not answered. A second round
    /// follows at once when the master lists a replica that was not asked in the first.
    static final int ROUND_MILLIS = 500;

    private static final int PERIOD_MILLIS = 1_000;

    private final ReplicaReads.Place place;
    private final @Nullable Login login;
    private final Inbox<News> inbox;
    private final Thread thread;
    private final Semaphore askNow = new Semaphore(0);
    private volatile NodeAddress.@Nullable Tcp master;

    // Below: the watch's own thread only.
    private final Map<NodeAddress.Tcp, ReplicationProbe> probes = new HashMap<>();
    private Set<NodeAddress.Tcp> listed = Set.of();

    /// @param login for AUTH to all nodes; null for none
    ReplicaWatch(ReplicaReads.Place place, @Nullable Login login, Inbox<News> inbox) {
        this.place = place;
        this.login = login;
        this.inbox = inbox;
        this.thread = Thread.ofVirtual()
                .name("replicas of " + place.pool() + " " + place.shard())
                .unstarted(this::watch);
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

    /// Asks at once instead of at the next second. Any thread.
    void askNow() {
        askNow.release();
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
        try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
            while (true) {
                NodeAddress.Tcp asked = master;
                if (asked != null) {
                    round(asking, asked);
                }
                boolean _ = askNow.tryAcquire(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
                askNow.drainPermits();
            }
        } catch (InterruptedException _) {
            // closed: nobody waits for answers
        } finally {
            probes.values().forEach(ReplicationProbe::close);
        }
    }

    private void round(ExecutorService asking, NodeAddress.Tcp asked) throws InterruptedException {
        List<NodeAddress.Tcp> nodes = new ArrayList<>(listed);
        nodes.remove(asked);
        nodes.add(asked);
        Map<NodeAddress.Tcp, ReplicationInfo> said = ask(asking, nodes);
        ReplicationInfo masterSaid = said.getOrDefault(asked, new ReplicationInfo.Nothing("not asked"));
        if (masterSaid instanceof ReplicationInfo.Master answer) {
            listed = answer.online();
            List<NodeAddress.Tcp> unasked = new ArrayList<>(listed);
            unasked.removeAll(said.keySet());
            said.putAll(ask(asking, unasked));
        }
        said.remove(asked);
        retain(asked);
        inbox.post(new News.Replication(place, asked, masterSaid, said));
    }

    private Map<NodeAddress.Tcp, ReplicationInfo> ask(ExecutorService asking, List<NodeAddress.Tcp> nodes)
            throws InterruptedException {
        List<Callable<ReplicationInfo>> questions = new ArrayList<>();
        for (NodeAddress.Tcp node : nodes) {
            ReplicationProbe probe = probes.computeIfAbsent(node, _ -> new ReplicationProbe(node, login));
            questions.add(probe::ask);
        }
        List<Future<ReplicationInfo>> answers = asking.invokeAll(questions, ROUND_MILLIS, TimeUnit.MILLISECONDS);
        Map<NodeAddress.Tcp, ReplicationInfo> said = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            said.put(nodes.get(i), answer(nodes.get(i), answers.get(i)));
        }
        return said;
    }

    private ReplicationInfo answer(NodeAddress.Tcp node, Future<ReplicationInfo> answer) throws InterruptedException {
        if (answer.isCancelled()) {
            // Its thread may still be about to notice: the next round has a probe of its own.
            ReplicationProbe late = probes.remove(node);
            if (late != null) {
                late.close();
            }
            return new ReplicationInfo.Nothing("no answer in " + ROUND_MILLIS + " ms");
        }
        try {
            return answer.get();
        } catch (ExecutionException e) {
            return new ReplicationInfo.Nothing(String.valueOf(e.getCause()));
        }
    }

    /// Closes the connections to those that are asked no more.
    private void retain(NodeAddress.Tcp asked) {
        for (NodeAddress.Tcp node : List.copyOf(probes.keySet())) {
            ReplicationProbe probe = probes.get(node);
            if (probe != null && !node.equals(asked) && !listed.contains(node)) {
                probe.close();
                probes.remove(node);
            }
        }
    }
}
