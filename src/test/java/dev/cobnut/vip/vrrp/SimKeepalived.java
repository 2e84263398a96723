package dev.cobnut.vip.vrrp;

import dev.cobnut.vip.vrrp.Effect.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;

/// What keepalived 2.2.7 does with its defaults, as far as it is known: no refresh, no advertisement before it yields, and the
/// kernel keeps the address of one that was killed. Written without a look at [VirtualRouter] and [Timing].
final class SimKeepalived extends SimMachine {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long SECOND_BURST_NANOS = 5 * SECOND;
    private static final int BURST = 5;

    private State state = State.INIT;

    /// Of the master, in version 3.
    private long masterIntervalNanos;

    private long timerNanos = Long.MAX_VALUE;
    private long burstNanos = Long.MAX_VALUE;

    SimKeepalived(SimWorld world, int index, RouterSettings settings, InetAddress address) {
        super(world, index, settings, address);
    }

    @Override
    boolean isOurs() {
        return false;
    }

    @Override
    State state() {
        return state;
    }

    @Override
    int priority() {
        return Math.max(1, Math.min(254, settings.priority() + weight));
    }

    @Override
    long deadlineNanos() {
        return Math.min(timerNanos, burstNanos);
    }

    /// It is not known.
    @Override
    boolean isDueFirst() {
        return world.below(2) == 0;
    }

    private long ownIntervalNanos() {
        return settings.interval().toNanos();
    }

    private long skewNanos() {
        return (256 - priority()) * (settings.version() == 2 ? SECOND : masterIntervalNanos) / 256;
    }

    private void waitForMaster(long intervalNanos) {
        masterIntervalNanos = settings.version() == 2 ? ownIntervalNanos() : intervalNanos;
        timerNanos = clockNanos() + 3 * masterIntervalNanos + skewNanos();
    }

    private void become(State next, String why) {
        State from = state;
        state = next;
        if (next != State.MASTER) {
            drop();
            timerNanos = Long.MAX_VALUE;
            burstNanos = Long.MAX_VALUE;
        }
        world.onTransition(this, from, next, why);
    }

    private void becomeBackup(long intervalNanos, String why) {
        become(State.BACKUP, why);
        waitForMaster(intervalNanos);
    }

    private void advertise() {
        world.advertise(this, priority());
        timerNanos = clockNanos() + ownIntervalNanos();
    }

    private void burst() {
        world.announce(this, BURST);
        burstNanos = clockNanos() + SECOND_BURST_NANOS;
    }

    private void leave(State next, String why) {
        if (state == State.MASTER) {
            world.advertise(this, 0);
        }
        become(next, why);
    }

    @Override
    void onStart() {
        state = State.INIT;
        drop();
        if (isHindered()) {
            become(State.FAULT, "hindered");
        } else {
            becomeBackup(ownIntervalNanos(), "started");
        }
    }

    @Override
    void onStop() {
        leave(State.INIT, "stopped");
    }

    @Override
    void onVerdict() {
        if (isHindered() && state != State.FAULT) {
            leave(State.FAULT, "hindered");
        } else if (!isHindered() && state == State.FAULT) {
            becomeBackup(ownIntervalNanos(), "well again");
        }
    }

    @Override
    void onAddressGone() {
        throw new IllegalStateException("an address of keepalived has no lifetime");
    }

    @Override
    void onDue() {
        if (timerNanos <= clockNanos()) {
            boolean isNew = state == State.BACKUP;
            advertise();
            if (isNew) {
                carry(null);
                become(State.MASTER, "no master is heard");
                burst();
            }
        }
        if (burstNanos <= clockNanos()) {
            world.announce(this, BURST);
            burstNanos = Long.MAX_VALUE;
        }
    }

    @Override
    void onHeard(Event.Heard heard) {
        int theirs = heard.advert().priority();
        long theirIntervalNanos = heard.advert().interval().toNanos();
        int order = Arrays.compareUnsigned(heard.source().getAddress(), address.getAddress());
        if (state == State.BACKUP) {
            if (theirs == 0) {
                timerNanos = clockNanos() + skewNanos();
            } else if (!settings.preempt() || theirs >= priority()) {
                waitForMaster(theirIntervalNanos);
            }
        } else if (state == State.MASTER) {
            if (theirs == 0) {
                advertise();
            } else if (theirs > priority() || (theirs == priority() && order > 0)) {
                becomeBackup(theirIntervalNanos, heard.source().getHostAddress() + " is better");
            } else if (theirs < priority() || order < 0) {
                advertise();
                burst();
            }
        }
    }
}
