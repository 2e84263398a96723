package dev.cobnut.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The structures of ip(7), ipv6(7), packet(7) and netlink(7), as machines have them that put the low byte first.
class SocketAddressTest {
    private static final InetAddress IPV4 = InetAddress.ofLiteral("10.0.0.22");
    private static final InetAddress IPV6 = InetAddress.ofLiteral("fe80::16");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    @Test
    void anAddressOfIpv4() {
        assertThat(SocketAddress.of(IPV4, 3)).isEqualTo(hex("0200 0000 0a000016 0000000000000000"));
    }

    @Test
    void anAddressOfIpv6NamesItsInterface() {
        assertThat(SocketAddress.of(IPV6, 3))
                .isEqualTo(hex("0a00 0000 00000000 fe800000000000000000000000000016 03000000"));
    }

    @Test
    void aNextHopHasItsProtocolInTheOrderOfTheNetwork() {
        assertThat(SocketAddress.link(3, Frames.ARP, hex("ffffffffffff")))
                .isEqualTo(hex("1100 0806 03000000 0000 00 06 ffffffffffff0000"));
    }

    @Test
    void theKernelAndItsGroups() {
        assertThat(SocketAddress.netlink(0x111)).isEqualTo(hex("1000 0000 00000000 11010000"));
    }

    @Test
    void whatIsWrittenCanBeRead() {
        assertThat(SocketAddress.read(SocketAddress.of(IPV4, 3))).isEqualTo(IPV4);
        assertThat(SocketAddress.read(SocketAddress.of(IPV6, 3))).isEqualTo(IPV6);
    }

    @Test
    void addressesAreOfFourOrSixteenBytes() {
        assertThat(SocketAddress.address(new byte[4]).getHostAddress()).isEqualTo("0.0.0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SocketAddress.address(new byte[5]))
                .withMessage("an address of 5 bytes");
    }
}
