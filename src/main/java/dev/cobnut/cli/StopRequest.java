package dev.cobnut.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/// The operator's wish that the process ends: SIGTERM or SIGINT. The first asks, the second does not wait any longer.
/// Any thread may ask.
final class StopRequest {
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Runnable stop;
    private final IntConsumer halt;

    /// @param stop begins to end the process; runs once
    /// @param halt ends the process at once, with a status
    StopRequest(Runnable stop, IntConsumer halt) {
        this.stop = stop;
        this.halt = halt;
    }

    /// From now on both signals ask.
    static StopRequest onSignals(Runnable stop) {
        StopRequest request = new StopRequest(stop, Runtime.getRuntime()::halt);
        Signals.on("TERM", request::ask);
        Signals.on("INT", request::ask);
        return request;
    }

    void ask() {
        if (asked.compareAndSet(false, true)) {
            stop.run();
        } else {
            halt.accept(1);
        }
    }

    boolean wasAsked() {
        return asked.get();
    }
}
