package dev.cobnut.vip.file;

import static dev.cobnut.vip.file.VipTexts.problems;
import static dev.cobnut.vip.file.VipTexts.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.VipSettings;
import dev.cobnut.vip.VipSettings.Check;
import dev.cobnut.vip.VipSettings.Hooks;
import dev.cobnut.vip.VipSettings.Instance;
import dev.cobnut.vip.VipSettings.Probe;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.RouterSettings.Announcing;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeepalivedReaderTest {
    /// An instance with an address, and more lines; they begin on line 5.
    private static String instance(String... more) {
        return "vrrp_instance A {\n  interface eth0\n  virtual_router_id 51\n  virtual_ipaddress { 10.0.0.100/24 }\n"
                + String.join("\n", more) + "\n}\n";
    }

    private static Instance one(String text) throws Exception {
        return read(text).instances().getFirst();
    }

    @Test
    void whatIsNotSaidIsAsInKeepalived() throws Exception {
        VipSettings settings = read(instance());
        assertThat(settings.instances().getFirst())
                .isEqualTo(new Instance(
                        new RouterSettings(
                                "A",
                                "eth0",
                                51,
                                2,
                                List.of(new VirtualAddress(ip("10.0.0.100"), 24, "eth0", null, true)),
                                100,
                                Duration.ofSeconds(1),
                                true,
                                Duration.ZERO,
                                null,
                                List.of(),
                                null,
                                false,
                                Announcing.DEFAULT,
                                true),
                        List.of(),
                        Hooks.NONE));
        assertThat(settings.notes()).isEmpty();
    }

    /// Two hosts with nutcracker and one address, as they are written up everywhere.
    @Test
    void readsAPairOfProxiesWithAProcessCheck() throws Exception {
        VipSettings settings = read("""
                ! the left one of two
                global_defs {
                    router_id proxy_left
                    notification_email {
                        ops@shop.example
                    }
                    enable_script_security
                    script_user root
                }

                vrrp_script nutcracker_runs {
                    script "killall -0 nutcracker"   # is there such a process
                    interval 2
                    weight -20
                    rise 2
                    fall 3
                }
                vrrp_instance PROXIES
                {
                    state MASTER
                    interface eth0
                    virtual_router_id 51
                    priority 101
                    advert_int 1
                    authentication {
                        auth_type PASS
                        auth_pass 1111
                    }
                    virtual_ipaddress {
                        10.0.0.100/24 brd 10.0.0.255 dev eth0 label eth0:vip
                    }
                    track_interface {
                        eth0
                    }
                    track_script {
                        nutcracker_runs
                    }
                }
                """);
        Instance pair = settings.instances().getFirst();
        assertThat(pair.router().password()).isEqualTo("1111");
        assertThat(pair.router().priority()).isEqualTo(101);
        assertThat(pair.router().addresses())
                .containsExactly(new VirtualAddress(ip("10.0.0.100"), 24, "eth0", "eth0:vip", true));
        assertThat(pair.checks())
                .containsExactly(new Check(
                        "nutcracker_runs",
                        new Probe.Command(List.of("killall", "-0", "nutcracker")),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2),
                        2,
                        3,
                        -20,
                        false));
        assertThat(settings.notes())
                .containsExactly(
                        "a.yml:4: global_defs: notification_email has no effect: no mail is sent",
                        "a.yml:7: global_defs: enable_script_security has no effect: programs run as the user of this"
                                + " process, who should not be root",
                        "a.yml:8: global_defs: script_user has no effect: programs run as the user of this process",
                        "a.yml:20: vrrp_instance PROXIES: state MASTER has no effect: everybody begins as backup, and"
                                + " priorities decide",
                        "a.yml:30: vrrp_instance PROXIES: 10.0.0.100/24: brd has no effect: a broadcast address is not"
                                + " set");
    }

    /// A pair in a cloud: no multicast, nobody is preferred, and a script that asks the port.
    @Test
    void readsAPairWithoutMulticastThatStaysPut() throws Exception {
        VipSettings settings = read("""
                global_defs {
                    vrrp_version 3
                    vrrp_garp_master_refresh 60
                    vrrp_garp_master_delay 10
                    vrrp_garp_master_repeat 2
                }
                vrrp_script port_open {
                    script "/usr/bin/nc -z -w 1 127.0.0.1 'port 6379'"
                    interval 1
                    timeout 3
                    init_fail
                }
                vrrp_instance LEFT {
                    state BACKUP
                    nopreempt
                    interface ens3
                    virtual_router_id 60
                    priority 150
                    advert_int 0.1
                    unicast_src_ip 10.0.0.21
                    unicast_peer {
                        10.0.0.22
                        10.0.0.23
                    }
                    virtual_ipaddress {
                        10.0.0.100
                    }
                    virtual_ipaddress_excluded {
                        10.0.0.101 dev ens4
                    }
                    track_script {
                        port_open weight 60
                    }
                    garp_master_refresh_repeat 3
                    higher_prio_send_advert off
                    v3_checksum_as_v2
                    notify_master "/etc/redis/promote.sh --all"
                    notify_backup /etc/redis/demote.sh
                    notify_fault "/bin/logger 'is in fault'"
                    notify_stop "/bin/logger stop"
                    notify /usr/local/bin/state.sh
                }
                """);
        Instance left = settings.instances().getFirst();
        assertThat(left.router())
                .isEqualTo(new RouterSettings(
                        "LEFT",
                        "ens3",
                        60,
                        3,
                        List.of(
                                new VirtualAddress(ip("10.0.0.100"), 32, "ens3", null, true),
                                new VirtualAddress(ip("10.0.0.101"), 32, "ens4", null, false)),
                        150,
                        Duration.ofMillis(100),
                        false,
                        Duration.ZERO,
                        ip("10.0.0.21"),
                        List.of(ip("10.0.0.22"), ip("10.0.0.23")),
                        null,
                        true,
                        new Announcing(2, Duration.ofSeconds(10), Duration.ofSeconds(60), 3),
                        false));
        assertThat(left.checks())
                .containsExactly(new Check(
                        "port_open",
                        new Probe.Command(List.of("/usr/bin/nc", "-z", "-w", "1", "127.0.0.1", "port 6379")),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        1,
                        1,
                        60,
                        true));
        assertThat(left.hooks())
                .isEqualTo(new Hooks(
                        List.of("/etc/redis/promote.sh", "--all"),
                        List.of("/etc/redis/demote.sh"),
                        List.of("/bin/logger", "is in fault"),
                        List.of("/bin/logger", "stop"),
                        List.of("/usr/local/bin/state.sh"),
                        Duration.ofSeconds(10)));
        assertThat(settings.notes()).isEmpty();
    }

    /// Seen: `keepalived -t` of 2.2.7 says the same of each.
    @Test
    void roundsAndClearsAsKeepalivedDoes() throws Exception {
        VipSettings settings = read(instance(
                "state MASTER",
                "priority 100",
                "nopreempt",
                "preempt_delay 5",
                "advert_int 0.3",
                "authentication {",
                "auth_type PASS",
                "auth_pass 123456789 }"));
        RouterSettings router = settings.instances().getFirst().router();
        assertThat(router.preempt()).isTrue();
        assertThat(router.preemptDelay()).isEqualTo(Duration.ZERO);
        assertThat(router.interval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(router.password()).isEqualTo("12345678");
        assertThat(settings.notes())
                .containsExactly(
                        "a.yml:5: vrrp_instance A: state MASTER has no effect: everybody begins as backup, and priorities"
                                + " decide",
                        "a.yml:7: vrrp_instance A: nopreempt has no effect: with state MASTER keepalived preempts"
                                + " nevertheless",
                        "a.yml:8: vrrp_instance A: preempt_delay has no effect: keepalived has none with state MASTER",
                        "a.yml:9: vrrp_instance A: advert_int 0.3 is 1000 ms: version 2 has whole seconds, and keepalived"
                                + " rounds as well",
                        "a.yml:12: vrrp_instance A: authentication: auth_pass counts with its first 8 bytes, as in"
                                + " keepalived");
        assertThat(one(instance("advert_int 2.5")).router().interval()).isEqualTo(Duration.ofSeconds(3));
        assertThat(one(instance("version 3", "advert_int 0.105")).router().interval())
                .isEqualTo(Duration.ofMillis(110));
    }

    @Test
    void ipv6HasVersion3Always() throws Exception {
        RouterSettings router = one("""
                        vrrp_instance A {
                            interface eth0
                            virtual_router_id 1
                            virtual_ipaddress {
                                fe80::9/64
                                2001:db8::9/64
                            }
                        }
                        """).router();
        assertThat(router.version()).isEqualTo(3);
        assertThat(router.isIpv6()).isTrue();
    }

    /// @param line that is added to an instance, of which it is line 5
    /// @param note the end of the only note
    record Ignored(String line, String note) {}

    static Stream<Ignored> ignored() {
        return Stream.of(
                new Ignored("use_vmac", "use_vmac has no effect: the interface's own MAC address is used"),
                new Ignored("use_vmac vrrp.51", "use_vmac has no effect: the interface's own MAC address is used"),
                new Ignored(
                        "lower_prio_no_advert",
                        "lower_prio_no_advert has no effect: who has less priority is answered"),
                new Ignored("garp_lower_prio_repeat 3", "garp_lower_prio_repeat has no effect: who has less priority"),
                new Ignored(
                        "down_timer_adverts 5", "down_timer_adverts has no effect: three messages have to be missed"),
                new Ignored("track_file { a }", "track_file has no effect: files are not looked at"),
                new Ignored("track_process { a }", "track_process has no effect: processes are not looked for"),
                new Ignored(
                        "virtual_routes { 0.0.0.0/0 via 10.0.0.1 }", "virtual_routes has no effect: routes and rules"),
                new Ignored("no_accept", "no_accept has no effect: the machine answers at the addresses"),
                new Ignored("dont_track_primary", "dont_track_primary has no effect: without its interface nobody"),
                new Ignored("smtp_alert", "smtp_alert has no effect: no mail is sent"),
                new Ignored("frobnicate 7", "frobnicate is unknown here and has no effect"),
                new Ignored("track_interface { eth1 }", "track_interface eth1 has no effect: only the instance's own"),
                new Ignored(
                        "track_script { nobody }", "track_script nobody has no effect: there is no such vrrp_script"),
                new Ignored("notify /bin/x root", "notify user root: programs run as the user of this process"),
                new Ignored("unicast_peer { 10.0.0.2 min_ttl 254 }", "min_ttl 254 has no effect"),
                new Ignored("virtual_ipaddress { 10.0.0.9 scope link }", "10.0.0.9: scope link has no effect"),
                new Ignored(
                        "virtual_ipaddress { 10.0.0.9 no_track }", "10.0.0.9: no_track has no effect: it is carried"),
                new Ignored("virtual_ipaddress { 10.0.0.9 nonsense }", "10.0.0.9: nonsense is unknown here"),
                new Ignored(
                        "version 3\nauthentication { auth_type PASS\nauth_pass x }",
                        "authentication has no effect: version 3"),
                new Ignored("authentication { auth_type PASS }", "authentication has no effect: it has no auth_pass"),
                new Ignored(
                        "}\nvrrp_sync_group G { group { A }",
                        "vrrp_sync_group has no effect: each instance moves by itself"),
                new Ignored("}\nvirtual_server 10.0.0.1 80 { delay_loop 6", "virtual_server has no effect"),
                new Ignored("}\nwhatever {", "whatever is unknown here and has no effect"),
                new Ignored("}\nglobal_defs { vrrp_strict", "vrrp_strict has no effect: no rule of the standard"),
                new Ignored(
                        "}\nglobal_defs { vrrp_skip_check_adv_addr",
                        "vrrp_skip_check_adv_addr has no effect: addresses"),
                new Ignored("}\nglobal_defs { nonsense 1", "global_defs: nonsense is unknown here and has no effect"),
                new Ignored(
                        "}\nvrrp_script s { script /bin/true",
                        "vrrp_script s has no effect: no vrrp_instance tracks it"),
                new Ignored(
                        "track_script { s }\n}\nvrrp_script s { script /bin/true\nuser nobody",
                        "vrrp_script s: user has no effect: programs run as"),
                new Ignored("}\nvrrp_script s { interval 1", "vrrp_script s has no effect: it has no script"));
    }

    @ParameterizedTest
    @MethodSource("ignored")
    void namesWhatHasNoEffect(Ignored row) throws Exception {
        List<String> notes = read(instance(row.line())).notes();
        assertThat(notes).hasSize(1);
        assertThat(notes.getFirst()).contains(row.note()).matches("a\\.yml:\\d+: .*");
    }

    /// What is so anyway needs no words.
    @Test
    void isSilentAboutWhatIsSo() throws Exception {
        assertThat(read("global_defs { router_id a }\n"
                                + instance("state BACKUP", "preempt", "accept", "track_interface { eth0 }"))
                        .notes())
                .isEmpty();
    }

    /// @param line that is added to an instance, of which it is line 5
    record Refused(String line, String problem) {}

    static Stream<Refused> refused() {
        return Stream.of(
                new Refused(
                        "priority 255",
                        "5: vrrp_instance A: priority 255 (expected: 1 to 254; 255 is for a machine that owns the address"
                                + " and never gives it away, which is not supported)"),
                new Refused(
                        "state MASTER",
                        "5: vrrp_instance A: state MASTER without priority is priority 255 (expected: 1 to 254; 255 is for"
                                + " a machine that owns the address and never gives it away, which is not supported)"),
                new Refused("state master", "5: vrrp_instance A: state \"master\" (expected: MASTER or BACKUP)"),
                new Refused("priority high", "5: vrrp_instance A: priority \"high\" (expected: 1 to 254)"),
                new Refused(
                        "authentication { auth_type AH\nauth_pass x }",
                        "5: vrrp_instance A: authentication: auth_type AH is not supported (expected: PASS, or nothing, on"
                                + " all machines)"),
                new Refused(
                        "mcast_dst_ip 224.0.0.19",
                        "5: vrrp_instance A: mcast_dst_ip is not supported (expected: nothing, which is 224.0.0.18 or"
                                + " ff02::12; or unicast_peer)"),
                new Refused(
                        "old_unicast_checksum",
                        "5: vrrp_instance A: old_unicast_checksum is not supported (expected: nothing; it is for keepalived"
                                + " 1.3.6 and before)"),
                new Refused(
                        "include /etc/keepalived/more.conf", "5: include is not followed (expected: all in one file)"),
                new Refused(
                        "@left priority 100",
                        "5: @left is not supported (expected: the text that keepalived makes of it)"),
                new Refused(
                        "}\n$VIP=10.0.0.1\n{",
                        "6: $VIP=10.0.0.1 is not supported (expected: the text that keepalived makes of it)"),
                new Refused("advert_int soon", "5: vrrp_instance A: advert_int \"soon\" (expected: 0 to 1000 seconds)"),
                new Refused(
                        "version 3\nadvert_int 0.01",
                        "6: vrrp_instance A: interval of 10 ms (expected in version 3: 50 ms to 40950 ms, in tens of"
                                + " milliseconds)"),
                new Refused(
                        "unicast_peer { web2 }",
                        "5: vrrp_instance A: unicast_peer \"web2\" (expected: an IP address, such as 10.0.0.100)"),
                new Refused(
                        "unicast_peer { 10.0.0.100 }",
                        "5: vrrp_instance A: peer 10.0.0.100 is one of the addresses that move (expected: one that stays)"),
                new Refused(
                        "virtual_ipaddress_excluded { fe80::9 }",
                        "4: vrrp_instance A: fe80:0:0:0:0:0:0:9 beside 10.0.0.100 (expected: all IPv4 or all IPv6; another"
                                + " instance for the others)"),
                new Refused(
                        "track_script { s weight 5 reverse }\n}\nvrrp_script s { script /bin/true",
                        "5: vrrp_instance A: track_script s: weight reverse is not supported (expected: a script that says"
                                + " the opposite)"),
                new Refused(
                        "notify_master \"/bin/x",
                        "5: \"notify_master \"/bin/x\" (expected: a \" at the end of what it begins)"),
                new Refused(
                        "}\nvrrp_instance A {\ninterface eth1\nvirtual_router_id 1\nvirtual_ipaddress { 10.0.0.9 }",
                        "6: vrrp_instance A is there already (expected: another name)"),
                new Refused(
                        "}\nvrrp_instance B {\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress { 10.0.0.9 }",
                        "8: vrrp_instance B: router id 51 on eth0 is that of vrrp_instance A, too (expected: another)"),
                new Refused("}\n}\nglobal_defs {", "6: a } too many (expected: one for each {)"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void saysWhatIsWrong(Refused row) {
        assertThat(problems(instance(row.line()))).contains(row.problem());
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(problems("vrrp_instance A {\n}\n"))
                .containsExactly(
                        "1: vrrp_instance A: interface is missing (expected: the interface that carries the addresses)",
                        "1: vrrp_instance A: virtual_router_id is missing (expected: 1 to 255)",
                        "1: vrrp_instance A: virtual_ipaddress has no address (expected: at least one)");
        assertThat(problems("global_defs {\n"))
                .containsExactly(
                        "0: no vrrp_instance (expected: at least one)",
                        "1: global_defs { has no end (expected: a } behind it)");
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }
}
