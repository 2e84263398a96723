package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ReadSettings;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private static final NodeAddress.Tcp OPEN = new NodeAddress.Tcp("10.0.0.1", 6379);
    private static final NodeAddress.Tcp LOCKED = new NodeAddress.Tcp("10.0.0.2", 6379);
    private static final NodeAddress.Tcp SHARED = new NodeAddress.Tcp("10.0.0.3", 6379);
    private static final List<PoolConfig> POOLS = List.of(
            Pools.pool("open", null, ReadSettings.DEFAULT, server(OPEN, "m0"), server(SHARED, "m2")),
            Pools.pool("locked", "secret", ReadSettings.DEFAULT, server(LOCKED, "m1"), server(SHARED, "m2")));

    private final Passwords passwords = new Passwords(POOLS);
    private final ShardPlan plan = new Grouping(POOLS, 1).plan();

    private static ServerConfig server(NodeAddress.Tcp address, String masterName) {
        return Pools.server(address, "server " + address, 1, masterName);
    }

    @Test
    void aServerIsAskedWithThePasswordOfTheFirstPoolThatHasIt() {
        assertThat(passwords.of(OPEN)).isNull();
        assertThat(passwords.of(LOCKED)).isEqualTo(new Login(null, "secret"));
        assertThat(passwords.of(SHARED)).isNull();
        assertThat(passwords.of(new NodeAddress.Tcp("10.0.0.9", 6379))).isNull();
    }

    @Test
    void theNodesOfAGroupAreAskedWithTheFirstPasswordThatAPoolHasForIt() {
        assertThat(passwords.of("m0", plan)).isNull();
        assertThat(passwords.of("m1", plan)).isEqualTo(new Login(null, "secret"));
        assertThat(passwords.of("m2", plan)).isEqualTo(new Login(null, "secret"));
        assertThat(passwords.of("m9", plan)).isNull();
    }
}
