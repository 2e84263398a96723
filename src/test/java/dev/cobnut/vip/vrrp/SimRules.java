package dev.cobnut.vip.vrrp;

import static dev.cobnut.vip.vrrp.SimWorld.MILLI;
import static dev.cobnut.vip.vrrp.SimWorld.SLACK_NANOS;
import static dev.cobnut.vip.vrrp.SimWorld.WAY_NANOS_MAX;

import dev.cobnut.vip.vrrp.Effect.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What must be in a [SimWorld], looked at after each event; the table is at [VrrpSimTest]. By the formulas of the RFCs, without a
/// look at [Timing].
final class SimRules {
    private static final int PARTS = 2;
    private static final long SECOND = 1_000 * MILLI;
    private static final long NOT = Long.MAX_VALUE;

    private final SimWorld world;
    private final List<SimMachine> machines;

    /// The longest of all.
    private final long intervalNanos;

    private final long shortestNanos;

    private final long masterDownNanos;
    /// Nor begins with an interval that is shorter than the master's, and with less patience.
    private final boolean nobodyPreempts;

    /// Since when both are master and hear each other.
    private final long[][] twoSinceNanos;

    /// Since when there is no master in a part.
    private final long[] noneSinceNanos = new long[PARTS];

    /// Since when one machine alone carries the address in a part.
    private final long[] soleSinceNanos = new long[PARTS];

    private final int[] sole = new int[PARTS];

    /// When one of ours yielded last, if all that have yielded since the last disturbance are ours.
    private long yieldedNanos = NOT;

    private int yieldedDisturbances = -1;

    /// When a process was stopped or went on, or the network changed.
    private long shakenNanos;

    SimRules(SimWorld world) {
        this.world = world;
        this.machines = world.machines;
        long longest = 0;
        long shortest = NOT;
        for (SimMachine each : machines) {
            longest = Math.max(longest, each.settings.interval().toNanos());
            shortest = Math.min(shortest, each.settings.interval().toNanos());
        }
        intervalNanos = longest;
        shortestNanos = shortest;
        masterDownNanos = 3 * intervalNanos + skewNanos(1);
        nobodyPreempts = longest == shortest && machines.stream().noneMatch(each -> each.settings.preempt());
        twoSinceNanos = new long[machines.size()][machines.size()];
        for (long[] each : twoSinceNanos) {
            Arrays.fill(each, NOT);
        }
        Arrays.fill(sole, -1);
    }

    private long skewNanos(int priority) {
        boolean isOld = machines.getFirst().settings.version() == 2;
        return (256 - priority) * (isOld ? SECOND : intervalNanos) / 256;
    }

    /// For how long it may be carried by a machine of ours whose process says nothing.
    private static long lifetimeNanos(RouterSettings settings) {
        Duration interval = settings.interval();
        Duration longest = interval.multipliedBy(3)
                .plus((settings.version() == 2 ? Duration.ofSeconds(1) : interval)
                        .multipliedBy(255)
                        .dividedBy(256));
        return Math.max(2, longest.plusNanos(SECOND - 1).toSeconds()) * SECOND;
    }

    /// After so long without a disturbance nothing changes any more.
    long settlingNanos() {
        return 3 * masterDownNanos
                + machines.getFirst().settings.preemptDelay().toNanos()
                + intervalNanos
                + 10 * SLACK_NANOS;
    }

    long masterDownNanos() {
        return masterDownNanos;
    }

    void onShaken() {
        shakenNanos = world.nowNanos();
    }

    // ---- after each event -------------------------------------------------------------------------------------------

    void check() {
        machines.forEach(this::checkMachine);
        for (SimMachine one : machines) {
            for (SimMachine other : machines) {
                if (one.index < other.index) {
                    checkTwo(one, other);
                }
            }
        }
        for (int part = 0; part < PARTS; part++) {
            checkPart(part);
        }
        for (int client = 0; client < SimWorld.CLIENTS; client++) {
            checkClient(client);
        }
    }

