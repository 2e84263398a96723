package dev.cobnut.config;

import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.sharding.KeyHash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// From a key of a pool to one of its servers. A change of any of it moves keys.
///
/// @param servers at least one, in file order
/// @param hash for keys; default `fnv1a_64`
/// @param hashTag the part of a key that is hashed; null hashes whole keys
/// @param distribution default `ketama`
public record PlacementSettings(
        List<ServerConfig> servers, KeyHash hash, @Nullable HashTag hashTag, Distribution distribution) {

    public PlacementSettings {
        servers = List.copyOf(servers);
    }
}
