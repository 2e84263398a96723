package dev.cobnut.vip.linux;

import dev.cobnut.vip.vrrp.Advert;
import dev.cobnut.vip.vrrp.Checksum;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Packets of IP, and frames of Ethernet, with their headers. Pure.
final class Frames {
    static final int ARP = 0x0806;
    static final int IPV6 = 0x86DD;
    static final int HARDWARE_BYTES = 6;

    private static final int ETHERNET_HEADER = 14;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int IPV4_BYTES = 4;
    private static final int ARP_BYTES = 28;
    private static final int ARP_REQUEST = 1;
    private static final int ETHERNET = 1;
    private static final int IPV4 = 0x0800;
    private static final int ICMPV6 = 58;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;
    private static final int NEIGHBOUR_BYTES = 32;

    /// Of an advertisement of neighbours: believe this rather than what you know.
    private static final int OVERRIDE = 0x20000000;

    private static final int TARGET_HARDWARE = 2;

    /// Network control (RFC 2474).
    private static final int TRAFFIC_CLASS = 0xC0;

    private static final byte[] EVERYBODY = {-1, -1, -1, -1, -1, -1};
    private static final byte[] ALL_NODES_HARDWARE = {0x33, 0x33, 0, 0, 0, 1};
    private static final InetAddress ALL_NODES =
            SocketAddress.address(new byte[] {(byte) 0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private Frames() {}

    /// A message of VRRP with the header of IP. The kernel puts the checksum of an IPv4 header in.
    static byte[] packet(byte[] message, InetAddress source, InetAddress destination) {
        return source instanceof Inet4Address
                ? ByteBuffer.allocate(IPV4_HEADER + message.length)
                        .put((byte) 0x45)
                        .put((byte) TRAFFIC_CLASS)
                        .putShort((short) (IPV4_HEADER + message.length))
                        .putInt(0)
                        .put((byte) Advert.HOP_LIMIT)
                        .put((byte) Advert.PROTOCOL)
                        .putShort((short) 0)
                        .put(source.getAddress())
                        .put(destination.getAddress())
                        .put(message)
                        .array()
                : ipv6(message, Advert.PROTOCOL, TRAFFIC_CLASS, source, destination);
    }

    private static byte[] ipv6(byte[] message, int protocol, int traffic, InetAddress source, InetAddress destination) {
        return ByteBuffer.allocate(IPV6_HEADER + message.length)
                .putInt(0x60000000 | traffic << 20)
                .putShort((short) message.length)
                .put((byte) protocol)
                .put((byte) Advert.HOP_LIMIT)
                .put(source.getAddress())
                .put(destination.getAddress())
                .put(message)
                .array();
    }

    /// Tells everybody on the network where an address is: a gratuitous ARP request (RFC 5227, 3), or an unsolicited
    /// advertisement of a neighbour (RFC 4861, 7.2.6).
    ///
    /// @param hardware where it is
    static byte[] announcement(InetAddress address, byte[] hardware) {
        if (address instanceof Inet6Address) {
            byte[] packet = ipv6(neighbour(address, hardware), ICMPV6, 0, address, ALL_NODES);
            return ethernet(ALL_NODES_HARDWARE, hardware, IPV6, packet);
        }
        byte[] request = ByteBuffer.allocate(ARP_BYTES)
                .putShort((short) ETHERNET)
                .putShort((short) IPV4)
                .put((byte) HARDWARE_BYTES)
                .put((byte) IPV4_BYTES)
                .putShort((short) ARP_REQUEST)
                .put(hardware)
                .put(address.getAddress())
                .put(EVERYBODY)
                .put(address.getAddress())
                .array();
        return ethernet(EVERYBODY, hardware, ARP, request);
    }

    private static byte[] neighbour(InetAddress address, byte[] hardware) {
        ByteBuffer out = ByteBuffer.allocate(NEIGHBOUR_BYTES)
                .putShort((short) (NEIGHBOUR_ADVERTISEMENT << 8))
                .putShort((short) 0)
                .putInt(OVERRIDE)
                .put(address.getAddress())
                .put((byte) TARGET_HARDWARE)
                .put((byte) 1)
                .put(hardware);
        int checksum = Checksum.of(out.array(), address, ALL_NODES, ICMPV6);
        return out.putShort(2, (short) checksum).array();
    }

    /// The address of the hardware to which an announcement goes.
    static byte[] everybody(InetAddress address) {
        return (address instanceof Inet6Address ? ALL_NODES_HARDWARE : EVERYBODY).clone();
    }

    private static byte[] ethernet(byte[] to, byte[] from, int type, byte[] content) {
        return ByteBuffer.allocate(ETHERNET_HEADER + content.length)
                .put(to)
                .put(from)
                .putShort((short) type)
                .put(content)
                .array();
    }

    /// What follows the header of an IPv4 packet; empty when that is none.
    static byte[] content(byte[] packet) {
        int header = packet.length == 0 ? 0 : (packet[0] & 0xF) * 4;
        return header < IPV4_HEADER || header > packet.length
                ? new byte[0]
                : Arrays.copyOfRange(packet, header, packet.length);
    }
}
