package dev.cobnut.vip.vrrp;

import static dev.cobnut.vip.vrrp.SettingsFixture.ip;

import dev.cobnut.vip.vrrp.Effect.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Two or three machines with one virtual address, on a network between them and two clients that remember who has it. All on
/// one clock that only events move; each machine has its own beside it. The same seed makes the same run. What must not be is
/// noted as the violation, and ends it ([SimRules]).
final class SimWorld {
    static final int CLIENTS = 2;
    static final long MILLI = 1_000_000;

    /// Longest way of an advertisement, and how late a process may be, with something to spare.
    static final long WAY_NANOS_MAX = 20 * MILLI;

    static final long SLACK_NANOS = 10 * MILLI;

    /// A switch tells all at once what it is told.
    private static final long ANNOUNCEMENT_NANOS = MILLI / 10;

    private static final int NOBODY = -1;

    private record Event(long atNanos, long order, Runnable action) {}

    private final Random random;
    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final Map<String, Integer> counts;
    private final boolean traced;
    private final SimRules rules;
    final List<SimMachine> machines = new ArrayList<>();

    /// Whom each client takes for the owner.
    final int[] cache = new int[CLIENTS];

    private final int[] cacheNumber = new int[CLIENTS];

    /// Which part of the network a machine, and a client, is in.
    final int[] group;

    final int[] clientGroup = new int[CLIENTS];

    /// From whom to whom nothing comes.
    private final boolean[][] cuts;

    private final long[][] arrivalNanos;
    int lossPercent;
    private long nowNanos;
    private long order;
    private long hash;
    private long disturbedNanos;
    private int disturbances;
    private boolean done;
    private @Nullable String violation;

    /// @param counts gets how often things happened
    /// @param traced whether each note is printed
    /// @param bug what is planted in ours
    SimWorld(long seed, Map<String, Integer> counts, boolean traced, SimBug bug) {
        this.random = new Random(seed * 7_919 + 17);
        this.counts = counts;
        this.traced = traced;
        // The first numbers are nearly the same for all small seeds.
        for (int i = 0; i < 10; i++) {
            random.nextInt();
        }
        int size = 2 + below(2);
        group = new int[size];
        cuts = new boolean[size][size];
        arrivalNanos = new long[size][size];
        Arrays.fill(cache, NOBODY);
        SettingsFixture fixture = new SettingsFixture().version(chance(3) ? 2 : 3);
        int[] intervals = fixture.version == 2 ? new int[] {1_000, 2_000} : new int[] {50, 100, 200, 500, 1_000};
        int millis = intervals[below(intervals.length)];
        boolean mixed = millis <= 200 && chance(3);
        int preempting = below(4);
        fixture.preemptDelay(chance(5) ? Duration.ofSeconds(3) : Duration.ZERO);
        int samePriority = chance(5) ? 100 : 0;
        List<Integer> hosts = new ArrayList<>(List.of(2, 3, 200));
        Collections.shuffle(hosts, random);
        int theirs = below(3);
        for (int i = 0; i < size; i++) {
            fixture.priority(samePriority > 0 ? samePriority : 50 + 20 * below(8) + i);
            fixture.interval(Duration.ofMillis(mixed && chance(2) ? 5L * millis : millis));
            fixture.preempt(preempting > 1 || (preempting == 1 && chance(2)));
            RouterSettings settings = fixture.build();
            var address = ip("10.0.0." + hosts.get(i));
            machines.add(
                    i > 0 && i <= theirs
                            ? new SimKeepalived(this, i, settings, address)
                            : new SimSpeaker(this, i, settings, address, bug));
        }
        rules = new SimRules(this);
        note(machines + ", version " + fixture.version + ", " + millis + " ms" + (mixed ? " or five times" : "")
                + machines.stream()
                        .map(each -> each.settings.preempt() ? ", preempts" : ", does not")
                        .toList()
                + ", delay " + fixture.preemptDelay);
    }

    // ---- for all ----------------------------------------------------------------------------------------------------

