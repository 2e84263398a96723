package dev.cobnut.chaos;

import dev.cobnut.control.discovery.SimControl;
import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What lies between the deciding half of a [SimWorld] and all others: questions and answers, news and publications, which
/// take their time, and get lost when the network does so.
final class SimDecider implements SimControl.Outside {
    private static final long PROBE_NANOS = Duration.ofMillis(500).toNanos();
    private static final long POLL_AGAIN_NANOS = Duration.ofMillis(20).toNanos();
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long TICK_NANOS = Duration.ofMillis(100).toNanos();

    private final SimWorld world;
    private final SimControl control;
    private final long[] polledNanos = new long[SimSentinels.COUNT];
    private final boolean[] polling = new boolean[SimSentinels.COUNT];
    private final Map<SimLoop, Long> publishedNanos = new HashMap<>();

    /// What happened to it while it stood still.
    private final List<Runnable> missed = new ArrayList<>();

    private boolean still;

    /// Of the last trouble that it was told.
    private long toldNanos;

    private int watching;

    /// The identity of the master's history, as it was heard last.
    private String seen = "";

    SimDecider(SimWorld world, Duration hold) {
        this.world = world;
        boolean leased = world.fenced && world.bug != SimBug.LEASE_IGNORED;
        this.control = new SimControl(this, SimSentinels.COUNT, world.configured, hold, leased, world.nowNanos());
    }

    SimControl control() {
        return control;
    }

    /// Whether the identity of its history has been heard.
    boolean hasSeen(SimNode node) {
        return seen.equals(node.replid());
    }

    void start() {
        for (int sentinel = 0; sentinel < SimSentinels.COUNT; sentinel++) {
            int each = sentinel;
            askSentinel(sentinel);
            world.after(world.millis(0, 1_000), () -> world.every(SECOND_NANOS, () -> askSentinel(each)));
        }
        world.every(TICK_NANOS, () -> inProcess(() -> control.onTick(world.nowNanos())));
    }

    // ---- standing still ---------------------------------------------------------------------------------------------

    void stop() {
        still = true;
    }

    /// What it has missed comes a little later: other threads read it.
    void goOn() {
        still = false;
        List<Runnable> late = List.copyOf(missed);
        missed.clear();
        world.after(world.chance(2) ? 0 : world.millis(0, 5), () -> late.forEach(this::inProcess));
    }

    private void inProcess(Runnable work) {
        if (still) {
            missed.add(work);
        } else {
            work.run();
        }
    }

    // ---- news -------------------------------------------------------------------------------------------------------

    void onTrouble(SimLoop loop, Trouble.Kind kind, long sinceNanos, boolean waiting) {
        world.count("trouble " + kind);
        world.note("loop " + loop.index + " has trouble: " + kind);
        if (world.lossy && world.chance(10)) {
            return;
        }
        world.after(
                world.below(400_000),
                () -> inProcess(() -> {
                    control.onTrouble(kind, waiting, sinceNanos, world.nowNanos());
                    if (waiting && sinceNanos - toldNanos > 0) {
                        toldNanos = sinceNanos;
                    }
                }));
    }

    void onEvent(int sentinel, String channel, String payload) {
        world.note("sentinel " + sentinel + " " + channel + " " + payload);
        if (world.lossy && world.chance(6)) {
            return;
        }
        world.after(
                world.wireNanos(),
                () -> inProcess(() -> control.onHeard(sentinel, channel, payload, world.nowNanos())));
    }

    private <T> void question(SimNode node, Supplier<T> say, T nothing, Consumer<T> answer) {
        boolean[] answered = new boolean[1];
        Consumer<T> once = value -> inProcess(() -> {
            if (!answered[0]) {
                answered[0] = true;
                answer.accept(value);
            }
        });
        world.after(PROBE_NANOS, () -> once.accept(nothing));
        world.after(world.wireNanos(), () -> {
            if (world.isCut(-1, node) || (!node.up && node.silent) || (world.lossy && world.chance(20))) {
                return;
            }
            Runnable reply = () -> {
                T value = node.up ? say.get() : nothing;
                world.after(world.wireNanos(), () -> once.accept(value));
            };
            if (node.frozen) {
                node.questions.add(reply);
            } else {
                reply.run();
            }
        });
    }

