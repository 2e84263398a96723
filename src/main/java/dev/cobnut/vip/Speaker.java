package dev.cobnut.vip;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Speaks VRRP for all virtual routers of a file, on one platform thread: the one that calls [#run].
///
/// It sleeps in the kernel until a message comes, something about interfaces changes, it is woken, or a deadline is there. All
/// that had come when a deadline was there is read before the deadline counts: a process that stood still, wherever, hears first
/// what it has missed.
///
/// Other threads tell it of checks, of an operator's wishes and of the end, and read [#status].
public final class Speaker {
    /// Whoever asks whether it lives wants to see it turn.
    private static final long SLEEP_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(Speaker.class);

    private final Network network;
    private final LongSupplier clock;
    private final List<Station> stations;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private volatile Status status = new Status(false, List.of());
    private volatile long turnNanos;
    private boolean drained;

    /// Ends the loop; set by what the inbox holds.
    private boolean stopping;

    /// @param network is closed at the end
    /// @param isDrained whether an operator wants no address here at first
    public Speaker(VipSettings settings, Network network, boolean isDrained, Hooks hooks) {
        this(settings, network, isDrained, hooks::changed, System::nanoTime);
    }

    /// @param clock of [System#nanoTime]
    Speaker(VipSettings settings, Network network, boolean isDrained, Station.Listener listener, LongSupplier clock) {
        this.network = network;
        this.drained = isDrained;
        this.clock = clock;
        this.turnNanos = clock.getAsLong();
        this.stations = settings.instances().stream()
                .map(each -> new Station(each, network, clock, listener))
                .toList();
    }

    /// Speaks until [#stop], and gives all addresses away then.
    ///
    /// @throws IOException when the kernel fails in what cannot fail; addresses are given away as well as that goes
    public void run() throws IOException {
        try (network) {
            try {
                stations.forEach(station -> station.start(drained));
                while (!stopping) {
                    turn();
                }
            } finally {
                stations.forEach(Speaker::stop);
                publish();
            }
        }
    }

    /// One that fails must not leave the others with their addresses.
    private static void stop(Station station) {
        try {
            station.stop();
        } catch (RuntimeException e) {
            LOG.error("a virtual router cannot be stopped", e);
        }
    }

    private void turn() throws IOException {
        publish();
        long deadline = Long.MAX_VALUE;
        for (Station station : stations) {
            deadline = Math.min(deadline, station.deadlineNanos());
        }
        // What is due is asked of this time, which was before all was read that is read now.
        long now = clock.getAsLong();
        turnNanos = now;
        long sleep = deadline == Long.MAX_VALUE ? SLEEP_NANOS_MAX : Math.clamp(deadline - now, 0, SLEEP_NANOS_MAX);
        for (Network.Arrival arrival : network.await(sleep)) {
            arrived(arrival);
        }
        for (Runnable told = inbox.poll(); told != null; told = inbox.poll()) {
            told.run();
        }
        if (!stopping) {
            stations.forEach(station -> station.due(now));
        }
    }

    private void arrived(Network.Arrival arrival) {
        switch (arrival) {
            case Network.Arrival.Message message -> {
                for (Station station : stations) {
                    if (station.hears(message.port())) {
                        station.heard(message.packet());
                    }
                }
            }
            case Network.Arrival.AddressGone gone ->
                stations.forEach(station -> station.gone(gone.networkInterface(), gone.address()));
            case Network.Arrival.AddressCome come ->
                stations.forEach(station -> station.come(come.networkInterface(), come.address()));
            case Network.Arrival.LinkChanged _ -> stations.forEach(Station::lookAtLink);
        }
    }

    private void publish() {
        status = new Status(drained, stations.stream().map(Station::status).toList());
    }

    /// What it does now, as of its last turn. Any thread.
    public Status status() {
        return status;
    }

    /// When it began its last turn: once a second at least, on the clock of [System#nanoTime]. Any thread.
    public long turnNanos() {
        return turnNanos;
    }

    /// A check has a result. Any thread.
    public void checked(Status.CheckResult result) {
        tell(() -> stations.forEach(station -> station.checked(result)));
    }

    /// An operator wants no address here, or wants them again. Any thread.
    public void drain(boolean isDrained) {
        tell(() -> {
            if (drained != isDrained) {
                drained = isDrained;
                stations.forEach(station -> station.drained(isDrained));
            }
        });
    }

    /// Ends [#run]. Any thread.
    public void stop() {
        tell(() -> stopping = true);
    }

    private void tell(Runnable what) {
        inbox.add(what);
        network.wake();
    }
}
