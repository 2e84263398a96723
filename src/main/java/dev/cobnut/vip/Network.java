package dev.cobnut.vip;

import dev.cobnut.vip.vrrp.Packet;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a speaker needs of the kernel. For one thread, but for [#wake].
public interface Network extends AutoCloseable {

    /// What has happened.
    sealed interface Arrival {
        /// A message of VRRP has come.
        record Message(Port port, Packet packet) implements Arrival {}

        /// An address has been taken from an interface, by whomever.
        record AddressGone(String networkInterface, InetAddress address) implements Arrival {}

        /// An address has been given to an interface for good, and so not by a speaker.
        record AddressCome(String networkInterface, InetAddress address) implements Arrival {}

        /// Something about interfaces or their own addresses has changed: look at [#link].
        record LinkChanged() implements Arrival {}
    }

    /// Where one virtual router speaks and hears.
    interface Port extends AutoCloseable {
        /// Sends an advertisement to all who should hear it.
        ///
        /// @throws IOException with what the kernel says
        void advertise(int priority) throws IOException;

        @Override
        void close();
    }

    /// An interface that is there.
    ///
    /// @param index the kernel's number of it: one that was taken away and made anew has another
    /// @param isUp switched on, and with a carrier
    /// @param source the address to send from, of the family asked for; null when it has none
    record Link(int index, boolean isUp, @Nullable InetAddress source) {}

    /// Looks at the interface of a virtual router.
    ///
    /// @return null when there is none
    @Nullable
    Link link(RouterSettings settings) throws IOException;

    /// Opens sockets on an interface that is up.
    ///
    /// @param source as [#link] said
    Port open(RouterSettings settings, InetAddress source) throws IOException;

    /// Has an interface carry an address for so long; again, to prolong it.
    ///
    /// @throws IOException when the kernel refuses, with what it says
    void carry(VirtualAddress address, Duration lifetime) throws IOException;

    /// Has it carry it no more, however it has it; that it does not is no error.
    ///
    /// @return whether somebody else had put it there
    /// @throws IOException when the kernel refuses, or the machine has it as its own
    boolean drop(VirtualAddress address) throws IOException;

    /// Tells the neighbours that an address is here.
    void announce(VirtualAddress address) throws IOException;

    /// Waits until something has come, the time is over, or [#wake] is called, and hands on all that is there.
    ///
    /// @param nanos 0 for not at all
    List<Arrival> await(long nanos) throws IOException;

    /// Ends [#await], or the next one. Any thread.
    void wake();

    @Override
    void close();
}
