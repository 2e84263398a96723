package dev.cobnut.vip;

import dev.cobnut.vip.vrrp.Advert;
import dev.cobnut.vip.vrrp.Packet;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A network that is played by the test: it says what a speaker ordered, in words, and its clock goes on while a speaker sleeps.
/// A speaker may be woken from another thread; all else is for one thread.
final class FakeNetwork implements Network {
    static final InetAddress OWN = InetAddress.ofLiteral("10.0.0.21");
    static final InetAddress OTHER = InetAddress.ofLiteral("10.0.0.22");

    private static final InetAddress GROUP = InetAddress.ofLiteral("224.0.0.18");

    /// What was ordered since the last [#done].
    private final List<String> done = new ArrayList<>();

    /// What [#await] does, one after the other; none is left: it sleeps.
    final Queue<Step> steps = new ArrayDeque<>();

    @Nullable
    Link link = new Link(3, true, OWN);

    /// What the kernel says to these; null for yes.
    @Nullable
    String refusesToCarry;

    @Nullable
    String refusesToOpen;

    @Nullable
    String refusesToDrop;

    /// Whether what is dropped was put there by somebody else.
    boolean hasOfOthers;

    @Nullable
    String refusesToSend;

    boolean isClosed;
    private long nanos = 1_000_000_000;
    private int opened;

    /// The newest.
    private @Nullable FakePort port;

    /// Something that comes while a speaker waits.
    @FunctionalInterface
    interface Step {
        List<Arrival> of(long sleepNanos) throws IOException;
    }

    private final class FakePort implements Port {
        private final String name;

        private FakePort(String name) {
            this.name = name;
        }

        @Override
        public void advertise(int priority) throws IOException {
            if (refusesToSend != null) {
                throw new IOException(refusesToSend);
            }
            done.add("advertise " + priority);
        }

        @Override
        public void close() {
            done.add("close " + name);
        }
    }

    LongSupplier clock() {
        return () -> nanos;
    }

    void sleep(Duration time) {
        nanos += time.toNanos();
    }

    /// What was ordered since the last call.
    List<String> done() {
        List<String> copy = List.copyOf(done);
        done.clear();
        return copy;
    }

    Port port() {
        return Objects.requireNonNull(port, "no port was opened");
    }

    /// An advertisement of the neighbour's, made with its settings.
    static Packet advert(RouterSettings theirs, int priority) {
        return advert(theirs, priority, OTHER);
    }

    static Packet advert(RouterSettings theirs, int priority, InetAddress source) {
        return new Packet(source, GROUP, Advert.HOP_LIMIT, Advert.message(theirs, priority, source, GROUP));
    }

    @Override
    public @Nullable Link link(RouterSettings settings) {
        return link;
    }

    @Override
    public Port open(RouterSettings settings, InetAddress source) throws IOException {
        if (refusesToOpen != null) {
            throw new IOException(refusesToOpen);
        }
        opened++;
        done.add("open " + opened + " from " + source.getHostAddress());
        FakePort newer = new FakePort("" + opened);
        port = newer;
        return newer;
    }

    @Override
    public void carry(VirtualAddress address, Duration lifetime) throws IOException {
        if (refusesToCarry != null) {
            throw new IOException(refusesToCarry);
        }
        done.add("carry " + address + " for " + lifetime.toSeconds() + " s");
    }

    @Override
    public boolean drop(VirtualAddress address) throws IOException {
        if (refusesToDrop != null) {
            throw new IOException(refusesToDrop);
        }
        done.add("drop " + address);
        return hasOfOthers;
    }

    @Override
    public void announce(VirtualAddress address) {
        done.add("announce " + address);
    }

    @Override
    public List<Arrival> await(long sleepNanos) throws IOException {
        Step step = steps.poll();
        if (step != null) {
            return step.of(sleepNanos);
        }
        nanos += sleepNanos;
        return List.of();
    }

    @Override
    public void wake() {
        // Nobody sleeps here.
    }

    @Override
    public void close() {
        isClosed = true;
        done.add("close");
    }
}
