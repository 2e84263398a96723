package dev.cobnut.vip.file;

import static dev.cobnut.vip.file.VipTexts.problems;
import static dev.cobnut.vip.file.VipTexts.shop;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is refused, and with which words. Each row is a text and all that is said about it.
class VipRefusalTest {
    private static final String KEYS =
            "interface, router_id, addresses, priority, version, interval, preempt, preempt_delay, source, peers, password,"
                    + " checksum_as_v2, announce, advert_before_yielding, checks, check, notify, notify_master,"
                    + " notify_backup, notify_fault, notify_stop, notify_timeout";

    record Row(String yaml, List<String> problems) {
        @Override
        public String toString() {
            return yaml.replace("\n", "\\n");
        }
    }

    /// The line is added to a good virtual router, of which it is line 6.
    private static Row key(String line, String... problems) {
        return new Row(
                shop(line),
                Stream.of(problems).map(text -> "6: vip shop: " + text).toList());
    }

    private static Row whole(String yaml, String... problems) {
        return new Row(yaml, List.of(problems));
    }

    /// The addresses are on line 4.
    private static Row addresses(String text, String... problems) {
        return new Row(
                "vip:\n  shop:\n    interface: eth0\n    addresses: " + text + "\n    checks: []\n",
                Stream.of(problems).map(each -> "4: vip shop: " + each).toList());
    }

    static Stream<Row> values() {
        String time = "(expected: a time such as 2 s, ";
        return Stream.of(
                key(
                        "prioritty: 1",
                        "\"prioritty\" is not a key here; did you mean priority? (expected one of: " + KEYS + ")"),
                key("priority: 0", "priority \"0\" (expected: 1 to 254)"),
                key("priority: 256", "priority \"256\" (expected: 1 to 254)"),
                key(
                        "priority: 255",
                        "priority 255 (expected: 1 to 254; 255 is for a machine that owns the address and never gives it"
                                + " away, which is not supported)"),
                key("router_id: 256", "router_id \"256\" (expected: 1 to 255)"),
                key("version: 4", "version \"4\" (expected: 2 to 3)"),
                key("interval: 1", "interval \"1\" " + time + "at least 0 ms)"),
                key(
                        "interval: 45 ms",
                        "interval of 45 ms (expected in version 3: 50 ms to 40950 ms, in tens of milliseconds)"),
                key(
                        "interval: 105 ms",
                        "interval of 105 ms (expected in version 3: 50 ms to 40950 ms, in tens of milliseconds)"),
                key(
                        "interval: 41 s",
                        "interval of 41000 ms (expected in version 3: 50 ms to 40950 ms, in tens of milliseconds)"),
                key("preempt: yes", "preempt \"yes\" (expected: true or false)"),
                key(
                        "preempt_delay: 1 s",
                        "a preemption delay without preemption (expected: preempt: true, or no delay)"),
                key("preempt_delay: 1001 s", "preempt_delay \"1001 s\" " + time + "0 to 1000000 ms)"),
                key("source: eth0", "source \"eth0\" (expected: an IP address, such as 10.0.0.100)"),
                key(
                        "source: 10.0.0.100",
                        "source 10.0.0.100 is one of the addresses that move (expected: one that stays)"),
                key(
                        "source: \"fe80::1\"",
                        "source fe80:0:0:0:0:0:0:1 is of another family than the addresses (expected: the same)"),
                key("source: [10.0.0.1, 10.0.0.2]", "source is a list (expected: one address)"),
                key("peers: web2", "peers \"web2\" (expected: an IP address, such as 10.0.0.100)"),
                key("peers: []", "peers is empty (expected: the other machines; without the key, multicast)"),
                key("peers: [10.0.0.2, 10.0.0.2]", "peer 10.0.0.2 is there already (expected: once)"),
                key("peers: 224.0.0.18", "peers \"224.0.0.18\" (expected: an IP address, such as 10.0.0.100)"),
                key(
                        "peers: [10.0.0.100]",
                        "peer 10.0.0.100 is one of the addresses that move (expected: one that stays)"),
                key(
                        "peers: \"::2\"",
                        "peer 0:0:0:0:0:0:0:2 is of another family than the addresses (expected: the same)"),
                key("password: 1111", "a password in version 3 (expected: none; only version 2 has them)"),
                key("checksum_as_v2: maybe", "checksum_as_v2 \"maybe\" (expected: true or false)"),
                key(
                        "notify: /bin/x \"a",
                        "notify \"/bin/x \\\"a\"".replace("\\", "") + " (expected: a \" at the end of what it begins)"),
                key("notify_timeout: 0 s", "notify_timeout \"0 s\" " + time + "10 to 600000 ms)"),
                whole(
                        shop("announce: {repeats: 1}"),
                        "6: vip shop: announce: \"repeats\" is not a key here; did you mean repeat? (expected one of: repeat,"
                                + " delay, refresh, refresh_repeat)"),
                whole(
                        shop("check: {rise: 0, weight: -254}"),
                        "6: vip shop: check: rise \"0\" (expected: 1 to 100)",
                        "6: vip shop: check: weight \"-254\" (expected: -253 to 253)"),
                whole(
                        shop("version: 2", "interval: 1500 ms"),
                        "7: vip shop: interval of 1500 ms (expected in version 2: whole seconds, 1 s to 255 s)"),
                whole(
                        shop("version: 2", "interval: 256 s"),
                        "7: vip shop: interval of 256000 ms (expected in version 2: whole seconds, 1 s to 255 s)"),
                whole(
                        shop("version: 2", "password: 123456789"),
                        "7: vip shop: a password of 9 bytes (expected: 8 or fewer; of a longer one keepalived takes the"
                                + " first 8)"),
                whole(
                        shop("version: 2", "password: env:COBNUT_NO_SUCH_VARIABLE"),
                        "7: vip shop: password \"env:COBNUT_NO_SUCH_VARIABLE\" (the environment has no such variable;"
                                + " expected: one that is set)"),
                whole(
                        shop("version: 2", "checksum_as_v2: true"),
                        "7: vip shop: a checksum as in version 2 (expected: with version 3 and IPv4 only)"),
                whole(
                        shop("source: 10.0.0.1", "peers: 10.0.0.1"),
                        "7: vip shop: peer 10.0.0.1 is the source (expected: the other machines only)"));
    }

