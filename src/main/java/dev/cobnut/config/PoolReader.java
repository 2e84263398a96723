package dev.cobnut.config;

import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the pools of one file, one after the other; what must be unique across pools is remembered here.
final class PoolReader {
    private final ConfigForm form;
    private final boolean withSentinels;
    private final Problems problems;
    /// Lines of the addresses listened on and of the pool names met so far.
    private final Map<NodeAddress, Integer> listens = new HashMap<>();
    private final Map<String, Integer> names = new HashMap<>();

    /// @param withSentinels whether there are Sentinels to ask which servers are one group
    PoolReader(ConfigForm form, boolean withSentinels, Problems problems) {
        this.form = form;
        this.withSentinels = withSentinels;
        this.problems = problems;
    }

    /// All pools of a mapping from names to pools. Not to be used when there are problems afterwards.
    List<PoolConfig> readAll(YamlNode.Mapping mapping) {
        List<PoolConfig> pools = new ArrayList<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            PoolConfig pool = read(entry);
            if (pool != null) {
                pools.add(pool);
            }
        }
        return pools;
    }

    private @Nullable PoolConfig read(YamlNode.Entry entry) {
        String name = entry.key().value();
        int line = entry.key().line();
        if (name.isEmpty()) {
            problems.add(line, "a pool without a name (expected: a name before the colon)");
        }
        Integer first = names.putIfAbsent(name, line);
        if (first != null) {
            problems.add(line, "pool " + name + " is there already, on line " + first + " (expected: another name)");
        }
        return switch (entry.value()) {
            case YamlNode.Mapping mapping -> new Pool(name, line).read(mapping);
            case YamlNode.Scalar _, YamlNode.Sequence _ -> {
                problems.add(
                        line, "pool " + name + " has no keys (expected: listen, servers and others, indented below)");
                yield null;
            }
            case YamlNode.Refused _ -> null;
        };
    }

    /// One pool while it is read.
    private final class Pool {
        private final String name;
        private final int line;
        private final Map<String, Object> values = new HashMap<>();
        private final Map<String, Integer> lines = new HashMap<>();
        private final ServerList servers;

        Pool(String name, int line) {
            this.name = name;
            this.line = line;
            this.servers = new ServerList(name, withSentinels, problems);
        }

        @Nullable
        PoolConfig read(YamlNode.Mapping mapping) {
            for (YamlNode.Entry entry : mapping.entries()) {
                readKey(entry);
            }
            checkWhole();
            // One problem anywhere refuses the whole file, and this pool may lack what was refused as YAML already.
            return problems.count() == 0 ? config() : null;
        }

        private void readKey(YamlNode.Entry entry) {
            String word = entry.key().value();
            PoolKey key = PoolKeys.named(word);
            if (key == null) {
                refuse(
                        entry.key().line(),
                        BadValue.quote(word) + " is not a key of a pool" + Nearest.hint(word, PoolKeys.names()));
                return;
            }
            Integer first = lines.putIfAbsent(word, entry.key().line());
            if (first != null) {
                refuse(entry.key().line(), word + " is there already, on line " + first + " (expected: once)");
                return;
            }
            switch (key) {
                case PoolKey.Value<?> value -> readValue(value, entry.value());
                case PoolKey.Items items -> readItems(items, entry);
                case PoolKey.ListOf<?> list -> readList(list, entry.value());
            }
        }

        private void readValue(PoolKey.Value<?> key, YamlNode node) {
            switch (node) {
                case YamlNode.Scalar scalar
                when scalar.value().isEmpty() ->
                    refuse(node.line(), key.name() + " is empty (expected: " + key.expected() + ")");
                case YamlNode.Scalar scalar -> {
                    try {
                        values.put(key.name(), key.parser().parse(scalar.value()));
                    } catch (BadValue e) {
                        refuse(node.line(), key.name() + " " + e.getMessage());
                    }
                }
                case YamlNode.Sequence _, YamlNode.Mapping _ ->
                    refuse(node.line(), key.name() + " is " + node.kind() + " (expected: " + key.expected() + ")");
                case YamlNode.Refused _ -> {}
            }
        }

        private void readItems(PoolKey.Items key, YamlNode.Entry entry) {
            if (key.equals(PoolKeys.SHARDS) && form == ConfigForm.NUTCRACKER) {
                refuse(
                        entry.key().line(),
                        "shards in nutcracker's form (expected: servers; or put the pools below"
                                + " pools: and say sentinels:)");
                return;
            }
            switch (entry.value()) {
                case YamlNode.Sequence list
                when list.items().isEmpty() ->
                    refuse(list.line(), key.name() + " is empty (expected: " + key.expected() + ")");
                case YamlNode.Sequence list -> {
                    if (key.equals(PoolKeys.SHARDS)) {
                        servers.addShards(list, entry.key().line());
                    } else {
                        servers.addServers(list);
                    }
                }
                case YamlNode.Scalar scalar
                when scalar.value().isEmpty() ->
                    refuse(scalar.line(), key.name() + " is empty (expected: " + key.expected() + ")");
                case YamlNode.Scalar _, YamlNode.Mapping _ ->
                    refuse(
                            entry.value().line(),
                            key.name() + " is " + entry.value().kind() + " (expected: " + key.expected() + ")");
                case YamlNode.Refused _ -> {}
            }
        }

        private <T> void readList(PoolKey.ListOf<T> key, YamlNode node) {
            Map<String, Integer> itemLines = new HashMap<>();
            List<T> items = new ArrayList<>();
            for (YamlNode.Scalar text : texts(key, node)) {
                try {
                    T item = key.parser().parse(text.value());
                    String identity = key.identity().apply(item);
                    Integer first = itemLines.putIfAbsent(identity, text.line());
                    if (first != null) {
                        refuse(
                                text.line(),
                                key.name() + " has " + BadValue.quote(identity) + " already, on line " + first
                                        + " (expected: once)");
                    }
                    items.add(item);
                } catch (BadValue e) {
                    refuse(text.line(), key.name() + " " + e.getMessage());
                }
            }
            values.put(key.name(), items);
        }

        /// The items of a list, or what commas separate in a single text; none of them is empty.
        private List<YamlNode.Scalar> texts(PoolKey.ListOf<?> key, YamlNode node) {
            List<YamlNode> items = new ArrayList<>();
            switch (node) {
                case YamlNode.Scalar scalar -> {
                    for (String item : scalar.value().split(",", -1)) {
                        items.add(new YamlNode.Scalar(item.strip(), scalar.line()));
                    }
                }
                case YamlNode.Sequence list -> items.addAll(list.items());
                case YamlNode.Mapping _, YamlNode.Refused _ -> items.add(node);
            }
            List<YamlNode.Scalar> texts = new ArrayList<>();
            for (YamlNode item : items) {
                switch (item) {
                    case YamlNode.Scalar scalar when !scalar.value().isEmpty() -> texts.add(scalar);
                    case YamlNode.Scalar _ ->
                        refuse(item.line(), key.name() + " has an empty item (expected: " + key.expected() + ")");
                    case YamlNode.Sequence _, YamlNode.Mapping _ ->
                        refuse(
                                item.line(),
                                key.name() + " has " + item.kind() + " as an item (expected: " + key.expected() + ")");
                    case YamlNode.Refused _ -> {}
                }
            }
            if (items.isEmpty()) {
                refuse(node.line(), key.name() + " is empty (expected: " + key.expected() + ")");
            }
            return texts;
        }

        /// What no single key can tell.
        private void checkWhole() {
            if (!has(PoolKeys.LISTEN)) {
                refuse(line, "listen is missing (expected: " + PoolKeys.LISTEN.expected() + ")");
            }
            if (!has(PoolKeys.SERVERS) && !has(PoolKeys.SHARDS)) {
                String wanted = form == ConfigForm.NUTCRACKER ? "servers is" : "servers or shards is";
                refuse(line, wanted + " missing (expected: " + PoolKeys.SERVERS.expected() + ")");
            }
            checkListen(PoolKeys.LISTEN);
            checkListen(PoolKeys.LISTEN_READS);
            checkUsers();
            checkUser();
            checkRedis();
            servers.checkWhole(line);
        }

        private void checkListen(PoolKey.Value<ListenAddress> key) {
            ListenAddress listen = find(key);
            if (listen == null) {
                return;
            }
            int here = lines.getOrDefault(key.name(), line);
            Integer first = listens.putIfAbsent(listen.address(), here);
            if (first != null) {
                refuse(
                        here,
                        key.name() + " " + BadValue.quote(listen.text()) + " is taken on line " + first
                                + " (expected: an address of its own for each "
                                + (key.equals(PoolKeys.LISTEN) ? "pool)" : "listen and listen_reads)"));
            }
        }

        private void checkUsers() {
            boolean named =
                    list(PoolKeys.USERS).stream().anyMatch(user -> user.name().equals("default"));
            Integer auth = lines.get(PoolKeys.REDIS_AUTH.name());
            if (named && auth != null) {
                refuse(
                        lines.getOrDefault(PoolKeys.USERS.name(), line),
                        "users has \"default\", whose password is redis_auth on line " + auth
                                + " (expected: one of them)");
            }
        }

        private void checkUser() {
            Integer at = lines.get(PoolKeys.REDIS_USER.name());
            if (at != null && !has(PoolKeys.REDIS_AUTH)) {
                refuse(at, "redis_user without redis_auth (expected: that user's password, too)");
            }
        }

        private void checkRedis() {
            Integer at = lines.get(PoolKeys.REDIS.name());
            if (at == null) {
                if (form == ConfigForm.NUTCRACKER) {
                    refuse(
                            line,
                            "redis: true is missing (memcached pools are not supported, and without it"
                                    + " nutcracker speaks memcached)");
                }
            } else if (Boolean.FALSE.equals(find(PoolKeys.REDIS))) {
                refuse(at, "redis \"false\" (memcached pools are not supported; expected: true)");
            }
        }

        private boolean has(PoolKey key) {
            return lines.containsKey(key.name());
        }

        private void refuse(int where, String text) {
            problems.add(where, "pool " + name + ": " + text);
        }

        private <T> @Nullable T find(PoolKey.Value<T> key) {
            Object value = values.get(key.name());
            return value == null ? key.defaultValue() : key.type().cast(value);
        }

        private <T> List<T> list(PoolKey.ListOf<T> key) {
            List<T> items = new ArrayList<>();
            if (values.get(key.name()) instanceof List<?> found) {
                found.forEach(item -> items.add(key.type().cast(item)));
            }
            return items;
        }

        private <T> T get(PoolKey.Value<T> key) {
            T value = find(key);
            if (value == null) {
                throw new IllegalStateException("pool " + name + " without " + key.name() + " was not refused");
            }
            return value;
        }

        private PoolConfig config() {
            return new PoolConfig(name, placement(), backend(), clients(), reads(), hold(), line);
        }

        private PlacementSettings placement() {
            return new PlacementSettings(
                    servers.list(), get(PoolKeys.HASH), find(PoolKeys.HASH_TAG), get(PoolKeys.DISTRIBUTION));
        }

        private BackendSettings backend() {
            return new BackendSettings(
                    find(PoolKeys.TIMEOUT),
                    find(PoolKeys.REDIS_AUTH),
                    find(PoolKeys.REDIS_USER),
                    get(PoolKeys.REDIS_DB),
                    get(PoolKeys.SERVER_CONNECTIONS),
                    get(PoolKeys.OWN_CONNECTIONS_MAX),
                    get(PoolKeys.PRECONNECT),
                    get(PoolKeys.AUTO_EJECT_HOSTS),
                    get(PoolKeys.SERVER_FAILURE_LIMIT),
                    get(PoolKeys.SERVER_RETRY_TIMEOUT));
        }

        private ClientSettings clients() {
            return new ClientSettings(
                    get(PoolKeys.LISTEN),
                    get(PoolKeys.BACKLOG),
                    get(PoolKeys.REUSEPORT),
                    get(PoolKeys.TCP_KEEPALIVE),
                    get(PoolKeys.CLIENT_CONNECTIONS),
                    new Allow(Set.copyOf(list(PoolKeys.ALLOW))),
                    list(PoolKeys.USERS),
                    list(PoolKeys.COMMANDS));
        }

        private HoldSettings hold() {
            return new HoldSettings(
                    find(PoolKeys.HOLD_MILLIS_MAX),
                    get(PoolKeys.HOLD_REQUESTS_MAX),
                    get(PoolKeys.ON_FOREIGN_MASTER),
                    get(PoolKeys.FENCE),
                    get(PoolKeys.RETRY_WRITES),
                    get(PoolKeys.ON_SENTINEL_LOSS),
                    get(PoolKeys.AUTO_EJECT_HOSTS));
        }

        private ReadSettings reads() {
            return new ReadSettings(
                    get(PoolKeys.READS),
                    find(PoolKeys.LISTEN_READS),
                    get(PoolKeys.REPLICA_LAG_BYTES_MAX),
                    get(PoolKeys.REPLICA_LAG_SECONDS_MAX),
                    get(PoolKeys.READ_AFTER_WRITE_MILLIS),
                    get(PoolKeys.READS_ACROSS_SHARDS));
        }
    }
}
