package dev.cobnut.proxy.client;

/// Whether a client hears the replies to what it sends: CLIENT REPLY.
///
/// | state  | entered when               | the next reply                      |
/// |--------|----------------------------|-------------------------------------|
/// | HEARS  | created; ON; RESET         | is given                            |
/// | SKIPS  | SKIP                       | goes nowhere, and then HEARS        |
/// | MUTED  | OFF                        | goes nowhere                        |
///
/// RESET leaves SKIPS alone, as Redis does. For the loop's own thread.
public final class Muting {
    private enum State {
        HEARS,
        SKIPS,
        MUTED
    }

    private State state = State.HEARS;

    boolean isOn() {
        return state != State.HEARS;
    }

    /// A request takes its place.
    ///
    /// @return whether its reply goes nowhere
    boolean take() {
        boolean muted = isOn();
        skipNone();
        return muted;
    }

    /// ON or OFF.
    public void set(boolean muted) {
        state = muted ? State.MUTED : State.HEARS;
    }

    /// SKIP.
    public void skipNext() {
        state = state == State.MUTED ? State.MUTED : State.SKIPS;
    }

    /// The next request was none: a reply that was to be skipped is not skipped any more.
    public void skipNone() {
        state = state == State.MUTED ? State.MUTED : State.HEARS;
    }

    /// RESET.
    public void reset() {
        state = state == State.SKIPS ? State.SKIPS : State.HEARS;
    }
}
