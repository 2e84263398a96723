package dev.cobnut.vip.vrrp;

import java.net.InetAddress;

/// A VRRP message as it came, without the header of IP, but with what matters of it.
///
/// @param hopLimit TTL, or hop limit
/// @param message first byte first
public record Packet(InetAddress source, InetAddress destination, int hopLimit, byte[] message) {
    @Override
    public String toString() {
        return source.getHostAddress() + " > " + destination.getHostAddress() + ", " + message.length + " bytes";
    }
}
