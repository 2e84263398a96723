package dev.cobnut.vip;

import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The addresses of one virtual router: in the kernel, and known to the neighbours. For the thread of the speaker.
final class Addresses {
    private static final Logger LOG = LoggerFactory.getLogger(Addresses.class);
    private static final long RETRY_NANOS_MIN = Duration.ofSeconds(10).toNanos();
    private static final long RETRY_NANOS_MAX = Duration.ofMinutes(10).toNanos();
    private static final Duration TRIAL = Duration.ofSeconds(1);

    private final RouterSettings settings;
    private final Network network;
    private final LongSupplier clock;
    private final Warnings warnings;
    private long retryNanos = Long.MAX_VALUE;
    private long retryAfterNanos = RETRY_NANOS_MIN;

    /// @param clock of [System#nanoTime]
    Addresses(RouterSettings settings, Network network, LongSupplier clock, Warnings warnings) {
        this.settings = settings;
        this.network = network;
        this.clock = clock;
        this.warnings = warnings;
    }

    /// Has the kernel carry all of them, for so long.
    ///
    /// @throws IOException when it refuses one; for people
    void carry(Duration lifetime) throws IOException {
        for (VirtualAddress address : settings.addresses()) {
            network.carry(address, lifetime);
        }
        retryAfterNanos = RETRY_NANOS_MIN;
    }

    /// Takes all of them away.
    ///
    /// @return which one the kernel does not let go, for people; null for none
    @Nullable
    String drop() {
        String refusal = null;
        for (VirtualAddress address : settings.addresses()) {
            try {
                if (network.drop(address)) {
                    LOG.warn(
                            "{}: {} was on {} without a lifetime, left by another program; it is taken away",
                            settings.name(),
                            address.address().getHostAddress(),
                            address.networkInterface());
                }
            } catch (IOException e) {
                refusal = e.getMessage();
            }
        }
        return refusal;
    }

    /// Tells the neighbours where they are, each so often.
    void announce(int times) {
        for (int i = 0; i < times; i++) {
            for (VirtualAddress address : settings.addresses()) {
                try {
                    network.announce(address);
                } catch (IOException e) {
                    warnings.warn(
                            "not announced",
                            () -> settings.name() + ": neighbours are not told of " + address + ": " + e.getMessage());
                }
            }
        }
    }

    /// One was refused: [#tryAgain] is due after 10 s, each time twice as late, 10 minutes at most.
    void retryLater() {
        retryNanos = clock.getAsLong() + retryAfterNanos;
        retryAfterNanos = Math.min(RETRY_NANOS_MAX, 2 * retryAfterNanos);
    }

    /// When [#tryAgain] is due, on the clock of [System#nanoTime]; [Long#MAX_VALUE] for never.
    long retryNanos() {
        return retryNanos;
    }

    /// Whether the kernel carries them by now: for a moment, in which no neighbour is told. A router that only hoped so would take
    /// them from a master that can.
    boolean tryAgain() {
        boolean isCarried = true;
        try {
            for (VirtualAddress address : settings.addresses()) {
                network.carry(address, TRIAL);
            }
        } catch (IOException _) {
            isCarried = false;
        }
        if (drop() == null && isCarried) {
            retryNanos = Long.MAX_VALUE;
            return true;
        }
        retryLater();
        return false;
    }
}
