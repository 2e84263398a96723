package dev.cobnut.vip.vrrp;

import dev.cobnut.vip.vrrp.Effect.State;
import dev.cobnut.vip.vrrp.Event.Hindrance;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides for one virtual router whether this machine carries its addresses (RFC 9568, 6.4). Pure: events and `nowNanos` in,
/// effects out; no clock, socket or thread.
///
/// | state | event | next | and then |
/// | --- | --- | --- | --- |
/// | INIT | start | BACKUP | drop what was left; the timer is Master_Down of the own interval |
/// | INIT | start while hindered | FAULT | drop what was left, unless by the link |
/// | BACKUP | the timer is due | MASTER | advertise, carry, announce |
/// | BACKUP | heard: priority 0 | BACKUP | the timer is Skew: somebody leaves |
/// | BACKUP | heard: not less than ours, or less but no preemption (yet) | BACKUP | the timer is Master_Down of its interval |
/// | BACKUP | heard: less than ours | BACKUP | ignored: the timer goes on |
/// | MASTER | the timer is due | MASTER | advertise; from time to time carry and announce again |
/// | MASTER | heard: priority 0 | MASTER | advertise, announce: it was master as well |
/// | MASTER | heard: more than ours, or as much from a greater address | BACKUP | advertise once more, drop; the timer is Master_Down of its interval |
/// | MASTER | heard: less than ours, after it stood still for Master_Down, no preemption | BACKUP | as if that were more |
/// | MASTER | heard: less than ours | MASTER | advertise, announce: neighbours may have been told otherwise |
/// | MASTER | heard: not more than ours, from its own address | MASTER | ignored: two that answer each other would never end |
/// | MASTER | an address is lost | MASTER | carry, announce |
/// | MASTER | weighs less than before, no preemption | BACKUP | advertise 0, drop; the timer is Master_Down of the own interval |
/// | BACKUP | hindered | FAULT | |
/// | MASTER | hindered | FAULT | advertise 0, drop |
/// | MASTER | the link is back | MASTER | announce |
/// | FAULT | heard | FAULT | remember who is master, until Master_Down |
/// | FAULT | the last hindrance is cleared | BACKUP | drop what was left; the timer is Master_Down of the own interval |
/// | MASTER | stop | INIT | advertise 0, drop |
/// | BACKUP, FAULT | stop | INIT | |
///
/// What keepalived does not do by default, and what loses it the address after a split: a master that hears of a better one
/// advertises once more before it yields, so that the better one knows that neighbours have to be told; and a master announces
/// from time to time. What no one else does: a kernel carries an address for a while only, unless it is told again, so that a
/// process that was killed, or stands still, does not keep it.
///
/// Without preemption nobody would take the address from a master that weighs less. So it gives it away, once: if none of the
/// others is there, it has it back after Master_Down.
///
/// A preemption delay counts from the first advertisement of less priority that was heard as BACKUP.
public final class VirtualRouter {
    static final long RENEW_NANOS = Duration.ofMillis(500).toNanos();

    /// A master that stood still reads at once all that a rival has said meanwhile, hundreds of advertisements perhaps: one answer
    /// is enough.
    static final long ANSWER_NANOS = Duration.ofMillis(10).toNanos();

    /// Two masters that hear each other would otherwise flood the network.
    static final long RIVAL_ANNOUNCE_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long NEVER = Long.MAX_VALUE;

    private final RouterSettings settings;
    private final long ownIntervalNanos;
    private final Map<Hindrance, String> hindrances = new EnumMap<>(Hindrance.class);
    private State state = State.INIT;
    private int weight;
    private @Nullable InetAddress source;

    /// Of who was heard last as master.
    private long intervalNanos;

    private @Nullable InetAddress master;

    /// BACKUP: who said last that it leaves; null when another was heard since.
    private @Nullable InetAddress leaving;

    /// BACKUP, FAULT: when the master is dead. MASTER: when to advertise.
    private long timerNanos = NEVER;

    /// MASTER: when to tell the kernel again.
    private long renewNanos = NEVER;

