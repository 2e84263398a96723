package dev.cobnut.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What concerns every shard of a pool of three: asked of all, and put together.
@Timeout(60)
class WholePoolIT {
    @TempDir
    private static Path folder;

    private static RealRedis redis;
    private static List<RealRedis.Server> masters;
    private static RunningProxy proxy;
    private static int port;

    private RespClient client;

    @BeforeAll
    static void startEverything() throws Exception {
        redis = RealRedis.in(folder);
        masters = List.of(redis.master(), redis.master(), redis.master());
        port = FreePorts.next(2);
        String pool = """
                %s:
                  listen: 127.0.0.1:%d
                  hash_tag: "{}"
                  redis: true
                  reads_across_shards: %s
                  servers:
                   - 127.0.0.1:%d:1 one
                   - 127.0.0.1:%d:1 two
                   - 127.0.0.1:%d:1 three
                """;
        proxy = RunningProxy.of(folder, pool(pool, "plain", port, false) + pool(pool, "sets", port + 1, true), 1);
    }

    private static String pool(String form, String name, int listen, boolean acrossShards) {
        return form.formatted(
                name,
                listen,
                acrossShards,
                masters.get(0).port(),
                masters.get(1).port(),
                masters.get(2).port());
    }

    @AfterAll
    static void stopEverything() {
        if (proxy != null) {
            proxy.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @BeforeEach
    void beginEmpty() throws IOException {
        for (RealRedis.Server master : masters) {
            master.ask("FLUSHALL");
        }
        client = RespClient.to(port);
    }

    @AfterEach
    void hangUp() throws IOException {
        client.close();
    }

    private void fill(int keys) throws IOException {
        for (int i = 0; i < keys; i++) {
            client.send("SET", "key:" + i * 7919, "v");
        }
        for (int i = 0; i < keys; i++) {
            assertThat(client.reply()).isEqualTo("+OK");
        }
        for (RealRedis.Server master : masters) {
            assertThat(master.ask("DBSIZE")).as("every shard has some").isNotEqualTo(":0\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1000})
    void scanReturnsEveryKeyWhateverTheCount(int count) throws IOException {
        fill(3_000);
        Set<String> seen = new TreeSet<>();
        String cursor = "0";
        int rounds = 0;
        do {
            String reply = client.ask("SCAN", cursor, "COUNT", Integer.toString(count), "MATCH", "key:*");
            String inside = reply.substring(1, reply.length() - 1);
            cursor = inside.substring(0, inside.indexOf(','));
            String keys = inside.substring(inside.indexOf('[') + 1, inside.lastIndexOf(']'));
            if (!keys.isEmpty()) {
                seen.addAll(Arrays.asList(keys.split(", ")));
            }
            rounds++;
        } while (!cursor.equals("0"));
        assertThat(seen).hasSize(3_000);
        assertThat(rounds).isGreaterThanOrEqualTo(3);
        assertThat(client.ask("SCAN", "nonsense")).isEqualTo("-ERR invalid cursor");
    }

    @Test
    void countsListsAndEmptiesTheWholeKeyspaceOfOneDatabase() throws IOException {
        fill(200);
        assertThat(client.ask("DBSIZE")).isEqualTo(":200");
        assertThat(client.ask("KEYS", "key:*").split(", ")).hasSize(200);
        assertThat(client.ask("RANDOMKEY")).startsWith("key:");
        assertThat(client.ask("SELECT", "3")).isEqualTo("+OK");
        assertThat(client.ask("DBSIZE")).isEqualTo(":0");
        assertThat(client.ask("RANDOMKEY")).isEqualTo("(nil)");
        assertThat(client.ask("SET", "other", "v")).isEqualTo("+OK");
        assertThat(client.ask("FLUSHDB")).isEqualTo("+OK");
        assertThat(client.ask("DBSIZE")).isEqualTo(":0");
        assertThat(client.ask("SELECT", "0")).isEqualTo("+OK");
        assertThat(client.ask("DBSIZE")).isEqualTo(":200");
        assertThat(client.ask("FLUSHALL")).isEqualTo("+OK");
        assertThat(client.ask("DBSIZE")).isEqualTo(":0");
    }

    @Test
    void scriptsAndFunctionsAreLoadedEverywhere() throws IOException {
        String sha = client.ask("SCRIPT", "LOAD", "return KEYS[1]");
        assertThat(client.ask("SCRIPT", "EXISTS", sha)).isEqualTo("[:1]");
        String library = "#!lua name=mine\nredis.register_function('f', function(keys) return keys[1] end)";
        assertThat(client.ask("FUNCTION", "LOAD", library)).isEqualTo("mine");
        for (int i = 0; i < 30; i++) {
            assertThat(client.ask("EVALSHA", sha, "1", "k" + i)).isEqualTo("k" + i);
            assertThat(client.ask("FCALL", "f", "1", "k" + i)).isEqualTo("k" + i);
        }
        assertThat(client.ask("FUNCTION", "LOAD", library)).startsWith("-ERR Library 'mine' already exists");
        assertThat(client.ask("FUNCTION", "DELETE", "mine")).isEqualTo("+OK");
        assertThat(client.ask("SCRIPT", "FLUSH")).isEqualTo("+OK");
        assertThat(client.ask("EVALSHA", sha, "1", "k")).startsWith("-NOSCRIPT");
        assertThat(client.ask("EVAL", "return 1", "0")).startsWith("-ERR EVAL needs a key here");
    }

    @Test
    void messagesReachEverySubscriberOnceWhereverTheyArePublished() throws IOException {
        try (RespClient byName = RespClient.to(port);
                RespClient byPattern = RespClient.to(port + 1)) {
            List<String> channels = new ArrayList<>(List.of("SUBSCRIBE"));
            for (int i = 0; i < 20; i++) {
                channels.add("ch:" + i * 7919);
            }
            byName.send(channels.toArray(String[]::new));
            for (int i = 0; i < 20; i++) {
                assertThat(byName.reply()).isEqualTo("[subscribe, ch:" + i * 7919 + ", :" + (i + 1) + "]");
            }
            assertThat(byPattern.ask("PSUBSCRIBE", "ch:*")).isEqualTo("[psubscribe, ch:*, :1]");
            for (int i = 0; i < 20; i++) {
                assertThat(client.ask("PUBLISH", "ch:" + i * 7919, "m" + i)).isEqualTo(":2");
                assertThat(byName.reply()).isEqualTo("[message, ch:" + i * 7919 + ", m" + i + "]");
                assertThat(byPattern.reply()).isEqualTo("[pmessage, ch:*, ch:" + i * 7919 + ", m" + i + "]");
            }
            assertThat(client.ask("PUBSUB", "NUMSUB", "ch:7919", "ch:15838")).isEqualTo("[ch:7919, :1, ch:15838, :1]");
            assertThat(client.ask("PUBSUB", "NUMPAT")).isEqualTo(":1");
            assertThat(client.ask("PUBSUB", "CHANNELS").split(", ")).hasSize(20);
            byName.send("UNSUBSCRIBE");
            for (int i = 19; i >= 0; i--) {
                assertThat(byName.reply()).endsWith(", :" + i + "]");
            }
            assertThat(byName.ask("GET", "a")).isEqualTo("(nil)");
        }
    }

    @Test
    void keyspaceEventsOfAllShardsArrive() throws IOException {
        for (RealRedis.Server master : masters) {
            master.ask("CONFIG SET notify-keyspace-events KEA");
        }
        try (RespClient events = RespClient.to(port)) {
            assertThat(events.ask("SUBSCRIBE", "__keyevent@0__:set"))
                    .isEqualTo("[subscribe, __keyevent@0__:set, :1]");
            fill(60);
            Set<String> keys = new TreeSet<>();
            for (int i = 0; i < 60; i++) {
                keys.add(events.reply());
            }
            assertThat(keys).hasSize(60).allMatch(event -> event.startsWith("[message, __keyevent@0__:set, key:"));
        }
    }

    @Test
    void setsOfSeveralShardsAreCombinedOnlyWhereThatIsAskedFor() throws IOException {
        List<String> union = new ArrayList<>(List.of("SUNION"));
        List<String> difference = new ArrayList<>(List.of("SDIFF", "s0"));
        for (int i = 0; i < 12; i++) {
            assertThat(client.ask("SADD", "s" + i * 7919, "all", "m" + i)).isEqualTo(":2");
            union.add("s" + i * 7919);
        }
        assertThat(client.ask(union.toArray(String[]::new))).startsWith("-CROSSSLOT SUNION needs all its keys");
        try (RespClient combining = RespClient.to(port + 1)) {
            assertThat(elements(combining.ask(union.toArray(String[]::new)))).hasSize(13);
            List<String> inter = new ArrayList<>(union);
            inter.set(0, "SINTER");
            assertThat(combining.ask(inter.toArray(String[]::new))).isEqualTo("[all]");
            difference.addAll(union.subList(2, union.size()));
            assertThat(combining.ask(difference.toArray(String[]::new))).isEqualTo("[m0]");
            for (int i = 0; i < 12; i++) {
                combining.ask("SET", "text" + i, "v");
                assertThat(combining.ask("SUNION", "s0", "text" + i)).startsWith("-WRONGTYPE");
            }
            List<String> store = new ArrayList<>(union);
            store.set(0, "target");
            store.addFirst("SUNIONSTORE");
            assertThat(combining.ask(store.toArray(String[]::new))).startsWith("-CROSSSLOT");
        }
    }

    private static Set<String> elements(String array) {
        return new TreeSet<>(Arrays.asList(array.substring(1, array.length() - 1).split(", ")));
    }
}
