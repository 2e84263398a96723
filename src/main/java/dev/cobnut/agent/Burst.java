package dev.cobnut.agent;

import java.time.Duration;

/// When the file is looked at: once for many switches, since each restart of nutcracker drops all its clients. When the
/// masters of three groups die with their host, Sentinels replace them one after the other, up to a second apart: so while
/// a master is down, the next switch is waited for.
///
/// | state | waits for | left when |
/// | --- | --- | --- |
/// | QUIET | nothing | something changed: GATHERING |
/// | GATHERING | 300 ms in which nothing changed while no master is down, 1 s in all | it was done: QUIET; it failed: PAUSING |
/// | PAUSING | 5 s, each time twice as long, 60 s at most | it was done: QUIET; it failed: PAUSING; something changed: GATHERING |
///
/// Pure: `nowNanos` in. One thread.
final class Burst {
    static final long QUIET_NANOS = Duration.ofMillis(300).toNanos();
    static final long GATHER_NANOS_MAX = Duration.ofSeconds(1).toNanos();
    static final long PAUSE_NANOS_MIN = Duration.ofSeconds(5).toNanos();
    static final long PAUSE_NANOS_MAX = Duration.ofSeconds(60).toNanos();

    private enum State {
        QUIET,
        GATHERING,
        PAUSING
    }

    private State state = State.QUIET;

    /// When GATHERING or PAUSING began.
    private long sinceNanos;

    /// When something changed last.
    private long changedNanos;

    private boolean oneIsDown;

    /// In PAUSING: how long.
    private long pauseNanos;

    private long nextPauseNanos = PAUSE_NANOS_MIN;

    /// A master moved, or the file was changed by somebody else.
    void onChange(long nowNanos) {
        if (state != State.GATHERING) {
            become(State.GATHERING, nowNanos);
        }
        changedNanos = nowNanos;
    }

    /// Whether a master is down now, so that one may move soon.
    void onHealth(boolean down) {
        oneIsDown = down;
    }

    /// Whether it is time.
    boolean isDue(long nowNanos) {
        return state != State.QUIET && nowNanos - dueNanos() >= 0;
    }

    /// How long there is nothing to do, unless something changes.
    ///
    /// @param most what is said when there is nothing to wait for
    long idleNanos(long nowNanos, long most) {
        return state == State.QUIET ? most : Math.clamp(dueNanos() - nowNanos, 0, most);
    }

    /// The file is right, and the proxy has read it.
    void onDone(long nowNanos) {
        become(State.QUIET, nowNanos);
        nextPauseNanos = PAUSE_NANOS_MIN;
    }

    /// It is not.
    ///
    /// @return how long it pauses, if nothing changes
    long onFailed(long nowNanos) {
        pauseNanos = nextPauseNanos;
        nextPauseNanos = Math.min(2 * pauseNanos, PAUSE_NANOS_MAX);
        become(State.PAUSING, nowNanos);
        return pauseNanos;
    }

    private long dueNanos() {
        if (state == State.PAUSING) {
            return sinceNanos + pauseNanos;
        }
        long quietNanos = changedNanos - sinceNanos + QUIET_NANOS;
        return sinceNanos + (oneIsDown ? GATHER_NANOS_MAX : Math.min(quietNanos, GATHER_NANOS_MAX));
    }

    /// The one door between states; the table at the head of the class.
    private void become(State next, long nowNanos) {
        if (next != State.GATHERING && state == State.QUIET) {
            throw new IllegalStateException("quiet, so it cannot become " + next);
        }
        state = next;
        sinceNanos = nowNanos;
    }
}
