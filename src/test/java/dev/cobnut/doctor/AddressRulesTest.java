package dev.cobnut.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Two hosts with one virtual router, from their files.
class AddressRulesTest {
    private static final String PAIR = "vip:;  shop:;    interface: eth0;    addresses: 10.0.0.100/24;    checks: [];";
    private static final String OTHER =
            "vrrp_instance v {;  virtual_router_id 51;  priority 90;  virtual_ipaddress { 10.0.0.100/32 };";

    @TempDir
    private Path folder;

    private List<String> found(String one, String other) {
        return found(new Scene(folder)
                .file("a/vip.yml", one)
                .file(other.startsWith("vip") ? "b/vip.yml" : "b/keepalived.conf", other));
    }

    private static List<String> found(Scene scene) {
        return Diagnosis.of(scene.facts(), Set.of()).findings().stream()
                .map(finding -> finding.rule().code() + " " + finding.found().is())
                .toList();
    }

    static Stream<Arguments> pairs() {
        String two = PAIR + "    version: 2;";
        return Stream.of(
                Arguments.of(PAIR, OTHER + "version 3;}", ""),
                Arguments.of(two, OTHER + "}", ""),
                Arguments.of(PAIR, OTHER + "}", "virtual router 51 speaks version 2 of VRRP, and 3"),
                Arguments.of(PAIR, "global_defs {; vrrp_version 3;};" + OTHER + "}", ""),
                Arguments.of(
                        two, OTHER + "advert_int 2;}", "virtual router 51 advertises every 2000 ms, and every 1000 ms"),
                Arguments.of(PAIR + "    interval: 100 ms;", OTHER + "version 3;}", ""),
                Arguments.of(
                        two + "    password: one;",
                        OTHER + "authentication {; auth_type PASS; auth_pass two;};}",
                        "virtual router 51 has one password, and another"),
                Arguments.of(
                        two + "    password: verysecr;",
                        OTHER + "authentication {; auth_type PASS; auth_pass verysecret;};}",
                        ""),
                Arguments.of(
                        two + "    password: env:NOT_HERE;",
                        OTHER + "authentication {; auth_type PASS; auth_pass two;};}",
                        ""),
                Arguments.of(
                        PAIR + "    peers: 10.0.0.22;",
                        OTHER + "version 3;}",
                        "virtual router 51 speaks by multicast, and to its peers"),
                Arguments.of(PAIR + "    peers: 10.0.0.22;", OTHER + "version 3; unicast_peer {; 10.0.0.21;};}", ""),
                Arguments.of(
                        PAIR,
                        PAIR.replace("100/24", "101/24") + "    priority: 90;",
                        "virtual router 51 holds [10.0.0.101/24], and [10.0.0.100/24]"),
                Arguments.of(PAIR, PAIR, "virtual router 51 has priority 100 on both hosts"),
                Arguments.of(PAIR, PAIR + "    router_id: 52;", ""),
                Arguments.of(PAIR, PAIR.replace("10.0.0.100/24", "fd77::100/64"), ""),
                Arguments.of(
                        PAIR.replace("10.0.0.100/24", "fd77::100/64"),
                        OTHER.replace("10.0.0.100/32", "fd77:0:0::100/64") + "}",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void twoHostsOfOneVirtualRouterHaveToAgree(String one, String other, String expected) {
        List<String> found = found(one, other);
        if (expected.isEmpty()) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).singleElement().asString().startsWith("V05 " + expected);
        }
    }

    @Test
    void aHostThatSpeaksForBothFamiliesDoesNotDisagreeWithItself() {
        String both = PAIR + "  six:;    interface: eth0;    addresses: fd77::100/64;    checks: [];    priority: 90;";

        assertThat(found(new Scene(folder).file("a/vip.yml", both))).isEmpty();
    }

    @Test
    void weightsAndProgramsOfAVipFileAreLookedAtAsThoseOfKeepalived() {
        String checks = PAIR.replace("[]", "[run /usr/bin/pgrep redis]") + "    check: {weight: -5};    preempt: true;";

        assertThat(found(checks, PAIR + "    priority: 90;"))
                .containsExactly(
                        "V02 run /usr/bin/pgrep redis has weight -5, and the priorities differ by 10",
                        "V04 run /usr/bin/pgrep redis runs /usr/bin/pgrep redis");
        // Without preemption it gives the address away, whatever the priorities are.
        assertThat(found(checks.replace("true", "false").replace("pgrep", "check"), PAIR + "    priority: 90;"))
                .isEmpty();
    }

    @Test
    void aFileThatTheSpeakerRefusesIsNamedWithItsLine() {
        assertThat(new Scene(folder)
                        .file("vip.yml", PAIR + "    priority: 255;")
                        .facts()
                        .refusals())
                .singleElement()
                .satisfies(refusal -> {
                    assertThat(refusal.at()).endsWith("vip.yml:6");
                    assertThat(refusal.text()).contains("priority 255");
                });
    }

    @Test
    void poolsAndVirtualRoutersMayStandInOneFile() {
        String text = "pools:;  main:;    listen: 0.0.0.0:7000;    redis: true;    servers: ['10.0.0.1:6379:1'];"
                + PAIR.replace("    checks: [];", "");

        Facts facts = new Scene(folder).file("cobnut.yml", text).facts();
        assertThat(facts.pools()).hasSize(1);
        assertThat(facts.routers())
                .singleElement()
                .satisfies(router -> assertThat(router.checks())
                        .extracting(VirtualRouter.Check::name)
                        .containsExactly("ping 127.0.0.1:7000"));
    }
}