    @Override
    public void askPassage(NodeAddress.Tcp address, long delayNanos) {
        world.after(
                delayNanos,
                () -> inProcess(() -> {
                    long askedNanos = world.nowNanos();
                    SimNode node = world.node(address.port());
                    world.count("asked");
                    question(
                            node,
                            node::info,
                            new MasterAnswer.Nothing("it is not there"),
                            answer -> control.onPassage(address, answer, askedNanos, world.nowNanos()));
                }));
    }

    @Override
    public void askRole(NodeAddress.Tcp address, long delayNanos) {
        world.after(
                delayNanos,
                () -> inProcess(() -> {
                    SimNode node = world.node(address.port());
                    question(
                            node,
                            node::role,
                            RoleAnswer.none("it is not there"),
                            answer -> onRole(address, node, answer));
                }));
    }

    private void onRole(NodeAddress.Tcp address, SimNode node, RoleAnswer answer) {
        if (answer.kind() != RoleAnswer.Kind.MASTER) {
            control.onRole(address, answer, null, world.nowNanos());
            return;
        }
        question(
                node,
                node::info,
                new MasterAnswer.Nothing("it is not there"),
                data -> control.onRole(address, answer, data, world.nowNanos()));
    }

    @Override
    public void askSentinel(int sentinel) {
        if (polling[sentinel]) {
            return;
        }
        polling[sentinel] = true;
        long wait = POLL_AGAIN_NANOS - (world.nowNanos() - polledNanos[sentinel]);
        world.after(
                polledNanos[sentinel] == 0 ? 0 : Math.max(0, wait),
                () -> inProcess(() -> {
                    polling[sentinel] = false;
                    polledNanos[sentinel] = world.nowNanos();
                    poll(sentinel, world.nowNanos());
                }));
    }

    private void poll(int sentinel, long askedNanos) {
        if (world.lossy && world.chance(8)) {
            return;
        }
        world.after(world.wireNanos(), () -> {
            if (world.sentinels.isDown(sentinel)) {
                world.after(world.wireNanos(), () -> inProcess(() -> control.onSilent(sentinel, world.nowNanos())));
                return;
            }
            SimSentinels.Claim claim = world.sentinels.claim(sentinel);
            world.after(
                    world.wireNanos(),
                    () -> inProcess(() -> control.onClaim(
                            sentinel,
                            claim.master(),
                            claim.epoch(),
                            claim.replicas(),
                            world.sentinels.downAfterNanos + (world.bug == SimBug.LEASE_TOO_LONG ? SECOND_NANOS : 0),
                            askedNanos,
                            world.nowNanos())));
        });
    }

    @Override
    public void watch(NodeAddress.Tcp master) {
        watching++;
        watch(master, watching);
    }

    private void watch(NodeAddress.Tcp master, int number) {
        if (number != watching) {
            return;
        }
        long askedNanos = world.nowNanos();
        SimNode node = world.node(master.port());
        question(node, node::info, new MasterAnswer.Nothing("it is not there"), answer -> {
            if (answer instanceof MasterAnswer.Master said && master.equals(control.master())) {
                seen = said.history().replid();
            }
            control.onDescent(master, answer, askedNanos, world.nowNanos());
            long pause = Duration.ofMillis(answer instanceof MasterAnswer.Master ? 1_000 : 200)
                    .toNanos();
            world.after(pause, () -> inProcess(() -> watch(master, number)));
        });
    }

    @Override
    public void publish(Shard decided) {
        Shard shard = world.bug == SimBug.ANSWERS_BELIEVED
                ? decided.withGate(decided.gate().withBelief(true))
                : decided;
        Gate gate = shard.gate();
        world.count("gate " + gate.state());
        world.count(gate.believed() ? "believed" : "not believed");
        world.note(
                "publish " + shard.master() + " " + gate.state() + (gate.believed() ? " " : " doubted ") + gate.why());
        if (gate.state() == Gate.State.OPEN && gate.sinceNanos() - toldNanos < 0) {
            world.violation("the gate opens by an answer from before the last trouble");
        }
        if (gate.why().startsWith("no majority")) {
            world.onLeaseEnding();
        }
        for (SimLoop loop : world.loops()) {
            long when = Math.max(world.nowNanos() + world.below(400_000), publishedNanos.getOrDefault(loop, 0L) + 1);
            publishedNanos.put(loop, when);
            world.at(when, () -> loop.follow(shard));
        }
    }

    @Override
    public void tell(String line) {
        world.note("told: " + line);
    }
}
