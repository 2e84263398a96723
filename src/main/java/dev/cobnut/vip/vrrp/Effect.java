package dev.cobnut.vip.vrrp;

import java.time.Duration;

/// What a virtual router wants done, in this order. An address that cannot be carried ends the list: what follows is not
/// done, and the router is told with [Event.Hindered].
public sealed interface Effect {
    /// Send an advertisement.
    ///
    /// @param priority 0 for: I am leaving
    record Advertise(int priority) implements Effect {}

    /// Have the kernel carry all addresses, for so long unless it is told again.
    record Carry(Duration lifetime) implements Effect {}

    /// Have the kernel carry none of them any more; those that it does not carry are no matter.
    record Drop() implements Effect {}

    /// Tell the neighbours where the addresses are.
    ///
    /// @param times how often each
    record Announce(int times) implements Effect {}

    /// Something for people, and for their hooks.
    ///
    /// @param why in a few words
    record Transition(State from, State to, String why) implements Effect {}

    /// Another one is master as well. Told for each of its advertisements.
    record Rival(Event.Heard advert) implements Effect {}

    /// What a virtual router is; the table is at [VirtualRouter].
    enum State {
        INIT,
        BACKUP,
        MASTER,
        FAULT
    }
}
