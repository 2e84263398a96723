package dev.cobnut.blueprint;

import dev.cobnut.config.AddressText;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigText;
import dev.cobnut.config.HostPort;
import dev.cobnut.config.Nearest;
import dev.cobnut.config.Problems;
import dev.cobnut.config.Secret;
import dev.cobnut.config.Section;
import dev.cobnut.config.YamlNode;
import dev.cobnut.config.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `stack.yml`: as a whole, or refuses it with all its problems at once, each with its line and what was expected.
///
///     stack: shop
///     hosts:
///       red1: 10.0.0.11
///       web1: {address: 10.0.0.21, memory: 16 GB}
///     caches:
///       cluster_obj: {kind: cache, hosts: [red1, red2, red3], port: 12000, listen: 6379, memory: 4 GB}
///     sentinels: {hosts: [red1, red2, red3]}
///     proxies: {hosts: [web1, web2]}
///     passwords: {redis: env:REDIS_PASSWORD}
public final class StackFile {
    private static final String REFERENCE = "stack-reference.yml";
    private static final List<String> TOP_KEYS =
            List.of("stack", "hosts", "caches", "sentinels", "proxies", "vip", "clients", "passwords");
    private static final List<String> HOST_KEYS = List.of("address", "memory");
    private static final List<String> SENTINEL_KEYS =
            List.of("hosts", "port", "quorum", "down_after", "failover_timeout");
    private static final List<String> PROXY_KEYS = List.of("hosts", "stats");
    private static final List<String> VIP_KEYS = List.of("address", "interface", "router_id", "speaker", "hosts");
    private static final List<String> CLIENT_KEYS = List.of("kind", "cache", "page_cache", "session", "proxy");
    private static final List<String> SECRET_KEYS = List.of("redis", "sentinel", "admin");

    private static final int ROUTER_ID_MAX = 255;

    /// Below, a Sentinel deposes a healthy new master; above, nobody waits that long.
    private static final int DOWN_AFTER_MILLIS = 2_000;

    private static final int FAILOVER_TIMEOUT_MILLIS = 10_000;

    private final Problems problems;
    private final List<Blueprint.Host> hosts = new ArrayList<>();

    private StackFile(Problems problems) {
        this.problems = problems;
    }

    /// Reads a file. Blocks for the disk.
    ///
    /// @throws ConfigException with every problem found
    public static Blueprint read(Path file) throws ConfigException {
        Problems problems = new Problems(file);
        String text = ConfigText.read(file, "-f", problems);
        if (text == null) {
            throw problems.exception();
        }
        return parse(text, problems);
    }

