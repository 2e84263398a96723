package dev.cobnut.vip.linux;

import java.io.IOException;
import java.io.Serial;

/// A system call failed.
final class Errno extends IOException {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENODEV = 19;
    static final int EADDRNOTAVAIL = 99;
    static final int ENOBUFS = 105;

    @Serial
    private static final long serialVersionUID = 1;

    private final int number;

    /// @param call its name, and what it was about
    /// @param text what the C library says of the number
    Errno(String call, int number, String text) {
        super(call + ": " + text);
        this.number = number;
    }

    int number() {
        return number;
    }

    /// Nothing has come yet, or a signal came first.
    boolean isNothingThere() {
        return number == EAGAIN || number == EINTR;
    }
}
