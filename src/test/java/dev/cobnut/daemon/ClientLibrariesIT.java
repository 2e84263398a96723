package dev.cobnut.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RunningProxy;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/// Jedis, Lettuce and Redisson, as they come, do ordinary work on a pool of one shard and on one of three.
@Timeout(60)
class ClientLibrariesIT {
    private static final int BIG = 5 * 1024 * 1024;
    private static final String INCREMENT_BY = "return redis.call('INCRBY', KEYS[1], ARGV[1])";

    @TempDir
    private static Path folder;

    private static RealRedis redis;
    private static List<RealRedis.Server> masters;
    private static RunningProxy proxy;
    private static int firstPort;

    @BeforeAll
    static void startEverything() throws Exception {
        redis = RealRedis.in(folder);
        masters = List.of(redis.master(), redis.master(), redis.master());
        firstPort = FreePorts.next(3);
        proxy = RunningProxy.of(folder, pool(1) + pool(3), 2);
    }

    /// The pool of that many shards listens `shards - 1` ports above the first.
    private static String pool(int shards) {
        StringBuilder yml =
                new StringBuilder("pool%d:\n  listen: 127.0.0.1:%d\n  redis: true\n  hash_tag: '{}'\n  servers:\n"
                        .formatted(shards, port(shards)));
        for (RealRedis.Server master : masters.subList(0, shards)) {
            yml.append("  - 127.0.0.1:%d:1\n".formatted(master.port()));
        }
        return yml.toString();
    }

    private static int port(int shards) {
        return firstPort + shards - 1;
    }

    @AfterAll
    static void stopEverything() {
        proxy.close();
        redis.close();
    }

    @BeforeEach
    void beginEmpty() throws Exception {
        for (RealRedis.Server master : masters) {
            master.ask("FLUSHALL");
        }
    }

    // ---- Jedis ------------------------------------------------------------------------------------------------------

