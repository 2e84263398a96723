package dev.cobnut.config;

import static dev.cobnut.config.ConfigTexts.readPool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.Command;
import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.sharding.KeyHash;
import dev.cobnut.topology.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PoolKeysTest {

    @Test
    void defaultsAreNutcrackersAndOurOwnKeysChangeNothing() throws ConfigException {
        PoolConfig pool = readPool("");

        ServerConfig server = new ServerConfig(new NodeAddress.Tcp("127.0.0.1", 6379), 1, "127.0.0.1:6379", null, 5);
        assertThat(pool)
                .isEqualTo(new PoolConfig(
                        "alpha",
                        new PlacementSettings(List.of(server), KeyHash.FNV1A_64, null, Distribution.KETAMA),
                        new BackendSettings(null, null, 0, 1, 1_000, false, false, 2, 30_000),
                        new ClientSettings(
                                new ListenAddress(new NodeAddress.Tcp("127.0.0.1", 22121), 0, "127.0.0.1:22121"),
                                512,
                                false,
                                false,
                                0,
                                Allow.NOTHING,
                                List.of(),
                                List.of()),
                        new ReadSettings(ReadPolicy.MASTER, null, 1_048_576, 10, 1_000, false),
                        HoldSettings.DEFAULT,
                        1));
        assertThat(pool.reads()).isEqualTo(ReadSettings.DEFAULT);
    }

    @Test
    void whoSaysNothingOfATimeoutHasADeadlineOnSharedConnectionsAndWhoSaysZeroHasNone() throws ConfigException {
        BackendSettings unsaid = readPool("").backend();
        assertThat(unsaid.laneTimeoutMillis()).isEqualTo(60_000);
        assertThat(unsaid.ownTimesOut()).isFalse();
        BackendSettings none = readPool("  timeout: 0\n").backend();
        assertThat(none.laneTimeoutMillis()).isZero();
        BackendSettings said = readPool("  timeout: 400\n").backend();
        assertThat(said.laneTimeoutMillis()).isEqualTo(400);
        assertThat(said.ownTimesOut()).isTrue();
    }

    @Test
    void writesAreSentAgainOnlyWhereThatIsWanted() throws ConfigException {
        assertThat(readPool("").hold().retryWrites()).isEqualTo(HoldSettings.RetryWrites.NONE);
        assertThat(readPool("  retry_writes: idempotent\n").hold().retryWrites())
                .isEqualTo(HoldSettings.RetryWrites.IDEMPOTENT);
    }

    @Test
    void groupsOfTwoReadingsTellWhatHasChanged() throws ConfigException {
        PoolConfig before = readPool("  timeout: 400\n  redis_auth: one\n  users: alice >a\n");
        PoolConfig after = readPool("  timeout: 500\n  redis_auth: one\n  users: alice >a\n");

        assertThat(after.placement()).isEqualTo(before.placement());
        assertThat(after.clients()).isEqualTo(before.clients());
        assertThat(after.reads()).isEqualTo(before.reads());
        assertThat(after.backend()).isNotEqualTo(before.backend());
    }

    @Test
    void clientsLogInWhereThereIsAPasswordOrAUser() throws ConfigException {
        assertThat(readPool("").needsLogin()).isFalse();
        assertThat(readPool("  redis_auth: one\n").needsLogin()).isTrue();
        assertThat(readPool("  users: alice >a\n").needsLogin()).isTrue();
    }

    @Test
    void passwordIsNotShown() throws ConfigException {
        PoolConfig pool = readPool("  redis_auth: secret\n");

        assertThat(pool.toString() + pool.backend()).doesNotContain("secret");
    }

    @Test
    void everyKeyHasItsEffect() throws ConfigException, BadValue {
        PoolConfig pool = readPool("""
                  hash: murmur
                  hash_tag: "{}"
                  distribution: modula
                  timeout: 400
                  backlog: 1024
                  client_connections: 99
                  redis_auth: "s e c r e t"
                  redis_db: 3
                  preconnect: true
                  tcpkeepalive: true
                  auto_eject_hosts: "true"
                  server_connections: 4
                  server_retry_timeout: 0100
                  server_failure_limit: 0
                  reuseport: true
                  allow: [config, "@admin"]
                  users: alice >a, bob >b
                  commands: MyMod.get 2 r 1, mymod.set -3 w 1
                  own_connections_max: 7
                  reads: prefer-replica
                  listen_reads: "/run/reads.sock 0770"
                  replica_lag_bytes_max: 0
                  replica_lag_seconds_max: 3
                  read_after_write_millis: 0
                  reads_across_shards: true
                """);

        assertThat(pool.placement().hash()).isEqualTo(KeyHash.MURMUR);
        assertThat(pool.placement().hashTag()).isEqualTo(new HashTag((byte) '{', (byte) '}'));
        assertThat(pool.placement().distribution()).isEqualTo(Distribution.MODULA);
        assertThat(pool.backend().timeoutMillis()).isEqualTo(400);
        assertThat(pool.clients().backlog()).isEqualTo(1024);
        assertThat(pool.clients().clientConnections()).isEqualTo(99);
        assertThat(pool.redisAuth()).isEqualTo("s e c r e t");
        assertThat(pool.backend().redisDb()).isEqualTo(3);
        assertThat(pool.backend().preconnect()).isTrue();
        assertThat(pool.clients().tcpKeepalive()).isTrue();
        assertThat(pool.backend().autoEjectHosts()).isTrue();
        assertThat(pool.backend().serverConnections()).isEqualTo(4);
        assertThat(pool.backend().serverRetryTimeoutMillis()).isEqualTo(100);
        assertThat(pool.backend().serverFailureLimit()).isZero();
        assertThat(pool.clients().reusePort()).isTrue();
        assertThat(pool.clients().allow().words()).containsExactlyInAnyOrder("config", "@admin");
        assertThat(pool.clients().users()).extracting(User::name).containsExactly("alice", "bob");
        assertThat(pool.clients().commands()).extracting(Command::name).containsExactly("mymod.get", "mymod.set");
        assertThat(pool.backend().ownConnectionsMax()).isEqualTo(7);
        assertThat(pool.reads())
                .isEqualTo(new ReadSettings(
                        ReadPolicy.PREFER_REPLICA, ListenAddress.parse("/run/reads.sock 0770"), 0, 3, 0, true));
    }

    @ParameterizedTest
    @CsvSource({"master, MASTER", "prefer-replica, PREFER_REPLICA", "replica, REPLICA", "prefer-master, PREFER_MASTER"})
    void readsAreNamedWithDashes(String word, ReadPolicy policy) throws ConfigException {
        assertThat(readPool("  reads: " + word + "\n").reads().policy()).isEqualTo(policy);
    }

    @Test
    void replicasMatterForReadsOnlyAndForASecondListener() throws ConfigException {
        assertThat(readPool("  reads: prefer-master\n").reads().wantReplicas()).isTrue();
        assertThat(readPool("  listen_reads: h:1\n").reads().wantReplicas()).isTrue();
        assertThat(readPool("  reads: master\n").reads().wantReplicas()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(KeyHash.class)
    void everyHashHasNutcrackersName(KeyHash hash) throws ConfigException {
        assertThat(readPool("  hash: " + hash.name().toLowerCase(Locale.ROOT) + "\n")
                        .placement()
                        .hash())
                .isEqualTo(hash);
    }

    @ParameterizedTest
    @EnumSource(Distribution.class)
    void everyDistributionHasNutcrackersName(Distribution distribution) throws ConfigException {
        String name = distribution.name().toLowerCase(Locale.ROOT);
        assertThat(readPool("  distribution: " + name + "\n").placement().distribution())
                .isEqualTo(distribution);
    }

    @Test
    void hashTagIsTwoBytesNotTwoCharacters() throws ConfigException {
        byte[] bytes = "é".getBytes(StandardCharsets.UTF_8);
        assertThat(readPool("  hash_tag: é\n").placement().hashTag()).isEqualTo(new HashTag(bytes[0], bytes[1]));
    }

    @Test
    void passwordIsNotPartOfThePoolAsText() throws ConfigException {
        assertThat(readPool("  redis_auth: hush\n").toString())
                .contains("alpha")
                .doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:22121, 127.0.0.1, 22121",
        "localhost:1, localhost, 1",
        "'::1:22121', ::1, 22121",
        "'[::1]:22121', ::1, 22121",
        "'*:22121', 0.0.0.0, 22121",
        "127.0.0.1:022121, 127.0.0.1, 22121"
    })
    void listensOnHostAndPort(String text, String host, int port) throws BadValue {
        assertThat(ListenAddress.parse(text)).isEqualTo(new ListenAddress(new NodeAddress.Tcp(host, port), 0, text));
    }

    /// The odd ones are what nutcracker 0.5.0 accepts.
    @ParameterizedTest
    @CsvSource({
        "/run/p.sock, /run/p.sock, 0",
        "/run/p.sock 0777, /run/p.sock, 511",
        "/run/p.sock 666, /run/p.sock, 438",
        "/run/a b 600, /run/a b, 384",
        "/run/p.sock +644, /run/p.sock, 420"
    })
    void listensOnUnixSocketWithMode(String text, String path, int mode) throws BadValue {
        assertThat(ListenAddress.parse(text)).isEqualTo(new ListenAddress(new NodeAddress.Unix(path), mode, text));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:6379:1, 127.0.0.1, 6379, 1, 127.0.0.1:6379",
        "127.0.0.1:6379:1 n, 127.0.0.1, 6379, 1, n",
        "redis-shard1:12000:1 redis-obj, redis-shard1, 12000, 1, redis-obj",
        "'::1:6379:7', ::1, 6379, 7, ::1:6379",
        "'[::1]:6379:7', ::1, 6379, 7, [::1]:6379",
        "h:11211:1, h, 11211, 1, h",
        "h:011211:1, h, 11211, 1, h",
        "h:11211:1 n, h, 11211, 1, n",
        "h:06379:01, h, 6379, 1, h:06379",
        "'h:6379:1 ', h, 6379, 1, ''",
        "':6379:1', localhost, 6379, 1, :6379",
        "h:6379:1 a:b#ü, h, 6379, 1, a:b#ü",
        "h:65535:2147483647, h, 65535, 2147483647, h:65535"
    })
    void ringNameOfServerIsNutcrackers(String text, String host, int port, int weight, String ringName)
            throws BadValue {
        assertThat(ServerConfig.parse(text, 9))
                .isEqualTo(new ServerConfig(new NodeAddress.Tcp(host, port), weight, ringName, null, 9));
    }

    @ParameterizedTest
    @CsvSource({
        "/run/r.sock:2, /run/r.sock, 2, /run/r.sock:",
        "/run/r.sock:2 n, /run/r.sock, 2, n",
        "/a:b:1, /a:b, 1, /a:b:"
    })
    void ringNameOfUnixServerKeepsItsColon(String text, String path, int weight, String ringName) throws BadValue {
        assertThat(ServerConfig.parse(text, 9))
                .isEqualTo(new ServerConfig(new NodeAddress.Unix(path), weight, ringName, null, 9));
    }
}
