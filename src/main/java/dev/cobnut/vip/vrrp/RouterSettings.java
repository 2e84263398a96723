package dev.cobnut.vip.vrrp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an operator says of one virtual router. Checked by whoever reads the file: the bounds here hold.
///
/// @param name for people
/// @param networkInterface on which advertisements are sent and heard
/// @param id virtual router id, 1 to 255
/// @param version 2 or 3; 3 for IPv6
/// @param addresses at least one advertised, all of one family
/// @param priority 1 to 254
/// @param interval between advertisements: whole seconds, 1 to 255, in version 2; 50 ms to 40.95 s in tens of milliseconds in 3
/// @param preempt whether a master of lower priority is replaced
/// @param preemptDelay for how long one is let be before
/// @param source of advertisements; null for the first address of the interface
/// @param peers whom advertisements are sent to; empty for multicast
/// @param password in clear text in each advertisement, 1 to 8 bytes, version 2 only; null for none
/// @param checksumAsV2 version 3 over IPv4: sums the message alone, as RFC 9568 does, and not the pseudo header with it
/// @param announcing how neighbours are told
/// @param advertBeforeYielding whether a master that hears of a better one says once more that it was here: the better one
///     then knows that neighbours have to be told
public record RouterSettings(
        String name,
        String networkInterface,
        int id,
        int version,
        List<VirtualAddress> addresses,
        int priority,
        Duration interval,
        boolean preempt,
        Duration preemptDelay,
        @Nullable InetAddress source,
        List<InetAddress> peers,
        @Nullable String password,
        boolean checksumAsV2,
        Announcing announcing,
        boolean advertBeforeYielding) {
    public static final int PRIORITY_MAX = 254;

    /// What a check adds to a priority, or takes away, at most: from one end to the other.
    public static final int WEIGHT_MAX = PRIORITY_MAX - 1;

    /// Gratuitous ARP, or unsolicited neighbour advertisements.
    ///
    /// @param repeat how often each address is announced at once, by a new master
    /// @param delay after which it is announced once more as often; zero for never
    /// @param refresh how often a master announces again; zero for never
    /// @param refreshRepeat how often at once then
    public record Announcing(int repeat, Duration delay, Duration refresh, int refreshRepeat) {
        /// Five times, again after 5 s, and twice a second: whoever missed it, or was told otherwise by one who yielded without a
        /// word, as keepalived does, is put right within a second.
        public static final Announcing DEFAULT = new Announcing(5, Duration.ofSeconds(5), Duration.ofMillis(500), 1);
    }

    public RouterSettings {
        addresses = List.copyOf(addresses);
        peers = List.copyOf(peers);
    }

    /// Whether the addresses are of IPv6.
    public boolean isIpv6() {
        return addresses.getFirst().address() instanceof Inet6Address;
    }

    /// Those that advertisements list, in the order of the file.
    public List<InetAddress> advertised() {
        return addresses.stream()
                .filter(VirtualAddress::isAdvertised)
                .map(VirtualAddress::address)
                .toList();
    }

    public boolean isUnicast() {
        return !peers.isEmpty();
    }
}
