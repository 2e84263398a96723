package dev.cobnut.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What goes wrong in a [SimWorld], and when.
final class SimFaults {
    private enum Fault {
        PLANNED_FAILOVER,
        KILL_MASTER,
        KILL_REPLICA,
        HOST_DIES,
        FREEZE_MASTER,
        FREEZE_REPLICA,
        RESTART,
        RESTART_WITH_OLD_DATA,
        RESTART_EMPTY,
        REPLICA_FORGETS_ALL,
        MASTER_IS_REPLICA_FOR_A_MOMENT,
        RESET,
        LOOP_STANDS_STILL,
        PROCESS_STANDS_STILL,
        LOOP_IS_CUT_OFF,
        PROCESS_IS_CUT_OFF,
        SENTINEL_DOWN,
        CLIENT_LEAVES
    }

    private final SimWorld world;

    SimFaults(SimWorld world) {
        this.world = world;
    }

    /// All of a run.
    void schedule() {
        long begin = world.millis(2_000, 2_500);
        if (world.plain) {
            int failovers = 1 + world.below(2);
            for (int i = 0; i < failovers; i++) {
                world.after(begin + i * Duration.ofSeconds(5).toNanos(), () -> world.sentinels.begin(true));
            }
            world.after(begin + failovers * Duration.ofSeconds(5).toNanos(), world::heal);
            return;
        }
        if (world.fenced) {
            world.after(begin, () -> world.cutOff(world.sentinels.master()));
            disturbLease(begin);
            world.after(begin + world.millis(1_000, 9_000), world::heal);
            return;
        }
        if (world.late) {
            SimNode master = world.sentinels.master();
            world.after(begin, () -> world.sleep(master));
            if (world.chance(2)) {
                world.after(begin + world.millis(0, 40), () -> world.sentinels.begin(true));
            }
            if (world.chance(2)) {
                SimLoop loop = world.loops().get(world.below(world.loops().size()));
                world.after(begin + world.millis(0, 400), () -> world.stop(loop, world.millis(50, 900)));
            }
            world.after(begin + world.millis(4_000, 8_000), world::heal);
            return;
        }
        long when = begin;
        int faults = 1 + world.below(5);
        for (int i = 0; i < faults; i++) {
            Fault fault = Fault.values()[world.below(Fault.values().length)];
            world.after(when, () -> {
                world.note("fault " + fault + ", master " + world.sentinels.master());
                world.count("fault " + fault);
                inflict(fault);
            });
            when += world.chance(3) ? world.millis(0, 100) : world.millis(100, 2_500);
        }
        world.after(Math.max(when, begin + world.millis(500, 5_000)), world::heal);
    }

    /// The lease runs out 1.25 s before down-after has passed, counted from the last question that was answered, and another is
    /// promoted 370 ms later at the earliest. Just then writes may be under way at a master that is frozen, and a loop
    /// may stand still; or this process, see [SimWorld#onLeaseEnding].
    private void disturbLease(long begin) {
        int leaseMillis = (int) (world.sentinels.downAfterNanos / 1_000_000) - 1_250;
        long endNanos = begin + Duration.ofMillis(leaseMillis).toNanos();
        long when = endNanos - world.millis(150, Math.min(600, leaseMillis));
        int what = world.below(4);
        if (what > 0) {
            world.after(when, () -> world.sleep(world.sentinels.master()));
        }
        if (what == 1) {
            SimLoop loop = world.loops().get(world.below(world.loops().size()));
            world.after(when + world.millis(20, 350), () -> world.stop(loop, world.millis(100, 990)));
        }
    }

    private SimNode replica() {
        List<SimNode> replicas = world.members().stream()
                .filter(each -> each != world.sentinels.master())
                .toList();
        return replicas.get(world.below(replicas.size()));
    }

