package dev.cobnut.chaos;

import dev.cobnut.proxy.backend.HoldTerms;
import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A shard with three nodes and a stranger, three Sentinels, two loops, and the deciding half, all on one clock that only
/// events move. The same seed makes the same run. What must not be is noted as the violation, and ends it.
final class SimWorld {
    /// A process gets no data of nodes that nobody has promoted, and is not given others by hand before it was looked at.
    static final boolean PROCESSES_KEEP_THEIR_DATA = !known("copied");

    static final boolean RESTARTS_ARE_SEEN = !known("restarts");

    /// Of so many seeds one is for each thing that is tried alone; not by chance, since the first number that a [Random] gives
    /// is nearly the same for all small seeds.
    private static final int KINDS = 8;

    private static final int FENCED = 3;
    private static final int LATE = 5;
    private static final long HEALED_NANOS = Duration.ofSeconds(25).toNanos();

    private record Event(long atNanos, long order, Runnable action) {}

    private record Cut(int loop, SimNode node) {}

    private final Random random;
    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final List<SimNode> members = new ArrayList<>();
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimLoop> loops = new ArrayList<>();
    private final Map<String, SimClient.Request> requests = new HashMap<>();
    private final Set<SimClient.Request> open = new LinkedHashSet<>();
    private final Set<Cut> cuts = new HashSet<>();
    private final AtomicInteger held = new AtomicInteger();
    private final boolean traced;
    final SimSentinels sentinels;
    private final SimDecider decider;
    final Map<String, Integer> counts;

    /// Whether there is nothing but planned failovers.
    final boolean plain;

    /// Whether it is about one thing: the master and the loops are cut off from all others, and the pool says `fence`.
    final boolean fenced;

    /// Whether it is about one thing: the master is frozen while it is replaced, and wakes when another is promoted.
    final boolean late;

    final SimBug bug;

    private final boolean deniesStale;
    private final int timeoutMillis;
    private final int holdMillis;
    private final long lagNanos;
    private final long startNanos = SimLoop.startNanos();
    final Set<NodeAddress.Tcp> configured = new HashSet<>();
    boolean lossy;
    private @Nullable SimNode alone;

    /// Frozen until another is promoted.
    private @Nullable SimNode sleeper;

    private long stillNanos;
    private long nowNanos = startNanos;
    private long order;
    private long hash;
    private int executions;
    private long healedNanos = Long.MAX_VALUE;
    private int probes;
    private boolean done;
    private boolean pauses;
    private @Nullable String violation;

    /// Whether what is known to go wrong is tried all the same.
    private static boolean known(String what) {
        return List.of(System.getProperty("cobnut.sim.known", "").split(",", -1))
                .contains(what);
    }

    /// @param counts gets how often things happened
    /// @param traced whether each note is printed
    /// @param bug what is planted
    SimWorld(long seed, Map<String, Integer> counts, boolean traced, SimBug bug) {
        this.random = new Random(seed * 7_919 + 17);
        this.counts = counts;
        this.traced = traced;
        plain = chance(8);
        this.bug = bug;
        fenced = !plain && seed % KINDS == FENCED;
        late = !plain && seed % KINDS == LATE;
        lossy = !plain && chance(3) && !late;
        lagNanos = millis(1, plain ? 30 : 300);
        timeoutMillis = List.of(0, fenced ? 0 : 200, 400, 800).get(below(4));
        pauses = fenced && chance(2);
        holdMillis = plain ? 10_000 : List.of(1_500, 4_000, 10_000).get(below(3));
        deniesStale = !plain && chance(5);
        for (int i = 0; i < 3; i++) {
            members.add(new SimNode(this, new NodeAddress.Tcp("127.0.0.1", 7_001 + i)));
        }
        nodes.addAll(members);
        SimNode stranger = new SimNode(this, new NodeAddress.Tcp("127.0.0.1", 7_009));
        stranger.foreign = true;
        stranger.fill(3);
        nodes.add(stranger);
        SimSentinels.Mood[] moods = SimSentinels.Mood.values();
        SimSentinels.Mood mood = plain || late || chance(2) ? SimSentinels.Mood.SANE : moods[below(moods.length)];
        SimNode first = anyNode();
        first.fill(40);
        for (SimNode each : members) {
            if (each != first) {
                each.replicate(first);
            }
        }
        sentinels = new SimSentinels(this, mood, first);
        int named = below(4);
        members.subList(0, named).forEach(each -> configured.add(each.address));
        decider = new SimDecider(this, Duration.ofMillis(holdMillis));
        LinkSettings settings = new LinkSettings(timeoutMillis, 1 + below(2), 2, false, 2, null, 0);
        HoldTerms terms = new HoldTerms(
                Duration.ofMillis(holdMillis),
                held,
                !plain && chance(4) ? 4 : 1_000,
                fenced && bug != SimBug.PAUSE_IGNORED);
        for (int i = 0; i < 2; i++) {
            loops.add(new SimLoop(this, i, settings, terms, 2 + below(2)));
        }
        note("plain " + plain + ", lossy " + lossy + ", mood " + mood + ", timeout " + timeoutMillis + ", hold "
                + holdMillis + ", lag " + Duration.ofNanos(lagNanos).toMillis() + ", configured " + configured);
    }

