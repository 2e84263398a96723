package dev.cobnut.chaos;

import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Three Sentinels of a [SimWorld]. They replace a master that is gone, learn of it at different times, publish events, and
/// correct nodes that do not follow. The last one may be mad.
final class SimSentinels {
    static final int COUNT = 3;

    /// How the last one is.
    enum Mood {
        SANE,
        FIRST_MASTER_FOREVER,
        RANDOM_MEMBER_WITH_HUGE_EPOCH,
        STRANGER_WITH_HUGE_EPOCH,
        FAILOVERS_NOW_AND_THEN,
        FAILOVERS_WITHOUT_END
    }

    /// @param learned when each Sentinel knew
    record Reign(SimNode master, long epoch, List<Long> learned) {}

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final SimWorld world;
    private final List<Reign> reigns = new ArrayList<>();
    private final boolean[] down = new boolean[COUNT];
    final Mood mood;
    private boolean underWay;
    private long goneSinceNanos = -1;
    final long downAfterNanos;

    /// The master that they cannot reach, and neither the proxy; whether they have promoted another since.
    private @Nullable SimNode lost;

    private boolean replaced;

    /// Who was promoted last, whether or not all know.
    private SimNode newest;

    SimSentinels(SimWorld world, Mood mood, SimNode first) {
        this.world = world;
        this.mood = mood;
        reigns.add(new Reign(first, 0, List.of(0L, 0L, 0L)));
        newest = first;
        downAfterNanos = world.fenced ? world.millis(1_700, 5_000) : world.millis(500, 1_500);
    }

    SimNode master() {
        return reigns.getLast().master;
    }

    /// All is healed.
    void onHealed() {
        Arrays.fill(down, false);
    }

    boolean isUnderWay() {
        return underWay;
    }

    private boolean isMad(int sentinel) {
        return mood != Mood.SANE && sentinel == COUNT - 1;
    }

    void setDown(int sentinel, boolean isDown) {
        down[sentinel] = isDown;
    }

    /// Whether the proxy gets no answer of it.
    boolean isDown(int sentinel) {
        return down[sentinel] || lost != null;
    }

    /// @param node null when the network is whole again
    void lose(@Nullable SimNode node) {
        lost = node;
        replaced = false;
        if (node != null) {
            // It may have answered just before, to a PING that is sent every second.
            long period = Math.min(downAfterNanos, SECOND_NANOS);
            int millis = (int) (period / 1_000_000);
            goneSinceNanos = world.nowNanos() - world.millis(world.chance(2) ? millis - 50 : 0, millis);
        }
    }

    /// Whether it is cut off, and another has been promoted.
    boolean isReplaced(SimNode node) {
        return node == lost && replaced;
    }

    /// Whether another one has been promoted since it was the master.
    boolean isSucceeded(SimNode node) {
        return node != newest;
    }

    /// Whether a node was master once, and all who are sane knew by that time that another one is.
    boolean isPast(SimNode node, long atNanos) {
        Reign last = reigns.getLast();
        boolean was = false;
        for (Reign reign : reigns) {
            was |= reign.master == node;
        }
        boolean known = true;
        for (int sentinel = 0; sentinel < COUNT; sentinel++) {
            known &= isMad(sentinel) || last.learned.get(sentinel) <= atNanos;
        }
        return was && known && last.master != node && !underWay;
    }

    // ---- answers ----------------------------------------------------------------------------------------------------

    /// @param replicas what it lists
    record Claim(NodeAddress.Tcp master, long epoch, Set<NodeAddress.Tcp> replicas) {}

    Claim claim(int sentinel) {
        Reign known = reigns.getFirst();
        for (Reign reign : reigns) {
            known = reign.learned.get(sentinel) <= world.nowNanos() ? reign : known;
        }
        NodeAddress.Tcp master = known.master.address;
        long epoch = known.epoch;
        if (isMad(sentinel)) {
            switch (mood) {
                case FIRST_MASTER_FOREVER -> {
                    master = reigns.getFirst().master.address;
                    epoch = 0;
                }
                case RANDOM_MEMBER_WITH_HUGE_EPOCH -> {
                    master = world.anyNode().address;
                    epoch = 1_000_000L + world.below(100);
                }
                case STRANGER_WITH_HUGE_EPOCH -> {
                    master = world.stranger().address;
                    epoch = 1_000_000L + world.below(100);
                }
                case SANE, FAILOVERS_NOW_AND_THEN, FAILOVERS_WITHOUT_END -> {}
            }
        }
        Set<NodeAddress.Tcp> replicas = new HashSet<>();
        for (SimNode node : world.members()) {
            replicas.add(node.address);
        }
        replicas.remove(master);
        return new Claim(master, epoch, replicas);
    }

    // ---- time -------------------------------------------------------------------------------------------------------

    /// Looks after the nodes; every 100 ms.
    void tick() {
        SimNode master = master();
        boolean there = master.answers() && master.isMaster() && master != lost;
        if (there) {
            goneSinceNanos = -1;
        } else if (goneSinceNanos < 0) {
            goneSinceNanos = world.nowNanos();
        } else if (!underWay && world.nowNanos() - goneSinceNanos > downAfterNanos && !down[0] && !down[1]) {
            begin(world.late);
        }
        if (there && !underWay) {
            for (SimNode node : world.members()) {
                if (node != master && node.answers() && world.chance(node.isMaster() ? 40 : 15)) {
                    node.replicate(master);
                }
            }
        }
        if (isMad(COUNT - 1) && mood == Mood.FAILOVERS_NOW_AND_THEN && world.chance(60)) {
            pretend(true);
        }
        if (isMad(COUNT - 1) && mood == Mood.FAILOVERS_WITHOUT_END && world.chance(10)) {
            pretend(false);
        }
    }

