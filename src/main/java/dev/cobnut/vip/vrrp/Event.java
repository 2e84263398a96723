package dev.cobnut.vip.vrrp;

import java.net.InetAddress;

/// What a virtual router is told.
public sealed interface Event {
    /// It is to begin.
    record Start() implements Event {}

    /// It is to end.
    record Stop() implements Event {}

    /// The time that it named has come: see [VirtualRouter#deadlineNanos].
    record Due() implements Event {}

    /// An advertisement for it, in which nothing was wrong.
    ///
    /// @param source who sent it
    record Heard(InetAddress source, Advert advert) implements Event {}

    /// It must not be master from now on.
    ///
    /// @param detail for people: what was seen
    record Hindered(Hindrance by, String detail) implements Event {}

    /// This is no hindrance any more; told again and again perhaps.
    record Cleared(Hindrance by) implements Event {}

    /// What checks add to its priority, or take away.
    record Weighed(int weight) implements Event {}

    /// An address that it carries is gone, and not by its own doing.
    record Lost(VirtualAddress address) implements Event {}

    /// The network interface is there, and up: [Hindrance#LINK] is cleared. Neighbours may have missed what they were told.
    ///
    /// @param source from which advertisements are sent: of two masters of one priority, the one with the greater address stays
    record Attached(InetAddress source) implements Event {}

    /// What keeps a virtual router from being master.
    enum Hindrance {
        /// A check fails.
        CHECK,
        /// An operator wants it so.
        DRAINED,
        /// The network interface is not there, is down, or has no address to send from.
        LINK,
        /// The kernel refuses to carry an address.
        ADDRESS
    }
}
