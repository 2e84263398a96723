package dev.cobnut.vip.vrrp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Settings of a virtual router, with what a test does not care about: version 3, id 51, 10.0.0.100/24 on eth0, priority 100,
/// once a second, by multicast.
final class SettingsFixture {
    static final InetAddress MULTICAST = ip("224.0.0.18");
    static final InetAddress MULTICAST6 = ip("ff02::12");

    int id = 51;
    int version = 3;
    List<VirtualAddress> addresses = List.of(address("10.0.0.100"));
    int priority = 100;
    Duration interval = Duration.ofSeconds(1);
    boolean preempt = true;
    Duration preemptDelay = Duration.ZERO;
    List<InetAddress> peers = List.of();

    @Nullable
    String password;

    boolean checksumAsV2;
    /// Seldom, so that what else makes a master announce itself is seen.
    RouterSettings.Announcing announcing =
            new RouterSettings.Announcing(5, Duration.ofSeconds(5), Duration.ofSeconds(10), 1);
    boolean advertBeforeYielding = true;

    static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    static VirtualAddress address(String literal) {
        return new VirtualAddress(ip(literal), 24, "eth0", null, true);
    }

    SettingsFixture version(int value) {
        version = value;
        return this;
    }

    SettingsFixture addresses(String... literals) {
        addresses = List.of(literals).stream().map(SettingsFixture::address).toList();
        return this;
    }

    SettingsFixture priority(int value) {
        priority = value;
        return this;
    }

    SettingsFixture interval(Duration value) {
        interval = value;
        return this;
    }

    SettingsFixture preempt(boolean value) {
        preempt = value;
        return this;
    }

    SettingsFixture preemptDelay(Duration value) {
        preemptDelay = value;
        return this;
    }

    SettingsFixture peers(String... literals) {
        peers = List.of(literals).stream().map(SettingsFixture::ip).toList();
        return this;
    }

    SettingsFixture password(@Nullable String value) {
        password = value;
        return this;
    }

    SettingsFixture checksumAsV2() {
        checksumAsV2 = true;
        return this;
    }

    SettingsFixture announcing(RouterSettings.Announcing value) {
        announcing = value;
        return this;
    }

    SettingsFixture advertBeforeYielding(boolean value) {
        advertBeforeYielding = value;
        return this;
    }

    RouterSettings build() {
        return new RouterSettings(
                "web",
                "eth0",
                id,
                version,
                addresses,
                priority,
                interval,
                preempt,
                preemptDelay,
                null,
                peers,
                password,
                checksumAsV2,
                announcing,
                advertBeforeYielding);
    }
}