    private void inflict(Fault fault) {
        SimNode master = world.sentinels.master();
        switch (fault) {
            case PLANNED_FAILOVER -> world.sentinels.begin(false);
            case KILL_MASTER -> kill(master, false, world.millis(200, 6_000), master.offset());
            case KILL_REPLICA -> {
                SimNode replica = replica();
                kill(replica, false, world.millis(200, 3_000), replica.offset());
            }
            case HOST_DIES -> kill(master, true, world.millis(200, 6_000), master.offset());
            case FREEZE_MASTER -> freeze(master);
            case FREEZE_REPLICA -> freeze(replica());
            case RESTART -> kill(master, false, world.millis(50, 400), master.offset());
            case RESTART_WITH_OLD_DATA ->
                kill(master, false, world.millis(50, 400), Math.max(30, master.offset() - world.below(20)));
            case RESTART_EMPTY -> kill(master, false, world.millis(50, 400), 0);
            case REPLICA_FORGETS_ALL -> {
                SimNode replica = replica();
                boolean copied = SimWorld.PROCESSES_KEEP_THEIR_DATA && !master.isMaster();
                if (replica.answers() && !copied) {
                    replica.kill(false);
                    world.after(world.millis(50, 300), () -> back(replica, 0, true));
                }
            }
            case MASTER_IS_REPLICA_FOR_A_MOMENT -> {
                SimNode source = replica();
                boolean copied = SimWorld.PROCESSES_KEEP_THEIR_DATA && source.isMaster();
                if (master.answers() && master.isMaster() && !world.isUnseen(master) && !copied) {
                    master.replicate(source);
                    world.after(world.millis(20, 400), () -> {
                        if (master.answers() && master == world.sentinels.master()) {
                            master.promote();
                        }
                    });
                }
            }
            case RESET -> {
                List<SimWire> wires = new ArrayList<>(master.wires);
                world.shuffle(wires);
                wires.stream().limit(1 + world.below(4)).forEach(SimWire::nodeEnds);
            }
            case LOOP_STANDS_STILL ->
                world.stop(world.loops().get(world.below(world.loops().size())), world.millis(50, 4_000));
            case PROCESS_STANDS_STILL -> {
                world.stopProcess(world.millis(900, 6_000));
                if (world.chance(2)) {
                    world.after(world.millis(0, 500), () -> world.sentinels.begin(false));
                }
            }
            case LOOP_IS_CUT_OFF -> {
                world.cut(world.below(world.loops().size()), world.anyNode());
                world.after(world.millis(100, 3_000), world::healNetwork);
            }
            case PROCESS_IS_CUT_OFF -> {
                SimNode node = world.anyNode();
                world.cut(-1, node);
                world.loops().forEach(loop -> world.cut(loop.index, node));
                world.after(world.millis(100, 3_000), world::healNetwork);
            }
            case SENTINEL_DOWN -> {
                int sentinel = world.below(SimSentinels.COUNT);
                world.sentinels.setDown(sentinel, true);
                world.after(world.millis(100, 5_000), () -> world.sentinels.setDown(sentinel, false));
            }
            case CLIENT_LEAVES -> {
                List<SimClient> clients =
                        world.loops().get(world.below(world.loops().size())).clients;
                clients.get(world.below(clients.size())).leave();
            }
        }
    }

    private void kill(SimNode node, boolean withHost, long downNanos, long kept) {
        // Two restarts with data that nobody saw between are what cannot be told from a stranger.
        if (node.up && !(kept > 0 && world.isUnseen(node))) {
            node.kill(withHost);
            world.after(downNanos, () -> back(node, kept, false));
        }
    }

    private void back(SimNode node, long kept, boolean forgetsMaster) {
        if (!node.up) {
            world.note("back: " + node);
            node.restart(kept, forgetsMaster);
        }
    }

    private void freeze(SimNode node) {
        if (node.answers()) {
            node.freeze();
            world.after(world.millis(50, 5_000), () -> {
                if (node.frozen) {
                    node.thaw();
                }
            });
        }
    }
}
