package dev.cobnut.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The servers and shards of one pool while they are read.
///
/// A ring name is a place on the ring, so two servers of one name would be the same place twice. nutcracker refuses
/// that. With Sentinels it has a meaning: the servers are the nodes of one replication group, and become one shard.
final class ServerList {
    private static final List<String> SHARD_KEYS = List.of("name", "master", "weight");

    private final String pool;
    private final boolean withSentinels;
    private final Problems problems;
    private final List<ServerConfig> servers = new ArrayList<>();
    private final Map<String, ServerConfig> byRingName = new HashMap<>();
    private final Map<String, ServerConfig> byMasterName = new HashMap<>();

    ServerList(String pool, boolean withSentinels, Problems problems) {
        this.pool = pool;
        this.withSentinels = withSentinels;
        this.problems = problems;
    }

    /// In file order.
    List<ServerConfig> list() {
        return servers;
    }

    /// The items of `servers:`.
    void addServers(YamlNode.Sequence list) {
        for (YamlNode item : list.items()) {
            switch (item) {
                case YamlNode.Scalar scalar -> addServer(scalar);
                case YamlNode.Sequence _, YamlNode.Mapping _ ->
                    refuse(item.line(), "server is " + item.kind() + " (expected: " + ServerConfig.FORMS + ")");
                case YamlNode.Refused _ -> {}
            }
        }
    }

    private void addServer(YamlNode.Scalar scalar) {
        ServerConfig server;
        try {
            server = ServerConfig.parse(scalar.value(), scalar.line());
        } catch (BadValue e) {
            refuse(scalar.line(), "server " + e.getMessage());
            return;
        }
        ServerConfig first = byRingName.putIfAbsent(server.ringName(), server);
        if (first != null) {
            String clash = "server " + BadValue.quote(scalar.value()) + " has the ring name "
                    + BadValue.quote(server.ringName()) + " of line " + first.line();
            if (!withSentinels) {
                refuse(
                        scalar.line(),
                        clash + " (expected: a ring name of its own; with --sentinel HOST:PORT, servers"
                                + " of one ring name become one shard)");
            } else if (first.masterName() != null) {
                refuse(scalar.line(), clash + ", a shard (expected: a ring name of its own)");
            } else if (first.weight() != server.weight()) {
                refuse(
                        scalar.line(),
                        clash + " but not its weight " + first.weight()
                                + " (expected: one weight, as they become one shard)");
            }
        }
        servers.add(server);
    }

    /// The items of `shards:`, which stands on `keyLine`.
    void addShards(YamlNode.Sequence list, int keyLine) {
        if (!withSentinels) {
            refuse(
                    keyLine,
                    "shards without Sentinels that know them (expected: sentinels: at the top level, or"
                            + " --sentinel HOST:PORT)");
        }
        for (YamlNode item : list.items()) {
            switch (item) {
                case YamlNode.Scalar scalar -> addShard(scalar, scalar, 1, scalar.line());
                case YamlNode.Mapping mapping -> addShard(mapping);
                case YamlNode.Sequence _ ->
                    refuse(
                            item.line(),
                            "shard is a list (expected: a Sentinel master name, or name, master and weight)");
                case YamlNode.Refused _ -> {}
            }
        }
    }

    private void addShard(YamlNode.Mapping mapping) {
        Map<String, YamlNode.Scalar> values = new HashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            String key = entry.key().value();
            int line = entry.key().line();
            if (!SHARD_KEYS.contains(key)) {
                refuse(
                        line,
                        BadValue.quote(key) + " is not a key of a shard (expected: name, master or weight"
                                + Nearest.hint(key, SHARD_KEYS) + ")");
            } else if (values.containsKey(key)) {
                refuse(line, "shard has " + key + " twice (expected: once)");
            } else {
                switch (entry.value()) {
                    case YamlNode.Scalar scalar -> values.put(key, scalar);
                    case YamlNode.Sequence _, YamlNode.Mapping _ ->
                        refuse(line, "shard: " + key + " is " + entry.value().kind() + " (expected: a value)");
                    case YamlNode.Refused _ -> {}
                }
            }
        }
        YamlNode.Scalar name = values.getOrDefault("name", values.get("master"));
        YamlNode.Scalar master = values.getOrDefault("master", values.get("name"));
        if (name == null || master == null) {
            refuse(mapping.line(), "shard without a name (expected: name, or the Sentinel master name as master)");
            return;
        }
        YamlNode.Scalar weightText = values.get("weight");
        int weight = 1;
        if (weightText != null) {
            try {
                weight = ServerConfig.weight(weightText.value(), weightText.value());
            } catch (BadValue e) {
                refuse(weightText.line(), "shard " + name.value() + ": weight " + e.getMessage());
            }
        }
        addShard(name, master, weight, mapping.line());
    }

    private void addShard(YamlNode.Scalar name, YamlNode.Scalar master, int weight, int line) {
        if (!isName(name, "shard") || !isName(master, "shard: master")) {
            return;
        }
        ServerConfig shard = new ServerConfig(null, weight, name.value(), master.value(), line);
        refuseTwin(byRingName.putIfAbsent(name.value(), shard), line, "shard " + BadValue.quote(name.value()));
        refuseTwin(byMasterName.putIfAbsent(master.value(), shard), line, "shard of " + BadValue.quote(master.value()));
        servers.add(shard);
    }

    private void refuseTwin(@Nullable ServerConfig first, int line, String what) {
        if (first != null) {
            refuse(line, what + " is there already, on line " + first.line() + " (expected: once)");
        }
    }

    /// A blank or a colon in a name is a line of `servers:` that went astray.
    private boolean isName(YamlNode.Scalar scalar, String what) {
        String name = scalar.value();
        if (name.isEmpty() || name.indexOf(' ') >= 0 || name.indexOf(':') >= 0) {
            refuse(
                    scalar.line(),
                    what + " " + BadValue.quote(name) + " (expected: a Sentinel master name;"
                            + " HOST:PORT:WEIGHT belongs below servers)");
            return false;
        }
        return true;
    }

    /// What no single line can tell.
    void checkWhole(int line) {
        long weights = 0;
        for (ServerConfig server : byRingName.values()) {
            weights += server.weight();
        }
        if (weights > Integer.MAX_VALUE) {
            refuse(line, "weights add up to " + weights + " (expected: " + Integer.MAX_VALUE + " or less)");
        }
    }

    private void refuse(int line, String text) {
        problems.add(line, "pool " + pool + ": " + text);
    }
}
