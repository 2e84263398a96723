package dev.cobnut.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Three real masters behind one pool, and one of them behind a second pool that knows unix sockets only.
@Timeout(60)
class ShardedPoolIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    private static RealRedis redis;
    private static List<RealRedis.Server> masters;
    private static RunningProxy proxy;
    private static int port;
    private static Path socket;

    private RespClient client;

    @BeforeAll
    static void startEverything() throws Exception {
        redis = RealRedis.in(folder);
        Path serverSocket = folder.resolve("redis.sock");
        masters = List.of(redis.master("unixsocket " + serverSocket), redis.master(), redis.master());
        port = FreePorts.next(1);
        socket = folder.resolve("proxy.sock");
        String yml = """
                alpha:
                  listen: 127.0.0.1:%d
                  hash: fnv1a_64
                  hash_tag: "{}"
                  distribution: ketama
                  redis: true
                  auto_eject_hosts: false
                  timeout: 2000
                  server_retry_timeout: 2000
                  server_failure_limit: 1
                  preconnect: true
                  servers:
                   - 127.0.0.1:%d:1 one
                   - 127.0.0.1:%d:1 two
                   - 127.0.0.1:%d:1 three
                beta:
                  listen: %s 0640
                  redis: true
                  servers:
                   - %s:1
                """.formatted(
                        port,
                        masters.get(0).port(),
                        masters.get(1).port(),
                        masters.get(2).port(),
                        socket,
                        serverSocket);
        proxy = RunningProxy.of(folder, yml, 2);
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

    // ---- where keys live --------------------------------------------------------------------------------------------

    @Test
    void keysSpreadOverAllShardsAndAreFoundAgain() throws IOException {
        for (int i = 0; i < 300; i++) {
            assertThat(client.ask("SET", "user:" + i * 7919, "v" + i)).isEqualTo("+OK");
        }
        for (int i = 0; i < 300; i++) {
            assertThat(client.ask("GET", "user:" + i * 7919)).isEqualTo("v" + i);
        }

        long sum = 0;
        for (RealRedis.Server master : masters) {
            long keys = keysOn(master);
            assertThat(keys).isBetween(20L, 200L);
            sum += keys;
        }
        assertThat(sum).isEqualTo(300);
    }

    @Test
    void keysWithOneHashTagShareAShard() throws IOException {
        for (int i = 0; i < 50; i++) {
            client.ask("SET", "{cart}:" + i, "v");
        }

        assertThat(masters).filteredOn(master -> keysOn(master) > 0).hasSize(1);
        assertThat(client.ask("SUNION", "{cart}:x", "{cart}:y")).isEqualTo("[]");
        assertThat(client.ask("RENAME", "{cart}:1", "{cart}:renamed")).isEqualTo("+OK");
    }

    // ---- several shards in one command ------------------------------------------------------------------------------

    @Test
    void commandsOfManyKeysAreJoinedOverShards() throws IOException {
        List<String> keys = keyOnEach();
        String a = keys.get(0);
        String b = keys.get(1);
        String c = keys.get(2);

        assertThat(client.ask("MSET", a, "1", b, "", c, "3")).isEqualTo("+OK");
        assertThat(client.ask("MGET", c, a, "absent", b, a)).isEqualTo("[3, 1, (nil), , 1]");
        assertThat(client.ask("EXISTS", a, b, c, "absent", a)).isEqualTo(":4");
        assertThat(client.ask("TOUCH", a, b, c, "absent")).isEqualTo(":3");
        assertThat(client.ask("DEL", a, b, "absent")).isEqualTo(":2");
        assertThat(client.ask("UNLINK", a, b, c)).isEqualTo(":1");
        assertThat(client.ask("MGET", a, b, c)).isEqualTo("[(nil), (nil), (nil)]");
    }

    @Test
    void repliesKeepTheOrderOfRequestsAcrossShards() throws IOException {
        List<String> keys = keyOnEach();
        for (int round = 0; round < 200; round++) {
            client.send("SET", keys.get(round % 3), Integer.toString(round));
            client.send("PING", "p" + round);
            client.send("MGET", keys.get(round % 3), "absent");
        }
        for (int round = 0; round < 200; round++) {
            assertThat(client.reply()).isEqualTo("+OK");
            assertThat(client.reply()).isEqualTo("p" + round);
            assertThat(client.reply()).isEqualTo("[" + round + ", (nil)]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SUNION", "SINTER", "SDIFF", "RENAME", "RENAMENX", "COPY", "RPOPLPUSH", "PFMERGE", "MSETNX"})
    void commandsThatCannotBeSplitAreRefusedAcrossShards(String command) throws IOException {
        List<String> keys = keyOnEach();
        String[] request = command.equals("MSETNX")
                ? new String[] {command, keys.get(0), "v", keys.get(1), "v"}
                : new String[] {command, keys.get(0), keys.get(1)};

        assertThat(client.ask(request)).startsWith("-CROSSSLOT " + command + " needs all its keys on one shard");
        assertThat(client.ask("EXISTS", keys.get(0), keys.get(1))).isEqualTo(":0");
    }

    @Test
    void scriptsAreLoadedOnEveryShard() throws IOException {
        String script = "return {KEYS[1], ARGV[1]}";
        String sha1 = client.ask("SCRIPT", "LOAD", script);
        assertThat(sha1).matches("[0-9a-f]{40}");
        String unknown = "0".repeat(40);

        for (String key : keyOnEach()) {
            assertThat(client.ask("EVALSHA", sha1, "1", key, "v")).isEqualTo("[" + key + ", v]");
        }
        assertThat(client.ask("SCRIPT", "EXISTS", sha1, unknown)).isEqualTo("[:1, :0]");

        masters.get(2).ask("SCRIPT FLUSH");
        assertThat(client.ask("SCRIPT", "EXISTS", sha1, unknown)).isEqualTo("[:0, :0]");
        assertThat(client.ask("EVALSHA", sha1, "1", keyOnEach().get(2), "v")).startsWith("-NOSCRIPT");

        assertThat(client.ask("SCRIPT", "FLUSH")).isEqualTo("+OK");
        assertThat(client.ask("EVALSHA", sha1, "1", keyOnEach().get(0), "v")).startsWith("-NOSCRIPT");
    }

    @Test
    void oneFailingPartFailsTheWholeCommandWithTheNodesOwnWords() throws IOException {
        List<String> keys = keyOnEach();
        client.ask("SET", keys.get(0), "v");
        masters.get(1).ask("CONFIG SET maxmemory 1");
        try {
            assertThat(client.ask("MSET", keys.get(0), "new", keys.get(1), "new"))
                    .startsWith("-OOM command not allowed");
        } finally {
            masters.get(1).ask("CONFIG SET maxmemory 0");
        }
    }

    // ---- a node is down ---------------------------------------------------------------------------------------------

    @Test
    void deadNodeFailsItsOwnKeysOnlyUntilItIsBack() throws IOException {
        List<String> keys = keyOnEach();
        RealRedis.Server two = masters.get(1);
        client.ask("SET", keys.get(0), "a");
        client.ask("SET", keys.get(2), "c");
        String refused =
                "-ERR Connection refused: shard two (127.0.0.1:" + two.port() + "): cannot connect, command not sent";

        two.kill();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(client.ask("GET", keys.get(1))).isEqualTo(refused));
        assertThat(client.ask("SET", keys.get(1), "b")).isEqualTo(refused);
        assertThat(client.ask("MGET", keys.get(0), keys.get(1), keys.get(2))).isEqualTo(refused);
        assertThat(client.ask("DEL", keys.get(1), "{" + keys.get(2) + "}other"))
                .isEqualTo(
                        refused.replace("command not sent", "failed on 1 of 2 shards (two), outcome unknown in part"));
        assertThat(client.ask("DBSIZE")).isEqualTo(refused);
        assertThat(client.ask("MGET", keys.get(2), keys.get(0))).isEqualTo("[c, a]");
        assertThat(client.ask("PING")).isEqualTo("+PONG");

        two.start();

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(client.ask("SET", keys.get(1), "b")).isEqualTo("+OK"));
        assertThat(client.ask("MGET", keys.get(0), keys.get(1), keys.get(2))).isEqualTo("[a, b, c]");
    }

    @Test
    void silentNodeTimesOutWithAnUnknownOutcomeAndItsLateReplyGoesNowhere() throws IOException {
        List<String> keys = keyOnEach();
        client.ask("MSET", keys.get(0), "a", keys.get(1), "b");
        masters.get(1).pause();
        try {
            client.send("SET", keys.get(1), "late");
            client.send("GET", keys.get(0));
            assertThat(client.reply())
                    .startsWith("-ERR Connection timed out: shard two")
                    .endsWith("outcome unknown");
            assertThat(client.reply()).isEqualTo("a");
        } finally {
            masters.get(1).resume();
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(client.ask("GET", keys.get(1))).isEqualTo("late"));
    }

    // ---- what the proxy answers -------------------------------------------------------------------------------------

    @Test
    void infoAndDbsizeAddUpAllShards() throws IOException {
        List<String> keys = keyOnEach();
        client.ask("MSET", keys.get(0), "1", keys.get(1), "2", keys.get(2), "3");

        assertThat(client.ask("DBSIZE")).isEqualTo(":3");
        String info = client.ask("INFO");
        assertThat(info).contains("proxy_pool:alpha\r\n", "proxy_shards:3\r\n", "role:master\r\n", "db0:keys=3,");
        assertThat(info.lines())
                .filteredOn(line -> !line.isEmpty() && !line.startsWith("#"))
                .allMatch(line -> line.indexOf(':') > 0);
        assertThat(client.ask("INFO", "keyspace")).contains("db0:keys=3,").doesNotContain("used_memory");
    }

    @Test
    void habitsOfClientsAreAnswered() throws IOException {
        assertThat(client.ask("COMMAND", "COUNT")).matches(":[1-9]\\d+");
        assertThat(client.ask("TIME")).matches("\\[1\\d{9}, \\d{1,6}]");
        assertThat(client.ask("ECHO", "hi")).isEqualTo("hi");
        assertThat(client.ask("SELECT", "0")).isEqualTo("+OK");
        assertThat(client.ask("SELECT", "99")).isEqualTo("-ERR DB index is out of range");
        assertThat(client.ask("HELLO")).contains("proto, :2", "mode, standalone", "role, master");
        assertThat(client.ask("HELLO", "4")).startsWith("-NOPROTO");
        assertThat(client.ask("HELLO", "2", "SETNAME", "shop")).contains("proto, :2");
        assertThat(client.ask("CLIENT", "GETNAME")).isEqualTo("shop");
        assertThat(client.ask("CLIENT", "SETNAME", "till")).isEqualTo("+OK");
        assertThat(client.ask("CLIENT", "GETNAME")).isEqualTo("till");
        assertThat(client.ask("CLIENT", "SETINFO", "LIB-NAME", "own")).isEqualTo("+OK");
        assertThat(client.ask("CLIENT", "ID")).matches(":[1-9]\\d*");
        assertThat(client.ask("AUTH", "secret")).startsWith("-ERR AUTH <password> called without any password");
        assertThat(client.ask("NONSENSE", "1")).startsWith("-ERR unknown command 'NONSENSE'");
        assertThat(client.ask("GET")).isEqualTo("-ERR wrong number of arguments for 'get' command");
        assertThat(client.ask("QUIT")).isEqualTo("+OK");
    }

    // ---- unix sockets, statistics -----------------------------------------------------------------------------------

    @Test
    void unixSocketsServeOnBothSides() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-r-----");
        try (RespClient local = RespClient.to(socket)) {
            assertThat(local.ask("SET", "by-socket", "v")).isEqualTo("+OK");
            assertThat(local.ask("GET", "by-socket")).isEqualTo("v");
        }
        assertThat(masters.getFirst().ask("GET by-socket")).isEqualTo("$1\r\nv\r\n");
    }

    @Test
    void statisticsCountWhatWasDone() throws IOException {
        List<String> keys = keyOnEach();
        long requests = proxy.stat("alpha", "one", "requests");
        long responses = proxy.stat("alpha", "one", "responses");
        long fragments = proxy.stat("alpha", "fragments");
        long errors = proxy.stat("alpha", "forward_error");

        client.ask("SET", keys.get(0), "v");
        client.ask("GET", keys.get(0));
        client.ask("MGET", keys.get(0), keys.get(1), keys.get(2));
        client.ask("PING");

        assertThat(proxy.stat("alpha", "one", "requests")).isEqualTo(requests + 3);
        assertThat(proxy.stat("alpha", "one", "responses")).isEqualTo(responses + 3);
        assertThat(proxy.stat("alpha", "fragments")).isEqualTo(fragments + 3);
        assertThat(proxy.stat("alpha", "forward_error")).isEqualTo(errors);
        assertThat(proxy.stat("alpha", "one", "in_queue")).isZero();
        assertThat(proxy.stat("alpha", "one", "out_queue")).isZero();
        assertThat(proxy.stat("alpha", "one", "out_queue_bytes")).isZero();
        assertThat(proxy.stat("alpha", "client_connections")).isPositive();
        assertThat(proxy.stats()).startsWith("{\"service\":\"nutcracker\", \"source\":");
    }

    /// A key for each master, in their order; none of them exists.
    private List<String> keyOnEach() throws IOException {
        List<String> keys = new ArrayList<>();
        for (RealRedis.Server master : masters) {
            for (int i = 0; keys.size() <= masters.indexOf(master); i++) {
                String key = "probe:" + i * 104_729;
                client.ask("SET", key, "v");
                boolean here = master.ask("EXISTS " + key).equals(":1\r\n");
                client.ask("DEL", key);
                if (here) {
                    keys.add(key);
                }
            }
        }
        return keys;
    }

    private static long keysOn(RealRedis.Server master) {
        try {
            return Long.parseLong(
                    Pattern.compile("\\D").matcher(master.ask("DBSIZE")).replaceAll(""));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
