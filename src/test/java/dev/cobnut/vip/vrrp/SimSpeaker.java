package dev.cobnut.vip.vrrp;

import dev.cobnut.vip.vrrp.Effect.State;
import dev.cobnut.vip.vrrp.Event.Hindrance;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/// A [VirtualRouter], and a speaker that does what it says; with what is planted.
final class SimSpeaker extends SimMachine {
    /// When an address could not be carried, it is tried again after so long.
    private static final long RETRY_NANOS = Duration.ofSeconds(10).toNanos();

    private final SimBug bug;
    private VirtualRouter router;

    SimSpeaker(SimWorld world, int index, RouterSettings settings, InetAddress address, SimBug bug) {
        super(world, index, settings, address);
        this.bug = bug;
        this.router = newRouter();
    }

    private VirtualRouter newRouter() {
        boolean preempt = (settings.preempt() && bug != SimBug.NO_PREEMPTION) || bug == SimBug.ALWAYS_PREEMPTS;
        RouterSettings.Announcing usual = settings.announcing();
        return new VirtualRouter(new SettingsFixture()
                .version(settings.version())
                .priority(settings.priority())
                .interval(settings.interval())
                .preempt(preempt)
                .preemptDelay(settings.preemptDelay())
                .announcing(
                        bug == SimBug.NO_REFRESH
                                ? new RouterSettings.Announcing(usual.repeat(), usual.delay(), Duration.ZERO, 1)
                                : usual)
                .advertBeforeYielding(bug != SimBug.YIELDS_SILENTLY)
                .build());
    }

    @Override
    boolean isOurs() {
        return true;
    }

    @Override
    State state() {
        return router.state();
    }

    @Override
    int priority() {
        return router.priority();
    }

    @Override
    long deadlineNanos() {
        return router.deadlineNanos();
    }

    @Override
    boolean isDueFirst() {
        return bug == SimBug.DUE_BEFORE_PACKETS;
    }

    @Override
    void onStart() {
        router = newRouter();
        onVerdict();
        on(new Event.Start());
    }

    @Override
    void onStop() {
        on(new Event.Stop());
    }

    @Override
    void onDue() {
        on(new Event.Due());
    }

    @Override
    void onAddressGone() {
        on(new Event.Lost(settings.addresses().getFirst()));
    }

    @Override
    void onHeard(Event.Heard heard) {
        if (bug == SimBug.TIMER_NOT_RESET
                && state() == State.BACKUP
                && heard.advert().priority() > 0) {
            return;
        }
        if (bug == SimBug.INTERVAL_NOT_LEARNT) {
            Advert advert = heard.advert();
            on(new Event.Heard(
                    heard.source(),
                    new Advert(advert.id(), advert.priority(), settings.interval(), advert.addresses())));
        } else {
            on(heard);
        }
    }

    @Override
    void onVerdict() {
        on(new Event.Weighed(weight));
        hinder(Hindrance.CHECK, checkFails);
        hinder(Hindrance.DRAINED, drained && bug != SimBug.DRAINS_NEVER);
        if (linkDown) {
            hinder(Hindrance.LINK, true);
        } else if (router.hindrances().containsKey(Hindrance.LINK) || state() == State.INIT) {
            on(new Event.Attached(bug == SimBug.TIES_UNTIED ? SettingsFixture.ip("255.255.255.255") : address));
        }
    }

    private void hinder(Hindrance by, boolean really) {
        on(really ? new Event.Hindered(by, by.toString()) : new Event.Cleared(by));
    }

    /// An address can be carried again, perhaps.
    void retry() {
        if (router.hindrances().containsKey(Hindrance.ADDRESS)) {
            world.disturb(this + " tries again");
            on(new Event.Cleared(Hindrance.ADDRESS));
        }
    }

    private void on(Event event) {
        List<Effect> effects = router.on(event, clockNanos());
        boolean rival = effects.stream().anyMatch(Effect.Rival.class::isInstance);
        for (Effect effect : effects) {
            if (!carryOut(effect, rival)) {
                return;
            }
        }
    }

    /// @return false when it did not work
    private boolean carryOut(Effect effect, boolean rival) {
        switch (effect) {
            case Effect.Advertise(int priority) -> {
                if (priority > 0 || bug != SimBug.LEAVES_SILENTLY) {
                    world.advertise(this, priority);
                }
            }
            case Effect.Carry(Duration lifetime) -> {
                if (carryFails && bug != SimBug.CARRIES_UNCHECKED) {
                    // Others have heard it, and wait anew.
                    world.disturb(this + " cannot carry the address");
                    world.after(RETRY_NANOS, () -> tell(this::retry));
                    hinder(Hindrance.ADDRESS, true);
                    return false;
                }
                if (!carryFails && !(bug == SimBug.RENEWS_NEVER && owns())) {
                    carry(bug == SimBug.NO_LIFETIME ? null : lifetime);
                }
            }
            case Effect.Drop _ -> {
                if (bug != SimBug.DROPS_NEVER) {
                    drop();
                }
            }
            case Effect.Announce(int times) -> {
                if (!rival || bug != SimBug.SILENT_AFTER_RIVAL) {
                    world.announce(this, times);
                }
            }
            case Effect.Transition(State from, State to, String why) -> world.onTransition(this, from, to, why);
            case Effect.Rival _ -> world.count("rival");
        }
        return true;
    }
}
