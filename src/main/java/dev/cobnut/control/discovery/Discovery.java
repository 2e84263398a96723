package dev.cobnut.control.discovery;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.control.discovery.SentinelReplies.ReplicaReport;
import dev.cobnut.control.probe.RoleProbe;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.net.HostLookup;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.SentinelView;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Follows all given Sentinels and publishes who is master of each shard.
///
///     SentinelWatch ─┐ (one per Sentinel: polls, events)
///     SentinelWatch ─┼─> inbox ─> deciding thread: Grouping, then Group (MasterDecision) ─> Topology, events
///     RoleProbe ─────┤   bounded                    │    ReplicaReads (ReadableReplicas)
///     ReplicaWatch ──┘ (one per shard)              │
///         ^─────────────────── ask this ────────────┘
///
/// The deciding thread owns all state; both consumers are called on it, in order, and must be quick: while one runs,
/// nothing is decided. Sentinels cost two virtual threads each. Nothing here is fatal: with all Sentinels gone, the
/// last topology stays.
///
/// Pools that read from replicas also have the nodes of their shards asked, with and without Sentinels: see
/// [ReplicaReads].
///
/// Which servers are one shard is settled once, before the first publication; afterwards only masters and nodes
/// change. Every publication has an epoch one higher, and something in it is different from the one before.
public final class Discovery implements AutoCloseable {
    private static final int INBOX_MAX = 4_096;
    private static final long TICK_NANOS = Duration.ofMillis(100).toNanos();
    private static final long VERIFY_AT_START_NANOS = Duration.ofMillis(1_500).toNanos();
    private static final long ASK_ALL_AGAIN_NANOS = Duration.ofMillis(20).toNanos();

    private final List<PoolConfig> pools;
    private final List<SentinelWatch> watches = new ArrayList<>();
    private final BlockingQueue<News> inbox = new ArrayBlockingQueue<>(INBOX_MAX);
    private final ExecutorService probes = Executors.newVirtualThreadPerTaskExecutor();
    private final CompletableFuture<Topology> first = new CompletableFuture<>();
    private final Thread decider;
    private volatile boolean closed;

    /// What the start waits for, for people.
    private volatile String waitingFor = "not started";

    // Below: the deciding thread only.
    private final Grouping grouping;
    private final Map<String, Group> groups = new TreeMap<>();
    private final Map<Integer, List<GroupReport>> lastReports = new HashMap<>();
    private final List<SentinelView> views = new ArrayList<>();
    private final Publisher publisher;
    private final Chronicle chronicle;
    private final ReplicaReads reads;

    /// Null until the grouping is settled.
    private @Nullable ShardPlan plan;

    /// When everything was known but that the masters say so, too; null before.
    private @Nullable Long settledNanos;

    private long tickedNanos = System.nanoTime();
    private long askedAllNanos = System.nanoTime() - ASK_ALL_AGAIN_NANOS;

    /// @param pools whose servers are to be followed
    /// @param sentinels all of them; a majority means a majority of these. Empty: the configured addresses are
    ///     published as they are
    /// @param onTopology gets each publication
    /// @param onEvent gets lines for people
    public Discovery(
            List<PoolConfig> pools,
            List<NodeAddress.Tcp> sentinels,
            Consumer<Topology> onTopology,
            Consumer<DiscoveryEvent> onEvent) {
        this.pools = List.copyOf(pools);
        this.publisher = new Publisher(onTopology);
        this.chronicle = new Chronicle(onEvent);
        this.reads = new ReplicaReads(this::post, chronicle);
        this.grouping = new Grouping(pools, sentinels.size());
        for (NodeAddress.Tcp sentinel : sentinels) {
            watches.add(new SentinelWatch(watches.size(), sentinel, this::post));
            views.add(new SentinelView(sentinel, "connecting", "not asked yet"));
        }
        this.decider = Thread.ofVirtual().name("discovery").unstarted(this::decide);
    }

    /// Whether there is anything to follow: Sentinels, or replicas that a pool reads from. Without, the topology of
    /// [#withoutSentinels] is all there is to know.
    public static boolean isNeeded(List<PoolConfig> pools, List<NodeAddress.Tcp> sentinels) {
        return !sentinels.isEmpty()
                || pools.stream().anyMatch(pool -> pool.reads().wantReplicas());
    }