    private static RedisClient jedis(int port) {
        return RedisClient.builder()
                .hostAndPort("127.0.0.1", port)
                .clientConfig(
                        DefaultJedisClientConfig.builder().clientName("till-7").build())
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void jedisWorks(int shards) {
        try (RedisClient jedis = jedis(port(shards))) {
            for (int i = 0; i < 50; i++) {
                assertThat(jedis.set("key:" + i, "value " + i)).isEqualTo("OK");
            }
            assertThat(jedis.get("key:49")).isEqualTo("value 49");
            assertThat(jedis.mget("key:1", "absent", "key:2", "key:3"))
                    .containsExactly("value 1", null, "value 2", "value 3");
            assertThat(jedis.mset("a", "1", "b", "2", "c", "3", "d", "4")).isEqualTo("OK");
            assertThat(jedis.exists("a", "b", "c", "d", "absent")).isEqualTo(4);
            assertThat(jedis.del("a", "b", "c", "d", "absent")).isEqualTo(4);
            assertThat(jedis.hset("hash", Map.of("x", "1", "y", "2"))).isEqualTo(2);
            assertThat(jedis.hgetAll("hash")).containsOnly(entry("x", "1"), entry("y", "2"));
            assertThat(jedis.rpush("list", "a", "b", "c")).isEqualTo(3);
            assertThat(jedis.lrange("list", 0, -1)).containsExactly("a", "b", "c");
            assertThat(jedis.sadd("set", "a", "b")).isEqualTo(2);
            assertThat(jedis.smembers("set")).containsExactlyInAnyOrder("a", "b");
            assertThat(jedis.zadd("ranks", Map.of("low", 1.5, "high", 9.0))).isEqualTo(2);
            assertThat(jedis.zrange("ranks", 0, -1)).containsExactly("low", "high");
            assertThat(jedis.zscore("ranks", "low")).isEqualTo(1.5);
            assertThat(jedis.set("brief", "v", SetParams.setParams().ex(100))).isEqualTo("OK");
            assertThat(jedis.ttl("brief")).isBetween(90L, 100L);
            assertThat(jedis.eval(INCREMENT_BY, List.of("count"), List.of("5"))).isEqualTo(5L);
            assertThat(jedis.eval(INCREMENT_BY, List.of("count"), List.of("5"))).isEqualTo(10L);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void jedisPipelinesAndCarriesBigValues(int shards) {
        byte[] big = big();
        try (RedisClient jedis = jedis(port(shards))) {
            List<Response<Long>> counts = new ArrayList<>();
            try (Pipeline pipeline = jedis.pipelined()) {
                for (int i = 0; i < 2000; i++) {
                    counts.add(pipeline.incr("counter:" + i % 20));
                }
            }
            assertThat(counts.getLast().get()).isEqualTo(100);

            assertThat(jedis.set("big".getBytes(UTF_8), big)).isEqualTo("OK");
            assertThat(jedis.get("big".getBytes(UTF_8))).isEqualTo(big);
        }
    }

    @Test
    void jedisPoolServesManyThreads() throws Exception {
        try (RedisClient jedis = jedis(port(3));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                String own = "thread:" + thread;
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        jedis.set(own, own + i);
                        assertThat(jedis.get(own)).isEqualTo(own + i);
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
    }

    // ---- Lettuce ----------------------------------------------------------------------------------------------------

    private static io.lettuce.core.RedisClient lettuce(int port) {
        return io.lettuce.core.RedisClient.create(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withClientName("till-8")
                .withTimeout(Duration.ofSeconds(10))
                .build());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void lettuceFallsBackFromResp3AndWorks(int shards) {
        try (io.lettuce.core.RedisClient client = lettuce(port(shards));
                StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisCommands<String, String> lettuce = connection.sync();
            assertThat(lettuce.clientGetname()).isEqualTo("till-8");
            for (int i = 0; i < 50; i++) {
                assertThat(lettuce.set("key:" + i, "value " + i)).isEqualTo("OK");
            }
            assertThat(lettuce.get("key:49")).isEqualTo("value 49");
            assertThat(lettuce.mget("key:1", "absent", "key:2"))
                    .containsExactly(
                            KeyValue.just("key:1", "value 1"),
                            KeyValue.empty("absent"),
                            KeyValue.just("key:2", "value 2"));
            Map<String, String> four = new LinkedHashMap<>(Map.of("a", "1", "b", "2", "c", "3", "d", "4"));
            assertThat(lettuce.mset(four)).isEqualTo("OK");
            assertThat(lettuce.exists("a", "b", "c", "d", "absent")).isEqualTo(4);
            assertThat(lettuce.unlink("a", "b", "c", "d", "absent")).isEqualTo(4);
            assertThat(lettuce.hset("hash", Map.of("x", "1", "y", "2"))).isEqualTo(2);
            assertThat(lettuce.hgetall("hash")).containsOnly(entry("x", "1"), entry("y", "2"));
            assertThat(lettuce.rpush("list", "a", "b", "c")).isEqualTo(3);
            assertThat(lettuce.lrange("list", 0, -1)).containsExactly("a", "b", "c");
            assertThat(lettuce.sadd("set", "a", "b")).isEqualTo(2);
            assertThat(lettuce.smembers("set")).containsExactlyInAnyOrder("a", "b");
            assertThat(lettuce.zadd("ranks", 1.5, "low")).isEqualTo(1);
            assertThat(lettuce.zscore("ranks", "low")).isEqualTo(1.5);
            assertThat(lettuce.set("brief", "v", SetArgs.Builder.ex(100))).isEqualTo("OK");
            assertThat(lettuce.ttl("brief")).isBetween(90L, 100L);
            String[] keys = {"count"};
            assertThat(lettuce.<Long>eval(INCREMENT_BY, ScriptOutputType.INTEGER, keys, "5"))
                    .isEqualTo(5);
            assertThat(lettuce.dbsize()).isPositive();
            assertThat(lettuce.time()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void lettucePipelinesAndCarriesBigValues(int shards) {
        byte[] big = big();
        try (io.lettuce.core.RedisClient client = lettuce(port(shards))) {
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                connection.setAutoFlushCommands(false);
                List<RedisFuture<Long>> counts = new ArrayList<>();
                for (int i = 0; i < 2000; i++) {
                    counts.add(connection.async().incr("counter:" + i % 20));
                }
                connection.flushCommands();
                assertThat(LettuceFutures.awaitAll(10, TimeUnit.SECONDS, counts.toArray(RedisFuture[]::new)))
                        .isTrue();
                assertThat(counts.getLast().resultNow()).isEqualTo(100);
            }
            try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
                assertThat(connection.sync().set("big".getBytes(UTF_8), big)).isEqualTo("OK");
                assertThat(connection.sync().get("big".getBytes(UTF_8))).isEqualTo(big);
            }
        }
    }

    // ---- Redisson ---------------------------------------------------------------------------------------------------

    private static RedissonClient redisson(int port) {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setClientName("till-9")
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(8);
        return Redisson.create(config);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void redissonWorks(int shards) {
        RedissonClient redisson = redisson(port(shards));
        try {
            for (int i = 0; i < 50; i++) {
                redisson.getBucket("key:" + i).set("value " + i);
            }
            assertThat(redisson.getBucket("key:49").get()).isEqualTo("value 49");
            assertThat(redisson.getBuckets().<String>get("key:1", "absent", "key:2"))
                    .containsOnly(entry("key:1", "value 1"), entry("key:2", "value 2"));
            redisson.getBuckets().set(Map.of("a", "1", "b", "2", "c", "3", "d", "4"));
            assertThat(redisson.getKeys().countExists("a", "b", "c", "d", "absent"))
                    .isEqualTo(4);
            assertThat(redisson.getKeys().delete("a", "b", "c", "d", "absent")).isEqualTo(4);
            assertThat(redisson.<String, String>getMap("hash").put("x", "1")).isNull();
            assertThat(redisson.<String, String>getMap("hash").put("x", "2")).isEqualTo("1");
            assertThat(redisson.<String, String>getMap("hash").readAllMap()).containsOnly(entry("x", "2"));
            assertThat(redisson.<String>getList("list").addAll(List.of("a", "b", "c")))
                    .isTrue();
            assertThat(redisson.<String>getList("list").readAll()).containsExactly("a", "b", "c");
            assertThat(redisson.<String>getSet("set").addAll(List.of("a", "b"))).isTrue();
            assertThat(redisson.<String>getSet("set").readAll()).containsExactlyInAnyOrder("a", "b");
            assertThat(redisson.<String>getScoredSortedSet("ranks").add(1.5, "low"))
                    .isTrue();
            assertThat(redisson.<String>getScoredSortedSet("ranks").getScore("low"))
                    .isEqualTo(1.5);
            redisson.getBucket("brief").set("v", Duration.ofSeconds(100));
            assertThat(redisson.getBucket("brief").remainTimeToLive()).isBetween(90_000L, 100_000L);
            assertThat(redisson.getScript(StringCodec.INSTANCE)
                            .<Long>eval(
                                    "count",
                                    RScript.Mode.READ_WRITE,
                                    INCREMENT_BY,
                                    RScript.ReturnType.LONG,
                                    List.of("count"),
                                    "5"))
                    .isEqualTo(5L);
            assertThat(redisson.getAtomicLong("atomic").addAndGet(3)).isEqualTo(3);
            assertThat(redisson.getAtomicLong("atomic").compareAndSet(3, 4)).isTrue();
        } finally {
            redisson.shutdown();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void redissonPipelinesAndCarriesBigValues(int shards) {
        byte[] big = big();
        RedissonClient redisson = redisson(port(shards));
        try {
            RBatch batch = redisson.createBatch();
            for (int i = 0; i < 2000; i++) {
                batch.getAtomicLong("counter:" + i % 20).incrementAndGetAsync();
            }
            assertThat(batch.execute().getResponses().getLast()).isEqualTo(100L);

            redisson.getBucket("big", org.redisson.client.codec.ByteArrayCodec.INSTANCE)
                    .set(big);
            assertThat(redisson.getBucket("big", org.redisson.client.codec.ByteArrayCodec.INSTANCE)
                            .get())
                    .isEqualTo(big);
        } finally {
            redisson.shutdown();
        }
    }

    // ---- the proxy comes back ---------------------------------------------------------------------------------------

    @Test
    void librariesReconnectAfterTheProxyWasRestarted() throws Exception {
        int port = FreePorts.next(1);
        String yml = "again:\n  listen: 127.0.0.1:%d\n  redis: true\n  servers:\n  - 127.0.0.1:%d:1\n"
                .formatted(port, masters.getFirst().port());
        RedissonClient redisson = null;
        RunningProxy first = RunningProxy.of(folder, yml, 1);
        try (RedisClient jedis = jedis(port);
                io.lettuce.core.RedisClient client = lettuce(port);
                StatefulRedisConnection<String, String> lettuce = client.connect()) {
            redisson = redisson(port);
            RedissonClient third = redisson;
            jedis.set("k", "v");
            assertThat(lettuce.sync().get("k")).isEqualTo("v");
            assertThat(redisson.getBucket("k").get()).isEqualTo("v");

            first.close();
            assertThatThrownBy(() -> jedis.get("k")).isInstanceOf(JedisException.class);

            try (RunningProxy _ = RunningProxy.of(folder, yml, 1)) {
                await().atMost(Duration.ofSeconds(20))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(jedis.get("k")).isEqualTo("v"));
                await().atMost(Duration.ofSeconds(20))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(lettuce.async().get("k").get(2, TimeUnit.SECONDS))
                                .isEqualTo("v"));
                await().atMost(Duration.ofSeconds(20))
                        .ignoreExceptions()
                        .untilAsserted(
                                () -> assertThat(third.getBucket("k").get()).isEqualTo("v"));
            }
        } finally {
            first.close();
            if (redisson != null) {
                redisson.shutdown();
            }
        }
    }

    private static byte[] big() {
        byte[] big = new byte[BIG];
        new Random(7).nextBytes(big);
        return big;
    }
}
