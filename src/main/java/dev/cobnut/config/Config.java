package dev.cobnut.config;

import dev.cobnut.topology.NodeAddress;
import java.util.List;

/// A configuration file that was found good.
///
/// @param pools at least one, in file order
/// @param sentinels from `cobnut.yml`; empty for `nutcracker.yml`
public record Config(List<PoolConfig> pools, List<NodeAddress.Tcp> sentinels) {
    public Config {
        pools = List.copyOf(pools);
        sentinels = List.copyOf(sentinels);
    }
}