    long nowNanos() {
        return nowNanos;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long below(long bound) {
        return random.nextLong(bound);
    }

    /// Once in so many times.
    boolean chance(int times) {
        return random.nextInt(times) == 0;
    }

    /// A time between two numbers of milliseconds.
    long millis(long least, long most) {
        return least * MILLI + random.nextLong((most - least) * MILLI + 1);
    }

    SimRules rules() {
        return rules;
    }

    SimMachine anyMachine() {
        return machines.get(below(machines.size()));
    }

    void at(long whenNanos, Runnable action) {
        queue.add(new Event(whenNanos, order++, action));
    }

    void after(long nanos, Runnable action) {
        at(nowNanos + nanos, action);
    }

    void note(String line) {
        hash = 31 * (31 * hash + nowNanos) + line.hashCode();
        if (traced) {
            System.out.printf("%11.3f ms  %s%n", nowNanos / 1e6, line);
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

    /// Something goes wrong, or well again: what holds after a while holds a while after this.
    void disturb(String what) {
        note(what);
        disturbedNanos = nowNanos;
        disturbances++;
    }

    long disturbedNanos() {
        return disturbedNanos;
    }

    int disturbances() {
        return disturbances;
    }

    // ---- the network ------------------------------------------------------------------------------------------------

    void cut(SimMachine from, SimMachine to, boolean isCut) {
        cuts[from.index][to.index] = isCut;
    }

    boolean reaches(SimMachine from, SimMachine to) {
        return group[from.index] == group[to.index] && !cuts[from.index][to.index] && !from.linkDown && !to.linkDown;
    }

    /// Whether all that is sent in one part comes to all in it.
    boolean isWhole(int part) {
        if (lossPercent > 0) {
            return false;
        }
        for (SimMachine from : machines) {
            for (SimMachine to : machines) {
                if (group[from.index] == part && group[to.index] == part && cuts[from.index][to.index]) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isLost() {
        return lossPercent > 0 && below(100) < lossPercent;
    }

    void advertise(SimMachine from, int priority) {
        count("advertised");
        from.onAdvertised();
        Advert advert = new Advert(51, priority, from.settings.interval(), from.settings.advertised());
        dev.cobnut.vip.vrrp.Event.Heard heard = new dev.cobnut.vip.vrrp.Event.Heard(from.address, advert);
        for (SimMachine to : machines) {
            if (to == from || !reaches(from, to) || isLost()) {
                continue;
            }
            for (int copies = chance(50) ? 2 : 1; copies > 0; copies--) {
                long arrival = Math.max(
                        arrivalNanos[from.index][to.index] + 1,
                        nowNanos + 2 * ANNOUNCEMENT_NANOS + below(WAY_NANOS_MAX - 2 * ANNOUNCEMENT_NANOS));
                arrivalNanos[from.index][to.index] = arrival;
                at(arrival, () -> {
                    if (reaches(from, to)) {
                        to.receive(heard);
                    }
                });
            }
        }
    }

    void announce(SimMachine from, int times) {
        count("announced");
        for (int client = 0; client < CLIENTS; client++) {
            boolean isHeard = false;
            for (int i = 0; i < times; i++) {
                isHeard |= !isLost();
            }
            int to = client;
            if (isHeard && seesOf(to, from)) {
                after(ANNOUNCEMENT_NANOS, () -> {
                    if (seesOf(to, from)) {
                        remember(to, from.index);
                    }
                });
            }
        }
    }

    /// Whether a client and a machine are in one part.
    boolean seesOf(int client, SimMachine machine) {
        return clientGroup[client] == group[machine.index] && !machine.linkDown;
    }

    private void remember(int client, int owner) {
        cache[client] = owner;
        int number = ++cacheNumber[client];
        after(millis(20_000, 60_000), () -> {
            if (number == cacheNumber[client]) {
                ask(client);
            }
        });
    }

    /// Whoever has the address answers.
    private void ask(int client) {
        List<SimMachine> owners = machines.stream()
                .filter(each -> each.owns() && seesOf(client, each))
                .toList();
        if (owners.isEmpty()) {
            cache[client] = NOBODY;
        } else {
            remember(client, owners.get(below(owners.size())).index);
        }
    }

    /// A client asks when it has something to say.
    private void use(int client) {
        if (cache[client] == NOBODY) {
            ask(client);
        }
        after(millis(50, 500), () -> use(client));
    }

    // ---- the run ----------------------------------------------------------------------------------------------------

    void onTransition(SimMachine machine, State from, State to, String why) {
        note(machine + ": " + from + " to " + to + ", " + why);
        count(from + " to " + to);
        rules.onTransition(machine, from, to);
    }

    void end() {
        done = true;
    }

    private void everySecond() {
        machines.forEach(rules::checkDoings);
        after(1_000 * MILLI, this::everySecond);
    }

    private void tick() {
        after(50 * MILLI, this::tick);
    }

    /// Runs it to its end.
    ///
    /// @return the hash of the trace
    /// @throws AssertionError when something was that must not be
    long run() {
        for (int client = 0; client < CLIENTS; client++) {
            use(client);
        }
        everySecond();
        tick();
        new SimFaults(this).schedule();
        while (!done && violation == null) {
            Event event = queue.remove();
            nowNanos = event.atNanos;
            event.action.run();
            rules.check();
        }
        if (violation != null) {
            throw new AssertionError(violation);
        }
        return hash;
    }
}
