package dev.cobnut.control.gate;

import java.time.Duration;

/// Whether a new master is waited for that refuses writes, since its replicas do not follow it yet: Sentinel sends them there a
/// second or two after the promotion. Only once a write was refused: until then it can be read from. Pure; owned by a
/// [Gatekeeper].
final class NewMaster {
    /// For how long a master is new.
    static final long NEW_NANOS = Duration.ofSeconds(8).toNanos();

    private final long waitNanos;
    private long adoptedNanos;

    /// It has refused a write since the gate was open last.
    private boolean refused;

    /// @param holdNanos how long requests may wait; this takes three quarters of it, so that reads do not fail as well
    NewMaster(long holdNanos, long nowNanos) {
        this.waitNanos = holdNanos / 4 * 3;
        this.adoptedNanos = nowNanos - NEW_NANOS;
    }

    /// It has taken the place of another.
    void onAdopted(long nowNanos) {
        adoptedNanos = nowNanos;
        refused = false;
    }

    void onWriteRefused() {
        refused = true;
    }

    void onOpen() {
        refused = false;
    }

    /// Whether what it answers opens nothing yet.
    ///
    /// @param heldSinceNanos since when requests wait
    boolean isWaitedFor(Answer answer, long heldSinceNanos, long nowNanos) {
        return refused
                && answer instanceof Answer.Master said
                && said.lacking()
                && nowNanos - adoptedNanos < NEW_NANOS
                && nowNanos - heldSinceNanos < waitNanos;
    }
}
