package dev.cobnut.admin;

import dev.cobnut.config.Json;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.sharding.HashTag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How each pool places keys, and where it listens, as JSON, in the words of the configuration: whoever has the same of another
/// proxy, and the shards of `/topology`, can tell whether both look for a key at one place.
final class PoolsJson {
    private PoolsJson() {}

    /// One object, without a line end.
    static String of(List<PoolConfig> pools) {
        List<Map<String, @Nullable String>> rows = new ArrayList<>();
        for (PoolConfig pool : pools) {
            PlacementSettings placement = pool.placement();
            Map<String, @Nullable String> row = new LinkedHashMap<>();
            row.put("name", pool.name());
            row.put("listen", pool.listen().text());
            row.put("hash", word(placement.hash()));
            row.put("hash_tag", placement.hashTag() == null ? null : text(placement.hashTag()));
            row.put("distribution", word(placement.distribution()));
            rows.add(row);
        }
        StringBuilder out = new StringBuilder(512);
        Json.value(out, Map.of("pools", rows));
        return out.toString();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// The two bytes as they stand in a file.
    private static String text(HashTag tag) {
        return new String(new byte[] {tag.open(), tag.close()}, StandardCharsets.UTF_8);
    }
}
