package dev.cobnut.config;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.sharding.KeyHash;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every key a pool can have: one row each. Messages and the table in the documentation come from these rows.
final class PoolKeys {
    /// Filled by the rows below, so it stands before them; in their order.
    private static final Map<String, PoolKey> BY_NAME = new LinkedHashMap<>();

    static final PoolKey.Value<ListenAddress> LISTEN = row(new PoolKey.Value<>(
            "listen",
            ListenAddress.class,
            null,
            ListenAddress::parse,
            ListenAddress.FORMS,
            "required",
            "what clients connect to"));

    static final PoolKey.Items SERVERS = row(new PoolKey.Items(
            "servers",
            "a list of " + ServerConfig.FORMS,
            "required; in `cobnut.yml` only without `shards`",
            "the Redis servers, one line each; what is hashed onto the ring is NAME, or else HOST:PORT"));

    static final PoolKey.Items SHARDS = row(new PoolKey.Items(
            "shards",
            "a list of Sentinel master names, or of mappings with name, master and weight",
            "only in `cobnut.yml`",
            "replication groups by the names Sentinel monitors them under; `name` is hashed onto the ring"));

    static final PoolKey.Value<KeyHash> HASH =
            row(PoolKey.oneOf("hash", KeyHash.FNV1A_64, "the function from a key to a number"));

    static final PoolKey.Value<HashTag> HASH_TAG = row(new PoolKey.Value<>(
            "hash_tag",
            HashTag.class,
            null,
            PoolKeys::hashTag,
            "exactly two bytes; \"{}\" needs the quotes",
            "none",
            "the two bytes around the only part of a key that is hashed"));

    static final PoolKey.Value<Distribution> DISTRIBUTION =
            row(PoolKey.oneOf("distribution", Distribution.KETAMA, "from that number to a shard"));

    static final PoolKey.Value<Integer> TIMEOUT = row(PoolKey.number(
            "timeout",
            0,
            "milliseconds",
            "`" + BackendSettings.DEFAULT_LANE_TIMEOUT_MILLIS + "` on shared connections; else `0`",
            "longest wait for a connection and a reply; 0 waits without end"));

    static final PoolKey.Value<Integer> BACKLOG = row(
            PoolKey.number("backlog", 0, 512, "connections", "clients that may wait to be accepted, for listen(2)"));

    static final PoolKey.Value<Integer> CLIENT_CONNECTIONS = row(PoolKey.number(
            "client_connections",
            0,
            0,
            "connections",
            "most clients at once; 0 is no limit (nutcracker reads the key and ignores it)"));

    static final PoolKey.Value<Boolean> REDIS = row(PoolKey.bool(
            "redis",
            null,
            "`true` in `cobnut.yml`; required in `nutcracker.yml`",
            "must be true: memcached pools are not supported"));

    static final PoolKey.Value<String> REDIS_AUTH = row(new PoolKey.Value<>(
            "redis_auth",
            String.class,
            null,
            Secret::read,
            Secret.PASSWORD,
            "none",
            "the password clients must present and servers are given"));

    static final PoolKey.Value<String> REDIS_USER = row(new PoolKey.Value<>(
            "redis_user",
            String.class,
            null,
            Secret::read,
            Secret.USER,
            "`default`",
            "the user of the servers' ACL whose password is `redis_auth`; clients need not know it"));

    static final PoolKey.Value<Integer> REDIS_DB =
            row(PoolKey.number("redis_db", 0, 0, "", "the database selected on every server connection"));

    static final PoolKey.Value<Boolean> PRECONNECT =
            row(PoolKey.bool("preconnect", false, "`false`", "connect to all servers at start"));

    static final PoolKey.Value<Boolean> TCP_KEEPALIVE =
            row(PoolKey.bool("tcpkeepalive", false, "`false`", "SO_KEEPALIVE on client connections"));

    static final PoolKey.Value<Boolean> AUTO_EJECT_HOSTS =
            row(PoolKey.bool("auto_eject_hosts", false, "`false`", "take a failing server off the ring for a while"));

    static final PoolKey.Value<Integer> SERVER_CONNECTIONS =
            row(PoolKey.number("server_connections", 1, 1, "connections", "connections to each server and event loop"));

    static final PoolKey.Value<Integer> SERVER_RETRY_TIMEOUT = row(PoolKey.number(
            "server_retry_timeout", 0, 30_000, "milliseconds", "how long an ejected server stays off the ring"));

    static final PoolKey.Value<Integer> SERVER_FAILURE_LIMIT = row(PoolKey.number(
            "server_failure_limit", 0, 2, "failures", "failures in a row that eject a server; 0 acts as 1"));

    static final PoolKey.Value<Boolean> REUSEPORT =
            row(PoolKey.bool("reuseport", false, "`false`", "SO_REUSEPORT on the listener"));

    static final PoolKey.ListOf<String> ALLOW = row(new PoolKey.ListOf<>(
            "allow",
            String.class,
            Allow::parseWord,
            word -> word,
            "a list of " + Allow.FORMS,
            "none",
            "commands that are refused by default and open in this pool; `config` opens its subcommands, `@admin` all"
                    + " commands for administrators, `@dangerous` and `all` everything"));

    static final PoolKey.ListOf<User> USERS = row(new PoolKey.ListOf<>(
            "users",
            User.class,
            User::parse,
            User::name,
            "a list of " + User.FORMS,
            "none",
            "who may log in besides the user `default`, whose password is `redis_auth`"));