    static Stream<Row> addressesAndChecks() {
        String moving =
                "(expected: an IP address, such as 10.0.0.100, or with the length of its prefix: 10.0.0.100/24)";
        return Stream.of(
                addresses("shop.example", "address \"shop.example\" " + moving),
                addresses("10.0.0", "address \"10.0.0\" " + moving),
                addresses("\"::ffff:10.0.0.1\"", "address \"::ffff:10.0.0.1\" " + moving),
                addresses("0.0.0.0/0", "address \"0.0.0.0/0\" " + moving),
                addresses("224.0.0.1", "address \"224.0.0.1\" " + moving),
                addresses("10.0.0.1/33", "address \"10.0.0.1/33\" (prefix \"33\"; expected: 0 to 32)"),
                addresses("10.0.0.1/", "address \"10.0.0.1/\" (prefix \"\"; expected: 0 to 32)"),
                addresses("\"fe80::1/129\"", "address \"fe80::1/129\" (prefix \"129\"; expected: 0 to 128)"),
                addresses("[10.0.0.1, 10.0.0.1/24]", "10.0.0.1 is there already (expected: once)"),
                addresses("[]", "addresses is empty (expected: one or more, such as 10.0.0.100/24)"),
                addresses("{a: b}", "addresses is a mapping (expected a list: such as 10.0.0.100/24)"),
                addresses(
                        "[10.0.0.1, \"fe80::1\"]",
                        "fe80:0:0:0:0:0:0:1 beside 10.0.0.1 (expected: all IPv4 or all IPv6; another instance for the"
                                + " others)"),
                addresses(
                        list(256, "10.0.%d.%d"),
                        "256 addresses (expected: 255 or fewer, since all stand in one message)"),
                addresses(
                        list(91, "\"fe80::%d:%d\""),
                        "91 addresses (expected: 90 or fewer, since all stand in one message)"),
                whole(
                        "vip:\n  shop: {interface: eth0, addresses: \"fe80::1\", version: 2, checks: []}\n",
                        "2: vip shop: version 2 with IPv6 (expected: 3)"),
                key(
                        "check: 1",
                        "check: is a value (expected: keys indented below: interval, timeout, rise, fall, weight)"),
                check("pong 1:1", "\"pong 1:1\" (expected: " + CheckText.FORMS + "; did you mean ping?)"),
                check("ping 6379", "\"6379\" (expected: HOST:PORT)"),
                check("get https://a/b", "\"https://a/b\" (expected: http://HOST:PORT/PATH, without a user or #)"),
                check("get http://u@a/b", "\"http://u@a/b\" (expected: http://HOST:PORT/PATH, without a user or #)"),
                check("get http://a b", "\"http://a b\" (not a URL; expected: http://HOST:PORT/PATH)"),
                check("run", "\"run\" (no program; expected: run PROGRAM and its words)"),
                check("run a 'b", "\"a 'b\" (expected: a ' at the end of what it begins)"),
                whole(
                        "vip:\n  a: {interface: eth0, addresses: 10.0.0.1, checks:\n    [run true,\n    run  true]}\n",
                        "4: vip a: check \"run  true\" is there already (expected: once)"));
    }

