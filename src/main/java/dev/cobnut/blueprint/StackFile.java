package dev.cobnut.blueprint;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigText;
import dev.cobnut.config.HostPort;
import dev.cobnut.config.Nearest;
import dev.cobnut.config.Problems;
import dev.cobnut.config.Secret;
import dev.cobnut.config.YamlNode;
import dev.cobnut.config.YamlTree;
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
    private static final List<String> TOP_KEYS =
            List.of("stack", "hosts", "caches", "sentinels", "proxies", "passwords");
    private static final List<String> HOST_KEYS = List.of("address", "memory");
    private static final List<String> CACHE_KEYS = List.of(
            "kind",
            "hosts",
            "port",
            "listen",
            "shards",
            "memory",
            "persistence",
            "eviction",
            "min_replicas",
            "databases");
    private static final List<String> SENTINEL_KEYS =
            List.of("hosts", "port", "quorum", "down_after", "failover_timeout");
    private static final List<String> PROXY_KEYS = List.of("hosts", "stats");
    private static final List<String> SECRET_KEYS = List.of("redis", "sentinel", "admin");

    private static final int SENTINEL_PORT = 26_379;
    private static final int STATS_PORT = 22_222;
    private static final int DATABASES = 16;
    private static final int SHARDS_MAX = 100;

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

    static Blueprint parse(String text, Problems problems) throws ConfigException {
        YamlNode root = YamlTree.parse(text, problems);
        if (root == null) {
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
            each(top, "caches", (called, node) -> caches.add(cache(called, node)));
        }
        YamlNode sentinels = top.node("sentinels");
        YamlNode proxies = top.node("proxies");
        YamlNode secrets = top.node("passwords");
        Blueprint blueprint = new Blueprint(
                name == null ? "" : name,
                hosts,
                caches,
                sentinels == null ? null : sentinels(sentinels),
                proxies == null ? null : proxies(proxies),
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
                    if (!entry.key().value().matches("[A-Za-z0-9_.-]{1,64}")) {
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
        if (node instanceof YamlNode.Scalar scalar) {
            if (scalar.value().isEmpty()) {
                problems.add(node.line(), "host " + name.value() + ": no address (expected: an IP address or a name)");
            }
            return new Blueprint.Host(name.value(), scalar.value(), null, name.line());
        }
        Section section = new Section("host " + name.value(), node, HOST_KEYS, problems);
        section.requires("address", "an IP address or a name");
        String address = section.text("address", "an IP address or a name");
        return new Blueprint.Host(name.value(), address == null ? "" : address, section.size("memory"), name.line());
    }

    private Blueprint.Cache cache(YamlNode.Scalar name, YamlNode node) {
        Section section = new Section("cache " + name.value(), node, CACHE_KEYS, problems);
        Kind kind = section.oneOf("kind", Kind.PLAIN);
        section.requires("kind", "cache, page-cache, session or plain");
        section.requires("port", "where its servers listen");
        section.requires("listen", "where proxies listen for it");
        List<String> on = hosts(section);
        int shards = section.number("shards", 1, SHARDS_MAX, 1);
        if (shards > 1 && (kind == Kind.CACHE || kind == Kind.PAGE_CACHE)) {
            section.refuse(
                    "shards",
                    "shards " + shards + " of a " + Section.word(kind)
                            + " (expected: 1; Magento's tags join keys of all shards; kind: plain for what does not)");
        }
        Long memory = section.size("memory");
        Kind.Persistence persistence = section.oneOf("persistence", kind.persistence());
        int replicas = Math.max(0, on.size() - 1);
        int minReplicas = section.number("min_replicas", 0, Math.max(0, replicas), kind.minReplicas(replicas));
        return new Blueprint.Cache(
                name.value(),
                kind,
                on,
                section.number("port", 1, HostPort.PORT_MAX - shards + 1, 1),
                section.number("listen", 1, HostPort.PORT_MAX, 1),
                shards,
                memory == null ? 0 : memory,
                persistence,
                section.oneOf("eviction", kind.eviction()),
                minReplicas,
                section.number("databases", 1, 1_000_000, DATABASES),
                name.line());
    }

    private Blueprint.Sentinels sentinels(YamlNode node) {
        Section section = new Section("sentinels", node, SENTINEL_KEYS, problems);
        List<String> on = hosts(section);
        if (on.size() == 2) {
            section.refuse(
                    "hosts",
                    "two Sentinels (expected: three or more, or one; of two, both have to live for a" + " failover)");
        }
        int count = Math.max(1, on.size());
        return new Blueprint.Sentinels(
                on,
                section.number("port", 1, HostPort.PORT_MAX, SENTINEL_PORT),
                section.number("quorum", 1, count, count / 2 + 1),
                section.millis("down_after", 1, DOWN_AFTER_MILLIS),
                section.millis("failover_timeout", 1, FAILOVER_TIMEOUT_MILLIS),
                node.line());
    }

    private Blueprint.Proxies proxies(YamlNode node) {
        Section section = new Section("proxies", node, PROXY_KEYS, problems);
        List<String> on = hosts(section);
        return new Blueprint.Proxies(on, section.number("stats", 1, HostPort.PORT_MAX, STATS_PORT), node.line());
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
        return text;
    }

    /// The hosts of something; they have to be known.
    private List<String> hosts(Section section) {
        section.requires("hosts", "[NAME, …], of those below hosts:");
        List<String> on = section.words("hosts", "names of hosts");
        List<String> known = hosts.stream().map(Blueprint.Host::name).toList();
        for (String each : on) {
            if (!known.contains(each)) {
                section.refuse(
                        "hosts",
                        "host " + BadValue.quote(each) + " is not there" + Nearest.hint(each, known)
                                + " (expected one of: " + String.join(", ", known) + ")");
            }
        }
        return on.stream().filter(known::contains).toList();
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
        Map<String, Blueprint.Service> taken = new HashMap<>();
        for (Blueprint.Service process : blueprint.processes()) {
            String place = process.host() + ":" + process.port();
            Blueprint.Service other = taken.putIfAbsent(place, process);
            if (other != null) {
                problems.add(
                        line(process, blueprint),
                        process.title() + " would listen at " + place + ", where " + other.title()
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