    static final PoolKey.ListOf<Command> COMMANDS = row(new PoolKey.ListOf<>(
            "commands",
            Command.class,
            PoolKeys::command,
            Command::name,
            "a list of NAME ARITY FLAGS KEYS, such as mymod.get 2 r 1",
            "none",
            "commands that Cobnut does not know, such as those of a module"));

    static final PoolKey.Value<Integer> OWN_CONNECTIONS_MAX = row(PoolKey.number(
            "own_connections_max",
            1,
            1_000,
            "connections",
            "most connections that are lent to single clients, for each shard and event loop"));

    static final PoolKey.Value<ReadPolicy> READS = row(
            PoolKey.oneOf("reads", ReadPolicy.MASTER, ReadPolicy::word, "who answers reads that come in on `listen`"));

    static final PoolKey.Value<ListenAddress> LISTEN_READS = row(new PoolKey.Value<>(
            "listen_reads",
            ListenAddress.class,
            null,
            ListenAddress::parse,
            ListenAddress.FORMS,
            "none",
            "a second address for clients that only read, from replicas"));

    static final PoolKey.Value<Integer> REPLICA_LAG_BYTES_MAX = row(PoolKey.number(
            "replica_lag_bytes_max",
            0,
            ReadSettings.DEFAULT.lagBytesMax(),
            "bytes",
            "how much of the replication stream a replica may miss and still be read from"));

    static final PoolKey.Value<Integer> REPLICA_LAG_SECONDS_MAX = row(PoolKey.number(
            "replica_lag_seconds_max",
            1,
            ReadSettings.DEFAULT.lagSecondsMax(),
            "seconds",
            "how long a replica may not have heard of its master and still be read from"));

    static final PoolKey.Value<Integer> READ_AFTER_WRITE_MILLIS = row(PoolKey.number(
            "read_after_write_millis",
            0,
            ReadSettings.DEFAULT.afterWriteMillis(),
            "milliseconds",
            "how long after the answer to a write a client's reads go to the master"));

    static final PoolKey.Value<Boolean> READS_ACROSS_SHARDS = row(PoolKey.bool(
            "reads_across_shards",
            false,
            "`false`",
            "compute SUNION, SINTER and SDIFF of keys on several shards in the proxy; the sets are read one by one"));

    static final PoolKey.Value<Integer> HOLD_MILLIS_MAX = row(PoolKey.number(
            "hold_millis_max",
            0,
            "milliseconds",
            "`" + HoldSettings.DEFAULT_MILLIS
                    + "` for shards that Sentinel watches, without `auto_eject_hosts`; else `0`",
            "how long requests wait for a master that has gone; 0 lets them fail at once"));

    static final PoolKey.Value<Integer> HOLD_REQUESTS_MAX = row(PoolKey.number(
            "hold_requests_max",
            1,
            HoldSettings.DEFAULT.requestsMax(),
            "requests",
            "how many requests of the pool may wait so at a time; more fail"));

    static final PoolKey.Value<HoldSettings.OnForeign> ON_FOREIGN_MASTER = row(PoolKey.oneOf(
            "on_foreign_master",
            HoldSettings.DEFAULT.onForeign(),
            "what becomes of a master whose data do not descend from those that were seen before"));

    static final PoolKey.Value<HoldSettings.Fence> FENCE = row(PoolKey.oneOf(
            "fence",
            HoldSettings.DEFAULT.fence(),
            "who is kept from writing to a master that is being replaced: clients of this proxy, or everybody, by"
                    + " `min-replicas-to-write` at the server"));

    static final PoolKey.Value<HoldSettings.RetryWrites> RETRY_WRITES = row(PoolKey.oneOf(
            "retry_writes",
            HoldSettings.DEFAULT.retryWrites(),
            "which writes are sent again, once, when the master goes while they are under way: none, or those that leave"
                    + " the same data when they are executed twice"));

    static final PoolKey.Value<HoldSettings.OnSentinelLoss> ON_SENTINEL_LOSS = row(
            PoolKey.oneOf(
                    "on_sentinel_loss",
                    HoldSettings.DEFAULT.onSentinelLoss(),
                    "what becomes of a master that no majority of the Sentinels has confirmed lately; fence lets requests wait"));

    private PoolKeys() {}

    private static <K extends PoolKey> K row(K key) {
        if (BY_NAME.putIfAbsent(key.name(), key) != null) {
            throw new IllegalStateException("two rows for " + key.name());
        }
        return key;
    }

    static @Nullable PoolKey named(String name) {
        return BY_NAME.get(name);
    }

    static Set<String> names() {
        return BY_NAME.keySet();
    }

    /// The rows as a Markdown table, for the documentation.
    static String markdown() {
        StringBuilder table =
                new StringBuilder("| key | value | default | what it does |\n| --- | --- | --- | --- |\n");
        for (PoolKey key : BY_NAME.values()) {
            table.append(String.format(
                    "| `%s` | %s | %s | %s |\n",
                    key.name(), key.expected().replace("|", "\\|"), key.defaultText(), key.sentence()));
        }
        return table.toString();
    }

    private static HashTag hashTag(String text) throws BadValue {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length != 2) {
            throw new BadValue(text, bytes.length + " bytes; expected: " + HASH_TAG.expected());
        }
        return new HashTag(bytes[0], bytes[1]);
    }

    private static Command command(String text) throws BadValue {
        Command command;
        try {
            command = Command.declared(text);
        } catch (IllegalArgumentException e) {
            throw new BadValue(text, String.valueOf(e.getMessage()));
        }
        if (CommandTable.builtIn().named(command.name()) != null) {
            throw new BadValue(text, command.name() + " is known already; expected: only what is not");
        }
        return command;
    }
}
