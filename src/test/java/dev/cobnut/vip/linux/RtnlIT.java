package dev.cobnut.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cobnut.vip.Network;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a real kernel says. Nothing of this machine is changed.
@Timeout(20)
class RtnlIT {
    private static final VirtualAddress NOWHERE =
            new VirtualAddress(InetAddress.ofLiteral("127.77.77.77"), 32, "lo", null, true);

    @BeforeAll
    static void onLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "rtnetlink is Linux'");
    }

    private static void asRoot() throws IOException {
        assumeTrue(
                LinuxNetwork.missing(Files.readString(Path.of("/proc/self/status")))
                        .isEmpty(),
                "orders to the kernel need NET_RAW and NET_ADMIN");
    }

    @Test
    void theLoopbackIsThereAndHasItsAddresses() throws IOException {
        try (Rtnl kernel = new Rtnl()) {
            Rtnetlink.Message.Link link = Objects.requireNonNull(kernel.link("lo"), "no lo");

            assertThat(link.name()).isEqualTo("lo");
            assertThat(kernel.addresses(Libc.AF_INET))
                    .contains(new Rtnetlink.Message.Address(
                            link.index(), InetAddress.ofLiteral("127.0.0.1"), 8, 0x80, false));
            assertThat(kernel.addresses(Libc.AF_INET6))
                    .allSatisfy(each -> assertThat(each.address().getAddress()).hasSize(16));
        }
    }

    @Test
    void whatIsNotThereIsNull() throws IOException {
        try (Rtnl kernel = new Rtnl()) {
            assertThat(kernel.link("no-such-link")).isNull();
            assertThat(kernel.link("lo")).isNotNull();
        }
    }

    @Test
    void whatTheKernelRefusesComesWithItsNumber() throws IOException {
        asRoot();
        try (Rtnl kernel = new Rtnl()) {
            int lo = Objects.requireNonNull(kernel.link("lo"), "no lo").index();

            assertThatThrownBy(() -> kernel.carryOut(sequence -> Rtnetlink.delete(sequence, lo, NOWHERE)))
                    .isInstanceOfSatisfying(
                            Errno.class, e -> assertThat(e.number()).isEqualTo(Errno.EADDRNOTAVAIL))
                    .hasMessage("netlink: Cannot assign requested address");
            assertThatThrownBy(() -> kernel.carryOut(
                            sequence -> Rtnetlink.add(sequence, 1_999_999_999, NOWHERE, Duration.ofSeconds(2))))
                    .hasMessage("netlink: No such device");
        }
    }

    @Test
    void aSleepEndsWhenItIsWokenAndAWakeAfterTheEndIsNoError() throws Exception {
        asRoot();
        long begun = System.nanoTime();
        LinuxNetwork network = LinuxNetwork.open();
        try (network) {
            Thread other = Thread.ofPlatform().start(network::wake);
            List<Network.Arrival> arrivals =
                    network.await(Duration.ofSeconds(15).toNanos());
            other.join();
            assertThat(arrivals).doesNotHaveAnyElementsOfTypes(Network.Arrival.Message.class);
            network.await(0);
        }
        network.wake();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
}
