package dev.cobnut.adopt;

import dev.cobnut.doctor.Pool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One cache while it is put together: the pools of all proxies that are the same one, and who is behind it. One thread.
final class CacheDraft {
    private final List<Pool> pools = new ArrayList<>();
    private final Map<Family, List<Pool.Entry>> shards = new LinkedHashMap<>();
    private String name = "";

    /// The same pool on each proxy that has it; empty for a master that no pool has.
    List<Pool> pools() {
        return pools;
    }

    /// Each with the lines that were in the pool for it.
    Map<Family, List<Pool.Entry>> shards() {
        return shards;
    }

    String name() {
        return name;
    }

    void call(String called) {
        name = called;
    }

    /// The first; null when there is none.
    @Nullable
    Pool pool() {
        return pools.isEmpty() ? null : pools.getFirst();
    }

    /// Whether a pool is this one on another proxy: of the same name, with the same servers, placing alike.
    boolean isAlso(Pool other) {
        Pool own = pool();
        return own != null
                && Objects.equals(own.name(), other.name())
                && own.placement().equals(other.placement())
                && lines(own).equals(lines(other));
    }

    private static List<List<Object>> lines(Pool pool) {
        List<List<Object>> lines = new ArrayList<>();
        for (Pool.Entry entry : pool.servers()) {
            lines.add(List.of(entry.ringName(), entry.weight(), entry.group(), String.valueOf(entry.address())));
        }
        return lines;
    }
}
