package dev.cobnut.chaos;

import dev.cobnut.proxy.backend.Hold;
import dev.cobnut.proxy.backend.HoldTerms;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.NobodyListens;
import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Trouble;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One event loop of a [SimWorld] with a real [ShardLink], whose connections are [SimWire]s, and its clients. It is turned
/// once for all that happens to it.
final class SimLoop extends NobodyListens {
    private static final long STALL_NANOS = Duration.ofSeconds(1).toNanos();

    final int index;
    final List<SimClient> clients = new ArrayList<>();
    final LaneEpoch epoch = new LaneEpoch();
    final LinkSettings settings;
    private final SimWorld world;
    private final TestLoop loop = new TestLoop();
    private final ShardLink shard;
    private final List<SimWire> wires = new ArrayList<>();

    /// What happened to its sockets while it stood still.
    private final List<Runnable> missed = new ArrayList<>();

    /// What it was told meanwhile: sockets come first.
    private final List<Runnable> missedNews = new ArrayList<>();

    /// What it is to follow, how often it was told, and which time it has come to.
    private @Nullable Shard told;

    private int tellings;
    private int obeyed;
    private boolean still;
    private long stillSinceNanos;
    private @Nullable NodeAddress followed;
    private long troubledNanos;

    /// When it woke after more than a second, and when it was told last to go on.
    private long wokenNanos;

    private long openedNanos;

    SimLoop(SimWorld world, int index, LinkSettings settings, HoldTerms terms, int clients) {
        this.world = world;
        this.index = index;
        this.settings = settings;
        this.troubledNanos = loop.nowNanos();
        this.openedNanos = loop.nowNanos();
        this.shard = new ShardLink(loop.io(), epoch, 0, "s0", settings, this, index, terms);
        for (int i = 0; i < clients; i++) {
            this.clients.add(new SimClient(world, this, i));
        }
        loop.io().onLate(this::onLate);
    }

    static long startNanos() {
        try (TestLoop loop = new TestLoop()) {
            return loop.nowNanos();
        }
    }

    ShardLink shard() {
        return shard;
    }

    Hold hold() {
        return Objects.requireNonNull(shard.hold());
    }

    void defer(Runnable work) {
        loop.io().defer(work);
    }

    boolean isStill() {
        return still;
    }

    // ---- turns ------------------------------------------------------------------------------------------------------

    /// Does something in a turn of its own, or later when it stands still.
    void turn(Runnable work) {
        if (still) {
            missed.add(work);
            return;
        }
        loop.advance(Duration.ofNanos(world.nowNanos() - loop.nowNanos()));
        work.run();
        loop.runTurn();
        collect();
    }

    private void collect() {
        while (loop.hasDialled()) {
            TestChannel channel = loop.nextDialled();
            int port = ((InetSocketAddress) channel.target()).getPort();
            SimWire wire = new SimWire(world, this, world.node(port), channel);
            wires.add(wire);
            wire.dial();
        }
        wires.removeIf(wire -> !wire.collect());
    }

    /// The socket of a client or a timer, which looks at the clock first.
    void turnWithClock(Runnable work) {
        turn(() -> {
            long _ = loop.io().updateNow();
            work.run();
        });
    }

    void tick() {
        turn(() -> shard.tick(loop.io().updateNow()));
    }

    void stop() {
        still = true;
        stillSinceNanos = world.nowNanos();
    }

    void goOn() {
        still = false;
        if (world.nowNanos() - stillSinceNanos > STALL_NANOS + world.tickNanos()) {
            wokenNanos = world.nowNanos();
        }
        List<Runnable> late = List.copyOf(missed);
        missed.clear();
        late.forEach(this::turn);
        List<Runnable> news = List.copyOf(missedNews);
        missedNews.clear();
        news.forEach(this::turn);
        tick();
    }

    void follow(Shard next) {
        told = next;
        int telling = ++tellings;
        Runnable work = () -> {
            long _ = loop.io().updateNow();
            obey(next, telling);
        };
        if (still) {
            missedNews.add(work);
        } else {
            turn(work);
        }
    }

    private void onLate(long nanos) {
        shard.onLate(nanos);
        Shard newest = told;
        if (newest != null && world.bug != SimBug.VERDICT_UNREAD) {
            obey(newest, tellings);
        }
    }

    private void obey(Shard next, int telling) {
        if (telling <= obeyed) {
            return;
        }
        obeyed = telling;
        Gate gate = next.gate();
        boolean wasOpen = hold().isOpen();
        followed = next.master();
        if (gate.state() == Gate.State.OPEN) {
            openedNanos = gate.sinceNanos();
        }
        shard.follow(next, false);
        if (!wasOpen && hold().isOpen() && gate.sinceNanos() - troubledNanos < 0) {
            world.violation("loop " + index + " has opened by a verdict from before its trouble");
        }
        world.note("loop " + index + " follows " + followed + " " + gate.state() + ", is open " + hold().isOpen());
    }

    /// It was told that what this node says does not count.
    boolean isToldToDoubt(SimNode node) {
        return told != null && !(told.gate().believed() && node.address.equals(told.master()));
    }

    /// What it has just written to a node.
    void onWritten(SimNode node, String text) {
        boolean asks = text.contains("\r\nSET\r\n") || text.contains("\r\nINCR\r\n") || text.contains("\r\nGET\r\n");
        if (!asks) {
            return;
        }
        if (!node.address.equals(followed)) {
            world.violation("loop " + index + " writes to " + node + ", but follows " + followed);
        }
        world.checkWritten(node);
        if (wokenNanos != 0 && openedNanos - wokenNanos < 0) {
            world.violation("loop " + index + " writes to " + node + " after it stood still, before it was told to");
        }
        if (wokenNanos != 0
                && world.nowNanos() - wokenNanos < Duration.ofMillis(1900).toNanos()) {
            world.checkWoken(this, node, wokenNanos);
        }
    }

    void close() {
        still = false;
        turn(shard::close);
        if (shard.counters().get(ServerCounter.SERVER_CONNECTIONS) != 0
                || shard.counters().get(ServerCounter.IN_QUEUE) != 0
                || shard.counters().get(ServerCounter.OUT_QUEUE) != 0) {
            world.violation("counters of loop " + index + " are not zero");
        }
        loop.close();
    }

    void heal() {
        List.copyOf(wires).forEach(SimWire::heal);
    }

    // ---- what the shard reports -------------------------------------------------------------------------------------

    @Override
    public void onTrouble(
            ShardLink about, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos, boolean waiting) {
        if (waiting && sinceNanos - troubledNanos > 0) {
            troubledNanos = sinceNanos;
        }
        world.decider().onTrouble(this, kind, sinceNanos, waiting);
    }
}
