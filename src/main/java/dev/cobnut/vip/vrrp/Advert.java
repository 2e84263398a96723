package dev.cobnut.vip.vrrp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serial;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An advertisement (RFC 3768, 5.1; RFC 9568, 5.1).
///
///     version 2                          version 3
///     0  0x21                            0x31
///     1  virtual router id               the same
///     2  priority                        the same
///     3  number of addresses             the same
///     4  kind of authentication          4 bits zero, 12 bits interval in 10 ms
///     5  interval in seconds
///     6  checksum                        the same
///     8  addresses, 4 bytes each         4 or 16 bytes each
///        8 bytes of authentication, always
///
/// @param id virtual router id
/// @param priority 0 to 255; 0 for: I am leaving
/// @param addresses those that move
public record Advert(int id, int priority, Duration interval, List<InetAddress> addresses) {
    /// The number of VRRP among the protocols of IP.
    public static final int PROTOCOL = 112;

    /// Hops that a message has when it is sent; what has less came over a router.
    public static final int HOP_LIMIT = 255;

    private static final int ADVERTISEMENT = 1;
    private static final int HEADER = 8;
    private static final int COUNT_AT = 3;
    private static final int CHECKSUM_AT = 6;
    private static final int PASSWORD_BYTES = 8;
    private static final int PLAIN_TEXT = 1;
    private static final int TEN_MILLIS = 10;
    private static final int INTERVAL_BITS = 0xFFF;

    public Advert {
        addresses = List.copyOf(addresses);
    }

    /// It is not believed.
    public static final class Rejected extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        private final Rejection kind;

        Rejected(Rejection kind, String message) {
            super(message);
            this.kind = kind;
        }

