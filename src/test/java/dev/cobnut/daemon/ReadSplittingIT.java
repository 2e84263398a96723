package dev.cobnut.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RealRedis.Server;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Reads from replicas of real servers, which the proxy finds and watches by itself.
@Timeout(120)
class ReadSplittingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LAG_SECONDS_MAX = 2;
    private static final String PING_EACH_SECOND = "repl-ping-replica-period 1";
    private static final String READONLY = "-READONLY You can't write against a read only replica.";

    @TempDir
    private Path directory;

    private final int port = FreePorts.next(2);

    private RunningProxy proxy(String reads, int replicas, Server... masters) throws Exception {
        StringBuilder yml = new StringBuilder("""
                alpha:
                  listen: 127.0.0.1:%d
                  listen_reads: 127.0.0.1:%d
                  redis: true
                  timeout: 400
                  reads: %s
                  read_after_write_millis: 200
                  replica_lag_seconds_max: %d
                  servers:
                """.formatted(port, port + 1, reads, LAG_SECONDS_MAX));
        for (int i = 0; i < masters.length; i++) {
            yml.append("  - 127.0.0.1:%d:1 s%d\n".formatted(masters[i].port(), i));
        }
        RunningProxy proxy = RunningProxy.of(directory, yml.toString(), 1);
        awaitReadable(proxy, replicas);
        return proxy;
    }

    private static void awaitReadable(RunningProxy proxy, int replicas) {
        await(replicas + " replicas of each shard").atMost(PATIENCE).until(() -> proxy
                .daemon()
                .topology()
                .pool("alpha")
                .shards()
                .stream()
                .allMatch(shard -> shard.readable().size() == replicas));
    }

    private static long calls(Server server, String command) throws IOException {
        Matcher calls =
                Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(server.ask("INFO commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Test
    void replicasAnswerReadsAndTheMasterWhatWasJustWritten() throws Exception {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master(PING_EACH_SECOND);
            List<Server> replicas = List.of(redis.replicaOf(master), redis.replicaOf(master));
            try (RunningProxy proxy = proxy("prefer-replica", 2, master);
                    RespClient writer = RespClient.to(port);
                    RespClient other = RespClient.to(port)) {
                for (int i = 0; i < 200; i++) {
                    assertThat(writer.ask("SET", "a", "v" + i)).isEqualTo("+OK");
                    assertThat(writer.ask("GET", "a")).isEqualTo("v" + i);
                }
                assertThat(calls(master, "get")).isEqualTo(200);

                await().until(() -> other.ask("GET", "a").equals("v199"));
                long before = proxy.stat("s0", "requests");
                for (int i = 0; i < 100; i++) {
                    assertThat(other.ask("GET", "a")).isEqualTo("v199");
                }
                assertThat(proxy.stat("s0", "requests")).isEqualTo(before + 100);
                assertThat(calls(master, "get")).isEqualTo(200);
                assertThat(List.of(calls(replicas.get(0), "get"), calls(replicas.get(1), "get")))
                        .contains(0L)
                        .anyMatch(calls -> calls > 100);
            }
        }
    }

    @Test
    void theSecondAddressServesWhatACacheReadsFromAReplica() throws Exception {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master(PING_EACH_SECOND);
            Server replica = redis.replicaOf(master);
            master.ask("HSET zc:k:A d data m 1");
            try (RunningProxy _ = proxy("master", 1, master);
                    RespClient writer = RespClient.to(port);
                    RespClient reader = RespClient.to(port + 1)) {
                writer.ask("SELECT", "1");
                assertThat(writer.ask("HSET", "zc:k:A", "d", "data1")).isEqualTo(":1");
                assertThat(reader.ask("CLIENT", "SETNAME", "magento")).isEqualTo("+OK");
                assertThat(reader.ask("HGET", "zc:k:A", "d")).isEqualTo("data");
                assertThat(reader.ask("SELECT", "1")).isEqualTo("+OK");
                await().until(() -> reader.ask("HGET", "zc:k:A", "d").equals("data1"));
                assertThat(calls(master, "hget")).isZero();
                assertThat(calls(replica, "hget")).isPositive();

                assertThat(reader.ask("EXPIRE", "zc:k:A", "10")).isEqualTo(READONLY);
                assertThat(reader.ask("EVALSHA", "0".repeat(40), "0")).isEqualTo(READONLY);
                assertThat(reader.ask("EVAL_RO", "return 1", "0")).isEqualTo(":1");
                assertThat(reader.ask("INFO", "replication")).contains("role:master");
                assertThat(reader.ask("HELLO", "3")).contains("proto: :3");
                assertThat(reader.ask("HGET", "zc:k:A", "d")).isEqualTo("data1");
                reader.send("SUBSCRIBE", "news");
                assertThat(reader.push()).isEqualTo(">[subscribe, news, :1]");
                assertThat(writer.ask("PUBLISH", "news", "x")).isEqualTo(":1");
                assertThat(reader.push()).isEqualTo(">[message, news, x]");
            }
        }
    }

    @Test
    void aKilledReplicaIsNoErrorAndAKilledMasterStopsWritesOnly() throws Exception {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master(PING_EACH_SECOND);
            List<Server> replicas = List.of(redis.replicaOf(master), redis.replicaOf(master));
            try (RunningProxy proxy = proxy("prefer-replica", 2, master);
                    RespClient writer = RespClient.to(port);
                    RespClient client = RespClient.to(port)) {
                writer.ask("SET", "a", "v");
                await().until(() -> client.ask("GET", "a").equals("v"));
                Server read = calls(replicas.get(0), "get") > 0 ? replicas.get(0) : replicas.get(1);
                for (int i = 0; i < 1000; i++) {
                    client.send("GET", "a");
                }
                read.kill();
                for (int i = 0; i < 1000; i++) {
                    assertThat(client.reply()).isEqualTo("v");
                }
                awaitReadable(proxy, 1);

                // Once with the new replica, so that it has the database and the client a connection.
                assertThat(client.ask("GET", "a")).isEqualTo("v");
                long killed = System.nanoTime();
                master.kill();
                long until = killed + Duration.ofSeconds(LAG_SECONDS_MAX - 1).toNanos();
                while (System.nanoTime() < until) {
                    assertThat(client.ask("GET", "a")).isEqualTo("v");
                }
                assertThat(writer.ask("SET", "a", "w")).startsWith("-ERR ");
                assertThat(client.ask("GET", "a")).isEqualTo("v");
            }
        }
    }

    @Test
    void aFrozenReplicaIsLeftAtTheTimeout() throws Exception {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master(PING_EACH_SECOND);
            Server replica = redis.replicaOf(master);
            try (RunningProxy proxy = proxy("prefer-replica", 1, master);
                    RespClient client = RespClient.to(port)) {
                assertThat(client.ask("GET", "a")).isEqualTo("(nil)");
                master.ask("SET a new");
                replica.await("GET a", "new");
                replica.pause();
                long frozen = System.nanoTime();
                int errors = 0;
                while (System.nanoTime() - frozen < Duration.ofSeconds(5).toNanos()) {
                    String reply = client.ask("GET", "a");
                    errors += reply.startsWith("-") ? 1 : 0;
                    assertThat(reply).matches("new|-ERR Connection timed out: .*");
                }
                // One for each second in which it still counts as readable.
                assertThat(errors).isBetween(1, LAG_SECONDS_MAX + 1);
                awaitReadable(proxy, 0);
                replica.resume();
                awaitReadable(proxy, 1);
            }
        }
    }

    @Test
    void aReplicaThatFallsBehindIsLeftWithinTheBound() throws Exception {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server master = redis.master(PING_EACH_SECOND);
            Server replica = redis.replicaOf(master);
            try (RunningProxy _ = proxy("prefer-replica", 1, master);
                    RespClient client = RespClient.to(port)) {
                master.ask("SET a old");
                await().until(() -> client.ask("GET", "a").equals("old"));
                replica.await("REPLICAOF 127.0.0.1 1", "+OK");
                master.ask("SET a new");
                long written = System.nanoTime();
                await().until(() -> client.ask("GET", "a").equals("new"));
                assertThat(Duration.ofNanos(System.nanoTime() - written))
                        .isLessThan(Duration.ofSeconds(LAG_SECONDS_MAX + 1));
                await().during(Duration.ofSeconds(1))
                        .until(() -> client.ask("GET", "a").equals("new"));
            }
        }
    }

    @Test
    void readsOverSeveralShardsComeFromTheReplicasOfEach() throws Exception {
        try (RealRedis redis = RealRedis.in(directory)) {
            Server one = redis.master(PING_EACH_SECOND);
            Server two = redis.master(PING_EACH_SECOND);
            Server replicaOfOne = redis.replicaOf(one);
            Server replicaOfTwo = redis.replicaOf(two);
            try (RunningProxy _ = proxy("prefer-replica", 1, one, two);
                    RespClient writer = RespClient.to(port);
                    RespClient reader = RespClient.to(port + 1)) {
                String[] mset = {"MSET", "apple", "1", "pear", "2", "plum", "3", "cherry", "4", "quince", "5"};
                assertThat(writer.ask(mset)).isEqualTo("+OK");
                await().until(() -> reader.ask("MGET", "quince", "cherry", "plum", "pear", "apple", "x")
                        .equals("[5, 4, 3, 2, 1, (nil)]"));
                assertThat(reader.ask("EXISTS", "apple", "pear", "plum", "cherry", "quince", "x")).isEqualTo(":5");
                assertThat(reader.ask("DEL", "apple", "pear")).isEqualTo(READONLY);
                assertThat(reader.ask("DBSIZE")).isEqualTo(":5");
                for (String command : List.of("mget", "exists")) {
                    assertThat(calls(one, command) + calls(two, command)).isZero();
                    assertThat(calls(replicaOfOne, command)).isPositive();
                    assertThat(calls(replicaOfTwo, command)).isPositive();
                }
            }
        }
    }
}