    /// MASTER: when to announce as a new one does, once more.
    private long burstNanos = NEVER;

    /// MASTER: when to announce again, as from time to time.
    private long refreshNanos = NEVER;

    /// MASTER: when it announced as a new one does, because of a rival or later; what a rival says within a second of it is outdone
    /// when that has passed.
    private long rivalAnnouncedNanos = NEVER;

    /// BACKUP: since when a master of less priority is known.
    private long lesserSinceNanos = NEVER;

    /// BACKUP: whether the master has less priority, and is not waited for.
    private boolean preempting;

    public VirtualRouter(RouterSettings settings) {
        this.settings = settings;
        this.ownIntervalNanos = settings.interval().toNanos();
        this.intervalNanos = ownIntervalNanos;
    }

    public RouterSettings settings() {
        return settings;
    }

    public State state() {
        return state;
    }

    /// With what the checks add or take away, 1 to 254.
    public int priority() {
        return Math.clamp((long) settings.priority() + weight, 1, RouterSettings.PRIORITY_MAX);
    }

    /// What keeps it from being master, with what was seen; empty when nothing does.
    public Map<Hindrance, String> hindrances() {
        return Map.copyOf(hindrances);
    }

    /// Who was heard last as master; null for nobody, and while this one is.
    public @Nullable InetAddress master() {
        return master;
    }

    /// When [Event.Due] is due, on the clock of the events; [Long#MAX_VALUE] for never.
    public long deadlineNanos() {
        return Math.min(Math.min(timerNanos, renewNanos), Math.min(burstNanos, refreshNanos));
    }

    /// Something happened.
    ///
    /// @param nowNanos never less than before
    /// @return what is to be done, in order
    public List<Effect> on(Event event, long nowNanos) {
        List<Effect> effects = new ArrayList<>();
        switch (event) {
            case Event.Start _ -> start(nowNanos, effects);
            case Event.Stop _ -> leave(State.INIT, "stopped", effects);
            case Event.Due _ -> due(nowNanos, effects);
            case Event.Heard heard -> heard(heard, nowNanos, effects);
            case Event.Hindered hindered -> hindered(hindered, effects);
            case Event.Cleared cleared -> cleared(cleared.by(), nowNanos, effects);
            case Event.Weighed weighed -> weighed(weighed.weight(), nowNanos, effects);
            case Event.Lost lost -> lost(lost.address(), nowNanos, effects);
            case Event.Attached attached -> attached(attached.source(), nowNanos, effects);
        }
        return effects;
    }

    private void start(long nowNanos, List<Effect> effects) {
        if (state == State.INIT) {
            // An interface without another address is one that has this address by mistake, and nothing else.
            if (!hindrances.containsKey(Hindrance.LINK)) {
                effects.add(new Effect.Drop());
            }
            if (hindrances.isEmpty()) {
                becomeBackup("started", nowNanos, effects);
            } else {
                become(State.FAULT, reasons(), effects);
            }
        }
    }

    private void due(long nowNanos, List<Effect> effects) {
        if (state == State.BACKUP && nowNanos >= timerNanos) {
            becomeMaster(nowNanos, effects);
        } else if (state == State.FAULT && nowNanos >= timerNanos) {
            master = null;
            timerNanos = NEVER;
        } else if (state == State.MASTER) {
            if (nowNanos >= timerNanos) {
                advertise(nowNanos, effects);
            }
            if (nowNanos >= renewNanos) {
                carry(nowNanos, effects);
            }
            if (nowNanos >= Math.min(burstNanos, refreshNanos)) {
                announceAgain(nowNanos, effects);
            }
        }
    }

    private void heard(Event.Heard heard, long nowNanos, List<Effect> effects) {
        int theirs = heard.advert().priority();
        switch (state) {
            case BACKUP -> heardAsBackup(heard, theirs, nowNanos);
            case MASTER -> {
                if (theirs == 0) {
                    outdo(nowNanos, effects);
                    return;
                }
                effects.add(new Effect.Rival(heard));
                if (theirs > priority() || (theirs == priority() && isGreater(heard.source()))) {
                    yieldTo(heard, nowNanos, effects);
                } else if (hasStoodStill(nowNanos) && !settings.preempt()) {
                    yieldTo(heard, nowNanos, effects);
                } else if (!heard.source().equals(source)) {
                    outdo(nowNanos, effects);
                }
            }
            case FAULT -> heardInFault(heard, theirs, nowNanos);
            case INIT -> {}
        }
    }

