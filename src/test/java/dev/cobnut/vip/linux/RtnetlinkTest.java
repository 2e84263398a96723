package dev.cobnut.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.linux.Rtnetlink.Message;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Vectors by hand, from the structures in netlink(7) and rtnetlink(7), as machines have them that put the low byte first.
class RtnetlinkTest {
    private static final VirtualAddress LABELLED =
            new VirtualAddress(InetAddress.ofLiteral("10.0.0.100"), 24, "eth0", "eth0:1", true);
    private static final VirtualAddress IPV6 =
            new VirtualAddress(InetAddress.ofLiteral("fd00::100"), 64, "eth0", null, true);

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    @Test
    void asksForALinkByItsName() {
        assertThat(Rtnetlink.link(7, "eth0")).isEqualTo(hex("""
                2c000000 1200 0100 07000000 00000000
                00 00 0000 00000000 00000000 00000000
                0900 0300 6574683000 000000"""));
    }

    @Test
    void asksForAllAddressesOfAFamily() {
        assertThat(Rtnetlink.addresses(8, Libc.AF_INET6)).isEqualTo(hex("""
                18000000 1600 0103 08000000 00000000
                0a 00 00 00 00000000"""));
    }

    @Test
    void ordersAnAddressWithItsLabelForAWhile() {
        assertThat(Rtnetlink.add(9, 3, LABELLED, Duration.ofSeconds(4))).isEqualTo(hex("""
                48000000 1400 0505 09000000 00000000
                02 18 00 00 03000000
                0800 0200 0a000064
                0800 0100 0a000064
                0b00 0300 657468303a3100 00
                1400 0600 04000000 04000000 00000000 00000000"""));
    }

    @Test
    void anAddressOfIpv6IsNotPreferredAndNotLookedForElsewhere() {
        assertThat(Rtnetlink.add(9, 3, IPV6, Duration.ofSeconds(4))).isEqualTo(hex("""
                54000000 1400 0505 09000000 00000000
                0a 40 02 00 03000000
                1400 0200 fd000000000000000000000000000100
                1400 0100 fd000000000000000000000000000100
                1400 0600 00000000 04000000 00000000 00000000"""));
    }

    @Test
    void ordersAnAddressAway() {
        assertThat(Rtnetlink.delete(10, 3, LABELLED)).isEqualTo(hex("""
                28000000 1500 0500 0a000000 00000000
                02 18 00 00 03000000
                0800 0200 0a000064
                0800 0100 0a000064"""));
    }

    /// A link that is switched on and has a carrier; one without a carrier; one that is gone.
    @Test
    void readsLinks() {
        List<Message> messages = Rtnetlink.read(hex("""
                38000000 1000 0000 07000000 00000000
                00 00 0100 03000000 43100100 00000000
                0900 0300 6574683000 000000
                0a00 0100 020304050607 0000
                2c000000 1000 0000 07000000 00000000
                00 00 0100 04000000 03100100 00000000
                0900 0300 6574683100 000000
                2c000000 1100 0000 00000000 00000000
                00 00 0100 05000000 02100000 00000000
                0900 0300 6574683200 000000"""));

        assertThat(messages).hasSize(3);
        Message.Link up = (Message.Link) messages.getFirst();
        assertThat(up.hardware()).isEqualTo("020304050607");
        assertThat(messages.stream().map(RtnetlinkTest::text))
                .containsExactly("eth0 3 up", "eth1 4 down", "eth2 5 down gone");
    }

    private static String text(Message message) {
        Message.Link link = (Message.Link) message;
        return link.name() + " " + link.index() + (link.isUp() ? " up" : " down") + (link.isGone() ? " gone" : "");
    }

