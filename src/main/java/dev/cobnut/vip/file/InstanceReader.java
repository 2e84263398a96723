package dev.cobnut.vip.file;

import dev.cobnut.config.AddressText;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.Problems;
import dev.cobnut.config.QuotedWords;
import dev.cobnut.config.Secret;
import dev.cobnut.config.Section;
import dev.cobnut.config.YamlNode;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.vip.VipSettings.Check;
import dev.cobnut.vip.VipSettings.Hooks;
import dev.cobnut.vip.VipSettings.Probe;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.RouterSettings.Announcing;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One virtual router below `vip:`. One thread.
final class InstanceReader {
    private static final int ROUTER_ID = 51;
    private static final int PRIORITY = 100;
    private static final int SECOND = 1_000;
    private static final int HOUR = 3_600_000;
    private static final int COUNT_MAX = 100;
    private static final int MILLIS_MIN = 10;
    private static final int NOTIFY_MILLIS_MAX = 600_000;
    private static final int ROUNDS = 2;

    /// What a page says, it may say on all machines at the same time: then one of them should carry the address all the same, so
    /// that clients have errors, and no timeouts.
    private static final int GET_WEIGHT = -50;

    private static final List<String> ANNOUNCE_KEYS = List.of("repeat", "delay", "refresh", "refresh_repeat");
    private static final List<String> CHECK_KEYS = List.of("interval", "timeout", "rise", "fall", "weight");

    private final String name;
    private final int line;
    private final Problems problems;
    private final Section section;

    InstanceReader(YamlNode.Scalar name, YamlNode node, Problems problems) {
        this.name = name.value();
        this.line = name.line();
        this.problems = problems;
        this.section = new Section(what(), node, VipKey.words(), problems);
        if (!name.value().matches("[!-~]{1,64}")) {
            problems.add(
                    line,
                    "vip: " + BadValue.quote(name.value()) + " (expected: a name of 1 to 64 letters without blanks)");
        }
    }

    String what() {
        return "vip " + name;
    }

    /// Where its name stands.
    int line() {
        return line;
    }

    /// Where a key has its value; where the name stands, for one that is missing.
    int line(VipKey key) {
        return section.node(key.word()) == null ? line : section.line(key.word());
    }

    /// Whether the file says itself what is looked at.
    boolean hasChecks() {
        return section.node(VipKey.CHECKS.word()) != null;
    }

    /// Who is told.
    Hooks hooks() {
        return new Hooks(
                words(VipKey.NOTIFY_MASTER),
                words(VipKey.NOTIFY_BACKUP),
                words(VipKey.NOTIFY_FAULT),
                words(VipKey.NOTIFY_STOP),
                words(VipKey.NOTIFY),
                millis(VipKey.NOTIFY_TIMEOUT, MILLIS_MIN, NOTIFY_MILLIS_MAX, (int)
                        Hooks.NONE.timeout().toMillis()));
    }

    /// The router itself; null when it has no address, which is then a problem.
    @Nullable
    RouterSettings router() {
        section.requires(VipKey.INTERFACE.word(), "the network interface that carries the addresses, such as eth0");
        section.requires(VipKey.ADDRESSES.word(), "such as 10.0.0.100/24");
        String carrier = section.text(VipKey.INTERFACE.word(), "such as eth0");
        if (carrier != null && !AddressText.isInterface(carrier)) {
            refuse(VipKey.INTERFACE, BadValue.quote(carrier) + " (expected: a name such as eth0, 15 letters at most)");
        }
        List<VirtualAddress> addresses = addresses(carrier == null ? "" : carrier);
        int id = section.number(VipKey.ROUTER_ID.word(), 1, RouterRules.ID_MAX, ROUTER_ID);
        int version = section.number(VipKey.VERSION.word(), 2, 3, 3);
        Duration interval = millis(VipKey.INTERVAL, 0, Integer.MAX_VALUE, SECOND);
        boolean preempt = section.bool(VipKey.PREEMPT.word(), false);
        Duration delay = millis(VipKey.PREEMPT_DELAY, 0, RouterRules.PREEMPT_DELAY_SECONDS_MAX * SECOND, 0);
        List<InetAddress> sources = ips(VipKey.SOURCE);
        if (sources.size() > 1) {
            refuse(VipKey.SOURCE, "is a list (expected: one address)");
        }
        List<InetAddress> peers = ips(VipKey.PEERS);
        if (peers.isEmpty()
                && section.node(VipKey.PEERS.word()) instanceof YamlNode.Sequence list
                && list.items().isEmpty()) {
            refuse(VipKey.PEERS, "is empty (expected: the other machines; without the key, multicast)");
        }
        int priority = priority();
        String password = password();
        boolean checksumAsV2 = section.bool(VipKey.CHECKSUM_AS_V2.word(), false);
        Announcing announcing = announcing();
        boolean advertBeforeYielding = section.bool(VipKey.ADVERT_BEFORE_YIELDING.word(), true);
        if (addresses.isEmpty()) {
            if (section.node(VipKey.ADDRESSES.word()) instanceof YamlNode.Sequence list
                    && list.items().isEmpty()) {
                refuse(VipKey.ADDRESSES, "is empty (expected: one or more, such as 10.0.0.100/24)");
            }
            return null;
        }
        return new RouterSettings(
                name,
                carrier == null ? "" : carrier,
                id,
                version,
                addresses,
                priority,
                interval,
                preempt,
                delay,
                sources.isEmpty() ? null : sources.getFirst(),
                peers,
                password,
                checksumAsV2,
                announcing,
                advertBeforeYielding);
    }

