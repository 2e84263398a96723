package dev.cobnut.blueprint;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.EnumWord;
import dev.cobnut.config.HostPort;
import dev.cobnut.config.Problems;
import dev.cobnut.config.Secret;
import dev.cobnut.config.Section;
import dev.cobnut.config.YamlNode;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads one cache of `stack.yml`. Its shards are either counted, and then follow from `hosts` and `port`, or written down one
/// by one, as a system that is there already needs it:
///
///     shards: 2
///     shards:
///       - {name: old-name, master: sess-1, servers: [red1:12002, red2:12002]}
final class CacheReader {
    static final List<String> KEYS = List.of(
            "kind",
            "hosts",
            "port",
            "listen",
            "shards",
            "memory",
            "persistence",
            "eviction",
            "min_replicas",
            "databases",
            "users",
            "pool",
            "redis");

    private static final List<String> SHARD_KEYS = List.of("name", "master", "weight", "servers");
    private static final String USERS = "NAME >env:NAME, NAME >file:/PATH, or NAME #SHA-256";
    private static final int SHARDS_MAX = 100;
    private static final int WEIGHT_MAX = 1_000_000;

    /// What follows from other keys, by the key that it follows from.
    private static final Map<String, String> POOL_KEYS_THAT_FOLLOW = new TreeMap<>(Map.of(
            "listen", "listen",
            "servers", "hosts",
            "shards", "shards",
            "users", "users",
            "redis", "kind",
            "redis_auth", "passwords: redis"));

    private static final Map<String, String> DIRECTIVES_THAT_FOLLOW = new TreeMap<>(Map.ofEntries(
            Map.entry("port", "port"),
            Map.entry("bind", "hosts: addresses"),
            Map.entry("dir", "the name of the cache"),
            Map.entry("pidfile", "the name of the cache"),
            Map.entry("daemonize", "systemd"),
            Map.entry("requirepass", "passwords: redis"),
            Map.entry("masterauth", "passwords: redis"),
            Map.entry("replicaof", "hosts"),
            Map.entry("slaveof", "hosts"),
            Map.entry("maxmemory", "memory"),
            Map.entry("maxmemory-policy", "eviction"),
            Map.entry("databases", "databases"),
            Map.entry("appendonly", "persistence"),
            Map.entry("min-replicas-to-write", "min_replicas"),
            Map.entry("min-slaves-to-write", "min_replicas")));

    private final String name;
    private final int line;
    private final Section section;
    private final Problems problems;
    private final List<String> known;

    /// @param known names of all hosts
    CacheReader(YamlNode.Scalar name, YamlNode node, List<String> known, Problems problems) {
        this.name = name.value();
        this.line = name.line();
        this.section = new Section("cache " + name.value(), node, KEYS, problems);
        this.problems = problems;
        this.known = known;
    }

    Blueprint.Cache read() {
        Kind kind = section.oneOf("kind", Kind.PLAIN);
        section.requires("kind", "cache, page-cache, session or plain");
        section.requires("listen", "where proxies listen for it");
        List<Blueprint.Shard> shards =
                section.node("shards") instanceof YamlNode.Sequence list ? written(list) : counted();
        if (shards.size() > 1 && (kind == Kind.CACHE || kind == Kind.PAGE_CACHE)) {
            section.refuse(
                    "shards",
                    "shards " + shards.size() + " of a " + EnumWord.of(kind)
                            + " (expected: 1; Magento's tags join keys of all shards; kind: plain for what does not)");
        }
        Long memory = section.size("memory");
        int replicas =
                shards.stream().mapToInt(shard -> shard.servers().size()).min().orElse(1) - 1;
        Listen listen = listen();
        return new Blueprint.Cache(
                name,
                kind,
                shards,
                listen.port(),
                listen.bind(),
                memory == null ? 0 : memory,
                section.oneOf("persistence", kind.persistence()),
                section.oneOf("eviction", kind.eviction()),
                section.number("min_replicas", 0, Math.max(0, replicas), kind.minReplicas(replicas)),
                section.number("databases", 1, 1_000_000, Defaults.DATABASES),
                users(),
                settings("pool", POOL_KEYS_THAT_FOLLOW),
                settings("redis", DIRECTIVES_THAT_FOLLOW),
                line);
    }

    private List<String> users() {
        List<String> users = section.words("users", USERS);
        for (String user : users) {
            String[] words = user.split(" +", -1);
            for (int i = 1; i < words.length; i++) {
                boolean isPlace = words[i].startsWith(">") && Secret.isElsewhere(words[i].substring(1));
                if (!isPlace && !words[i].startsWith("#")) {
                    // Not shown: it may be the password.
                    section.refuse("users", "user " + BadValue.quote(words[0]) + " (expected: " + USERS + ")");
                    break;
                }
            }
        }
        return users;
    }

