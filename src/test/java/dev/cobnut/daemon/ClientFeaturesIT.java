package dev.cobnut.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RunningProxy;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RLock;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.Protocol;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/// Jedis, Lettuce and Redisson use what needs a connection of one's own, in both versions of the protocol.
@Timeout(60)
class ClientFeaturesIT {
    private static final int SCANNED = 500;

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

    private static void awaitBlocked() {
        await().until(() -> {
            for (RealRedis.Server master : masters) {
                if (master.ask("INFO clients").contains("blocked_clients:1")) {
                    return true;
                }
            }
            return false;
        });
    }

    // ---- Jedis ------------------------------------------------------------------------------------------------------

    private static Jedis jedis(int shards, int version) {
        return new Jedis(
                new HostAndPort("127.0.0.1", port(shards)),
                DefaultJedisClientConfig.builder()
                        .protocol(version == 3 ? RedisProtocol.RESP3 : RedisProtocol.RESP2)
                        .build());
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "1, 3", "3, 2", "3, 3"})
    void jedisUsesConnectionsOfItsOwn(int shards, int version) throws Exception {
        try (Jedis jedis = jedis(shards, version);
                Jedis other = jedis(shards, version);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            jedis.watch("{t}a");
            Transaction transaction = jedis.multi();
            transaction.set("{t}a", "1");
            Response<Long> incremented = transaction.incr("{t}a");
            assertThat(transaction.exec()).hasSize(2);
            assertThat(incremented.get()).isEqualTo(2);
            jedis.watch("{t}a");
            other.set("{t}a", "9");
            transaction = jedis.multi();
            transaction.incr("{t}a");
            assertThat(transaction.exec()).isNull();

            Pipeline pipeline = jedis.pipelined();
            Response<Long> ten = pipeline.incr("{t}a");
            pipeline.blpop(0.05, "nothing");
            Response<String> after = pipeline.get("{t}a");
            pipeline.sync();
            assertThat(ten.get()).isEqualTo(10);
            assertThat(after.get()).isEqualTo("10");

            Future<List<String>> popped = threads.submit(() -> jedis.blpop(0, "list"));
            awaitBlocked();
            other.rpush("list", "v");
            assertThat(popped.get()).containsExactly("list", "v");
            assertThat(jedis.brpop(0.1, "list")).isNull();
            assertThat(jedis.get("{t}a")).isEqualTo("10");

            jedis.select(5);
            assertThat(jedis.get("{t}a")).isNull();
            jedis.set("{t}a", "five");
            jedis.select(0);
            assertThat(jedis.get("{t}a")).isEqualTo("10");
            String sha = jedis.scriptLoad("return redis.call('GET', KEYS[1])");
            assertThat(jedis.evalsha(sha, 1, "{t}a")).isEqualTo("10");

            for (int i = 0; i < SCANNED; i++) {
                other.set("scan:" + i, "x");
            }
            Set<String> found = new HashSet<>();
            ScanResult<String> page = new ScanResult<>("0", List.of());
            do {
                page = jedis.scan(page.getCursor(), new ScanParams().match("scan:*").count(50));
                found.addAll(page.getResult());
            } while (!page.getCursor().equals("0"));
            assertThat(found).hasSize(SCANNED);

            CopyOnWriteArrayList<String> heard = new CopyOnWriteArrayList<>();
            CountDownLatch subscribed = new CountDownLatch(2);
            JedisPubSub listener = new JedisPubSub() {
                @Override
                public void onSubscribe(String channel, int count) {
                    subscribed.countDown();
                }

                @Override
                public void onMessage(String channel, String message) {
                    heard.add(channel + "=" + message);
                    if (heard.size() == 2) {
                        unsubscribe();
                    }
                }
            };
            Future<?> listening = threads.submit(() -> jedis.subscribe(listener, "one", "two"));
            assertThat(subscribed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(other.publish("one", "1")).isEqualTo(1);
            await().until(() -> heard.size() == 1);
            assertThat(other.publish("two", "2")).isEqualTo(1);
            listening.get(10, TimeUnit.SECONDS);
            assertThat(heard).containsExactly("one=1", "two=2");
            assertThat(jedis.get("{t}a")).isEqualTo("10");
        }
    }

    // ---- Lettuce ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"1, RESP2", "1, RESP3", "3, RESP2", "3, RESP3"})
    void lettuceUsesConnectionsOfItsOwn(int shards, ProtocolVersion version) throws Exception {
        try (io.lettuce.core.RedisClient client = io.lettuce.core.RedisClient.create(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port(shards))
                .withTimeout(Duration.ofSeconds(10))
                .build())) {
            client.setOptions(ClientOptions.builder()
                    .protocolVersion(version)
                    .pingBeforeActivateConnection(true)
                    .build());
            try (StatefulRedisConnection<String, String> connection = client.connect();
                    StatefulRedisConnection<String, String> second = client.connect();
                    StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub()) {
                RedisCommands<String, String> lettuce = connection.sync();
                RedisCommands<String, String> other = second.sync();
                lettuce.watch("{t}a");
                assertThat(lettuce.multi()).isEqualTo("OK");
                lettuce.set("{t}a", "1");
                lettuce.incr("{t}a");
                assertThat(lettuce.exec()).containsExactly("OK", 2L);
                lettuce.watch("{t}a");
                other.set("{t}a", "9");
                lettuce.multi();
                lettuce.incr("{t}a");
                TransactionResult lost = lettuce.exec();
                assertThat(lost.wasDiscarded()).isTrue();

                var popped = connection.async().blpop(0, "list");
                awaitBlocked();
                other.rpush("list", "v");
                assertThat(popped.get(5, TimeUnit.SECONDS)).isEqualTo(KeyValue.just("list", "v"));
                lettuce.select(5);
                assertThat(lettuce.get("{t}a")).isNull();
                lettuce.select(0);
                assertThat(lettuce.get("{t}a")).isEqualTo("9");
                String sha = lettuce.scriptLoad("return redis.call('GET', KEYS[1])");
                assertThat(lettuce.<String>evalsha(sha, ScriptOutputType.VALUE, "{t}a"))
                        .isEqualTo("9");

                for (int i = 0; i < SCANNED; i++) {
                    other.set("scan:" + i, "x");
                }
                Set<String> found = new HashSet<>();
                ScanArgs wanted = ScanArgs.Builder.matches("scan:*").limit(50);
                KeyScanCursor<String> page = lettuce.scan(wanted);
                found.addAll(page.getKeys());
                while (!page.isFinished()) {
                    page = lettuce.scan(ScanCursor.of(page.getCursor()), wanted);
                    found.addAll(page.getKeys());
                }
                assertThat(found).hasSize(SCANNED);

                CopyOnWriteArrayList<String> heard = new CopyOnWriteArrayList<>();
                subscriber.addListener(new RedisPubSubAdapter<>() {
                    @Override
                    public void message(String channel, String message) {
                        heard.add(channel + "=" + message);
                    }

                    @Override
                    public void message(String pattern, String channel, String message) {
                        heard.add(pattern + "=" + message);
                    }
                });
                subscriber.sync().subscribe("one", "two");
                subscriber.sync().psubscribe("news.*");
                assertThat(other.publish("one", "1")).isEqualTo(1);
                assertThat(other.publish("two", "2")).isEqualTo(1);
                assertThat(other.publish("news.x", "3")).isEqualTo(1);
                await().until(() -> heard.size() == 3);
                assertThat(heard).containsExactlyInAnyOrder("one=1", "two=2", "news.*=3");
                // RESP2 answers a subscriber with an array, of which Lettuce takes the empty text.
                assertThat(subscriber.sync().ping()).isEqualTo(version == ProtocolVersion.RESP2 ? "" : "PONG");
                subscriber.sync().unsubscribe("one", "two");
                subscriber.sync().punsubscribe("news.*");
                assertThat(other.publish("one", "4")).isZero();
            }
        }
    }

    // ---- Redisson ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"1, RESP2", "1, RESP3", "3, RESP2", "3, RESP3"})
    void redissonUsesConnectionsOfItsOwn(int shards, Protocol version) throws Exception {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setProtocol(version);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port(shards))
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(8)
                .setPingConnectionInterval(500);
        RedissonClient redisson = Redisson.create(config);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            RLock lock = redisson.getLock("lock");
            int[] inside = {0};
            List<Future<?>> done = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 6; i++) {
                done.add(threads.submit(() -> {
                    for (int round = 0; round < 5; round++) {
                        lock.lock();
                        try {
                            inside[0]++;
                        } finally {
                            lock.unlock();
                        }
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get(20, TimeUnit.SECONDS);
            }
            assertThat(inside[0]).isEqualTo(30);

            CopyOnWriteArrayList<String> heard = new CopyOnWriteArrayList<>();
            RTopic topic = redisson.getTopic("topic");
            int listener = topic.addListener(String.class, (_, message) -> heard.add(message));
            assertThat(topic.publish("hello")).isEqualTo(1);
            await().until(() -> heard.size() == 1);
            topic.removeListener(listener);

            Future<String> popped = threads.submit(
                    () -> redisson.<String>getBlockingQueue("queue").poll(10, TimeUnit.SECONDS));
            awaitBlocked();
            redisson.<String>getQueue("queue").add("v");
            assertThat(popped.get()).isEqualTo("v");

            RBatch batch = redisson.createBatch(BatchOptions.defaults()
                    .executionMode(BatchOptions.ExecutionMode.REDIS_WRITE_ATOMIC));
            batch.getAtomicLong("{t}n").incrementAndGetAsync();
            batch.getAtomicLong("{t}n").addAndGetAsync(5);
            assertThat(batch.execute().getResponses()).hasSizeGreaterThanOrEqualTo(1);
            assertThat(redisson.getAtomicLong("{t}n").get()).isEqualTo(6);

            for (int i = 0; i < SCANNED; i++) {
                redisson.getBucket("scan:" + i).set("x");
            }
            Set<String> found = new HashSet<>();
            redisson.getKeys()
                    .getKeys(KeysScanOptions.defaults().pattern("scan:*").chunkSize(50))
                    .forEach(found::add);
            assertThat(found).hasSize(SCANNED);
        } finally {
            redisson.shutdown();
        }
    }
}
