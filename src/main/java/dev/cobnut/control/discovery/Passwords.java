package dev.cobnut.control.discovery;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which password a node is asked with. Never printed.
final class Passwords {
    private final List<PoolConfig> pools;

    Passwords(List<PoolConfig> pools) {
        this.pools = List.copyOf(pools);
    }

    /// For a server as it is configured: that of the first pool that names it; null for none.
    @Nullable
    String of(NodeAddress.Tcp server) {
        for (PoolConfig pool : pools) {
            if (pool.servers().stream().anyMatch(each -> server.equals(each.address()))) {
                return pool.redisAuth();
            }
        }
        return null;
    }

    /// For the nodes of a group: the first that a pool with a shard of it has; null for none.
    ///
    /// @param plan of the same pools
    @Nullable
    String of(String group, ShardPlan plan) {
        for (int i = 0; i < pools.size(); i++) {
            String password = pools.get(i).redisAuth();
            for (ShardPlan.PlannedShard shard : plan.pools().get(i).shards()) {
                if (password != null && group.equals(shard.masterName())) {
                    return password;
                }
            }
        }
        return null;
    }
}
