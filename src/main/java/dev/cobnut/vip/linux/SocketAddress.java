package dev.cobnut.vip.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Addresses as C has them: `sockaddr_in`, `sockaddr_in6`, `sockaddr_ll`, `sockaddr_nl`. Numbers of the host stand in its own
/// byte order, those of the network in that of the network.
final class SocketAddress {
    private static final int IN_BYTES = 16;
    private static final int IN6_BYTES = 28;
    private static final int LL_BYTES = 20;
    private static final int NL_BYTES = 12;
    private static final int HARDWARE_BYTES = 8;
    private static final int IN_AT = 4;
    private static final int IN6_AT = 8;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private SocketAddress() {}

    /// @param scope index of the interface, for addresses of IPv6 that are valid there only
    static byte[] of(InetAddress address, int scope) {
        boolean isIpv6 = address instanceof Inet6Address;
        ByteBuffer out = ByteBuffer.allocate(isIpv6 ? IN6_BYTES : IN_BYTES).order(ByteOrder.nativeOrder());
        out.putShort((short) (isIpv6 ? Libc.AF_INET6 : Libc.AF_INET));
        out.put(isIpv6 ? IN6_AT : IN_AT, address.getAddress());
        if (isIpv6) {
            out.putInt(IN6_AT + IPV6_BYTES, scope);
        }
        return out.array();
    }

    /// The next hop on an interface, for a frame that has its own header.
    static byte[] link(int networkInterface, int protocol, byte[] hardware) {
        ByteBuffer out = ByteBuffer.allocate(LL_BYTES).order(ByteOrder.nativeOrder());
        out.putShort((short) Libc.AF_PACKET);
        out.order(ByteOrder.BIG_ENDIAN).putShort((short) protocol).order(ByteOrder.nativeOrder());
        out.putInt(networkInterface);
        // kind of hardware and of packet: the kernel's
        out.putShort((short) 0).put((byte) 0);
        out.put((byte) hardware.length).put(Arrays.copyOf(hardware, HARDWARE_BYTES));
        return out.array();
    }

    /// The kernel.
    ///
    /// @param groups of news, as bits
    static byte[] netlink(int groups) {
        return ByteBuffer.allocate(NL_BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort((short) Libc.AF_NETLINK)
                .putShort((short) 0)
                .putInt(0)
                .putInt(groups)
                .array();
    }

    /// The address in a structure of the first two kinds, without its scope.
    static InetAddress read(byte[] structure) {
        int family = ByteBuffer.wrap(structure).order(ByteOrder.nativeOrder()).getShort();
        return family == Libc.AF_INET6
                ? address(Arrays.copyOfRange(structure, IN6_AT, IN6_AT + IPV6_BYTES))
                : address(Arrays.copyOfRange(structure, IN_AT, IN_AT + IPV4_BYTES));
    }

    /// @param bytes 4 or 16
    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + bytes.length + " bytes", e);
        }
    }
}
