package dev.cobnut.config;

import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A configuration file that was found good.
///
/// @param pools at least one, in file order
/// @param sentinels from `cobnut.yml`; empty for `nutcracker.yml`
/// @param sentinelLogin as whom Sentinels are spoken to; null for nobody
public record Config(
        List<PoolConfig> pools,
        List<NodeAddress.Tcp> sentinels,
        @Nullable Login sentinelLogin) {
    public Config {
        pools = List.copyOf(pools);
        sentinels = List.copyOf(sentinels);
    }

    /// The same with a login for Sentinels from elsewhere.
    public Config withSentinelLogin(Login login) {
        return new Config(pools, sentinels, login);
    }
}
