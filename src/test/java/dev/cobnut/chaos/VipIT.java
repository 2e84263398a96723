package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two `cobnut vip` on two hosts, with three virtual routers each: one of IPv4 with a check, one of IPv6, and one of version 2 on
/// whose password they do not agree. The first host is the better one and takes back what it has lost: each test begins when
/// it has everything.
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VipIT {
    private static final String SHOP = "10.77.0.100/24";
    private static final String SIX = "fd77::100/64";
    private static final String OLD = "10.77.0.101/32";

    @Nullable
    private static TwoHosts network;

    private VipHost better;
    private VipHost other;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        TwoHosts hosts = network();
        better = host(hosts, 0, Files.createDirectory(folder.resolve("better")), 150);
        other = host(hosts, 1, Files.createDirectory(folder.resolve("other")), 100);
        better.speak();
        other.speak();
    }

    private static TwoHosts network() {
        try {
            TwoHosts hosts = TwoHosts.open();
            network = hosts;
            return hosts;
        } catch (IOException e) {
            return abort("virtual addresses are not tried: that needs root and ip netns (" + e.getMessage() + ")");
        }
    }

    private static VipHost host(TwoHosts hosts, int number, Path folder, int priority) throws IOException {
        Files.writeString(folder.resolve("vip.yml"), """
                vip:
                  shop:
                    interface: eth0
                    addresses: %s
                    priority: %d
                    interval: 100 ms
                    preempt: true
                    checks: ping 127.0.0.1:%d
                    check: {interval: 100 ms, timeout: 1 s, rise: 1, fall: 1}
                  six:
                    interface: eth0
                    router_id: 52
                    addresses: %s
                    priority: %d
                    interval: 100 ms
                    preempt: true
                    checks: []
                  old:
                    interface: eth0
                    router_id: 53
                    addresses: %s
                    version: 2
                    password: secret%d
                    checks: []
                """.formatted(
                        SHOP, priority, VipHost.SERVER_PORT, SIX, priority, OLD, number));
        VipHost host = new VipHost(hosts, number, folder);
        host.serve();
        return host;
    }

    @AfterAll
    void end() {
        try {
            if (better != null) {
                better.close();
            }
            if (other != null) {
                other.close();
            }
        } finally {
            if (network != null) {
                network.close();
            }
        }
    }

    @BeforeEach
    void awaitTheBetterOne() {
        awaitOnly(better, other, SHOP);
        awaitOnly(better, other, SIX);
    }

    private static void awaitOnly(VipHost owner, VipHost without, String address) {
        await(address).atMost(Duration.ofSeconds(10)).until(() -> owner.carries(address) && !without.carries(address));
    }

    private static void awaitPage(VipHost host, String text) {
        await(text)
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(host.page()).contains(text));
    }

    @Test
    void eachOfThemSaysWhatItIs() {
        awaitPage(other, "\"name\": \"shop\", \"state\": \"backup\"");
        awaitPage(other, "\"name\": \"six\", \"state\": \"backup\"");
        assertThat(better.page())
                .startsWith("{\"drained\": false, \"instances\": [{\"name\": \"shop\", \"state\": \"master\"")
                .contains("\"verdict\": \"good\", \"detail\": \"answers PING\"");
        assertThat(other.page()).contains("\"master\": \"10.77.0.21\"");
    }

    /// Both are masters then, and nothing else tells why.
    @Test
    void onWhosePasswordTheyDoNotAgreeBothSaySo() throws IOException {
        for (VipHost host : List.of(better, other)) {
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(
                            () -> assertThat(host.page()).containsPattern("\"name\": \"old\".*\"password\": [1-9]"));
            assertThat(host.log()).containsPattern("WARN  old: .* is not believed: another password");
        }
    }

    @Test
    void anAddressThatIsTakenByHandIsPutBack() throws IOException {
        better.ip("address", "delete", SHOP, "dev", "eth0");

        awaitOnly(better, other, SHOP);
        assertThat(better.log()).contains("WARN  shop: " + SHOP + " was taken from eth0");
    }

    @Test
    void drainedByACommandItHasNothingUntilItIsUndrained() throws IOException {
        assertThat(better.run(List.of(), "vip", "drain", "--drain-file", better.drainFile()))
                .startsWith("drained: ");
        assertThat(better.carries(SHOP) || better.carries(SIX)).isFalse();
        awaitOnly(other, better, SHOP);
        awaitOnly(other, better, SIX);

        assertThat(better.run(List.of(), "vip", "undrain", "--drain-file", better.drainFile()))
                .startsWith("not drained any more: ");
        awaitOnly(better, other, SHOP);
    }

    @Test
    void whenTheServerBehindItIsGoneTheOtherHasTheAddress() throws IOException {
        better.serveNoMore();

        awaitOnly(other, better, SHOP);
        awaitPage(better, "\"state\": \"fault\", \"since\": \"");
        assertThat(better.page()).contains("\"why\": \"ping 127.0.0.1:6379: Connection refused\"");
        assertThat(better.carries(SIX)).isTrue();

        better.serve();
        awaitOnly(better, other, SHOP);
    }

    @Test
    void aLinkThatIsDownIsAFault() throws IOException {
        better.ip("link", "set", "eth0", "down");

        await().atMost(Duration.ofSeconds(10)).until(() -> other.carries(SHOP) && other.carries(SIX));
        awaitPage(better, "\"why\": \"eth0 is down\"");
        assertThat(better.carries(SHOP) || better.carries(SIX)).isFalse();

        better.ip("link", "set", "eth0", "up");
        awaitOnly(better, other, SHOP);
    }

    @Test
    void anInterfaceThatIsMadeAnewIsUsedAgainAtOnce() throws IOException {
        better.ip("link", "delete", "eth0");

        await().atMost(Duration.ofSeconds(10)).until(() -> other.carries(SHOP) && other.carries(SIX));
        awaitPage(better, "\"why\": \"there is no network interface eth0\"");

        better.plugIn();
        await().atMost(Duration.ofSeconds(5)).until(() -> better.carries(SHOP) && better.carries(SIX));
    }

    /// It stands still, and its kernel would answer for its addresses.
    @Test
    void theAddressesOfAProcessThatStandsStillGoAndComeBack() throws IOException {
        better.signal("STOP");

        await().atMost(Duration.ofSeconds(10)).until(() -> other.carries(SHOP) && other.carries(SIX));
        await().atMost(Duration.ofSeconds(10)).until(() -> !better.carries(SHOP) && !better.carries(SIX));

        better.signal("CONT");
        awaitOnly(better, other, SHOP);
        awaitOnly(better, other, SIX);
    }

    @Test
    void theEndOfAProcessHandsTheAddressesOver() throws Exception {
        assertThat(better.stop()).isZero();

        assertThat(better.carries(SHOP) || better.carries(SIX)).isFalse();
        awaitOnly(other, better, SHOP);
        awaitOnly(other, better, SIX);

        better.speak();
    }

    /// keepalived's stay there until somebody removes them.
    @Test
    void theAddressesOfAProcessThatWasKilledGoByThemselves() throws IOException {
        better.kill();

        await().atMost(Duration.ofSeconds(10)).until(() -> other.carries(SHOP) && other.carries(SIX));
        await().atMost(Duration.ofSeconds(10)).until(() -> !better.carries(SHOP) && !better.carries(SIX));

        better.speak();
    }

    @Test
    void withoutItsRightsItSaysWhichInOneLine() {
        assertThatThrownBy(() -> other.run(
                        List.of("setpriv", "--bounding-set=-net_raw,-net_admin", "--inh-caps=-all"), other.arguments()))
                .isInstanceOf(IOException.class)
                .message()
                .satisfies(text -> assertThat(text.substring(text.indexOf(" ends with ")))
                        .isEqualTo(
                                " ends with 1: cobnut vip: a virtual IP needs the capabilities NET_RAW and NET_ADMIN; this process"
                                        + " lacks NET_RAW and NET_ADMIN (expected: root, or in a systemd unit"
                                        + " AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN, or in a container the host's network"
                                        + " with --cap-add NET_RAW --cap-add NET_ADMIN)"));
    }
}
