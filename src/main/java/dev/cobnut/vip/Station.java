package dev.cobnut.vip;

import dev.cobnut.vip.Status.Verdict;
import dev.cobnut.vip.vrrp.Advert;
import dev.cobnut.vip.vrrp.Effect;
import dev.cobnut.vip.vrrp.Effect.State;
import dev.cobnut.vip.vrrp.Event;
import dev.cobnut.vip.vrrp.Event.Hindrance;
import dev.cobnut.vip.vrrp.Packet;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import dev.cobnut.vip.vrrp.VirtualRouter;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One virtual router at work: hands events to the state machine, does what it wants with the network, and counts. For the
/// thread of the speaker.
final class Station {
    private static final Logger LOG = LoggerFactory.getLogger(Station.class);
    private static final long RIVAL_GRACE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LOOK_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long NEVER = Long.MAX_VALUE;

    private final VipSettings.Instance instance;
    private final RouterSettings settings;
    private final VirtualRouter router;
    private final Network network;
    private final LongSupplier clock;
    private final Listener listener;
    private final Warnings warnings;
    private final Reception reception;
    private final Addresses addresses;

    private Network.@Nullable Port port;
    private Network.@Nullable Link link;

    /// What the kernel has refused while an event was handled; null for nothing.
    private @Nullable String refusal;

    /// When an interface is looked at again that was of no use, whether or not there is news of it.
    private long lookNanos = NEVER;

    private final Results results;
    private long sinceMillis = System.currentTimeMillis();
    private String why = "";

    /// As they were told last.
    private Set<Hindrance> hindrances = Set.of();

    private long becameMaster;
    private long masterSinceNanos;
    private long sent;
    private long notSent;
    private long rivals;
    private long lateMaxNanos;

    /// Is told what becomes of a virtual router, on the thread of the speaker.
    @FunctionalInterface
    interface Listener {
        void changed(VipSettings.Instance instance, State to, int priority);
    }

    /// @param clock of [System#nanoTime]
    Station(VipSettings.Instance instance, Network network, LongSupplier clock, Listener listener) {
        this.instance = instance;
        this.settings = instance.router();
        this.router = new VirtualRouter(settings);
        this.network = network;
        this.clock = clock;
        this.listener = listener;
        this.warnings = new Warnings(clock);
        this.reception = new Reception(settings, warnings);
        this.addresses = new Addresses(settings, network, clock, warnings);
        this.results = new Results(instance.checks());
    }

    /// Begins: at once with giving away what was left, and with the rest when each check has been looked at.
    void start(boolean isDrained) {
        drained(isDrained);
        weighChecks();
        lookAtLink();
        if (link != null && !results.unknown().isEmpty()) {
            addresses.drop();
        }
        startWhenKnown();
    }

    private void startWhenKnown() {
        if (router.state() == State.INIT && results.unknown().isEmpty()) {
            on(new Event.Start());
        }
    }

    /// Gives away what it has.
    void stop() {
        on(new Event.Stop());
        closePort();
    }

    /// When [#due] is due.
    long deadlineNanos() {
        return Math.min(router.deadlineNanos(), Math.min(addresses.retryNanos(), lookNanos));
    }

    /// Does what is due.
    ///
    /// @param now a time before which all was heard that had come
    void due(long now) {
        if (now >= router.deadlineNanos()) {
            lateMaxNanos = Math.max(lateMaxNanos, now - router.deadlineNanos());
            on(new Event.Due());
        }
        if (now >= addresses.retryNanos() && addresses.tryAgain()) {
            on(new Event.Cleared(Hindrance.ADDRESS));
        }
        if (now >= lookNanos) {
            lookAtLink();
        }
    }

    void drained(boolean isDrained) {
        on(
                isDrained
                        ? new Event.Hindered(Hindrance.DRAINED, "drained by an operator")
                        : new Event.Cleared(Hindrance.DRAINED));
    }

    /// A check has come to another result, or to the same for another reason.
    void checked(Status.CheckResult result) {
        Verdict before = results.put(result);
        if (before == null) {
            return;
        }
        if (before != result.verdict()) {
            LOG.info(
                    "{}: check {} is {}: {}",
                    settings.name(),
                    result.name(),
                    result.verdict().name().toLowerCase(Locale.ROOT),
                    result.detail());
        }
        weighChecks();
        startWhenKnown();
    }

    private void weighChecks() {
        String failing = results.failing();
        on(new Event.Weighed(results.weight()));
        on(failing.isEmpty() ? new Event.Cleared(Hindrance.CHECK) : new Event.Hindered(Hindrance.CHECK, failing));
    }

    /// Something about interfaces has changed.
    void lookAtLink() {
        String missing = null;
        Network.Link seen = null;
        try {
            seen = network.link(settings);
            missing = missing(seen);
        } catch (IOException e) {
            missing = settings.networkInterface() + ": " + e.getMessage();
        }
        if (missing != null || seen == null || seen.source() == null) {
            noLink(String.valueOf(missing));
        } else if (!seen.equals(link)) {
            attach(seen, seen.source());
        }
    }

    private void noLink(String why) {
        on(new Event.Hindered(Hindrance.LINK, why));
        closePort();
        lookNanos = clock.getAsLong() + LOOK_NANOS;
    }

    private @Nullable String missing(Network.@Nullable Link seen) {
        String name = settings.networkInterface();
        if (seen == null) {
            return "there is no network interface " + name;
        }
        if (!seen.isUp()) {
            return name + " is down";
        }
        if (seen.source() == null) {
            return settings.source() == null
                    ? name + " has no " + (settings.isIpv6() ? "IPv6" : "IPv4")
                            + " address besides those that move (expected: one of the machine's own, to send from)"
                    : name + " has no address " + settings.source().getHostAddress() + " to send from";
        }
        return null;
    }