        public Rejection kind() {
            return kind;
        }
    }

    /// The message that a virtual router sends.
    ///
    /// @param priority 0 to 254
    /// @param source and `destination`: what stands in the header of IP
    public static byte[] message(RouterSettings settings, int priority, InetAddress source, InetAddress destination) {
        List<InetAddress> addresses = settings.advertised();
        boolean isOld = settings.version() == 2;
        int size = HEADER + addresses.size() * addressBytes(settings) + (isOld ? PASSWORD_BYTES : 0);
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put((byte) (settings.version() << 4 | ADVERTISEMENT));
        out.put((byte) settings.id()).put((byte) priority).put((byte) addresses.size());
        String password = settings.password();
        if (isOld) {
            out.put((byte) (password == null ? 0 : PLAIN_TEXT));
            out.put((byte) settings.interval().toSeconds());
        } else {
            out.putShort((short) (settings.interval().toMillis() / TEN_MILLIS));
        }
        out.putShort((short) 0);
        addresses.forEach(address -> out.put(address.getAddress()));
        if (isOld && password != null) {
            out.put(Arrays.copyOf(password.getBytes(UTF_8), PASSWORD_BYTES));
        }
        byte[] message = out.array();
        out.putShort(CHECKSUM_AT, (short) checksum(settings, message, source, destination));
        return message;
    }

    /// Whether a message is for this virtual router at all; others may speak on the same network.
    public static boolean isFor(RouterSettings settings, byte[] message) {
        return message.length > 1 && (message[1] & 0xFF) == settings.id();
    }

    /// Whether a message lists an address of this virtual router, though it may be for another.
    public static boolean lists(RouterSettings settings, byte[] message) {
        int bytes = addressBytes(settings);
        int count = message.length < HEADER ? 0 : message[COUNT_AT] & 0xFF;
        for (int i = 0; i < count && HEADER + (i + 1) * bytes <= message.length; i++) {
            byte[] address = Arrays.copyOfRange(message, HEADER + i * bytes, HEADER + (i + 1) * bytes);
            if (settings.advertised().contains(address(address))) {
                return true;
            }
        }
        return false;
    }

    /// What a message says that is for this virtual router.
    ///
    /// @throws Rejected with what was found and what was expected, for people
    public static Advert read(RouterSettings settings, Packet packet) throws Rejected {
        byte[] message = packet.message();
        if (message.length < HEADER) {
            throw new Rejected(Rejection.LENGTH, message.length + " bytes (expected: " + HEADER + " at least)");
        }
        ByteBuffer in = ByteBuffer.wrap(message);
        int version = (in.get(0) & 0xFF) >> 4;
        int type = in.get(0) & 0xF;
        if (version != settings.version()) {
            throw new Rejected(Rejection.VERSION, "version " + version + " (here: " + settings.version() + ")");
        }
        if (type != ADVERTISEMENT) {
            throw new Rejected(Rejection.TYPE, "type " + type + " (expected: " + ADVERTISEMENT + ")");
        }
        checkWay(settings, packet);
        int count = in.get(COUNT_AT) & 0xFF;
        int bytes = addressBytes(settings);
        int expected = HEADER + count * bytes + (version == 2 ? PASSWORD_BYTES : 0);
        if (message.length != expected) {
            throw new Rejected(
                    Rejection.LENGTH,
                    message.length + " bytes (expected: " + expected + ", for " + count + " addresses)");
        }
        // A correct message has a sum of zero with its own checksum in it.
        if (checksum(settings, message, packet.source(), packet.destination()) != 0) {
            throw new Rejected(Rejection.CHECKSUM, checksumAdvice(settings, packet));
        }
        Duration interval = version == 2
                ? Duration.ofSeconds(in.get(5) & 0xFF)
                : Duration.ofMillis((long) TEN_MILLIS * (in.getShort(4) & INTERVAL_BITS));
        if (version == 2) {
            checkOld(settings, message, interval, expected - PASSWORD_BYTES);
        } else if (interval.isZero()) {
            throw new Rejected(Rejection.INTERVAL, "an interval of 0 (expected: 10 ms at least)");
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(address(Arrays.copyOfRange(message, HEADER + i * bytes, HEADER + (i + 1) * bytes)));
        }
        return new Advert(settings.id(), in.get(2) & 0xFF, interval, addresses);
    }

    private static void checkWay(RouterSettings settings, Packet packet) throws Rejected {
        boolean isMulticast = packet.destination().isMulticastAddress();
        String from = "from " + packet.source().getHostAddress();
        if (isMulticast == settings.isUnicast()) {
            throw new Rejected(
                    Rejection.DESTINATION,
                    from + (isMulticast ? " by multicast (here: peers)" : " to us alone (here: multicast)"));
        }
        if (isMulticast && packet.hopLimit() != HOP_LIMIT) {
            throw new Rejected(
                    Rejection.HOP_LIMIT, "TTL " + packet.hopLimit() + " " + from + " (expected: " + HOP_LIMIT + ")");
        }
        if (!isMulticast && !settings.peers().contains(packet.source())) {
            throw new Rejected(Rejection.STRANGER, from + " (expected: one of the peers)");
        }
    }

    private static void checkOld(RouterSettings settings, byte[] message, Duration interval, int passwordAt)
            throws Rejected {
        String password = settings.password();
        int kind = message[4] & 0xFF;
        if (kind != (password == null ? 0 : PLAIN_TEXT)) {
            throw new Rejected(
                    Rejection.PASSWORD,
                    "authentication of kind " + kind + " (here: " + (password == null ? "none, 0" : "a password, 1")
                            + ")");
        }
        if (password != null) {
            byte[] own = Arrays.copyOf(password.getBytes(UTF_8), PASSWORD_BYTES);
            if (!Arrays.equals(own, 0, PASSWORD_BYTES, message, passwordAt, passwordAt + PASSWORD_BYTES)) {
                throw new Rejected(Rejection.PASSWORD, "another password");
            }
        }
        if (!interval.equals(settings.interval())) {
            throw new Rejected(
                    Rejection.INTERVAL,
                    "an interval of " + interval.toSeconds() + " s (here: "
                            + settings.interval().toSeconds() + " s)");
        }
    }

    private static String checksumAdvice(RouterSettings settings, Packet packet) {
        boolean canDiffer = settings.version() == 3 && !settings.isIpv6();
        if (canDiffer) {
            int other = settings.checksumAsV2()
                    ? Checksum.of(packet.message(), packet.source(), packet.destination(), PROTOCOL)
                    : Checksum.of(packet.message());
            if (other == 0) {
                return settings.checksumAsV2()
                        ? "its checksum includes the addresses of IP (here: v3_checksum_as_v2)"
                        : "its checksum does not include the addresses of IP (expected so, without v3_checksum_as_v2)";
            }
        }
        return "a wrong checksum";
    }

    private static int checksum(RouterSettings settings, byte[] message, InetAddress source, InetAddress destination) {
        boolean withPseudoHeader = settings.version() == 3 && (settings.isIpv6() || !settings.checksumAsV2());
        return withPseudoHeader ? Checksum.of(message, source, destination, PROTOCOL) : Checksum.of(message);
    }

    private static int addressBytes(RouterSettings settings) {
        return settings.isIpv6() ? 16 : 4;
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + bytes.length + " bytes", e);
        }
    }
}
