package dev.cobnut.vip.vrrp;

import java.net.InetAddress;

/// A VRRP message as it came, without the header of IP, but with what matters of it. No record: it is compared with nothing, and
/// by its bytes a record would not be.
public final class Packet {
    private final InetAddress source;
    private final InetAddress destination;
    private final int hopLimit;
    private final byte[] message;

    /// @param hopLimit TTL, or hop limit
    /// @param message first byte first; whoever has the packet leaves it as it is
    public Packet(InetAddress source, InetAddress destination, int hopLimit, byte[] message) {
        this.source = source;
        this.destination = destination;
        this.hopLimit = hopLimit;
        this.message = message;
    }

    public InetAddress source() {
        return source;
    }

    public InetAddress destination() {
        return destination;
    }

    public int hopLimit() {
        return hopLimit;
    }

    public byte[] message() {
        return message;
    }

    @Override
    public String toString() {
        return source.getHostAddress() + " > " + destination.getHostAddress() + ", " + message.length + " bytes";
    }
}
