package dev.cobnut.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.vrrp.Packet;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is made of that which the kernel hands over.
class RawPortTest {
    private static final byte[] NOTHING = {};
    private static final byte[] MESSAGE = hex("3133640100646789 0a000064");
    private static final String FROM = "0a00 0000 00000000 fe800000000000000000000000000016 03000000";

    /// struct cmsghdr: length, level 41, type 50; then the address and the interface.
    private static final String PACKET_INFO =
            "2400000000000000 29000000 32000000 ff020000000000000000000000000012 03000000 00000000";

    /// The same of type 52, with a number.
    private static final String HOP_LIMIT = "1400000000000000 29000000 34000000 ff000000 00000000";

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    private static Packet ipv6(String control) {
        return Objects.requireNonNull(RawPort.ipv6(new Libc.Received(MESSAGE, hex(FROM), hex(control))), "no packet");
    }

    @Test
    void ipv4ComesWithItsHeader() {
        byte[] bytes = hex("""
                45 c0 0020 0000 0000 fe 70 0000
                0a000016 e0000012
                3133640100646789 0a000064""");

        Packet packet = Objects.requireNonNull(RawPort.ipv4(new Libc.Received(bytes, NOTHING, NOTHING)), "no packet");

        assertThat(packet.toString()).isEqualTo("10.0.0.22 > 224.0.0.18, 12 bytes");
        assertThat(packet.hopLimit()).isEqualTo(254);
        assertThat(packet.message()).isEqualTo(MESSAGE);
    }

    @Test
    void lessThanAHeaderOfIpv4IsNothing() {
        for (int length = 0; length < 20; length++) {
            assertThat(RawPort.ipv4(new Libc.Received(new byte[length], NOTHING, NOTHING)))
                    .isNull();
        }
        assertThat(RawPort.ipv4(new Libc.Received(new byte[20], NOTHING, NOTHING)))
                .isNotNull()
                .extracting(Packet::message)
                .isEqualTo(NOTHING);
    }

    @Test
    void ipv6ComesWithoutItsHeaderAndTheKernelSaysWhatStoodThere() {
        for (String control : List.of(PACKET_INFO + HOP_LIMIT, HOP_LIMIT + PACKET_INFO)) {
            Packet packet = ipv6(control);

            assertThat(packet.source()).isEqualTo(InetAddress.ofLiteral("fe80::16"));
            assertThat(packet.destination()).isEqualTo(InetAddress.ofLiteral("ff02::12"));
            assertThat(packet.hopLimit()).isEqualTo(255);
            assertThat(packet.message()).isEqualTo(MESSAGE);
        }
    }

    /// So that it is rejected rather than believed.
    @Test
    void withoutAHopLimitItIsZero() {
        assertThat(ipv6(PACKET_INFO).hopLimit()).isZero();
    }

    /// The last one of a row may lack the bytes that fill it up.
    @Test
    void theLastControlMessageNeedNotBeFilledUp() {
        assertThat(ipv6(PACKET_INFO + HOP_LIMIT.substring(0, HOP_LIMIT.length() - 9))
                        .hopLimit())
                .isEqualTo(255);
    }

    @Test
    void garbageBesideAMessageNeitherThrowsNorLoops() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] control = new byte[random.nextInt(80)];
            random.nextBytes(control);
            if (control.length > 16) {
                control[0] = (byte) random.nextInt(control.length);
                Arrays.fill(control, 1, 8, (byte) 0);
                control[12] = (byte) (50 + 2 * random.nextInt(2));
                Arrays.fill(control, 13, 16, (byte) 0);
            }
            Packet packet = RawPort.ipv6(new Libc.Received(MESSAGE, hex(FROM), control));
            assertThat(packet == null || packet.destination().getAddress().length > 0)
                    .isTrue();
        }
        for (String length : List.of("0000000000000000", "ffffffffffffffff", "0f00000000000000", "1000000001000000")) {
            Packet packet =
                    RawPort.ipv6(new Libc.Received(MESSAGE, hex(FROM), hex(length + PACKET_INFO.substring(17))));
            assertThat(packet).as(length).isNull();
        }
    }
}
