package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.topology.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// The sentinel.conf with which a Sentinel starts for the first time. From then on it is that Sentinel's memory.
///
/// All Sentinels and all replicas stand there from the beginning, so that nobody has to be found first, which takes 2 s and
/// more, and goes wrong when somebody is down just then.
public final class SentinelConf {
    private SentinelConf() {}

    /// The file of one Sentinel.
    ///
    /// @throws IllegalArgumentException when the blueprint has no Sentinels
    public static Rendered of(Blueprint blueprint, Blueprint.Sentinel sentinel, Target target, Passwords passwords) {
        Blueprint.Sentinels sentinels = blueprint.sentinels();
        if (sentinels == null) {
            throw new IllegalArgumentException("stack " + blueprint.name() + " has no Sentinels");
        }
        NodeAddress.Tcp address = blueprint.address(sentinel);
        Directives lines = new Directives(List.of());
        lines.comment("Sentinel on " + sentinel.host() + ", of stack " + blueprint.name() + ": written by cobnut.");
        lines.comment("For its first start only: from then on Sentinel keeps in this file what it learns.");
        lines.add("bind", Directives.listenAt(address.host()));
        lines.add("port", address.port());
        lines.add("protected-mode", "no");
        lines.add("daemonize", "no");
        lines.add("supervised", "auto");
        lines.add("dir", target.data(sentinel));
        if (passwords.sentinel() != null) {
            lines.add("requirepass", passwords.sentinel());
            lines.add("sentinel", "sentinel-pass", passwords.sentinel());
        }
        if (blueprint.hosts().stream().anyMatch(host -> Directives.isName(host.address()))) {
            lines.add("sentinel", "resolve-hostnames", "yes");
            lines.add("sentinel", "announce-hostnames", "yes");
        }
        lines.add("sentinel", "announce-ip", address.host());
        lines.add("sentinel", "announce-port", address.port());
        lines.add("sentinel", "myid", id(blueprint, sentinel));
        for (Blueprint.Cache cache : blueprint.caches()) {
            cache.shards().forEach(shard -> watch(blueprint, sentinels, sentinel, shard, passwords, lines));
        }
        return new Rendered(
                sentinel.host(),
                target.configuration(sentinel),
                lines.finish(),
                Rendered.Keeper.SENTINEL,
                passwords.redis() != null || passwords.sentinel() != null);
    }

    private static void watch(
            Blueprint blueprint,
            Blueprint.Sentinels sentinels,
            Blueprint.Sentinel self,
            Blueprint.Shard shard,
            Passwords passwords,
            Directives lines) {
        String name = shard.group();
        List<NodeAddress.Tcp> servers =
                shard.servers().stream().map(blueprint::address).toList();
        NodeAddress.Tcp master = servers.getFirst();
        lines.add("sentinel", "monitor", name, master.host(), master.port(), sentinels.quorum());
        if (passwords.redis() != null) {
            lines.add("sentinel", "auth-pass", name, passwords.redis());
        }
        lines.add("sentinel", "down-after-milliseconds", name, sentinels.downAfterMillis());
        lines.add("sentinel", "failover-timeout", name, sentinels.failoverTimeoutMillis());
        for (NodeAddress.Tcp replica : servers.subList(1, servers.size())) {
            lines.add("sentinel", "known-replica", name, replica.host(), replica.port());
        }
        for (Blueprint.Sentinel other : blueprint.watchers()) {
            if (!other.equals(self)) {
                NodeAddress.Tcp at = blueprint.address(other);
                lines.add("sentinel", "known-sentinel", name, at.host(), at.port(), id(blueprint, other));
            }
        }
    }

    /// By what the others know a Sentinel: 40 hexadecimal digits that follow from the stack and the place, so that what is
    /// rendered today and what is rendered tomorrow is the same.
    static String id(Blueprint blueprint, Blueprint.Sentinel sentinel) {
        String place = blueprint.name() + "\n" + blueprint.address(sentinel);
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(place.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