    private void checkMachine(SimMachine machine) {
        if (!machine.isUp()) {
            long silentNanos = world.nowNanos() - machine.processSinceNanos();
            if (machine.isOurs() && machine.owns() && silentNanos > lifetimeNanos(machine.settings)) {
                world.violation(machine + " still carries the address, " + silentNanos / MILLI + " ms after its end");
            }
            return;
        }
        // What a killed one has left is dropped when the link is there; without it, nobody asks for it.
        boolean isLeft = machine.owns() && machine.linkDown;
        if (machine.isMaster() != machine.owns() && !isLeft) {
            world.violation(machine + " is " + machine.state() + " and carries "
                    + (machine.owns() ? "the address" : "nothing"));
        }
        if (machine.isMaster() && machine.isHindered()) {
            world.violation(machine + " is MASTER and hindered");
        }
        if (machine.lateNanos() > SLACK_NANOS) {
            world.violation(machine + " was to do something " + machine.lateNanos() / MILLI + " ms ago");
        }
    }

    private void checkTwo(SimMachine one, SimMachine other) {
        boolean isBoth = one.isMaster()
                && other.isMaster()
                && world.lossPercent == 0
                && world.reaches(one, other)
                && world.reaches(other, one);
        long since = twoSinceNanos[one.index][other.index];
        if (!isBoth) {
            twoSinceNanos[one.index][other.index] = NOT;
        } else if (since == NOT) {
            twoSinceNanos[one.index][other.index] = world.nowNanos();
        } else {
            SimMachine better = isBetter(one, other) ? one : other;
            long lastsNanos = world.nowNanos() - Math.max(since, world.disturbedNanos());
            if (lastsNanos > better.settings.interval().toNanos() + WAY_NANOS_MAX + SLACK_NANOS) {
                world.violation(one + " and " + other + " are both master, for " + lastsNanos / MILLI + " ms");
            }
        }
    }

    private static boolean isBetter(SimMachine one, SimMachine other) {
        return one.priority() != other.priority()
                ? one.priority() > other.priority()
                : Arrays.compareUnsigned(one.address.getAddress(), other.address.getAddress()) > 0;
    }

    private boolean isIn(SimMachine machine, int part) {
        return world.group[machine.index] == part && !machine.linkDown;
    }

    private void checkPart(int part) {
        long now = world.nowNanos();
        int masters = 0;
        int owners = 0;
        int owner = -1;
        boolean isPossible = false;
        for (SimMachine each : machines) {
            if (isIn(each, part)) {
                masters += each.isMaster() ? 1 : 0;
                isPossible |= each.isEligible();
                if (each.owns()) {
                    owners++;
                    owner = each.index;
                }
            }
        }
        if (owners != 1) {
            owner = -1;
        }
        if (owner != sole[part]) {
            sole[part] = owner;
            soleSinceNanos[part] = now;
        }
        if (masters > 0 || !isPossible || !world.isWhole(part)) {
            noneSinceNanos[part] = NOT;
        } else if (noneSinceNanos[part] == NOT) {
            noneSinceNanos[part] = now;
        } else {
            long lastsNanos = now - Math.max(noneSinceNanos[part], world.disturbedNanos());
            if (lastsNanos > masterDownNanos + WAY_NANOS_MAX + SLACK_NANOS) {
                world.violation("nobody is master, for " + lastsNanos / MILLI + " ms");
            }
        }
    }

    private void checkClient(int client) {
        int part = world.clientGroup[client];
        int owner = sole[part];
        if (owner < 0 || world.cache[client] == owner || world.cache[client] < 0 || !world.isWhole(part)) {
            return;
        }
        SimMachine machine = machines.get(owner);
        if (!machine.isMaster()) {
            return;
        }
        long now = world.nowNanos();
        long since = Math.max(soleSinceNanos[part], world.disturbedNanos());
        String wrong = "client " + client + " takes " + machines.get(world.cache[client]) + " for the owner, and not "
                + machine + ", ";
        long refreshNanos = machine.settings.announcing().refresh().toNanos();
        if (machine.isOurs() && now - since > refreshNanos + WAY_NANOS_MAX + SLACK_NANOS) {
            world.violation(wrong + "after a refresh");
        }
        boolean isYielded = yieldedNanos != NOT && yieldedDisturbances == world.disturbances();
        if (isYielded && now - Math.max(since, yieldedNanos) > SECOND + WAY_NANOS_MAX + SLACK_NANOS) {
            world.violation(wrong + (now - yieldedNanos) / MILLI + " ms after the other yielded");
        }
    }

