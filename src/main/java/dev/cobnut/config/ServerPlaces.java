package dev.cobnut.config;

import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.KeyHash;
import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where the servers of a `nutcracker.yml` stand in its text, for whoever changes an address there and nothing else.
///
/// Reads less strictly than [ConfigFile]: only what concerns servers has to be right, since it is nutcracker that reads
/// the rest.
public final class ServerPlaces {
    /// What a pool without clients listens on.
    private static final NodeAddress NOWHERE = new NodeAddress.Unix("/");

    /// A server's line.
    ///
    /// @param pool the name of its pool
    /// @param redis whether the pool speaks Redis' protocol; nutcracker's default is memcached's
    /// @param redisAuth the password of the pool's servers; null for none
    /// @param line from 1
    /// @param text all of it: `HOST:PORT:WEIGHT NAME`
    /// @param name what stands behind the blank; null for nothing
    /// @param address what stands before the weight
    /// @param start where `HOST:PORT` begins, in `char`s of the file's text; -1 when it does not stand there as it is meant,
    ///     but with escapes or as a block
    /// @param end behind its last character
    public record Place(
            String pool,
            boolean redis,
            @Nullable String redisAuth,
            int line,
            String text,
            @Nullable String name,
            NodeAddress address,
            int start,
            int end) {

        /// Without the password: records end up in logs.
        @Override
        public String toString() {
            return "Place[" + pool + ", line " + line + ": " + text + "]";
        }
    }

    private ServerPlaces() {}

    /// All servers of a text, in its order; none when it has no pools.
    ///
    /// @param file for messages only
    /// @param text without a byte order mark
    /// @throws ConfigException when it is not YAML, or a server is none
    public static List<Place> of(Path file, String text) throws ConfigException {
        Problems problems = new Problems(file);
        List<Place> places = new ArrayList<>();
        if (YamlTree.parse(text, problems) instanceof YamlNode.Mapping top) {
            for (YamlNode.Entry pool : top.entries()) {
                if (pool.value() instanceof YamlNode.Mapping keys) {
                    addPool(pool.key().value(), keys, text, places, problems);
                }
            }
        }
        problems.throwIfAny();
        return places;
    }

    private static void addPool(
            String pool, YamlNode.Mapping keys, String text, List<Place> places, Problems problems) {
        boolean redis = "true".equals(word(keys, PoolKeys.REDIS.name()));
        String auth = word(keys, PoolKeys.REDIS_AUTH.name());
        for (YamlNode.Entry entry : keys.entries()) {
            if (!entry.key().value().equals(PoolKeys.SERVERS.name())
                    || !(entry.value() instanceof YamlNode.Sequence list)) {
                continue;
            }
            for (YamlNode item : list.items()) {
                if (item instanceof YamlNode.Scalar scalar) {
                    try {
                        places.add(place(pool, redis, auth, scalar, text));
                    } catch (BadValue e) {
                        problems.add(scalar.line(), "pool " + pool + ": server " + e.getMessage());
                    }
                }
            }
        }
    }

    private static @Nullable String word(YamlNode.Mapping keys, String key) {
        for (YamlNode.Entry entry : keys.entries()) {
            if (entry.key().value().equals(key) && entry.value() instanceof YamlNode.Scalar scalar) {
                return scalar.value();
            }
        }
        return null;
    }

    private static Place place(String pool, boolean redis, @Nullable String auth, YamlNode.Scalar scalar, String text)
            throws BadValue {
        String value = scalar.value();
        ServerConfig server = ServerConfig.parse(value, scalar.line());
        NodeAddress address = Objects.requireNonNull(server.address());
        int blank = value.lastIndexOf(' ');
        String name = blank < 0 ? null : value.substring(blank + 1);
        String written = value.substring(0, value.lastIndexOf(':', blank < 0 ? value.length() : blank));
        int start = -1;
        if (scalar.place() != null) {
            int first = text.offsetByCodePoints(0, scalar.place().start());
            boolean quoted = text.startsWith("\"", first) || text.startsWith("'", first);
            int inner = quoted ? first + 1 : first;
            start = text.startsWith(written + ":", inner) ? inner : -1;
        }
        int end = start < 0 ? -1 : start + written.length();
        return new Place(pool, redis, auth, scalar.line(), value, name, address, start, end);
    }

    /// Pools whose shards are named by Sentinel's master names, which are the servers' names: as much as whoever follows
    /// masters wants to know, and nothing to serve clients by.
    ///
    /// @param places those to follow; each has a name, which is there once in a pool
    public static List<PoolConfig> followed(List<Place> places) {
        Map<String, List<Place>> byPool = new LinkedHashMap<>();
        for (Place place : places) {
            byPool.computeIfAbsent(place.pool(), _ -> new ArrayList<>()).add(place);
        }
        List<PoolConfig> pools = new ArrayList<>();
        byPool.forEach((name, lines) -> pools.add(followed(name, lines)));
        return pools;
    }

    private static PoolConfig followed(String pool, List<Place> lines) {
        List<ServerConfig> servers = new ArrayList<>();
        for (Place place : lines) {
            String name = place.name() == null ? "" : place.name();
            servers.add(new ServerConfig(place.address(), 1, name, name, place.line()));
        }
        Place first = lines.getFirst();
        return new PoolConfig(
                pool,
                new PlacementSettings(servers, KeyHash.FNV1A_64, null, Distribution.KETAMA),
                new BackendSettings(null, first.redisAuth(), 0, 1, 1, false, false, 2, 30_000),
                new ClientSettings(
                        new ListenAddress(NOWHERE, 0, "/"), 1, false, false, 0, Allow.NOTHING, List.of(), List.of()),
                ReadSettings.DEFAULT,
                HoldSettings.NEVER,
                first.line());
    }
}
