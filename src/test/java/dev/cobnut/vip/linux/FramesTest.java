package dev.cobnut.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.vrrp.Checksum;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Byte by byte, from the drawings in the RFCs.
class FramesTest {
    private static final byte[] MESSAGE = hex("3133640100646789 0a000064");
    private static final byte[] HARDWARE = hex("020304050607");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    /// RFC 791, 3.1, with TTL 255 and protocol 112. The kernel fills in what is 0: identification and checksum.
    @Test
    void anIpv4HeaderIsNetworkControlWithTtl255() {
        assertThat(Frames.packet(MESSAGE, ip("10.0.0.21"), ip("224.0.0.18"))).isEqualTo(hex("""
                45 c0 0020 0000 0000 ff 70 0000
                0a000015 e0000012
                3133640100646789 0a000064"""));
    }

    /// RFC 8200, 3: version 6, class c0, no flow.
    @Test
    void anIpv6HeaderCountsWhatFollowsIt() {
        assertThat(Frames.packet(MESSAGE, ip("fe80::15"), ip("ff02::12"))).isEqualTo(hex("""
                6c000000 000c 70 ff
                fe800000000000000000000000000015
                ff020000000000000000000000000012
                3133640100646789 0a000064"""));
    }

    /// RFC 826 and RFC 5227, 3: a request in which both are the address announced.
    @Test
    void anIpv4AddressIsAnnouncedByAGratuitousRequestOfArp() {
        assertThat(Frames.announcement(ip("10.0.0.100"), HARDWARE)).isEqualTo(hex("""
                ffffffffffff 020304050607 0806
                0001 0800 06 04 0001
                020304050607 0a000064
                ffffffffffff 0a000064"""));
    }

    /// RFC 4861, 4.4: overriding, not solicited, with the option of the target's address. RFC 2464, 7: to whom.
    @Test
    void anIpv6AddressIsAnnouncedByAnUnsolicitedAdvertisement() {
        byte[] frame = Frames.announcement(ip("fd00::100"), HARDWARE);

        byte[] message = Arrays.copyOfRange(frame, 54, frame.length);
        assertThat(Checksum.of(message, ip("fd00::100"), ip("ff02::1"), 58)).isZero();
        frame[56] = 0;
        frame[57] = 0;
        assertThat(frame).isEqualTo(hex("""
                333300000001 020304050607 86dd
                60000000 0020 3a ff
                fd000000000000000000000000000100
                ff020000000000000000000000000001
                88 00 0000 20000000
                fd000000000000000000000000000100
                02 01 020304050607"""));
    }

    @Test
    void whoIsToHearAnAnnouncementIsSaidOnceMoreForTheSocket() {
        assertThat(Frames.everybody(ip("10.0.0.100"))).isEqualTo(hex("ffffffffffff"));
        assertThat(Frames.everybody(ip("fd00::100"))).isEqualTo(hex("333300000001"));
    }

    @Test
    void theContentOfAPacketFollowsItsHeaderAndItsOptions() {
        byte[] packet = Frames.packet(MESSAGE, ip("10.0.0.21"), ip("224.0.0.18"));
        assertThat(Frames.content(packet)).isEqualTo(MESSAGE);

        packet[0] = 0x46;
        assertThat(Frames.content(packet)).isEqualTo(Arrays.copyOfRange(MESSAGE, 4, MESSAGE.length));
    }

    @Test
    void whatIsNoPacketHasNoContent() {
        for (int first = 0; first < 256; first++) {
            for (int length = 0; length < 64; length++) {
                byte[] noise = new byte[length];
                Arrays.fill(noise, (byte) first);
                int header = (first & 0xF) * 4;
                int expected = header < 20 || header > length ? 0 : length - header;
                assertThat(Frames.content(noise)).hasSize(expected);
            }
        }
    }
}
