package dev.cobnut.vip.file;

import static dev.cobnut.vip.file.VipTexts.read;
import static dev.cobnut.vip.file.VipTexts.shop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.Problems;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.vip.VipSettings;
import dev.cobnut.vip.VipSettings.Check;
import dev.cobnut.vip.VipSettings.Hooks;
import dev.cobnut.vip.VipSettings.Probe;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.RouterSettings.Announcing;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VipFileTest {
    private static final String POOLS = """
            pools:
              main:
                listen: 0.0.0.0:6379
                servers: ["10.0.0.11:6379:1"]
              sessions:
                listen: "[::]:6380"
                servers: ["10.0.0.11:6380:1"]
              local:
                listen: /run/cobnut/local.sock
                servers: ["10.0.0.11:6381:1"]
              moving:
                listen: 10.0.0.100:6381
                servers: ["10.0.0.11:6382:1"]
            vip:
              shop:
                interface: eth0
                addresses: [10.0.0.100/24]
            """;

    @Test
    void twoKeysAreEnough() throws Exception {
        VipSettings settings = read("vip:\n  shop:\n    interface: eth0\n    addresses: 10.0.0.100\n");
        VipSettings.Instance shop = settings.instances().getFirst();
        assertThat(shop.router())
                .isEqualTo(new RouterSettings(
                        "shop",
                        "eth0",
                        51,
                        3,
                        List.of(new VirtualAddress(ip("10.0.0.100"), 32, "eth0", null, true)),
                        100,
                        Duration.ofSeconds(1),
                        false,
                        Duration.ZERO,
                        null,
                        List.of(),
                        null,
                        false,
                        Announcing.DEFAULT,
                        true));
        assertThat(shop.checks()).isEmpty();
        assertThat(shop.hooks()).isEqualTo(Hooks.NONE);
        assertThat(settings.notes())
                .containsExactly("a.yml:2: vip shop looks at nothing: there are no checks, and no pools to look at");
    }

    @Test
    void everyKeyArrives(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("password"), "s3cret\n");
        VipSettings settings = read("""
                vip:
                  shop:
                    interface: bond0.7
                    router_id: 7
                    addresses: [10.0.0.100/24, 10.0.0.101]
                    priority: 150
                    version: 2
                    interval: 2 s
                    preempt: true
                    preempt_delay: 1000 s
                    source: 10.0.0.21
                    peers: [10.0.0.22, 10.0.0.23]
                    password: file:%s
                    announce: {repeat: 3, delay: 0 s, refresh: 60 s, refresh_repeat: 2}
                    advert_before_yielding: false
                    checks:
                      - ping 127.0.0.1:6379
                      - get http://[::1]:22222/readyz?pool=main
                      - run /usr/local/bin/check --some "quoted word" it\\'s
                    check: {interval: 500 ms, timeout: 250 ms, rise: 3, fall: 4, weight: -20}
                    notify: /bin/any "a b"
                    notify_master: /bin/master
                    notify_backup: /bin/backup
                    notify_fault: /bin/fault
                    notify_stop: /bin/stop
                    notify_timeout: 3 s
                """.formatted(secret));
        VipSettings.Instance shop = settings.instances().getFirst();
        RouterSettings router = shop.router();
        assertThat(router)
                .isEqualTo(new RouterSettings(
                        "shop",
                        "bond0.7",
                        7,
                        2,
                        List.of(
                                new VirtualAddress(ip("10.0.0.100"), 24, "bond0.7", null, true),
                                new VirtualAddress(ip("10.0.0.101"), 32, "bond0.7", null, true)),
                        150,
                        Duration.ofSeconds(2),
                        true,
                        Duration.ofSeconds(1000),
                        ip("10.0.0.21"),
                        List.of(ip("10.0.0.22"), ip("10.0.0.23")),
                        "s3cret",
                        false,
                        new Announcing(3, Duration.ZERO, Duration.ofMinutes(1), 2),
                        false));
        assertThat(shop.checks())
                .containsExactly(
                        check("ping 127.0.0.1:6379", new Probe.Ping(new NodeAddress.Tcp("127.0.0.1", 6379))),
                        check(
                                "get http://[::1]:22222/readyz?pool=main",
                                new Probe.Http(new NodeAddress.Tcp("::1", 22222), "/readyz?pool=main")),
                        check(
                                "run /usr/local/bin/check --some \"quoted word\" it\\'s",
                                new Probe.Command(List.of("/usr/local/bin/check", "--some", "quoted word", "it's"))));
        assertThat(shop.hooks())
                .isEqualTo(new Hooks(
                        List.of("/bin/master"),
                        List.of("/bin/backup"),
                        List.of("/bin/fault"),
                        List.of("/bin/stop"),
                        List.of("/bin/any", "a b"),
                        Duration.ofSeconds(3)));
        assertThat(settings.notes()).isEmpty();
    }

    private static Check check(String name, Probe probe) {
        return new Check(name, probe, Duration.ofMillis(500), Duration.ofMillis(250), 3, 4, -20, false);
    }

    @Test
    void version3KnowsIpv6AndHundredthsOfSeconds() throws Exception {
        RouterSettings router =
                read("vip:\n  shop: {interface: eth0, addresses: [\"fe80::100/64\", \"2001:db8::100/64\"], interval: 50 ms,"
                                + " peers: \"fe80::22\", checks: []}\n")
                        .instances()
                        .getFirst()
                        .router();
        assertThat(router.isIpv6()).isTrue();
        assertThat(router.interval()).isEqualTo(Duration.ofMillis(50));
        assertThat(router.peers()).containsExactly(ip("fe80::22"));
    }

    @Test
    void poolsOfTheFileAreLookedAtByDefault() throws Exception {
        VipSettings settings = read(POOLS);
        assertThat(settings.instances().getFirst().checks())
                .containsExactly(
                        ofPool("ping 127.0.0.1:6379", "127.0.0.1", 6379), ofPool("ping [::1]:6380", "::1", 6380));
        assertThat(settings.notes())
                .containsExactly(
                        "a.yml:8: pool local is not looked at: it listens at /run/cobnut/local.sock",
                        "a.yml:11: pool moving is not looked at: it listens at 10.0.0.100, which moves; with checks:"
                                + " something else can be");
    }

    private static Check ofPool(String name, String host, int port) {
        return new Check(
                name,
                new Probe.Ping(new NodeAddress.Tcp(host, port)),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                2,
                2,
                0,
                false);
    }

    @Test
    void checksOfItsOwnDoNotDependOnThePools() throws Exception {
        String broken = POOLS.replace("servers:", "server:");
        assertThat(VipTexts.problems(broken)).isNotEmpty();
        assertThat(read(broken + "    checks: [\"run true\"]\n").instances()).hasSize(1);
    }

    @Test
    void aCheckOfOneNameIsTheSameButForItsWeight() throws Exception {
        String text = """
                vip:
                  a: {interface: eth0, addresses: 10.0.0.1, router_id: 1, checks: [run true]}
                  b: {interface: eth0, addresses: 10.0.0.2, router_id: 2, checks: [run true], check: {weight: 5}}
                  c: {interface: eth0, addresses: 10.0.0.3, router_id: 3, checks: [run true], check: {fall: 5}}
                """;
        assertThat(read(text).instances())
                .extracting(each -> each.checks().getFirst().name())
                .containsExactly("run true", "run true", "run true (c)");
    }

    @Test
    void aPageThatIsBadLowersThePriorityUnlessTheFileSaysOtherwise() throws Exception {
        String text = """
                vip:
                  shop:
                    interface: eth0
                    addresses: 10.0.0.1
                    checks: [ping 127.0.0.1:6379, "get http://127.0.0.1:22222/readyz"]
                """;
        assertThat(weights(text)).containsExactly(0, -50);
        assertThat(weights(text + "    check: {weight: 0}\n")).containsExactly(0, 0);
    }

    private static List<Integer> weights(String text) throws Exception {
        return read(text).instances().getFirst().checks().stream()
                .map(VipSettings.Check::weight)
                .toList();
    }

    @Test
    void theProxyPassesOverIt() throws Exception {
        assertThat(ConfigFile.parse(POOLS, false, new Problems(Path.of("a.yml")))
                        .pools())
                .hasSize(4);
        assertThat(proxyProblems(shop()))
                .containsExactly("0: no pools (expected: pools: with at least one name below it)");
    }

    @Test
    void aPoolOfNutcrackersMayBeCalledVip() throws Exception {
        String text = "vip:\n  listen: 127.0.0.1:22121\n  redis: true\n  servers:\n  - 127.0.0.1:6379:1\n";
        assertThat(ConfigFile.parse(text, false, new Problems(Path.of("a.yml"))).pools())
                .extracting(PoolConfig::name)
                .containsExactly("vip");
    }

    private static List<String> proxyProblems(String text) {
        try {
            ConfigFile.parse(text, false, new Problems(Path.of("a.yml")));
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(p -> p.line() + ": " + p.text()).toList();
        }
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }
}