    private static Row check(String text, String problem) {
        return new Row(
                "vip:\n  a:\n    interface: eth0\n    addresses: 10.0.0.1\n    checks:\n    - " + text + "\n",
                List.of("6: vip a: check " + problem));
    }

    private static String list(int count, String form) {
        return IntStream.range(0, count)
                .mapToObj(i -> String.format(form, i / 250 + 1, i % 250 + 1))
                .toList()
                .toString();
    }

    static Stream<Row> wholeFiles() {
        return Stream.of(
                whole("", "0: the file is empty (expected: vip: with a name below it)"),
                whole("- a\n", "1: the file is a list (expected: vip: with a name below it)"),
                whole(
                        "vipp: {}\n",
                        "1: top level: \"vipp\" is not a key here; did you mean vip? (expected one of: pools, sentinels,"
                                + " sentinel_user, sentinel_password, vip)",
                        "1: top level: no vip (expected: vip: names of virtual routers, and what each is, indented below)"),
                whole(
                        "vip: {}\n",
                        "1: vip: nothing is there (expected: names of virtual routers, and what each is, indented below)"),
                whole(
                        "vip:\n  shop:\n    priority: 1\n    checks: []\n",
                        "3: vip shop: no interface (expected: interface: the network interface that carries the addresses,"
                                + " such as eth0)",
                        "3: vip shop: no addresses (expected: addresses: such as 10.0.0.100/24)"),
                whole(
                        "vip:\n  a b: {interface: a/b, addresses: 10.0.0.1, checks: []}\n",
                        "2: vip: \"a b\" (expected: a name of 1 to 64 letters without blanks)",
                        "2: vip a b: interface \"a/b\" (expected: a name such as eth0, 15 letters at most)"),
                whole(
                        "vip:\n  a: {interface: e, addresses: 10.0.0.1, checks: []}\n  a: {interface: f, addresses: 10.0.0.2,"
                                + " checks: []}\n",
                        "3: vip a is there already (expected: another name)"),
                whole(
                        "vip:\n  a: {interface: e, addresses: 10.0.0.1, checks: []}\n  b: {interface: e, addresses: 10.0.0.1,"
                                + " checks: []}\n",
                        "3: vip b: router id 51 on e is that of vip a, too (expected: another)",
                        "3: vip b: 10.0.0.1 is an address of vip a, too (expected: of one of them)"),
                // One id is another virtual router for the other family, and on another interface.
                whole(
                        "vip:\n  a: {interface: e, addresses: 10.0.0.1, checks: []}\n  b: {interface: e, addresses: \"fe80::1\","
                                + " checks: []}\n  c: {interface: f, addresses: 10.0.0.2, checks: []}\n"),
                whole(
                        "pools:\n  main:\n    listen: x\nvip:\n  a: {interface: e, addresses: 10.0.0.1}\nmore: 1\n",
                        "2: pool main: servers or shards is missing (expected: a list of HOST:PORT:WEIGHT or /PATH:WEIGHT, each"
                                + " with an optional NAME after a blank)",
                        "3: pool main: listen \"x\" (expected: HOST:PORT, or /PATH or \"/PATH MODE\" with an octal mode for a unix"
                                + " socket)",
                        "6: \"more\" is not a key of the top level (expected: pools, sentinels, sentinel_user,"
                                + " sentinel_password or vip; a pool stands below pools:)"));
    }

    @ParameterizedTest
    @MethodSource({"values", "addressesAndChecks", "wholeFiles"})
    void saysWhatIsWrong(Row row) {
        assertThat(problems(row.yaml())).containsExactlyElementsOf(row.problems());
    }

    @Test
    void allProblemsAreFoundAtOnce() {
        assertThat(problems(shop("priority: x", "interval: 1 ms", "peers: a", "checkk: 1")))
                .hasSize(4);
    }

    @Test
    void aPasswordIsNeverShown() {
        assertThat(problems(shop("password: hunter2", "version: 2", "interval: 1 ms"))
                        .toString())
                .isNotEmpty()
                .doesNotContain("hunter2");
        assertThat(problems(shop("password: [hunter2]")).toString()).doesNotContain("hunter2");
    }
}
