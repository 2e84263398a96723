package dev.cobnut.control.discovery;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// As whom a node is asked.
final class Passwords {
    private final List<PoolConfig> pools;

    Passwords(List<PoolConfig> pools) {
        this.pools = List.copyOf(pools);
    }

    /// For a server as it is configured: that of the first pool that names it; null for none.
    @Nullable
    Login of(NodeAddress.Tcp server) {
        for (PoolConfig pool : pools) {
            if (pool.servers().stream().anyMatch(each -> server.equals(each.address()))) {
                return pool.backend().login();
            }
        }
        return null;
    }

    /// For the nodes of a group: the first that a pool with a shard of it has; null for none.
    ///
    /// @param plan of the same pools
    @Nullable
    Login of(String group, ShardPlan plan) {
        for (int i = 0; i < pools.size(); i++) {
            Login login = pools.get(i).backend().login();
            for (ShardPlan.PlannedShard shard : plan.pools().get(i).shards()) {
                if (login != null && group.equals(shard.masterName())) {
                    return login;
                }
            }
        }
        return null;
    }
}