    private void attach(Network.Link seen, InetAddress source) {
        closePort();
        try {
            port = network.open(settings, source);
            link = seen;
            lookNanos = NEVER;
            on(new Event.Attached(source));
        } catch (IOException e) {
            noLink("sockets on " + settings.networkInterface() + " cannot be opened: " + e.getMessage());
        }
    }

    private void closePort() {
        if (port != null) {
            port.close();
            port = null;
        }
        link = null;
    }

    /// Whether it hears through this port.
    boolean hears(Network.Port other) {
        return other == port;
    }

    /// A message has come.
    void heard(Packet packet) {
        Advert advert = reception.hear(packet);
        if (advert != null) {
            on(new Event.Heard(packet.source(), advert));
        }
    }

    /// An address was taken from an interface.
    void gone(String networkInterface, InetAddress address) {
        for (VirtualAddress each : settings.addresses()) {
            if (router.state() == State.MASTER
                    && each.networkInterface().equals(networkInterface)
                    && each.address().equals(address)) {
                warnings.warn(
                        "gone",
                        () -> settings.name() + ": " + each + " was taken from " + networkInterface
                                + " by somebody else, or its time was over while this process stood still; it is put back");
                on(new Event.Lost(each));
            }
        }
    }

    /// An address was given to an interface for good, by whomever.
    void come(String networkInterface, InetAddress address) {
        for (VirtualAddress each : settings.addresses()) {
            if (router.state() == State.BACKUP
                    && each.networkInterface().equals(networkInterface)
                    && each.address().equals(address)) {
                addresses.drop();
            }
        }
    }

    private void on(Event event) {
        State before = router.state();
        carryOut(event);
        if (event instanceof Event.Hindered || event instanceof Event.Cleared || event instanceof Event.Attached) {
            tellHindrances(before);
        }
    }

    /// Whoever clears one wants to know what else there is.
    private void tellHindrances(State before) {
        Set<Hindrance> newer = router.hindrances().keySet();
        if (!newer.equals(hindrances)) {
            hindrances = newer;
            if (before == State.FAULT && router.state() == State.FAULT) {
                LOG.info("{}: still FAULT: {}", settings.name(), reasons());
            }
        }
    }

    private String reasons() {
        return String.join("; ", new TreeMap<>(router.hindrances()).values());
    }

    private void carryOut(Event event) {
        refusal = null;
        for (Effect effect : router.on(event, clock.getAsLong())) {
            try {
                carryOut(effect);
            } catch (IOException e) {
                refusal = String.valueOf(e.getMessage());
                break;
            }
        }
        String refused = refusal;
        if (refused != null) {
            addresses.retryLater();
            on(new Event.Hindered(Hindrance.ADDRESS, refused));
        }
    }

    /// @throws IOException when an address cannot be carried; all else that fails is told
    private void carryOut(Effect effect) throws IOException {
        switch (effect) {
            case Effect.Advertise advertise -> advertise(advertise.priority());
            case Effect.Carry carry -> addresses.carry(carry.lifetime());
            case Effect.Drop _ -> refusal = addresses.drop();
            case Effect.Announce announce -> addresses.announce(announce.times());
            case Effect.Transition transition -> changed(transition);
            case Effect.Rival rival -> rival(rival.advert());
        }
    }

    private void advertise(int priority) {
        if (port == null) {
            return;
        }
        try {
            port.advertise(priority);
            sent++;
        } catch (IOException e) {
            notSent++;
            warnings.warn("not sent", () -> settings.name() + ": " + e.getMessage());
        }
    }

    private void changed(Effect.Transition transition) {
        if (transition.to() == State.MASTER) {
            becameMaster++;
            masterSinceNanos = clock.getAsLong();
        }
        sinceMillis = System.currentTimeMillis();
        why = transition.why();
        String line = "{}: {} -> {}: {}";
        if (transition.to() == State.FAULT) {
            LOG.warn(line, settings.name(), transition.from(), transition.to(), why);
        } else {
            LOG.info(line, settings.name(), transition.from(), transition.to(), why);
        }
        listener.changed(instance, transition.to(), router.priority());
    }

    /// Whoever has been replaced says so once more, and whoever yields has been told: that is in order.
    private void rival(Event.Heard rival) {
        rivals++;
        if (router.state() != State.MASTER || clock.getAsLong() - masterSinceNanos < RIVAL_GRACE_NANOS) {
            return;
        }
        warnings.warn(
                "rival",
                () -> "%s: %s is master as well, with priority %d (here: %d); the greater one stays"
                        .formatted(
                                settings.name(),
                                rival.source().getHostAddress(),
                                rival.advert().priority(),
                                router.priority()));
    }

    Status.Instance status() {
        InetAddress master = router.master();
        return new Status.Instance(
                settings.name(),
                router.state(),
                sinceMillis,
                switch (router.state()) {
                    case INIT -> why.isEmpty() ? results.unknown() : why;
                    case FAULT -> reasons();
                    case BACKUP, MASTER -> why;
                },
                router.priority(),
                master == null ? null : master.getHostAddress(),
                settings.networkInterface(),
                settings.id(),
                settings.version(),
                settings.addresses().stream().map(VirtualAddress::toString).toList(),
                results.all(),
                new Status.Counts(
                        becameMaster,
                        sent,
                        notSent,
                        reception.received(),
                        reception.rejected(),
                        rivals,
                        reception.otherAddresses(),
                        TimeUnit.NANOSECONDS.toMillis(lateMaxNanos)));
    }
}
