package dev.cobnut.control.discovery;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Decider;
import dev.cobnut.control.Journal;
import dev.cobnut.control.Notice;
import dev.cobnut.topology.Happening;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Follows all given Sentinels and publishes who is master of each shard.
///
///     SentinelWatch ─┐ (one per Sentinel: polls, events)
///     SentinelWatch ─┼─> Decider: inbox ─> Following: Settling, then Group (MasterDecision) ─> Topology, notices
///     RoleProbe ─────┤            bounded      │      ReplicaReads (ReadableReplicas)
///     ReplicaWatch ──┤ (one per shard)         │      Lineages (Lineage), Gates (Gatekeeper)
///     MasterWatch ───┘ (one per shard)         │
///         ^──────────────── ask this ──────────┘
///
/// This is the door, for any thread. The deciding thread owns all state; both consumers are called on it, in order,
/// and must be quick: while one runs, nothing is decided. Sentinels cost two virtual threads each. Nothing here is
/// fatal: with all Sentinels gone, the last topology stays.
///
/// Pools that read from replicas also have the nodes of their shards asked, with and without Sentinels: see
/// [ReplicaReads].
///
/// Which servers are one shard is settled once, before the first publication; afterwards only masters and nodes
/// change. Every publication has an epoch one higher, and something in it is different from the one before.
public final class Discovery implements AutoCloseable {
    private static final int NEWS_MAX = 4_096;
    private static final Duration TICK = Duration.ofMillis(100);

    private final Decider<News> decider = new Decider<>("discovery", NEWS_MAX, TICK, System::nanoTime);
    private final CompletableFuture<Topology> first = new CompletableFuture<>();
    private final Hints hints = new Hints();
    private final Journal journal = new Journal();
    private final Sentinels sentinels;
    private final ReplicaReads reads;
    private final Lineages lineages;
    private final Following following;

    /// @param pools whose servers are to be followed
    /// @param sentinels all of them; a majority means a majority of these. Empty: the configured addresses are
    ///     published as they are
    /// @param onTopology gets each publication
    /// @param onNotice gets lines for people
    public Discovery(
            List<PoolConfig> pools,
            List<NodeAddress.Tcp> sentinels,
            Consumer<Topology> onTopology,
            Consumer<Notice> onNotice) {
        this(pools, sentinels, null, onTopology, onNotice);
    }

    /// The same with Sentinels that ask for a password.
    ///
    /// @param login for all Sentinels; null for none
    public Discovery(
            List<PoolConfig> pools,
            List<NodeAddress.Tcp> sentinels,
            @Nullable Login login,
            Consumer<Topology> onTopology,
            Consumer<Notice> onNotice) {
        Chronicle chronicle = new Chronicle(onNotice, journal);
        this.sentinels = new Sentinels(SentinelWatch.of(sentinels, login, decider), chronicle);
        this.reads = new ReplicaReads(decider, chronicle);
        this.lineages = new Lineages(decider, chronicle);
        Fences fences = new Fences(decider, chronicle);
        this.following =
                new Following(pools, decider, this.sentinels, reads, lineages, fences, chronicle, onTopology, first);
    }

    /// Whether there is anything to follow: Sentinels, replicas that a pool reads from, masters that requests wait for.
    /// Without, the topology of
    /// [#withoutSentinels] is all there is to know.
    public static boolean isNeeded(List<PoolConfig> pools, List<NodeAddress.Tcp> sentinels) {
        return !sentinels.isEmpty()
                || pools.stream()
                        .anyMatch(pool -> pool.reads().wantReplicas()
                                || !pool.hold().of(false).isZero());
    }

    /// The topology of pools without Sentinel: each ring name is a shard, its first server the master.
    public static Topology withoutSentinels(List<PoolConfig> pools) {
        ShardPlan plan = new Grouping(pools, 0).plan();
        return Publisher.topology(1, plan, Map.of(), (_, _) -> List.of(), (_, _) -> 0, (_, _) -> null, List.of());
    }

    /// Starts following; once.
    public void start() {
        decider.start(following);
        sentinels.start();
    }

    /// Waits for the first publication, which needs an answer of at least one Sentinel, without end.
    ///
    /// @param every how often to report progress
    /// @param progress gets one line on what it waits for
    /// @throws IllegalStateException when it was closed before
    /// @throws InterruptedException when the calling thread is interrupted
    public Topology awaitFirst(Duration every, Consumer<String> progress) throws InterruptedException {
        while (true) {
            try {
                return first.get(every.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                progress.accept(following.waitingFor());
            } catch (ExecutionException e) {
                throw new IllegalStateException("discovery ended before it knew a topology", e.getCause());
            }
        }
    }

    /// The data plane saw something that a switch would explain: asks all Sentinels, at once for the first hint of a
    /// shard, and then once a second however many there are. Where requests wait for a verdict, it is looked into always.
    /// Any thread, never blocks.
    public void hint(Trouble trouble) {
        if (hints.admit(trouble, System.nanoTime()) || trouble.waiting()) {
            // A full inbox means that news is being worked off: as good as asking.
            boolean _ = decider.offer(new News.Hint(trouble));
        }
    }

    /// An operator's switch of a shard begins: its requests wait until another node is adopted, or it is over. Returns
    /// when the verdict is published. Any thread but the deciding one.
    ///
    /// @param atMost after which it is over by itself
    /// @return false when there is no such shard, or nothing ever waits for it
    /// @throws InterruptedException when the calling thread is interrupted
    public boolean beginSwitch(String pool, String shard, Duration atMost) throws InterruptedException {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        decider.post(new News.Switch(pool, shard, System.nanoTime() + atMost.toNanos(), taken));
        return await(taken);
    }

    private static boolean await(CompletableFuture<Boolean> done) throws InterruptedException {
        try {
            return done.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return false;
        }
    }

    /// It is over, whatever came of it. Any thread but the deciding one.
    ///
    /// @throws InterruptedException when the calling thread is interrupted
    public void endSwitch(String pool, String shard) throws InterruptedException {
        decider.post(new News.SwitchOver(pool, shard));
    }

    /// Tells people, and the journal, what happens in a switch. Returns when they have been told, so that nothing is lost
    /// when the process ends. Any thread but the deciding one.
    ///
    /// @throws InterruptedException when the calling thread is interrupted
    public void tell(String group, String line) throws InterruptedException {
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        decider.post(new News.Said(group, line, told));
        boolean _ = await(told);
    }

    /// What happened while masters were being replaced. Any thread.
    public List<Happening> journal() {
        return journal.entries();
    }

    /// Ends all threads; nothing is published afterwards.
    @Override
    public void close() {
        first.completeExceptionally(new IllegalStateException("discovery was closed"));
        decider.close();
        try {
            sentinels.close();
            reads.close();
            lineages.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