    // ---- once in a while --------------------------------------------------------------------------------------------

    void onTransition(SimMachine machine, State from, State to) {
        long now = world.nowNanos();
        boolean isWhole = world.isWhole(0) && world.isWhole(1);
        if (isWhole && now - world.disturbedNanos() > settlingNanos()) {
            world.violation(machine + " goes from " + from + " to " + to + ", though nothing has happened for "
                    + (now - world.disturbedNanos()) / MILLI + " ms");
        }
        if (to == State.MASTER && machine.isOurs() && machine.hasUnread(machine.priority())) {
            world.violation(machine + " is MASTER and does not read who is");
        }
        if (to == State.MASTER && isWhole && nobodyPreempts && now - shakenNanos > settlingNanos()) {
            checkWhomItReplaces(machine);
        }
        if (from == State.MASTER && to == State.BACKUP) {
            onYielded(machine, now);
        }
    }

    private void checkWhomItReplaces(SimMachine machine) {
        int part = world.group[machine.index];
        int before = sole[part];
        if (before >= 0
                && before != machine.index
                && machines.get(before).isMaster()
                && world.nowNanos() - soleSinceNanos[part] > masterDownNanos) {
            world.violation(machines.get(before) + " is replaced by " + machine + ", and nobody may preempt");
        }
    }

    private void onYielded(SimMachine machine, long now) {
        boolean isFirst = yieldedDisturbances != world.disturbances();
        yieldedDisturbances = world.disturbances();
        boolean areOurs = isFirst || yieldedNanos != NOT;
        yieldedNanos = machine.isOurs() && areOurs ? now : NOT;
    }

    /// A machine is about to lose the address in good order.
    void onLeaving(SimMachine machine) {
        int part = world.group[machine.index];
        boolean isQuiet = world.nowNanos() - world.disturbedNanos() > settlingNanos();
        if (!machine.isMaster() || !isQuiet || !world.isWhole(part) || machine.linkDown) {
            return;
        }
        SimMachine next = best(part, machine);
        if (next == null) {
            return;
        }
        world.count("left in good order");
        int before = world.disturbances() + 1;
        long limitNanos = skewNanos(1) + WAY_NANOS_MAX + SLACK_NANOS;
        for (SimMachine each : machines) {
            if (isIn(each, part) && each.isEligible() && each != machine) {
                limitNanos = Math.min(limitNanos, skewNanos(each.priority()) + WAY_NANOS_MAX + SLACK_NANOS);
            }
        }
        world.after(limitNanos, () -> {
            if (before == world.disturbances() && noneSinceNanos[part] != NOT) {
                world.violation(machine + " has left, and nobody is master in time");
            }
        });
    }

    /// Who should be master if all preempt.
    private @Nullable SimMachine best(int part, @Nullable SimMachine without) {
        SimMachine best = null;
        for (SimMachine each : machines) {
            if (each != without && isIn(each, part) && each.isEligible() && (best == null || isBetter(each, best))) {
                best = each;
            }
        }
        return best;
    }

    /// All has been quiet for long.
    void checkSettled() {
        for (int part = 0; part < PARTS; part++) {
            SimMachine best = best(part, null);
            if (best == null || !world.isWhole(part)) {
                continue;
            }
            List<SimMachine> masters = new ArrayList<>();
            for (SimMachine each : machines) {
                if (isIn(each, part) && each.isMaster()) {
                    masters.add(each);
                }
            }
            if (masters.size() != 1) {
                world.violation("all is quiet, and masters are " + masters);
            } else if (best.settings.preempt() && masters.getFirst().priority() < best.priority()) {
                world.violation("all is quiet, and " + masters.getFirst() + " is not the best, which is " + best);
            }
            world.count("settled");
        }
    }

    /// Called once a second.
    void checkDoings(SimMachine machine) {
        int doings = machine.takeDoings();
        // It wakes and advertises once in each interval, answers each of the others, and has a few things to do in each
        // second.
        long perSecond = SECOND / shortestNanos * (machines.size() + 1) + 20;
        if (machine.isOurs() && doings > perSecond) {
            world.violation(machine + " had something to do " + doings + " times in a second");
        }
    }
}
