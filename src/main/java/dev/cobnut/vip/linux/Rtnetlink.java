package dev.cobnut.vip.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Messages of rtnetlink(7), as bytes: links and addresses. Pure.
///
///     header    16 bytes: length, type, flags, sequence, port
///     body      of a link 16 bytes, of an address 8
///     attributes, each on 4 bytes: length, type, value
final class Rtnetlink {
    /// News of links, and of addresses of both families.
    static final int NEWS = 1 | 0x10 | 0x100;

    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int NEW_LINK = 16;
    private static final int DEL_LINK = 17;
    private static final int GET_LINK = 18;
    private static final int NEW_ADDRESS = 20;
    private static final int DEL_ADDRESS = 21;
    private static final int GET_ADDRESS = 22;

    private static final int REQUEST = 1;
    private static final int ACKNOWLEDGE = 4;
    private static final int REPLACE = 0x100;
    private static final int DUMP = 0x300;
    private static final int CREATE = 0x400;

    private static final int LINK_HARDWARE = 1;
    private static final int LINK_NAME = 3;
    private static final int ADDRESS_ADDRESS = 1;
    private static final int ADDRESS_LOCAL = 2;
    private static final int ADDRESS_LABEL = 3;
    private static final int ADDRESS_LIFE = 6;

    /// Switched on, and a carrier.
    private static final int LINK_UP = 1;

    private static final int LINK_RUNNING = 0x40;

    /// No detection of duplicates: the address is wanted now, and VRRP sees to it that there is one.
    private static final int NO_DETECTION = 0x02;

    /// Detection of duplicates has found one, or goes on.
    private static final int NOT_USABLE = 0x08 | 0x40;

    private static final int PERMANENT = 0x80;
    private static final int SECONDARY = 0x01;
    private static final int IPV4_BITS = 32;
    private static final int BYTE = 0xFF;
    private static final int HEADER = 16;
    private static final int LINK_BODY = 16;
    private static final int ADDRESS_BODY = 8;
    private static final int BUFFER = 512;

    private Rtnetlink() {}

    /// Something in an answer, or in the news.
    sealed interface Message {
        /// A question or order is answered.
        ///
        /// @param error 0 for done
        record Answer(int sequence, int error) implements Message {}

        /// The last part of a list.
        record End(int sequence) implements Message {}

        /// @param isUp switched on, and with a carrier
        /// @param hardware its own address, as hexadecimal digits
        record Link(String name, int index, boolean isUp, String hardware, boolean isGone) implements Message {}

        /// @param flags as the kernel has them
        record Address(int networkInterface, InetAddress address, int prefix, int flags, boolean isGone)
                implements Message {

            /// False while the kernel still looks whether another host has it, and when one has.
            boolean isUsable() {
                return (flags & NOT_USABLE) == 0;
            }

            /// Without a lifetime: what a speaker of ours has put there has one.
            boolean isPermanent() {
                return (flags & PERMANENT) != 0;
            }

            /// As a machine has its own: for good, for a whole network, and the first of it. What an address that moves has left is
            /// none of that, unless its network is its own. Of IPv6 nobody can tell.
            boolean isMachinesOwn() {
                boolean isIpv6 = address instanceof Inet6Address;
                return !isIpv6 && isPermanent() && (flags & SECONDARY) == 0 && prefix < IPV4_BITS;
            }
        }
    }

    /// Asks for one link.
    static byte[] link(int sequence, String name) {
        ByteBuffer out = begin(GET_LINK, REQUEST, sequence, LINK_BODY);
        attribute(out, LINK_NAME, terminated(name));
        return end(out);
    }

    /// Asks for all addresses of a family.
    static byte[] addresses(int sequence, int family) {
        ByteBuffer out = begin(GET_ADDRESS, REQUEST | DUMP, sequence, ADDRESS_BODY);
        out.put(HEADER, (byte) family);
        return end(out);
    }

    /// Orders that a link carry an address for so long, from now on.
    static byte[] add(int sequence, int networkInterface, VirtualAddress address, Duration lifetime) {
        ByteBuffer out = address(NEW_ADDRESS, CREATE | REPLACE, sequence, networkInterface, address);
        if (address.label() != null) {
            attribute(out, ADDRESS_LABEL, terminated(address.label()));
        }
        boolean isIpv6 = address.address() instanceof Inet6Address;
        int seconds = (int) lifetime.toSeconds();
        // An address of IPv6 that is preferred would be taken as the source of what this host begins itself.
        attribute(
                out,
                ADDRESS_LIFE,
                ByteBuffer.allocate(16)
                        .order(ByteOrder.nativeOrder())
                        .putInt(isIpv6 ? 0 : seconds)
                        .putInt(seconds)
                        .array());
        return end(out);
    }