    /// The reference stack, as `cobnut init --reference` writes it.
    public static Blueprint reference() {
        try (InputStream in = StackFile.class.getResourceAsStream(REFERENCE)) {
            if (in == null) {
                throw new IllegalStateException(REFERENCE + " was not built in");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return parse(text, new Problems(Path.of(REFERENCE)));
        } catch (IOException | ConfigException e) {
            throw new IllegalStateException("the reference stack cannot be read: " + e.getMessage(), e);
        }
    }

    /// Reads a text.
    ///
    /// @param problems get what is wrong
    /// @throws ConfigException with every problem found
    public static Blueprint parse(String text, Problems problems) throws ConfigException {
        YamlNode root = YamlTree.parse(text, problems);
        if (root == null) {
            problems.throwIfAny();
            problems.add(0, "the file is empty (expected: stack:, hosts:, caches:)");
            throw problems.exception();
        }
        Blueprint read = new StackFile(problems).blueprint(new Section("stack", root, TOP_KEYS, problems));
        problems.throwIfAny();
        return read;
    }

    private Blueprint blueprint(Section top) {
        String name = top.text("stack", "a name");
        top.requires("stack", "a name");
        if (top.requires("hosts", "names and addresses, one line each")) {
            each(top, "hosts", (called, node) -> hosts.add(host(called, node)));
        }
        List<Blueprint.Cache> caches = new ArrayList<>();
        if (top.requires("caches", "names, and what each is, indented below")) {
            each(
                    top,
                    "caches",
                    (called, node) -> caches.add(new CacheReader(called, node, hostNames(), problems).read()));
        }
        YamlNode sentinels = top.node("sentinels");
        YamlNode proxies = top.node("proxies");
        YamlNode virtualIp = top.node("vip");
        YamlNode secrets = top.node("passwords");
        Blueprint.Proxies read = proxies == null ? null : proxies(proxies);
        Blueprint.VirtualIp moving = virtualIp == null ? null : virtualIp(virtualIp, read);
        List<Blueprint.Client> clients = new ArrayList<>();
        if (top.node("clients") != null) {
            List<String> names = caches.stream().map(Blueprint.Cache::name).toList();
            each(top, "clients", (called, node) -> clients.add(client(called, node, names, read, moving)));
        }
        Blueprint blueprint = new Blueprint(
                name == null ? "" : name,
                hosts,
                caches,
                sentinels == null ? null : sentinels(sentinels),
                read,
                moving,
                clients,
                secrets == null ? new Blueprint.Secrets(null, null, null) : secrets(secrets));
        checkAddresses(blueprint);
        return blueprint;
    }

    /// Reads one named thing.
    private interface Reader {
        void read(YamlNode.Scalar name, YamlNode value);
    }

    private void each(Section top, String key, Reader reader) {
        switch (top.node(key)) {
            case YamlNode.Mapping mapping
            when !mapping.entries().isEmpty() -> {
                Map<String, Integer> lines = new HashMap<>();
                for (YamlNode.Entry entry : mapping.entries()) {
                    Integer first =
                            lines.putIfAbsent(entry.key().value(), entry.key().line());
                    if (first != null) {
                        problems.add(
                                entry.key().line(),
                                key + ": " + entry.key().value() + " is there already, on line " + first
                                        + " (expected: another name)");
                    }
                    if (!Names.isName(entry.key().value())) {
                        problems.add(
                                entry.key().line(),
                                key + ": " + BadValue.quote(entry.key().value())
                                        + " (expected: a name of letters, digits, _ . and -)");
                    }
                    reader.read(entry.key(), entry.value());
                }
            }
            case YamlNode.Refused _ -> {}
            case null -> {}
            case YamlNode other ->
                problems.add(other.line(), key + ": nothing is there (expected: names, indented below)");
        }
    }

    private Blueprint.Host host(YamlNode.Scalar name, YamlNode node) {
        if (Names.isTakenBesideHosts(name.value())) {
            problems.add(
                    name.line(),
                    "host " + name.value() + ": its folder would be where another file is (expected: another name)");
        }
        if (node instanceof YamlNode.Scalar scalar) {
            if (!AddressText.isAddress(scalar.value())) {
                String said = scalar.value().isEmpty() ? "no address" : "address " + BadValue.quote(scalar.value());
                problems.add(
                        node.line(), "host " + name.value() + ": " + said + " (expected: " + AddressText.FORMS + ")");
            }
            return new Blueprint.Host(name.value(), scalar.value(), null, name.line());
        }
        Section section = new Section("host " + name.value(), node, HOST_KEYS, problems);
        section.requires("address", AddressText.FORMS);
        String address = section.address("address");
        return new Blueprint.Host(name.value(), address == null ? "" : address, section.size("memory"), name.line());
    }

    private Blueprint.Sentinels sentinels(YamlNode node) {
        Section section = new Section("sentinels", node, SENTINEL_KEYS, problems);
        List<String> on = HostList.read(section, hostNames());
        if (on.size() == 2) {
            section.refuse(
                    "hosts",
                    "two Sentinels (expected: three or more, or one; of two, both have to live for a" + " failover)");
        }
        int count = Math.max(1, on.size());
        return new Blueprint.Sentinels(
                on,
                section.number("port", 1, HostPort.PORT_MAX, Defaults.SENTINEL_PORT),
                section.number("quorum", 1, count, count / 2 + 1),
                section.millis("down_after", 1, DOWN_AFTER_MILLIS),
                section.millis("failover_timeout", 1, FAILOVER_TIMEOUT_MILLIS),
                node.line());
    }

    private Blueprint.Proxies proxies(YamlNode node) {
        Section section = new Section("proxies", node, PROXY_KEYS, problems);
        List<String> on = HostList.read(section, hostNames());
        return new Blueprint.Proxies(
                on, section.number("stats", 1, HostPort.PORT_MAX, Defaults.STATISTICS_PORT), node.line());
    }

    private Blueprint.VirtualIp virtualIp(YamlNode node, Blueprint.@Nullable Proxies proxies) {
        Section section = new Section("vip", node, VIP_KEYS, problems);
        section.requires("address", "such as 10.0.0.100/24");
        section.requires("interface", "the network interface that carries it, such as eth0");
        String address = section.text("address", "such as 10.0.0.100/24");
        if (address != null && !AddressText.isAddressWithPrefix(address)) {
            section.refuse(
                    "address",
                    "address " + BadValue.quote(address) + " (expected: an IP address and its prefix, such as"
                            + " 10.0.0.100/24)");
        } else if (address != null) {
            String bare = address.substring(0, address.indexOf('/'));
            hosts.stream()
                    .filter(host -> host.address().equals(bare))
                    .forEach(host -> section.refuse(
                            "address",
                            "address " + BadValue.quote(address) + " is that of " + host.name()
                                    + " (expected: one that no host has for itself: it moves)"));
        }
        String carrier = section.text("interface", "such as eth0");
        if (carrier != null && !AddressText.isInterface(carrier)) {
            section.refuse(
                    "interface",
                    "interface " + BadValue.quote(carrier) + " (expected: a name such as eth0, 15 letters at most)");
        }
        List<String> on = proxies == null ? List.of() : proxies.hosts();
        if (section.node("hosts") != null) {
            on = HostList.read(section, hostNames());
        } else if (proxies == null) {
            section.refuse("hosts", "no hosts, and there are no proxies (expected: hosts: [NAME, …])");
        }
        return new Blueprint.VirtualIp(
                address == null ? "" : address,
                carrier == null ? "" : carrier,
                section.number("router_id", 1, ROUTER_ID_MAX, Defaults.ROUTER_ID),
                section.oneOf("speaker", Blueprint.Speaker.COBNUT),
                on,
                node.line());
    }

    private Blueprint.Client client(
            YamlNode.Scalar name,
            YamlNode node,
            List<String> caches,
            Blueprint.@Nullable Proxies proxies,
            Blueprint.@Nullable VirtualIp virtualIp) {
        Section section = new Section("client " + name.value(), node, CLIENT_KEYS, problems);
        section.requires("kind", "magento2, magento1 or generic");
        String proxy = section.address("proxy");
        if (proxy == null && virtualIp != null) {
            proxy = virtualIp.host();
        } else if (proxy == null && proxies != null && !proxies.hosts().isEmpty()) {
            String first = proxies.hosts().getFirst();
            proxy = hosts.stream()
                    .filter(host -> host.name().equals(first))
                    .map(Blueprint.Host::address)
                    .findFirst()
                    .orElse("");
        } else if (proxy == null) {
            section.refuse("proxy", "no proxy, and there are no proxies (expected: proxy: ADDRESS, or proxies:)");
        }
        return new Blueprint.Client(
                name.value(),
                section.oneOf("kind", Blueprint.ClientKind.GENERIC),
                known(section, "cache", caches),
                known(section, "page_cache", caches),
                known(section, "session", caches),
                proxy == null ? "" : proxy,
                name.line());
    }

    private static @Nullable String known(Section section, String key, List<String> caches) {
        String name = section.text(key, "the name of a cache");
        if (name != null && !caches.contains(name)) {
            section.refuse(
                    key,
                    key + " " + BadValue.quote(name) + " is no cache" + Nearest.hint(name, caches)
                            + " (expected one of: " + String.join(", ", caches) + ")");
        }
        return name;
    }

    private Blueprint.Secrets secrets(YamlNode node) {
        Section section = new Section("passwords", node, SECRET_KEYS, problems);
        return new Blueprint.Secrets(place(section, "redis"), place(section, "sentinel"), place(section, "admin"));
    }

    private static @Nullable String place(Section section, String key) {
        String text = section.text(key, Secret.ELSEWHERE);
        if (text != null && !Secret.isElsewhere(text)) {
            // Not shown: it may be the password.
            section.refuse(
                    key,
                    key + " is written here (expected: " + Secret.ELSEWHERE + ", since this file is shown to others)");
            return null;
        }
        if (text != null && !text.matches("env:[A-Za-z_][A-Za-z0-9_]*|file:/.+")) {
            section.refuse(key, key + " " + BadValue.quote(text) + " (expected: " + Secret.ELSEWHERE + ")");
        }
        return text;
    }

    private List<String> hostNames() {
        return hosts.stream().map(Blueprint.Host::name).toList();
    }

    /// No two processes may listen at one place, and no two hosts be one.
    private void checkAddresses(Blueprint blueprint) {
        Map<String, String> names = new HashMap<>();
        for (Blueprint.Host host : hosts) {
            String other = names.putIfAbsent(host.address(), host.name());
            if (other != null && !host.address().isEmpty()) {
                problems.add(
                        host.line(),
                        "host " + host.name() + ": address " + host.address() + " is that of " + other
                                + ", too (expected: another)");
            }
        }
        Map<String, Blueprint.Cache> groups = new HashMap<>();
        for (Blueprint.Cache cache : blueprint.caches()) {
            for (Blueprint.Shard shard : cache.shards()) {
                Blueprint.Cache other = groups.putIfAbsent(shard.group(), cache);
                if (other != null && other != cache) {
                    problems.add(
                            cache.line(),
                            "cache " + cache.name() + ": Sentinel would know a shard as " + shard.group()
                                    + ", as one of cache " + other.name() + " (expected: another master)");
                }
            }
        }
        Map<String, String> taken = new HashMap<>();
        Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
        if (virtualIp != null && virtualIp.speaker() == Blueprint.Speaker.COBNUT) {
            virtualIp.hosts().forEach(host -> taken.put(host + ":" + Defaults.SPEAKER_PORT, "cobnut vip"));
        }
        for (Blueprint.Service process : blueprint.processes()) {
            String place = process.host() + ":" + process.port();
            String other = taken.putIfAbsent(place, process.title());
            if (other != null) {
                problems.add(
                        line(process, blueprint),
                        process.title() + " would listen at " + place + ", where " + other
                                + " does (expected: another port)");
            }
        }
    }

    private static int line(Blueprint.Service process, Blueprint blueprint) {
        return switch (process) {
            case Blueprint.Redis redis -> redis.cache().line();
            case Blueprint.Pool pool -> pool.cache().line();
            case Blueprint.Sentinel _ ->
                blueprint.sentinels() == null ? 0 : blueprint.sentinels().line();
            case Blueprint.Statistics _ ->
                blueprint.proxies() == null ? 0 : blueprint.proxies().line();
        };
    }
}