    /// On a link between two hosts IFA_ADDRESS is the other one's; IPv6 has IFA_ADDRESS alone.
    @Test
    void readsAddresses() {
        assertThat(Rtnetlink.read(hex("""
                28000000 1400 0200 08000000 00000000
                02 18 80 00 03000000
                0800 0100 0a0000fe
                0800 0200 0a000015
                2c000000 1400 0200 08000000 00000000
                0a 40 c0 fd 03000000
                1400 0100 fe800000000000000000000000000015
                2c000000 1500 0000 00000000 00000000
                0a 40 08 00 03000000
                1400 0100 fd000000000000000000000000000015""")))
                .containsExactly(
                        new Message.Address(3, InetAddress.ofLiteral("10.0.0.21"), 24, 0x80, false),
                        new Message.Address(3, InetAddress.ofLiteral("fe80::15"), 64, 0xC0, false),
                        new Message.Address(3, InetAddress.ofLiteral("fd00::15"), 64, 0x08, true));
    }

    /// IFA_F_PERMANENT is 0x80, IFA_F_SECONDARY 0x01 (linux/if_addr.h).
    @Test
    void knowsAMachinesOwnAddresses() {
        InetAddress address = InetAddress.ofLiteral("10.0.0.100");
        assertThat(new Message.Address(3, address, 24, 0x80, false).isMachinesOwn())
                .isTrue();
        assertThat(new Message.Address(3, address, 24, 0x81, false).isMachinesOwn())
                .isFalse();
        assertThat(new Message.Address(3, address, 32, 0x80, false).isMachinesOwn())
                .isFalse();
        assertThat(new Message.Address(3, address, 24, 0, false).isMachinesOwn())
                .isFalse();
        assertThat(new Message.Address(3, InetAddress.ofLiteral("fd00::1"), 64, 0x80, false).isMachinesOwn())
                .isFalse();
    }

    /// NLMSG_ERROR holds minus errno, and 0 when all is well; NLMSG_DONE ends a list. NLMSG_NOOP is nothing.
    @Test
    void readsAnswersAndTheEndOfLists() {
        assertThat(Rtnetlink.read(hex("""
                24000000 0200 0000 09000000 00000000
                9dffffff 28000000 1500 0500 09000000 00000000
                24000000 0200 0000 0a000000 00000000
                00000000 28000000 1500 0500 0a000000 00000000
                10000000 0100 0000 00000000 00000000
                14000000 0300 0200 08000000 00000000 00000000""")))
                .containsExactly(new Message.Answer(9, 99), new Message.Answer(10, 0), new Message.End(8));
    }

    @Test
    void lengthsThatCannotBeEndIt() {
        String good = "14000000 0300 0200 08000000 00000000 00000000";
        for (String length : List.of("00000000", "0f000000", "15000000", "ffffffff", "00000080", "ffffff7f")) {
            assertThat(Rtnetlink.read(hex(good + length + "0300 0200 08000000 00000000 00000000")))
                    .as(length)
                    .containsExactly(new Message.End(8));
        }
    }

    @Test
    void attributesThatCannotBeAreLeftOut() {
        for (String attribute : List.of("0000 0100", "0300 0100", "ffff 0100", "0900 0100", "0500 0100", "0400 0100")) {
            assertThat(Rtnetlink.read(
                            hex("20000000 1400 0200 08000000 00000000 02 18 80 00 03000000" + attribute + "0a000015")))
                    .as(attribute)
                    .isEmpty();
        }
    }

    /// Each bit of real messages turned, each cut; and noise.
    @Test
    void garbageNeitherThrowsNorLoops() {
        byte[] good = Rtnetlink.add(9, 3, LABELLED, Duration.ofSeconds(4));
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Rtnetlink.read(bad)).hasSizeLessThanOrEqualTo(2);
        }
        for (int length = 0; length < good.length; length++) {
            assertThat(Rtnetlink.read(Arrays.copyOf(good, length))).isEmpty();
        }
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] noise = new byte[random.nextInt(120)];
            random.nextBytes(noise);
            if (noise.length > 6) {
                noise[0] = (byte) random.nextInt(noise.length);
                Arrays.fill(noise, 1, 4, (byte) 0);
                noise[4] = (byte) random.nextInt(24);
                noise[5] = 0;
            }
            assertThat(Rtnetlink.read(noise)).hasSizeLessThan(9);
        }
    }
}
