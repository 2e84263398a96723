package dev.cobnut.vip.vrrp;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// An address that moves between machines, and how a machine carries it.
///
/// @param address IPv4 or IPv6
/// @param prefix its length, 0 to 32 or 128
/// @param networkInterface that carries it
/// @param label that `ip addr` shows it with, such as `eth0:1`; null for none; IPv4 only
/// @param isAdvertised false for one that moves with the others, and that advertisements do not list
public record VirtualAddress(
        InetAddress address,
        int prefix,
        String networkInterface,
        @Nullable String label,
        boolean isAdvertised) {

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