    private record Listen(@Nullable String bind, int port) {}

    private Listen listen() {
        String text = section.text("listen", "a port, or HOST:PORT");
        if (text == null || text.indexOf(':') < 0) {
            return new Listen(null, section.number("listen", 1, HostPort.PORT_MAX, 1));
        }
        try {
            NodeAddress.Tcp address = HostPort.parse(text);
            return new Listen(address.host(), address.port());
        } catch (BadValue e) {
            section.refuse("listen", "listen " + e.getMessage());
            return new Listen(null, 1);
        }
    }

    // ---- shards -----------------------------------------------------------------------------------------------------

    private List<Blueprint.Shard> counted() {
        section.requires("port", "where its servers listen");
        List<String> hosts = HostList.read(section, known);
        int count = section.number("shards", 1, SHARDS_MAX, 1);
        int port = section.number("port", 1, HostPort.PORT_MAX - count + 1, 1);
        List<Blueprint.Shard> shards = new ArrayList<>();
        for (int shard = 0; shard < count && !hosts.isEmpty(); shard++) {
            List<Blueprint.Place> servers = new ArrayList<>();
            for (int i = 0; i < hosts.size(); i++) {
                servers.add(new Blueprint.Place(hosts.get((shard + i) % hosts.size()), port + shard));
            }
            String called = count == 1 ? name : name + "-" + (shard + 1);
            checkGroup(called, line);
            shards.add(new Blueprint.Shard(called, called, 1, servers));
        }
        return shards;
    }

    private void checkGroup(String group, int at) {
        if (Names.isTakenBesideServers(group)) {
            problems.add(
                    at,
                    "cache " + name + ": " + group
                            + ": its data would be where other files are (expected: another name)");
        }
    }

    private List<Blueprint.Shard> written(YamlNode.Sequence list) {
        for (String key : List.of("hosts", "port")) {
            if (section.node(key) != null) {
                section.refuse(key, key + " beside shards that are written down (expected: one of both)");
            }
        }
        if (list.items().isEmpty()) {
            section.refuse("shards", "no shards (expected: one or more)");
        }
        List<Blueprint.Shard> shards = new ArrayList<>();
        for (YamlNode node : list.items()) {
            Blueprint.Shard shard = shard(node, shards.size() + 1, list.items().size());
            for (Blueprint.Shard other : shards) {
                if (other.name().equals(shard.name()) || other.group().equals(shard.group())) {
                    problems.add(
                            node.line(),
                            "cache " + name + ": shard " + shard.name()
                                    + " is there already (expected: another name, and" + " another master)");
                }
            }
            shards.add(shard);
        }
        return shards;
    }

    private Blueprint.Shard shard(YamlNode node, int number, int count) {
        Section shard = new Section("cache " + name + ", shard " + number, node, SHARD_KEYS, problems);
        shard.requires("servers", "[HOST:PORT, …], the master first");
        String otherwise = count == 1 ? name : name + "-" + number;
        String master = shard.text("master", "what Sentinel calls it");
        String group = master == null ? otherwise : master;
        if (!Names.isName(group)) {
            shard.refuse(
                    "master", "master " + BadValue.quote(group) + " (expected: a name of letters, digits, _ . and -)");
        }
        checkGroup(group, node.line());
        String ring = shard.text("name", "what is hashed onto the ring");
        List<Blueprint.Place> servers = new ArrayList<>();
        for (String text : shard.words("servers", "HOST:PORT")) {
            try {
                NodeAddress.Tcp address = HostPort.parse(text);
                if (HostList.isKnown(shard, "servers", address.host(), known)) {
                    servers.add(new Blueprint.Place(address.host(), address.port()));
                }
            } catch (BadValue e) {
                shard.refuse("servers", "server " + e.getMessage());
            }
        }
        if (servers.isEmpty()) {
            servers.add(new Blueprint.Place("", 1)); // refused already
        }
        return new Blueprint.Shard(
                ring == null ? group : ring, group, shard.number("weight", 1, WEIGHT_MAX, 1), servers);
    }

    // ---- what is handed on ------------------------------------------------------------------------------------------

    private List<Blueprint.Setting> settings(String key, Map<String, String> thatFollow) {
        List<Blueprint.Setting> settings = section.settings(key).stream()
                .map(pair -> new Blueprint.Setting(pair.name(), pair.value()))
                .toList();
        for (Blueprint.Setting setting : settings) {
            String from = thatFollow.get(setting.name());
            if (from != null) {
                section.refuse(
                        key,
                        key + ": " + setting.name() + " follows from something else (expected: " + from
                                + ", or nothing)");
            }
        }
        return settings.stream()
                .filter(setting -> !thatFollow.containsKey(setting.name()))
                .toList();
    }
}
