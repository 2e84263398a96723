package dev.cobnut.vip.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.vip.Network;
import dev.cobnut.vip.vrrp.Advert;
import dev.cobnut.vip.vrrp.Packet;
import dev.cobnut.vip.vrrp.RouterSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Two raw sockets of one virtual router: one that hears what comes for VRRP over an interface, by multicast or not, and one that
/// sends packets with a header of our own. What does not fit the settings is heard, too, so that it can be warned of.
final class RawPort implements Network.Port {
    private static final InetAddress GROUP = SocketAddress.address(new byte[] {(byte) 224, 0, 0, 18});
    private static final InetAddress GROUP6 =
            SocketAddress.address(new byte[] {(byte) 0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12});

    private static final int OWN_HEADER = 255;
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_MULTICAST_LOOP = 19;
    private static final int IPV6_ADD_MEMBERSHIP = 20;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_PKTINFO = 50;
    private static final int IPV6_RECVHOPLIMIT = 51;
    private static final int IPV6_HOPLIMIT = 52;
    private static final byte[] NO = number(0);
    private static final byte[] YES = number(1);
    private static final int CONTROL_HEADER = 16;

    /// More than the buffer of a socket holds (212992 bytes by default, and no message counts as less than 256 of them): all
    /// that was there is read, and yet whoever sends faster than this process reads does not keep it from its timers.
    private static final int MESSAGES_MAX = 1024;

    private final RouterSettings settings;
    private final int networkInterface;
    private final InetAddress source;
    private final Consumer<RawPort> onClose;
    private final int hearing;
    private final int sending;

    private RawPort(
            RouterSettings settings,
            int networkInterface,
            InetAddress source,
            Consumer<RawPort> onClose,
            int hearing,
            int sending) {
        this.settings = settings;
        this.networkInterface = networkInterface;
        this.source = source;
        this.onClose = onClose;
        this.hearing = hearing;
        this.sending = sending;
    }

    /// @param networkInterface its index
    static RawPort open(RouterSettings settings, int networkInterface, InetAddress source, Consumer<RawPort> onClose)
            throws Errno {
        int family = settings.isIpv6() ? Libc.AF_INET6 : Libc.AF_INET;
        int hearing = Libc.socket(family, Libc.SOCK_RAW, Advert.PROTOCOL);
        int sending = -1;
        try {
            sending = Libc.socket(family, Libc.SOCK_RAW, OWN_HEADER);
            RawPort port = new RawPort(settings, networkInterface, source, onClose, hearing, sending);
            port.prepare();
            // Now rather than when it matters: classes are loaded, and handles linked.
            port.packet(settings.priority(), port.destinations().getFirst());
            Frames.announcement(source, new byte[Frames.HARDWARE_BYTES]);
            return port;
        } catch (Errno e) {
            Libc.close(hearing);
            if (sending >= 0) {
                Libc.close(sending);
            }
            throw e;
        }
    }

    private void prepare() throws Errno {
        byte[] name = (settings.networkInterface() + '\0').getBytes(UTF_8);
        Libc.setOption(hearing, SOL_SOCKET, SO_BINDTODEVICE, name);
        Libc.setOption(sending, SOL_SOCKET, SO_BINDTODEVICE, name);
        byte[] index = number(networkInterface);
        if (settings.isIpv6()) {
            Libc.setOption(hearing, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, join(GROUP6.getAddress(), index));
            Libc.setOption(hearing, IPPROTO_IPV6, IPV6_RECVPKTINFO, YES);
            Libc.setOption(hearing, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, YES);
            Libc.setOption(sending, IPPROTO_IPV6, IPV6_MULTICAST_IF, index);
            Libc.setOption(sending, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, NO);
        } else {
            byte[] membership = join(GROUP.getAddress(), source.getAddress(), index);
            Libc.setOption(hearing, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership);
            Libc.setOption(sending, IPPROTO_IP, IP_MULTICAST_IF, membership);
            Libc.setOption(sending, IPPROTO_IP, IP_MULTICAST_LOOP, NO);
        }
    }

    /// What [Libc#poll] waits for.
    int descriptor() {
        return hearing;
    }

    @Override
    public void advertise(int priority) throws IOException {
        IOException failure = null;
        for (InetAddress destination : destinations()) {
            try {
                Libc.send(sending, packet(priority, destination), SocketAddress.of(destination, networkInterface));
            } catch (Errno e) {
                // One peer that cannot be reached must not keep the others from hearing.
                failure = new IOException(
                        "an advertisement to " + destination.getHostAddress() + " is not sent: " + e.getMessage(), e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private List<InetAddress> destinations() {
        return settings.isUnicast() ? settings.peers() : List.of(settings.isIpv6() ? GROUP6 : GROUP);
    }

    private byte[] packet(int priority, InetAddress destination) {
        return Frames.packet(Advert.message(settings, priority, source, destination), source, destination);
    }

    /// Hands on all messages that have come, but for our own.
    void receiveAll(List<Network.Arrival> arrivals) {
        for (int i = 0; i < MESSAGES_MAX; i++) {
            Libc.Received each = next();
            if (each == null) {
                return;
            }
            Packet packet = settings.isIpv6() ? ipv6(each) : ipv4(each);
            if (packet != null && !packet.source().equals(source)) {
                arrivals.add(new Network.Arrival.Message(this, packet));
            }
        }
    }

    /// An error that waits at a socket, of an interface or of what was sent, is over once it was told; the news tell more.
    private Libc.@Nullable Received next() {
        try {
            return Libc.receive(hearing);
        } catch (Errno _) {
            return null;
        }
    }

    /// With its header, in which TTL stands at 8 and the addresses at 12 and 16.
    static @Nullable Packet ipv4(Libc.Received received) {
        byte[] packet = received.bytes();
        if (packet.length < 20) {
            return null;
        }
        return new Packet(
                SocketAddress.address(Arrays.copyOfRange(packet, 12, 16)),
                SocketAddress.address(Arrays.copyOfRange(packet, 16, 20)),
                packet[8] & 0xFF,
                Frames.content(packet));
    }

    /// Without its header: the kernel says beside it what stood there.
    static @Nullable Packet ipv6(Libc.Received received) {
        ByteBuffer control = ByteBuffer.wrap(received.control()).order(ByteOrder.nativeOrder());
        InetAddress destination = null;
        int hopLimit = 0;
        int at = 0;
        while (at + CONTROL_HEADER <= control.capacity()) {
            int length = (int) control.getLong(at);
            if (length < CONTROL_HEADER || length > control.capacity() - at) {
                break;
            }
            int type = control.getInt(at + 12);
            int value = at + CONTROL_HEADER;
            if (type == IPV6_HOPLIMIT && length >= CONTROL_HEADER + 4) {
                hopLimit = control.getInt(value);
            } else if (type == IPV6_PKTINFO && length >= CONTROL_HEADER + 16) {
                destination = SocketAddress.address(Arrays.copyOfRange(received.control(), value, value + 16));
            }
            at += (length + 7) & ~7;
        }
        return destination == null
                ? null
                : new Packet(SocketAddress.read(received.from()), destination, hopLimit, received.bytes());
    }

    @Override
    public void close() {
        Libc.close(hearing);
        Libc.close(sending);
        onClose.accept(this);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer out = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(each -> each.length).sum());
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }
}