    /// Only to know who has the addresses.
    private void heardInFault(Event.Heard heard, int theirs, long nowNanos) {
        master = theirs == 0 ? null : heard.source();
        timerNanos = NEVER;
        if (theirs > 0) {
            learn(heard.advert());
            waitForMaster(nowNanos);
        }
    }

    private void heardAsBackup(Event.Heard heard, int theirs, long nowNanos) {
        if (theirs == 0) {
            timerNanos = nowNanos + Timing.skewNanos(settings.version(), priority(), intervalNanos);
            leaving = heard.source();
            master = null;
            return;
        }
        master = heard.source();
        leaving = null;
        boolean isLess = theirs < priority();
        if (!isLess) {
            lesserSinceNanos = NEVER;
        } else if (lesserSinceNanos == NEVER) {
            lesserSinceNanos = nowNanos;
        }
        preempting = isLess
                && settings.preempt()
                && nowNanos - lesserSinceNanos >= settings.preemptDelay().toNanos();
        if (!preempting) {
            learn(heard.advert());
            waitForMaster(nowNanos);
        }
    }

    /// Another one was or is master as well: it has told the neighbours, and may do so until it hears this.
    private void outdo(long nowNanos, List<Effect> effects) {
        long advertisedNanos = timerNanos - ownIntervalNanos;
        if (nowNanos - advertisedNanos >= ANSWER_NANOS) {
            advertise(nowNanos, effects);
        }
        if (rivalAnnouncedNanos == NEVER || nowNanos - rivalAnnouncedNanos >= RIVAL_ANNOUNCE_NANOS) {
            rivalAnnouncedNanos = nowNanos;
            announce(nowNanos, effects);
        } else {
            burstNanos = Math.min(burstNanos, rivalAnnouncedNanos + RIVAL_ANNOUNCE_NANOS);
        }
    }

    private void yieldTo(Event.Heard better, long nowNanos, List<Effect> effects) {
        if (settings.advertBeforeYielding()) {
            effects.add(new Effect.Advertise(priority()));
        }
        effects.add(new Effect.Drop());
        learn(better.advert());
        become(
                State.BACKUP,
                better.source().getHostAddress() + " is master with priority "
                        + better.advert().priority(),
                effects);
        master = better.source();
        waitForMaster(nowNanos);
    }

    private void hindered(Event.Hindered hindered, List<Effect> effects) {
        hindrances.put(hindered.by(), hindered.detail());
        leave(State.FAULT, reasons(), effects);
    }

    private void cleared(Hindrance by, long nowNanos, List<Effect> effects) {
        if (hindrances.remove(by) != null && state == State.FAULT && hindrances.isEmpty()) {
            effects.add(new Effect.Drop());
            becomeBackup("nothing hinders it any more", nowNanos, effects);
        }
    }

    private void attached(InetAddress address, long nowNanos, List<Effect> effects) {
        source = address;
        cleared(Hindrance.LINK, nowNanos, effects);
        announce(nowNanos, effects);
    }

    private void lost(VirtualAddress address, long nowNanos, List<Effect> effects) {
        if (state == State.MASTER && settings.addresses().contains(address)) {
            carry(nowNanos, effects);
            announce(nowNanos, effects);
        }
    }

    private void weighed(int newer, long nowNanos, List<Effect> effects) {
        boolean isLess = newer < weight;
        weight = newer;
        if (state == State.MASTER && isLess && !settings.preempt()) {
            giveAway(effects);
            becomeBackup("a check fails; its priority is " + priority() + " now", nowNanos, effects);
        }
    }