    private void pretend(boolean ends) {
        int mad = COUNT - 1;
        emitMaster(mad, "+try-failover");
        if (world.chance(2)) {
            emitReplica(mad, world.chance(4) ? "+failover-state-wait-promotion" : "+selected-slave", world.anyNode());
        }
        if (ends && world.chance(2)) {
            world.after(world.millis(50, 1_500), () -> emitMaster(mad, "-failover-abort-no-good-slave"));
        }
    }

    // ---- a failover -------------------------------------------------------------------------------------------------

    /// Begins a failover; nothing when one is under way.
    ///
    /// @param planned whether nothing goes wrong in it
    void begin(boolean planned) {
        if (underWay) {
            return;
        }
        underWay = true;
        int leader = world.below(2);
        emitMaster(leader, "+try-failover");
        if (!planned && world.chance(8)) {
            abort(leader, "-failover-abort-not-elected");
            return;
        }
        world.after(world.millis(0, 120), () -> {
            emitMaster(leader, "+elected-leader");
            emitMaster(leader, "+failover-state-select-slave");
            world.after(world.millis(50, 110), () -> select(leader, planned));
        });
    }

    private void abort(int leader, String channel) {
        world.after(world.millis(200, 2_500), () -> {
            emitMaster(leader, channel);
            underWay = false;
        });
    }

    private @Nullable SimNode best() {
        SimNode best = null;
        for (SimNode node : world.members()) {
            node.sync();
            boolean fit = node != master() && node.answers() && !node.isMaster() && !node.isLoading();
            if (fit && (best == null || node.offset() > best.offset())) {
                best = node;
            }
        }
        return best;
    }

    private void select(int leader, boolean planned) {
        SimNode chosen = best();
        if (chosen == null) {
            abort(leader, "-failover-abort-no-good-slave");
            return;
        }
        emitReplica(leader, "+selected-slave", chosen);
        emitReplica(leader, "+failover-state-send-slaveof-noone", chosen);
        world.after(world.millis(70, 110), () -> {
            boolean told = chosen.answers() && !chosen.isMaster() && (planned || !world.chance(15));
            if (!told) {
                abort(leader, "-failover-abort-slave-timeout");
                return;
            }
            emitReplica(leader, "+failover-state-wait-promotion", chosen);
            world.wakeSleeper();
            boolean dies = !planned && !world.isHealed() && world.chance(12);
            world.after(world.millis(0, 4), () -> {
                if (chosen.answers()) {
                    world.note("promoted " + chosen);
                    chosen.blessed = true;
                    chosen.promote();
                    newest = chosen;
                    replaced = lost != null;
                    world.after(world.millis(50, 1_000), () -> finish(leader, chosen, dies));
                } else {
                    abort(leader, "-failover-abort-slave-timeout");
                }
            });
        });
    }

    private void finish(int leader, SimNode promoted, boolean dies) {
        if (dies || !promoted.up || (promoted.foreign && !promoted.blessed)) {
            world.note("the leader does not finish it");
            world.after(world.millis(500, 3_000), () -> underWay = false);
            return;
        }
        emitReplica(leader, "+promoted-slave", promoted);
        emitMaster(leader, "+failover-state-reconf-slaves");
        List<Long> learned = new ArrayList<>();
        SimNode before = master();
        for (int sentinel = 0; sentinel < COUNT; sentinel++) {
            long late = sentinel == leader ? 0 : world.millis(0, 2_000);
            int each = sentinel;
            learned.add(world.nowNanos() + late);
            world.after(
                    late + world.millis(0, 300),
                    () -> emit(
                            each,
                            "+switch-master",
                            "s0 " + before.address.host() + " " + before.address.port() + " " + promoted.address.host()
                                    + " " + promoted.address.port()));
        }
        reigns.add(new Reign(promoted, reigns.getLast().epoch + 1, learned));
        world.note("the master is " + promoted + " now");
        for (SimNode node : world.members()) {
            if (node != before && node != promoted && node.answers()) {
                node.replicate(promoted);
            }
        }
        world.after(world.millis(50, 500), () -> underWay = false);
    }

    // ---- events -----------------------------------------------------------------------------------------------------

    private void emitMaster(int sentinel, String channel) {
        NodeAddress.Tcp master = master().address;
        emit(sentinel, channel, "master s0 " + master.host() + " " + master.port());
    }

    private void emitReplica(int sentinel, String channel, SimNode replica) {
        NodeAddress.Tcp master = master().address;
        NodeAddress.Tcp node = replica.address;
        emit(
                sentinel,
                channel,
                "slave " + node + " " + node.host() + " " + node.port() + " @ s0 " + master.host() + " "
                        + master.port());
    }

    private void emit(int sentinel, String channel, String payload) {
        if (!isDown(sentinel)) {
            world.decider().onEvent(sentinel, channel, payload);
        }
    }
}
