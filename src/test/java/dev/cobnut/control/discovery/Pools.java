package dev.cobnut.control.discovery;

import dev.cobnut.config.Allow;
import dev.cobnut.config.BackendSettings;
import dev.cobnut.config.ClientSettings;
import dev.cobnut.config.HoldSettings;
import dev.cobnut.config.ListenAddress;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ReadSettings;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.KeyHash;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pools for tests of discovery, which looks at names and servers only.
final class Pools {
    private Pools() {}

    static PoolConfig pool(String name, ServerConfig... servers) {
        return pool(name, null, ReadSettings.DEFAULT, servers);
    }

    static PoolConfig pool(String name, HoldSettings hold, ServerConfig... servers) {
        return pool(name, null, ReadSettings.DEFAULT, hold, servers);
    }

    static PoolConfig pool(String name, @Nullable String redisAuth, ReadSettings reads, ServerConfig... servers) {
        return pool(name, redisAuth, reads, HoldSettings.DEFAULT, servers);
    }

    private static PoolConfig pool(
            String name, @Nullable String redisAuth, ReadSettings reads, HoldSettings hold, ServerConfig... servers) {
        NodeAddress listen = new NodeAddress.Tcp("127.0.0.1", 22121);
        return new PoolConfig(
                name,
                new PlacementSettings(List.of(servers), KeyHash.values()[0], null, Distribution.values()[0]),
                new BackendSettings(0, redisAuth, 0, 1, 1_000, false, false, 2, 30_000),
                new ClientSettings(
                        new ListenAddress(listen, 0, "127.0.0.1:22121"),
                        512,
                        false,
                        false,
                        0,
                        Allow.NOTHING,
                        List.of(),
                        List.of()),
                reads,
                hold,
                1);
    }

    static ServerConfig server(NodeAddress address, String ringName) {
        return server(address, ringName, 1, null);
    }

    static ServerConfig server(@Nullable NodeAddress address, String ringName, int weight, @Nullable String master) {
        return new ServerConfig(address, weight, ringName, master, 7);
    }
}
