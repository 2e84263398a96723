package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Kind;
import dev.cobnut.config.EnumWord;
import dev.cobnut.topology.NodeAddress;

/// The redis.conf of one server. Good for Redis 6.2 and later, and Valkey.
public final class RedisConf {
    /// How long a replica may be silent, in seconds, and still count for `min-replicas-to-write`.
    private static final int REPLICA_LAG_SECONDS_MAX = 10;

    private RedisConf() {}

    /// The file of a server that has the role of its first start.
    public static Rendered of(Blueprint blueprint, Blueprint.Redis redis, Target target, Passwords passwords) {
        Blueprint.Cache cache = redis.cache();
        NodeAddress.Tcp address = blueprint.address(redis);
        Directives lines = new Directives(cache.directives());
        lines.comment(
                redis.group() + " on " + redis.host() + ", of stack " + blueprint.name() + ": written by cobnut.");
        lines.comment("The server writes into this file, too, when Sentinel gives it another role.");
        lines.add("bind", Directives.listenAt(address.host()));
        lines.add("port", address.port());
        if (passwords.redis() == null) {
            lines.comment("In that mode a server without a password answers nobody but its own host.");
            lines.add("protected-mode", "no");
        }
        lines.add("daemonize", "no");
        lines.add("supervised", "auto");
        lines.add("dir", target.data(redis));
        lines.add("databases", cache.databases());
        lines.add("maxmemory", size(cache.memoryBytes()));
        lines.add("maxmemory-policy", EnumWord.of(cache.eviction()));
        persistence(cache.persistence(), lines);
        if (cache.minReplicas() > 0) {
            lines.comment("A master that nobody copies takes no writes: they would be lost with it.");
            lines.add("min-replicas-to-write", cache.minReplicas());
            lines.add("min-replicas-max-lag", REPLICA_LAG_SECONDS_MAX);
        }
        lines.comment("A new replica is served at once, not after waiting 5 s for a second one.");
        lines.add("repl-diskless-sync", "no");
        lines.comment("What Sentinels and proxies are told.");
        lines.add("replica-announce-ip", address.host());
        lines.add("replica-announce-port", address.port());
        if (passwords.redis() != null) {
            lines.add("requirepass", passwords.redis());
            lines.comment("Each may become a replica.");
            lines.add("masterauth", passwords.redis());
        }
        if (!redis.isFirstMaster()) {
            NodeAddress.Tcp master = blueprint.address(redis.master());
            lines.add("replicaof", master.host(), master.port());
        }
        return new Rendered(
                redis.host(),
                target.configuration(redis),
                lines.finish(),
                Rendered.Keeper.SERVER,
                passwords.redis() != null);
    }

    private static void persistence(Kind.Persistence persistence, Directives lines) {
        switch (persistence) {
            case NONE -> {
                lines.add("save", "");
                lines.add("appendonly", "no");
            }
            case RDB -> {
                lines.add("save", 900, 1);
                lines.add("save", 300, 10);
                lines.add("save", 60, 10_000);
                lines.add("rdbcompression", "yes");
                lines.add("appendonly", "no");
            }
            case AOF -> {
                lines.add("save", "");
                lines.add("appendonly", "yes");
                lines.add("appendfsync", "everysec");
            }
        }
    }

    /// As redis.conf has it, in the largest unit that leaves a whole number.
    private static String size(long bytes) {
        long left = bytes;
        for (String unit : new String[] {"", "kb", "mb"}) {
            if (left == 0 || left % 1024 != 0) {
                return left + unit;
            }
            left /= 1024;
        }
        return left + "gb";
    }
}