    /// Orders that a link carry it no more.
    static byte[] delete(int sequence, int networkInterface, VirtualAddress address) {
        return end(address(DEL_ADDRESS, 0, sequence, networkInterface, address));
    }

    private static ByteBuffer address(int type, int flags, int sequence, int networkInterface, VirtualAddress address) {
        boolean isIpv6 = address.address() instanceof Inet6Address;
        ByteBuffer out = begin(type, REQUEST | ACKNOWLEDGE | flags, sequence, ADDRESS_BODY);
        out.put(HEADER, (byte) (isIpv6 ? Libc.AF_INET6 : Libc.AF_INET));
        out.put(HEADER + 1, (byte) address.prefix());
        out.put(HEADER + 2, (byte) (isIpv6 ? NO_DETECTION : 0));
        out.putInt(HEADER + 4, networkInterface);
        byte[] bytes = address.address().getAddress();
        attribute(out, ADDRESS_LOCAL, bytes);
        attribute(out, ADDRESS_ADDRESS, bytes);
        return out;
    }

    /// What has come, in its order; what is of no interest here is left out. Bytes that are no messages end it.
    static List<Message> read(byte[] bytes) {
        List<Message> messages = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + HEADER <= bytes.length) {
            int length = in.getInt(at);
            if (length < HEADER || length > bytes.length - at) {
                break;
            }
            Message message = message(in.slice(at, length).order(ByteOrder.nativeOrder()));
            if (message != null) {
                messages.add(message);
            }
            at += aligned(length);
        }
        return messages;
    }

    private static @Nullable Message message(ByteBuffer in) {
        int type = in.getShort(4);
        int sequence = in.getInt(8);
        int body = in.capacity() - HEADER;
        return switch (type) {
            case ERROR -> body < 4 ? null : new Message.Answer(sequence, -in.getInt(HEADER));
            case DONE -> new Message.End(sequence);
            case NEW_LINK, DEL_LINK -> body < LINK_BODY ? null : link(in, type == DEL_LINK);
            case NEW_ADDRESS, DEL_ADDRESS -> body < ADDRESS_BODY ? null : address(in, type == DEL_ADDRESS);
            default -> null;
        };
    }

    private static Message link(ByteBuffer in, boolean isGone) {
        Map<Integer, byte[]> attributes = attributes(in, HEADER + LINK_BODY);
        byte[] name = attributes.getOrDefault(LINK_NAME, new byte[0]);
        int flags = in.getInt(HEADER + 8);
        boolean isUp = (flags & LINK_UP) != 0 && (flags & LINK_RUNNING) != 0;
        return new Message.Link(
                new String(name, 0, Math.max(0, name.length - 1), UTF_8),
                in.getInt(HEADER + 4),
                isUp,
                HexFormat.of().formatHex(attributes.getOrDefault(LINK_HARDWARE, new byte[0])),
                isGone);
    }

    private static @Nullable Message address(ByteBuffer in, boolean isGone) {
        Map<Integer, byte[]> attributes = attributes(in, HEADER + ADDRESS_BODY);
        // On a link between two hosts `address` is the other one's.
        byte[] bytes = attributes.getOrDefault(ADDRESS_LOCAL, attributes.get(ADDRESS_ADDRESS));
        if (bytes == null || (bytes.length != 4 && bytes.length != 16)) {
            return null;
        }
        return new Message.Address(
                in.getInt(HEADER + 4),
                SocketAddress.address(bytes),
                in.get(HEADER + 1) & BYTE,
                in.get(HEADER + 2) & BYTE,
                isGone);
    }

    private static Map<Integer, byte[]> attributes(ByteBuffer in, int from) {
        Map<Integer, byte[]> attributes = new HashMap<>();
        int at = from;
        while (at + 4 <= in.capacity()) {
            int length = in.getShort(at) & 0xFFFF;
            if (length < 4 || length > in.capacity() - at) {
                break;
            }
            byte[] value = new byte[length - 4];
            in.get(at + 4, value);
            attributes.putIfAbsent((int) in.getShort(at + 2), value);
            at += aligned(length);
        }
        return attributes;
    }

    private static ByteBuffer begin(int type, int flags, int sequence, int body) {
        ByteBuffer out = ByteBuffer.allocate(BUFFER).order(ByteOrder.nativeOrder());
        out.putInt(0)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt(0);
        return out.position(HEADER + body);
    }

    private static void attribute(ByteBuffer out, int type, byte[] value) {
        int start = out.position();
        out.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        out.position(aligned(start + 4 + value.length));
    }

    private static byte[] end(ByteBuffer out) {
        byte[] message = new byte[out.position()];
        out.putInt(0, message.length).get(0, message);
        return message;
    }

    private static byte[] terminated(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