    private void becomeMaster(long nowNanos, List<Effect> effects) {
        String why = master == null
                ? (leaving == null ? "no master is heard" : leaving.getHostAddress() + " has given it up")
                : master.getHostAddress() + (preempting ? " has less priority" : " is silent");
        // The advertisement first: whoever has the address drops it.
        advertise(nowNanos, effects);
        carry(nowNanos, effects);
        become(State.MASTER, why, effects);
        announce(nowNanos, effects);
        master = null;
    }

    private void becomeBackup(String why, long nowNanos, List<Effect> effects) {
        become(State.BACKUP, why, effects);
        intervalNanos = ownIntervalNanos;
        waitForMaster(nowNanos);
    }

    /// To a state in which nobody is waited for.
    private void leave(State to, String why, List<Effect> effects) {
        if (state == State.INIT || state == to) {
            return;
        }
        if (state == State.MASTER) {
            giveAway(effects);
        }
        become(to, why, effects);
    }

    private static void giveAway(List<Effect> effects) {
        effects.add(new Effect.Advertise(0));
        effects.add(new Effect.Drop());
    }

    /// The only door to another state.
    private void become(State next, String why, List<Effect> effects) {
        effects.add(new Effect.Transition(state, next, why));
        boolean isWaitedFor = state == State.BACKUP && next == State.FAULT;
        state = next;
        lesserSinceNanos = NEVER;
        leaving = null;
        preempting = false;
        rivalAnnouncedNanos = NEVER;
        if (next != State.MASTER) {
            timerNanos = isWaitedFor ? timerNanos : NEVER;
            renewNanos = NEVER;
            burstNanos = NEVER;
            refreshNanos = NEVER;
        }
    }

    private void advertise(long nowNanos, List<Effect> effects) {
        effects.add(new Effect.Advertise(priority()));
        timerNanos = nowNanos + ownIntervalNanos;
    }

    private void carry(long nowNanos, List<Effect> effects) {
        effects.add(new Effect.Carry(Timing.lifetime(settings.version(), ownIntervalNanos)));
        renewNanos = nowNanos + RENEW_NANOS;
    }

    private void announce(long nowNanos, List<Effect> effects) {
        if (state == State.MASTER) {
            RouterSettings.Announcing announcing = settings.announcing();
            effects.add(new Effect.Announce(announcing.repeat()));
            burstNanos = after(announcing.delay(), nowNanos);
            refreshNanos = after(announcing.refresh(), nowNanos);
        }
    }

    private void announceAgain(long nowNanos, List<Effect> effects) {
        RouterSettings.Announcing announcing = settings.announcing();
        boolean isBurst = nowNanos >= burstNanos;
        effects.add(new Effect.Announce(isBurst ? announcing.repeat() : announcing.refreshRepeat()));
        burstNanos = isBurst ? NEVER : burstNanos;
        refreshNanos = after(announcing.refresh(), nowNanos);
        if (isBurst && rivalAnnouncedNanos != NEVER) {
            rivalAnnouncedNanos = nowNanos;
        }
    }

    private static long after(Duration delay, long nowNanos) {
        return delay.isZero() ? NEVER : nowNanos + delay.toNanos();
    }

    private void waitForMaster(long nowNanos) {
        timerNanos = nowNanos + Timing.masterDownNanos(settings.version(), priority(), intervalNanos);
    }

    /// In version 3 backups go by the interval of the master; in version 2 it is the same.
    private void learn(Advert advert) {
        intervalNanos =
                settings.version() == 2 ? ownIntervalNanos : advert.interval().toNanos();
    }

    /// Late by more than others wait for a master: one of them has taken its place in good order.
    private boolean hasStoodStill(long nowNanos) {
        long longest = Timing.masterDownNanos(settings.version(), 1, ownIntervalNanos);
        return nowNanos - (timerNanos - ownIntervalNanos) > longest;
    }

    private boolean isGreater(InetAddress theirs) {
        InetAddress own = source;
        return own != null && Arrays.compareUnsigned(theirs.getAddress(), own.getAddress()) > 0;
    }

    private String reasons() {
        return String.join("; ", hindrances.values());
    }
}