    private List<VirtualAddress> addresses(String carrier) {
        List<VirtualAddress> addresses = new ArrayList<>();
        for (YamlNode.Scalar item : section.values(VipKey.ADDRESSES.word(), "such as 10.0.0.100/24")) {
            try {
                addresses.add(IpText.moving(item.value(), carrier, null, true));
            } catch (BadValue e) {
                problems.add(item.line(), what() + ": address " + e.getMessage());
            }
        }
        return addresses;
    }

    private List<InetAddress> ips(VipKey key) {
        List<InetAddress> addresses = new ArrayList<>();
        for (YamlNode.Scalar item : section.values(key.word(), IpText.FORMS)) {
            try {
                addresses.add(IpText.parse(item.value()));
            } catch (BadValue e) {
                problems.add(item.line(), what() + ": " + key.word() + " " + e.getMessage());
            }
        }
        return addresses;
    }

    private int priority() {
        if (section.node(VipKey.PRIORITY.word()) instanceof YamlNode.Scalar scalar
                && scalar.value().equals(RouterRules.OWNER)) {
            section.refuse(VipKey.PRIORITY.word(), RouterRules.NO_OWNER);
            return PRIORITY;
        }
        return section.number(VipKey.PRIORITY.word(), 1, RouterSettings.PRIORITY_MAX, PRIORITY);
    }

    private @Nullable String password() {
        String text = section.text(VipKey.PASSWORD.word(), "a password, or " + Secret.ELSEWHERE + " where one is");
        try {
            return text == null ? null : Secret.read(text);
        } catch (BadValue e) {
            refuse(VipKey.PASSWORD, e.getMessage());
            return null;
        }
    }

    private Announcing announcing() {
        Section inner = inner(VipKey.ANNOUNCE, ANNOUNCE_KEYS);
        Announcing otherwise = Announcing.DEFAULT;
        return new Announcing(
                inner.number("repeat", 1, COUNT_MAX, otherwise.repeat()),
                Duration.ofMillis(
                        inner.millis("delay", 0, HOUR, (int) otherwise.delay().toMillis())),
                Duration.ofMillis(inner.millis(
                        "refresh", 0, HOUR, (int) otherwise.refresh().toMillis())),
                inner.number("refresh_repeat", 1, COUNT_MAX, otherwise.refreshRepeat()));
    }

    /// What is looked at.
    ///
    /// @param otherwise what is looked at when the file does not say it
    List<Check> checks(List<Probe.Ping> otherwise) {
        Section inner = inner(VipKey.CHECK, CHECK_KEYS);
        Duration interval = Duration.ofMillis(inner.millis("interval", MILLIS_MIN, HOUR, SECOND));
        Duration timeout = Duration.ofMillis(inner.millis("timeout", MILLIS_MIN, HOUR, SECOND));
        int rise = inner.number("rise", 1, COUNT_MAX, ROUNDS);
        int fall = inner.number("fall", 1, COUNT_MAX, ROUNDS);
        boolean isWeighed = inner.node("weight") != null;
        int weight = inner.number("weight", -RouterSettings.WEIGHT_MAX, RouterSettings.WEIGHT_MAX, 0);
        Map<String, Probe> probes = new LinkedHashMap<>();
        if (hasChecks()) {
            written(probes);
        } else {
            otherwise.forEach(ping -> probes.put("ping " + shown(ping.address()), ping));
        }
        List<Check> checks = new ArrayList<>();
        probes.forEach((called, probe) -> {
            int own = !isWeighed && probe instanceof Probe.Http ? GET_WEIGHT : weight;
            checks.add(new Check(called, probe, interval, timeout, rise, fall, own, false));
        });
        return checks;
    }

    private void written(Map<String, Probe> probes) {
        for (YamlNode.Scalar item : section.values(VipKey.CHECKS.word(), CheckText.FORMS)) {
            try {
                Probe probe = CheckText.parse(item.value());
                if (probes.containsValue(probe)) {
                    problems.add(
                            item.line(),
                            what() + ": check " + BadValue.quote(item.value()) + " is there already (expected: once)");
                }
                probes.put(item.value(), probe);
            } catch (BadValue e) {
                problems.add(item.line(), what() + ": check " + e.getMessage());
            }
        }
    }

    private static String shown(NodeAddress.Tcp address) {
        boolean isIpv6 = address.host().indexOf(':') >= 0;
        return (isIpv6 ? "[" + address.host() + "]" : address.host()) + ":" + address.port();
    }

    private List<String> words(VipKey key) {
        String text = section.text(key.word(), "a program and its words");
        try {
            return text == null ? List.of() : QuotedWords.split(text);
        } catch (BadValue e) {
            refuse(key, e.getMessage());
            return List.of();
        }
    }

    private Duration millis(VipKey key, int min, int max, int otherwise) {
        return Duration.ofMillis(section.millis(key.word(), min, max, otherwise));
    }

    /// The keys below a key; none when it is missing.
    private Section inner(VipKey key, List<String> keys) {
        YamlNode node = section.node(key.word());
        YamlNode there = node == null ? new YamlNode.Mapping(List.of(), line) : node;
        return new Section(what() + ": " + key.word(), there, keys, problems);
    }

    private void refuse(VipKey key, @Nullable String text) {
        section.refuse(key.word(), key.word() + " " + text);
    }
}
