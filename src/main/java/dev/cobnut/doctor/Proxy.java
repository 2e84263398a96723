package dev.cobnut.doctor;

import java.util.List;

/// A running Cobnut, as its statistics port shows it.
///
/// @param at the statistics port
/// @param version empty when it does not say
/// @param shards of all pools, in their order
public record Proxy(String at, String version, List<View> shards) {
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
            String why) {}

    public Proxy {
        shards = List.copyOf(shards);
    }
}
