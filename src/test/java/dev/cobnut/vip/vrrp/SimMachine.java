package dev.cobnut.vip.vrrp;

import dev.cobnut.vip.vrrp.Effect.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A machine of a [SimWorld]: a kernel that carries the address or not, and a process that speaks VRRP.
abstract class SimMachine {
    /// What has become of the process.
    enum Life {
        UP,
        STOPPED,
        DEAD
    }

    /// Something that waits to be read.
    ///
    /// @param advert null for something else
    private record Inbound(Event.@Nullable Heard advert, Runnable reading) {}

    private static final long LATE_NANOS_MAX = 1_000_000;

    final SimWorld world;
    final int index;
    final RouterSettings settings;
    final InetAddress address;

    /// Its clock is not the world's.
    private final long offsetNanos;

    private final Deque<Inbound> inbox = new ArrayDeque<>();
    private Life life = Life.DEAD;
    private long processSinceNanos;
    private boolean carries;
    private long carriedUntilNanos;
    private long scheduledNanos = Long.MAX_VALUE;
    private int wake;

    /// Since it was asked last.
    private int doings;

    boolean linkDown;
    boolean checkFails;
    boolean drained;
    boolean carryFails;
    int weight;

    SimMachine(SimWorld world, int index, RouterSettings settings, InetAddress address) {
        this.world = world;
        this.index = index;
        this.settings = settings;
        this.address = address;
        this.offsetNanos = world.millis(-100_000, 100_000);
    }

    // ---- of each kind -----------------------------------------------------------------------------------------------

    abstract boolean isOurs();

    abstract State state();

    /// With its weight.
    abstract int priority();

    /// On its own clock.
    abstract long deadlineNanos();

    /// A new process begins.
    abstract void onStart();

    /// It is asked to end.
    abstract void onStop();

    abstract void onHeard(Event.Heard heard);

    abstract void onDue();

    /// Something that hinders it, or its weight, has changed.
    abstract void onVerdict();

    /// The kernel carries the address no more, since the time is over.
    abstract void onAddressGone();

    /// Whether it may look at timers before it reads what has come meanwhile.
    abstract boolean isDueFirst();

    // ---- of all -----------------------------------------------------------------------------------------------------

    long clockNanos() {
        return world.nowNanos() + offsetNanos;
    }

    boolean isUp() {
        return life == Life.UP;
    }

    boolean isDead() {
        return life == Life.DEAD;
    }

    /// Since when the process is what it is.
    long processSinceNanos() {
        return processSinceNanos;
    }

    boolean isMaster() {
        return isUp() && state() == State.MASTER;
    }

    /// Told so; whether the kernel would carry the address is another matter.
    boolean isHindered() {
        return linkDown || checkFails || drained;
    }

    /// Whether it can be master.
    boolean isEligible() {
        return isUp() && !isHindered() && !carryFails && state() != State.FAULT && state() != State.INIT;
    }

    /// Whether its kernel carries the address: it then answers who asks for it, whatever the process does.
    boolean owns() {
        return carries && carriedUntilNanos > world.nowNanos();
    }

    void carry(@Nullable Duration lifetime) {
        carries = true;
        carriedUntilNanos = lifetime == null ? Long.MAX_VALUE : world.nowNanos() + lifetime.toNanos();
    }

    void drop() {
        carries = false;
    }

    void start() {
        become(Life.UP);
        inbox.clear();
        onStart();
        schedule();
    }

    void stopOrderly() {
        if (isUp()) {
            onStop();
            become(Life.DEAD);
        }
    }

    /// @param withMachine whether its kernel dies as well
    void kill(boolean withMachine) {
        become(Life.DEAD);
        if (withMachine) {
            carries = false;
        }
    }

    void freeze() {
        become(Life.STOPPED);
    }

    void goOn() {
        become(Life.UP);
        turn();
    }

    private void become(Life next) {
        world.note(this + " " + life + " to " + next);
        life = next;
        processSinceNanos = world.nowNanos();
    }

    void receive(Event.Heard heard) {
        post(new Inbound(heard, () -> onHeard(heard)));
    }

    /// Something that hinders it, or its weight, has changed.
    void judge() {
        post(new Inbound(null, this::onVerdict));
    }

    void tell(Runnable action) {
        post(new Inbound(null, action));
    }

    private void post(Inbound inbound) {
        if (life != Life.DEAD) {
            inbox.add(inbound);
            if (isUp()) {
                turn();
            }
        }
    }

    /// Whether an advertisement of so much or more waits to be read.
    boolean hasUnread(int priority) {
        return inbox.stream()
                .anyMatch(
                        each -> each.advert() != null && each.advert().advert().priority() >= priority);
    }

    private void turn() {
        if (isDueFirst() && deadlineNanos() <= clockNanos()) {
            onDue();
        }
        if (carries && carriedUntilNanos <= world.nowNanos()) {
            carries = false;
            inbox.add(new Inbound(null, this::onAddressGone));
        }
        while (!inbox.isEmpty()) {
            inbox.remove().reading().run();
        }
        if (deadlineNanos() <= clockNanos()) {
            doings++;
            onDue();
        }
        schedule();
    }

    private void schedule() {
        long deadline = deadlineNanos();
        if (deadline == scheduledNanos) {
            return;
        }
        scheduledNanos = deadline;
        int current = ++wake;
        if (deadline != Long.MAX_VALUE) {
            world.at(deadline - offsetNanos + world.below(LATE_NANOS_MAX), () -> {
                if (current == wake) {
                    scheduledNanos = Long.MAX_VALUE;
                    if (isUp()) {
                        turn();
                    }
                }
            });
        }
    }

    /// For how long it has been late, on any clock.
    long lateNanos() {
        return deadlineNanos() == Long.MAX_VALUE ? 0 : clockNanos() - deadlineNanos();
    }

    void onAdvertised() {
        doings++;
    }

    /// How often something was due, or was sent, since it was asked last.
    int takeDoings() {
        int taken = doings;
        doings = 0;
        return taken;
    }

    @Override
    public String toString() {
        return (isOurs() ? "ours " : "keepalived ") + address.getHostAddress() + " (" + priority() + ")";
    }
}
