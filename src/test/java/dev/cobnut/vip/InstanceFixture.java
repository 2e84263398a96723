package dev.cobnut.vip;

import dev.cobnut.topology.NodeAddress;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One virtual router with what a test does not care about: version 3, id 51, 10.0.0.100/24 on eth0, priority 100, once a
/// second, with preemption, announced once.
final class InstanceFixture {
    /// Of a backup with priority 100, with something to spare.
    static final Duration MASTER_DOWN = Duration.ofMillis(3_610);

    private static final RouterSettings.Announcing ONCE =
            new RouterSettings.Announcing(1, Duration.ZERO, Duration.ZERO, 1);

    private String name = "shop";
    private int id = 51;
    private int version = 3;
    private int priority = 100;
    private boolean preempt = true;
    private String address = "10.0.0.100";
    private @Nullable String password;
    private final List<VipSettings.Check> checks = new ArrayList<>();
    private VipSettings.Hooks hooks = VipSettings.Hooks.NONE;

    static InstanceFixture instance() {
        return new InstanceFixture();
    }

    InstanceFixture name(String value) {
        name = value;
        return this;
    }

    InstanceFixture id(int value) {
        id = value;
        return this;
    }

    InstanceFixture priority(int value) {
        priority = value;
        return this;
    }

    InstanceFixture preempt(boolean value) {
        preempt = value;
        return this;
    }

    InstanceFixture address(String value) {
        address = value;
        return this;
    }

    /// Of version 2.
    InstanceFixture password(@Nullable String value) {
        version = 2;
        password = value;
        return this;
    }

    InstanceFixture check(String called, int weight) {
        checks.add(new VipSettings.Check(
                called,
                new VipSettings.Probe.Ping(new NodeAddress.Tcp("127.0.0.1", 6379)),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                1,
                1,
                weight,
                false));
        return this;
    }

    InstanceFixture hooks(VipSettings.Hooks value) {
        hooks = value;
        return this;
    }

    RouterSettings router() {
        return new RouterSettings(
                name,
                "eth0",
                id,
                version,
                List.of(new VirtualAddress(InetAddress.ofLiteral(address), 24, "eth0", null, true)),
                priority,
                Duration.ofSeconds(1),
                preempt,
                Duration.ZERO,
                null,
                List.of(),
                password,
                false,
                ONCE,
                true);
    }

    VipSettings.Instance build() {
        return new VipSettings.Instance(router(), checks, hooks);
    }
}