    /// Whether it is about one thing, unless it is plain.
    static boolean isOfOneThing(long seed) {
        return seed % KINDS == FENCED || seed % KINDS == LATE;
    }

    // ---- for all ----------------------------------------------------------------------------------------------------

    long nowNanos() {
        return nowNanos;
    }

    long lagNanos() {
        return lagNanos;
    }

    long tickNanos() {
        int tick = timeoutMillis == 0 ? 100 : Math.clamp(timeoutMillis / 8, 5, 100);
        return Duration.ofMillis(tick).toNanos();
    }

    boolean deniesStale() {
        return deniesStale;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /// Once in so many times.
    boolean chance(int times) {
        return random.nextInt(times) == 0;
    }

    /// A time between two numbers of milliseconds.
    long millis(int least, int most) {
        return Duration.ofMillis(least).toNanos()
                + random.nextLong(Duration.ofMillis(most - least).toNanos() + 1);
    }

    /// How long something takes on the network.
    long wireNanos() {
        return 50_000L + random.nextInt(chance(20) ? 5_000_000 : 600_000);
    }

    void shuffle(List<?> list) {
        Collections.shuffle(list, random);
    }

    String newIdentity() {
        return String.format("%016x%016x00000000", random.nextLong(), random.nextLong());
    }

    List<SimNode> nodes() {
        return nodes;
    }

    List<SimNode> members() {
        return members;
    }

    List<SimLoop> loops() {
        return loops;
    }

    SimDecider decider() {
        return decider;
    }

    SimNode stranger() {
        return nodes.getLast();
    }

    SimNode anyNode() {
        return members.get(below(members.size()));
    }

    SimNode node(int port) {
        for (SimNode each : nodes) {
            if (each.address.port() == port) {
                return each;
            }
        }
        throw new IllegalArgumentException("no node at port " + port);
    }

    void at(long whenNanos, Runnable action) {
        queue.add(new Event(whenNanos, order++, action));
    }

    void after(long nanos, Runnable action) {
        at(nowNanos + nanos, action);
    }

    void every(long nanos, Runnable action) {
        after(nanos, () -> {
            action.run();
            every(nanos, action);
        });
    }

    void note(String line) {
        hash = 31 * (31 * hash + nowNanos) + line.hashCode();
        if (traced) {
            System.out.printf("%9.3f ms  %s%n", (nowNanos - startNanos) / 1e6, line);
        }
    }

    void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    void violation(String what) {
        if (violation == null) {
            violation = what;
            note("VIOLATION: " + what);
        }
    }

    // ---- the run ----------------------------------------------------------------------------------------------------

    /// Runs it to its end.
    ///
    /// @return the hash of the trace
    /// @throws AssertionError when something was that must not be
    long run() {
        decider.start();
        every(Duration.ofMillis(100).toNanos(), sentinels::tick);
        every(Duration.ofMillis(250).toNanos(), this::sweep);
        for (SimLoop loop : loops) {
            every(tickNanos(), () -> {
                if (!loop.isStill()) {
                    loop.tick();
                }
            });
            loop.clients.forEach(client -> after(millis(1_500, 1_600), () -> asks(client)));
        }
        new SimFaults(this).schedule();
        while (!done && violation == null) {
            Event event = queue.remove();
            nowNanos = event.atNanos;
            event.action.run();
        }
        if (violation == null) {
            checkOrder();
        }
        loops.forEach(SimLoop::close);
        if (violation == null && held.get() != 0) {
            violation("so many wait, with nobody there: " + held);
        }
        if (violation != null) {
            throw new AssertionError(violation);
        }
        return hash;
    }

    private void asks(SimClient client) {
        if (healedNanos == Long.MAX_VALUE) {
            client.ask(1 + below(5));
            after(millis(20, 160), () -> asks(client));
        }
    }

    private void sweep() {
        long limit =
                Duration.ofMillis(2L * holdMillis + 3L * timeoutMillis + 1_500).toNanos() + stillNanos;
        for (SimClient.Request request : open) {
            if (timeoutMillis > 0 && request.begunNanos > 0 && nowNanos - request.begunNanos > limit) {
                violation("request " + request.id + " has not ended since "
                        + Duration.ofNanos(nowNanos - request.begunNanos).toMillis() + " ms");
            }
        }
    }

    private void checkOrder() {
        for (SimLoop loop : loops) {
            for (SimClient client : loop.clients) {
                int last = 0;
                for (SimClient.Request request : client.sent) {
                    if (request.ending == SimClient.Ending.ANSWERED && request.number > 0) {
                        if (request.number < last) {
                            violation("request " + request.id + " was executed before one that was sent before it");
                        }
                        last = request.number;
                    }
                    boolean acknowledged = request.write && request.ending == SimClient.Ending.ANSWERED;
                    if (plain && acknowledged && !sentinels.master().has(request.id)) {
                        violation("write " + request.id + " was acknowledged, and is lost");
                    }
                }
            }
        }
    }

    // ---- requests ---------------------------------------------------------------------------------------------------

    void onAsked(SimClient.Request request) {
        requests.put(request.id, request);
        open.add(request);
    }

    void forget(SimClient.Request request) {
        open.remove(request);
    }

    void onEnded(SimClient.Request request) {
        open.remove(request);
        count(request.ending.toString());
        if (request.ending == SimClient.Ending.NOT_SENT && request.write && !request.executed.isEmpty()) {
            violation("write " + request.id + " is said not to be sent, and was executed");
        }
        if (request.ending == SimClient.Ending.ANSWERED) {
            checkAnswered(request);
        }
        if (plain && request.ending != SimClient.Ending.ANSWERED) {
            violation("request " + request.id + " fails in a planned failover: " + request.ending);
        }
    }

    /// A node executes a request.
    ///
    /// @return the number of this execution
    int onExecuted(SimNode node, String id, boolean write) {
        SimClient.Request request = requests.get(id);
        if (request == null) {
            violation("nobody has sent request " + id);
            return 0;
        }
        request.executed.add(node);
        request.late = sentinels.isSucceeded(node);
        if (write && request.executed.size() > 1) {
            violation("write " + id + " is executed by " + request.executed);
        }
        if (request.executed.size() > 4) {
            violation("read " + id + " is executed by " + request.executed);
        }
        if (write && request.ending == SimClient.Ending.NOT_SENT) {
            violation("write " + id + " was said not to be sent, and is executed by " + node);
        }
        if (write && node.foreign && !node.blessed) {
            violation("write " + id + " is executed by " + node);
        }
        return ++executions;
    }

    private void checkAnswered(SimClient.Request request) {
        String write = "write " + request.id + " was acknowledged by " + request.executed;
        if (request.loop().isToldToDoubt(request.executed.getLast())) {
            violation("request " + request.id + " was answered by " + request.executed.getLast()
                    + " after the loop was told that it does not count");
        }
        if (request.write && request.executed.stream().anyMatch(sentinels::isReplaced)) {
            violation(write + ", which is cut off and replaced");
        }
        if (request.write && late && request.late) {
            violation(write + " after another was promoted");
        }
    }

    /// A loop writes requests to a node.
    void checkWritten(SimNode node) {
        if (sentinels.isReplaced(node)) {
            violation("requests are written to " + node + ", which is cut off and replaced");
        }
    }

    /// A loop that stood still writes to a node soon after.
    void checkWoken(SimLoop loop, SimNode node, long wokenNanos) {
        if (sentinels.isPast(node, wokenNanos)) {
            violation("loop " + loop.index + " wakes and writes to " + node + ", which is master no more");
        }
    }

    // ---- faults -----------------------------------------------------------------------------------------------------

    boolean isCut(int loop, SimNode node) {
        return cuts.contains(new Cut(loop, node));
    }

    /// @param loop -1 for the deciding half
    void cut(int loop, SimNode node) {
        cuts.add(new Cut(loop, node));
    }

    boolean isUnseen(SimNode node) {
        return RESTARTS_ARE_SEEN && node.isMaster() && !decider.hasSeen(node);
    }

    /// Whether no other node reaches it.
    boolean isAlone(SimNode node) {
        return node == alone;
    }

    /// The loops and the master are alone.
    void cutOff(SimNode master) {
        alone = master;
        sentinels.lose(master);
        for (SimNode node : members) {
            if (node != master) {
                cut(-1, node);
                loops.forEach(loop -> cut(loop.index, node));
            }
        }
    }

    void healNetwork() {
        alone = null;
        sentinels.lose(null);
        cuts.clear();
        loops.forEach(SimLoop::heal);
    }

    /// Requests wait because the lease is going to run out. Just then this process may stand still.
    void onLeaseEnding() {
        if (pauses) {
            pauses = false;
            after(millis(0, 180), () -> stopProcess(chance(4) ? millis(100, 700) : millis(700, 990)));
        }
    }

    /// The master is frozen until another is about to be promoted.
    void sleep(SimNode master) {
        if (master.answers()) {
            sleeper = master;
            master.freeze();
        }
    }

    /// A replica is told to be master: who sleeps wakes just before or after it is.
    void wakeSleeper() {
        SimNode node = sleeper;
        sleeper = null;
        if (node != null) {
            after(millis(0, 40), () -> {
                if (node.frozen) {
                    node.thaw();
                }
            });
        }
    }

    void stop(SimLoop loop, long nanos) {
        if (!loop.isStill()) {
            stillNanos += nanos;
            loop.stop();
            after(nanos, loop::goOn);
        }
    }

    void stopProcess(long nanos) {
        if (loops.stream().noneMatch(SimLoop::isStill)) {
            stillNanos += nanos;
            loops.forEach(SimLoop::stop);
            decider.stop();
            after(nanos, () -> {
                decider.goOn();
                loops.forEach(SimLoop::goOn);
            });
        }
    }

    /// From now on nothing goes wrong any more; the mad Sentinel stays as it is.
    void heal() {
        note("healed");
        lossy = false;
        healNetwork();
        for (SimNode node : nodes) {
            if (!node.up) {
                node.restart(Math.max(1, node.offset()), false);
            } else if (node.frozen) {
                node.thaw();
            }
        }
        healedNanos = nowNanos;
        sentinels.onHealed();
        every(Duration.ofMillis(100).toNanos(), this::lookWhetherWell);
    }

    boolean isHealed() {
        return healedNanos != Long.MAX_VALUE;
    }

    private boolean isClosed() {
        return decider.control().gate().state() != Gate.State.OPEN && open.isEmpty();
    }

    private void lookWhetherWell() {
        if (sentinels.master().foreign && !sentinels.master().blessed) {
            sentinels.begin(true);
        }
        boolean well = decider.control().gate().state() == Gate.State.OPEN
                && sentinels.master().address.equals(decider.control().master())
                && !sentinels.isUnderWay()
                && loops.stream()
                        .allMatch(loop -> !loop.isStill() && loop.hold().isOpen());
        if (well && nowNanos - healedNanos > Duration.ofMillis(1_200).toNanos() && open.isEmpty()) {
            if (probes > 0) {
                done = true;
            } else {
                probes++;
                count("well after " + Duration.ofNanos(nowNanos - healedNanos).toSeconds() + " s");
                loops.forEach(loop -> loop.clients.forEach(client -> client.ask(4)));
            }
        } else if (nowNanos - healedNanos > HEALED_NANOS && sentinels.master().foreign && isClosed()) {
            // The data of the shard are gone, wherever one looks: an operator has to decide.
            done = true;
            count("stays closed");
        } else if (nowNanos - healedNanos > HEALED_NANOS) {
            violation("all is healed, but the gate is " + decider.control().gate() + ", master "
                    + decider.control().master()
                    + ", Sentinels' " + sentinels.master() + ", failover " + sentinels.isUnderWay() + ", open requests "
                    + open.size() + ", mood " + sentinels.mood);
        }
    }
}