    /// The topology of pools without Sentinel: each ring name is a shard, its first server the master.
    public static Topology withoutSentinels(List<PoolConfig> pools) {
        ShardPlan plan = new Grouping(pools, 0).plan();
        return Publisher.topology(1, plan, Map.of(), (_, _) -> List.of(), List.of());
    }

    /// Starts following; once.
    public void start() {
        decider.start();
        for (SentinelWatch watch : watches) {
            watch.start();
        }
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
                progress.accept(waitingFor);
            } catch (ExecutionException e) {
                throw new IllegalStateException("discovery ended before it knew a topology", e.getCause());
            }
        }
    }

    /// The data plane saw something that a switch would explain: asks all Sentinels now. Any thread, never blocks;
    /// many hints at once count as one.
    public void hint(Trouble trouble) {
        // A full inbox means that news is being worked off: as good as asking.
        boolean _ = inbox.offer(new News.Hint(trouble));
    }

    /// Ends all threads; nothing is published afterwards.
    @Override
    public void close() {
        closed = true;
        first.completeExceptionally(new IllegalStateException("discovery was closed"));
        decider.interrupt();
        probes.shutdownNow();
        try {
            for (SentinelWatch watch : watches) {
                watch.close();
            }
            decider.join();
            reads.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        probes.close();
    }

    private void post(News news) throws InterruptedException {
        while (!closed && !inbox.offer(news, 100, TimeUnit.MILLISECONDS)) {
            // A Sentinel that floods waits here; whoever is closed leaves.
        }
    }

    private void decide() {
        try {
            while (!closed) {
                if (plan == null) {
                    settle(System.nanoTime());
                }
                publish();
                News news = inbox.poll(TICK_NANOS, TimeUnit.NANOSECONDS);
                long nowNanos = System.nanoTime();
                if (news != null) {
                    on(news, nowNanos);
                }
                if (nowNanos - tickedNanos >= TICK_NANOS) {
                    tickedNanos = nowNanos;
                    groups.values().forEach(group -> perform(group, group.onTick(nowNanos)));
                }
            }
        } catch (InterruptedException _) {
            // closed
        } catch (RuntimeException e) {
            first.completeExceptionally(e);
            throw e;
        }
    }

    private void on(News news, long nowNanos) throws InterruptedException {
        switch (news) {
            case News.Masters masters -> onMasters(masters, nowNanos);
            case News.Replicas replicas -> onReplicas(replicas);
            case News.Polled polled -> grouping.onPolled(polled.sentinel(), nowNanos);
            case News.Heard heard -> onHeard(heard, nowNanos);
            case News.Lost lost -> onLost(lost, nowNanos);
            case News.Role role -> {
                Group group = groups.get(role.group());
                if (group != null) {
                    perform(group, group.onRole(role.address(), role.answer(), nowNanos));
                    doubt(group, role, nowNanos);
                }
            }
            case News.ServerRole role -> grouping.onServerRole(role.address(), role.answer());
            case News.Resolved resolved -> grouping.onResolved(resolved.host(), resolved.addresses());
            case News.Replication replication -> reads.onReplication(replication);
            case News.Hint _ -> {
                askAll(nowNanos);
                reads.askNow(nowNanos);
            }
        }
    }

    /// Says why a group has no master although Sentinel names one: wrong password, refused connections, no real master.
    private void doubt(Group group, News.Role role, long nowNanos) {
        if (group.master() == null) {
            String answer = switch (role.answer().kind()) {
                case MASTER -> "is not the one that Sentinels agree on";
                case REPLICA ->
                    "says that it is a replica of " + role.answer().peers().getFirst();
                case NONE -> "did not say so: " + role.answer().detail();
            };
            chronicle.tellOnce(
                    DiscoveryEvent.Kind.WARNING,
                    group.name(),
                    group.name() + ": " + role.address() + " should be master, but " + answer,
                    nowNanos);
        }
    }

    private void onMasters(News.Masters news, long nowNanos) {
        int sentinel = news.sentinel();
        lastReports.put(sentinel, news.groups());
        Set<String> reported = new HashSet<>();
        for (GroupReport report : news.groups()) {
            reported.add(report.name());
            if (plan == null) {
                grouping.onNode(report.name(), report.master());
            }
            Group group = groups.get(report.name());
            if (group != null) {
                perform(group, group.onReport(sentinel, report, nowNanos));
            }
        }
        List<String> unknown = new ArrayList<>();
        for (Group group : groups.values()) {
            if (!reported.contains(group.name())) {
                group.onSilent(sentinel);
                unknown.add(group.name());
            }
        }
        String detail = unknown.isEmpty() ? "" : "does not watch " + String.join(", ", unknown);
        show(sentinel, "ok", detail, nowNanos);
    }

    private void onReplicas(News.Replicas news) {
        if (plan == null) {
            for (ReplicaReport replica : news.replicas()) {
                grouping.onNode(news.group(), replica.address());
            }
        }
        Group group = groups.get(news.group());
        if (group != null) {
            group.onReplicas(news.sentinel(), news.replicas());
        }
    }

    private void onHeard(News.Heard heard, long nowNanos) {
        SentinelEvent.Told told;
        try {
            told = SentinelEvent.parse(heard.channel(), heard.payload());
        } catch (IOException e) {
            chronicle.tellOnce(
                    DiscoveryEvent.Kind.WARNING, null, address(heard.sentinel()) + ": " + e.getMessage(), nowNanos);
            return;
        }
        Group group = told == null ? null : groups.get(told.group());
        if (told == null || group == null) {
            return;
        }
        chronicle.tellOnce(told.event().kind(), told.group(), told.line(), nowNanos);
        switch (told.event()) {
            case SWITCH_MASTER, PROMOTED_SLAVE -> {
                group.onAnnounced(told, heard.nowNanos());
                askAll(nowNanos);
            }
            default -> {
                // the Sentinel itself is asked below
            }
        }
        watches.get(heard.sentinel()).pollNow();
    }

    private void onLost(News.Lost lost, long nowNanos) {
        grouping.onLost(lost.sentinel());
        for (Group group : groups.values()) {
            group.onSilent(lost.sentinel());
        }
        String prefix = views.get(lost.sentinel()).address() + ": ";
        String why = StrictText.printable(lost.why());
        show(
                lost.sentinel(),
                lost.silent() ? "silent" : "connecting",
                why.startsWith(prefix) ? why.substring(prefix.length()) : why,
                nowNanos);
    }

    private void show(int sentinel, String state, String detail, long nowNanos) {
        SentinelView before = views.get(sentinel);
        views.set(sentinel, new SentinelView(before.address(), state, detail));
        boolean wasOk = before.state().equals("ok");
        boolean isOk = state.equals("ok");
        if (!isOk && (wasOk || before.detail().equals("not asked yet"))) {
            chronicle.tell(
                    DiscoveryEvent.Kind.SENTINEL, null, "sentinel " + before.address() + " does not answer: " + detail);
        } else if (isOk && !wasOk && publisher.last() != null) {
            chronicle.tell(DiscoveryEvent.Kind.SENTINEL, null, "sentinel " + before.address() + " answers");
        }
        if (isOk && !detail.isEmpty() && !detail.equals(before.detail())) {
            chronicle.tellOnce(
                    DiscoveryEvent.Kind.WARNING, null, "sentinel " + before.address() + " " + detail, nowNanos);
        }
    }

    private void perform(Group group, List<MasterDecision.Effect> effects) {
        for (MasterDecision.Effect effect : effects) {
            switch (effect) {
                case MasterDecision.Effect.Verify verify -> verify(group.name(), verify);
                case MasterDecision.Effect.Adopted adopted -> {
                    publish();
                    String master = adopted.master() + " (config epoch " + adopted.configEpoch() + ")";
                    if (adopted.before() == null) {
                        chronicle.tell(
                                DiscoveryEvent.Kind.SWITCH, group.name(), group.name() + ": master is " + master);
                    } else {
                        String how = adopted.overruled()
                                ? "a majority of the Sentinels insists"
                                : group.noticed(System.nanoTime());
                        chronicle.tell(
                                DiscoveryEvent.Kind.SWITCH,
                                group.name(),
                                "switch " + group.name() + ": " + adopted.before() + " -> " + master + ", " + how);
                    }
                }
            }
        }
    }

    private void verify(String group, MasterDecision.Effect.Verify verify) {
        String password = password(group);
        probe(() -> {
            LockSupport.parkNanos(verify.delayNanos());
            post(new News.Role(group, verify.address(), RoleProbe.ask(verify.address(), password)));
        });
    }

    private @Nullable String password(String group) {
        ShardPlan current = plan == null ? grouping.plan() : plan;
        for (int pool = 0; pool < pools.size(); pool++) {
            for (ShardPlan.PlannedShard shard : current.pools().get(pool).shards()) {
                if (group.equals(shard.masterName()) && pools.get(pool).redisAuth() != null) {
                    return pools.get(pool).redisAuth();
                }
            }
        }
        return null;
    }

    private interface Probe {
        void run() throws InterruptedException;
    }

    private void probe(Probe probe) {
        try {
            probes.execute(() -> {
                try {
                    probe.run();
                } catch (InterruptedException _) {
                    // closed: nobody waits for the answer
                }
            });
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private void askAll(long nowNanos) {
        if (nowNanos - askedAllNanos >= ASK_ALL_AGAIN_NANOS) {
            askedAllNanos = nowNanos;
            watches.forEach(SentinelWatch::pollNow);
        }
    }

    /// Before the first publication: asks for what is missing, and makes the plan final when nothing is.
    private void settle(long nowNanos) {
        for (String host : grouping.newLookups()) {
            probe(() -> post(new News.Resolved(host, lookUp(host))));
        }
        ShardPlan tentative = grouping.plan();
        for (NodeAddress.Tcp server : grouping.newQuestions()) {
            String password = passwordOf(server);
            probe(() -> post(new News.ServerRole(server, RoleProbe.ask(server, password))));
        }
        for (String name : tentative.masterNames()) {
            if (!groups.containsKey(name)) {
                adoptGroup(name, nowNanos);
            }
        }
        waitingFor = "waiting for a Sentinel that knows the servers: " + describe(views);
        if (!watches.isEmpty() && !grouping.isSettled(tentative, nowNanos)) {
            return;
        }
        if (settledNanos == null) {
            settledNanos = nowNanos;
        }
        boolean verified = tentative.masterNames().stream()
                .allMatch(name -> groups.containsKey(name) && groups.get(name).master() != null);
        if (!verified && nowNanos - settledNanos < VERIFY_AT_START_NANOS) {
            waitingFor = "waiting for a master to confirm its role";
            return;
        }
        plan = tentative;
        groups.keySet().retainAll(tentative.masterNames());
        watches.forEach(watch -> watch.onlyGroups(tentative.masterNames()));
        announce(tentative);
        reads.start(pools, tentative);
    }

    /// A group turned out to be ours: catch up with what the Sentinels said of it.
    private void adoptGroup(String name, long nowNanos) {
        Group group = new Group(name, watches.size());
        groups.put(name, group);
        lastReports.forEach((sentinel, reports) -> {
            for (GroupReport report : reports) {
                if (report.name().equals(name)) {
                    perform(group, group.onReport(sentinel, report, nowNanos));
                }
            }
        });
        watches.forEach(SentinelWatch::pollNow);
    }

    private void announce(ShardPlan settled) {
        settled.notes().forEach(note -> chronicle.tell(DiscoveryEvent.Kind.SHARDS, null, note));
        settled.warnings().forEach(warning -> chronicle.tell(DiscoveryEvent.Kind.WARNING, null, warning));
        if (watches.isEmpty()) {
            return;
        }
        for (String name : settled.masterNames()) {
            if (!grouping.groups().contains(name)) {
                chronicle.tell(
                        DiscoveryEvent.Kind.WARNING,
                        name,
                        "no Sentinel watches " + name + " (they watch " + grouping.groups() + ")");
            }
        }
        for (NodeAddress address : settled.unmatched()) {
            chronicle.tell(
                    DiscoveryEvent.Kind.WARNING,
                    null,
                    "no Sentinel watches " + address + ": it stays as it is configured, without failover");
        }
    }

    private void publish() {
        ShardPlan current = plan;
        if (current != null) {
            reads.follow(groups);
            publisher.publish(current, groups, reads::readable, views);
            Topology last = publisher.last();
            if (last != null) {
                first.complete(last);
            }
        }
    }

    private NodeAddress address(int sentinel) {
        return views.get(sentinel).address();
    }

    private @Nullable String passwordOf(NodeAddress.Tcp server) {
        for (PoolConfig pool : pools) {
            if (pool.servers().stream().anyMatch(each -> server.equals(each.address()))) {
                return pool.redisAuth();
            }
        }
        return null;
    }

    private static List<InetAddress> lookUp(String host) {
        try {
            return HostLookup.lookup(host, 1_000);
        } catch (IOException _) {
            // an unknown name matches no address; whoever connects to it will say so
            return List.of();
        }
    }

    private static String describe(List<SentinelView> views) {
        List<String> each = new ArrayList<>();
        for (SentinelView view : views) {
            each.add(view.address() + " " + (view.detail().isEmpty() ? view.state() : view.detail()));
        }
        return String.join("; ", each);
    }
}
