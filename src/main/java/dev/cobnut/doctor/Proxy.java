package dev.cobnut.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A running Cobnut, as its statistics port shows it.
///
/// @param at the statistics port
/// @param version empty when it does not say
/// @param shards of all pools, in their order
/// @param placements how each pool places keys, as [Ring#words] has it, by its name; empty when it does not say
/// @param addresses that its host carries; empty when it does not say
/// @param isSwitching whether it carries out a planned switch now
public record Proxy(
        String at,
        String version,
        List<View> shards,
        Map<String, String> placements,
        Set<String> addresses,
        boolean isSwitching) {
    /// One shard as this proxy sees it.
    ///
    /// @param pool the pool's name
    /// @param name the ring name
    /// @param weight its share of the ring
    /// @param group the Sentinel master name; empty without
    /// @param master `HOST:PORT`; empty while nobody knows
    /// @param configEpoch of the failover that made it master
    /// @param gate `open`, `held` or `down`, or another word
    /// @param why the gate is not open, for people
    public record View(
            String pool,
            String name,
            String weight,
            String group,
            String master,
            String configEpoch,
            String gate,
            String why) {
        /// Whether requests have somewhere to go.
        boolean knowsMaster() {
            return !master.isEmpty();
        }
    }

    public Proxy {
        shards = List.copyOf(shards);
        placements = Map.copyOf(placements);
        addresses = Set.copyOf(addresses);
    }

    /// The shards of each pool, in their order.
    Map<String, List<View>> pools() {
        Map<String, List<View>> pools = new LinkedHashMap<>();
        shards.forEach(view ->
                pools.computeIfAbsent(view.pool(), _ -> new ArrayList<>()).add(view));
        return pools;
    }

    /// Where the keys of a pool go.
    Ring ring(String pool) {
        Map<String, Integer> weights = new TreeMap<>();
        for (View view : pools().getOrDefault(pool, List.of())) {
            weights.put(view.name(), view.weight().matches("\\d{1,9}") ? Integer.parseInt(view.weight()) : 0);
        }
        return new Ring(placements.getOrDefault(pool, ""), weights);
    }
}
