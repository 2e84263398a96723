package dev.cobnut.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What one client does, or a node does to one client, is nothing to all others: one test for each way in which that
/// could fail. [AttackIT] looks for those that nobody has thought of.
@Timeout(30)
@ExtendWith(LeakCheck.class)
@SuppressWarnings("NullAway.Init") // JUnit calls start before anything else
class IsolationIT {
    private static final String CLOSED = "closed";

    @TempDir
    private Path folder;

    private RealRedis redis;
    private int port;

    @BeforeEach
    void start() {
        redis = RealRedis.in(folder);
        port = FreePorts.next(1);
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    /// @param settings lines of the pool
    private RunningProxy proxy(List<Integer> nodes, String... settings) throws Exception {
        StringBuilder yml = new StringBuilder("alpha:\n  listen: 127.0.0.1:" + port
                + "\n  redis: true\n  hash: fnv1a_64\n  distribution: ketama\n  hash_tag: \"{}\"\n");
        List.of(settings).forEach(line -> yml.append("  ").append(line).append('\n'));
        yml.append("  servers:\n");
        nodes.forEach(node -> yml.append("   - 127.0.0.1:")
                .append(node)
                .append(":1 s")
                .append(node)
                .append('\n'));
        return RunningProxy.of(folder, yml.toString(), 1);
    }

    private List<RealRedis.Server> masters(int count, String... settings) {
        List<RealRedis.Server> masters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            masters.add(redis.master(settings));
        }
        return masters;
    }

    private static List<Integer> ports(List<RealRedis.Server> nodes) {
        return nodes.stream().map(RealRedis.Server::port).toList();
    }

    // ---- a connection that was lent and comes back ------------------------------------------------------------------

    @Test
    void connectionWhoseMultiWasLateIsLentToNobody() throws Exception {
        List<RealRedis.Server> nodes = masters(3, "enable-debug-command yes");
        try (RunningProxy _ = proxy(ports(nodes), "timeout: 400");
                RespClient late = RespClient.to(port)) {
            // So that a connection is there to be lent.
            assertThat(late.ask("EVAL", "return 'x'", "1", "{t}k")).isEqualTo("x");
            List<RespClient> sleepers = new ArrayList<>();
            for (RealRedis.Server node : nodes) {
                sleepers.add(RespClient.to(node.port()));
                sleepers.getLast().send("DEBUG", "SLEEP", "0.7");
            }
            assertThat(late.ask("MULTI")).isEqualTo("+OK");
            late.send("SET", "{t}k", "late");
            late.send("EXEC");
            assertThat(late.reply()).startsWith("-");
            assertThat(late.reply()).startsWith("-");
            for (RespClient sleeper : sleepers) {
                assertThat(sleeper.reply()).isEqualTo("+OK");
                sleeper.close();
            }
            try (RespClient other = RespClient.to(port)) {
                assertThat(other.ask("RPUSH", "{t}list", "e")).isEqualTo(":1");
                assertThat(other.ask("EVAL", "return ARGV[1]", "1", "{t}k", "mine"))
                        .isEqualTo("mine");
                assertThat(other.ask("BLPOP", "{t}list", "1")).isEqualTo("[{t}list, e]");
                assertThat(other.ask("WATCH", "{t}k")).isEqualTo("+OK");
                assertThat(other.ask("GET", "{t}k")).isEqualTo("(nil)");
            }
        }
    }

    @Test
    void connectionThatIsKilledWhileLentLeavesRoomForTheNext() throws Exception {
        RealRedis.Server node = redis.master();
        try (RunningProxy _ = proxy(List.of(node.port()), "allow: client|kill");
                RespClient blocked = RespClient.to(port);
                RespClient killer = RespClient.to(port)) {
            for (int i = 0; i < 5; i++) {
                try (RespClient victim = RespClient.to(port)) {
                    String id = victim.ask("CLIENT", "ID").substring(1);
                    victim.send("BLPOP", "nothing", "0");
                    node.await("INFO clients", "blocked_clients:1");
                    assertThat(killer.ask("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
                    try (RespClient next = RespClient.to(port)) {
                        assertThat(next.ask("HELLO", "3")).startsWith("{server: redis");
                        assertThat(next.ask("GET", "x")).isEqualTo("(nil)");
                    }
                }
            }
            assertThat(blocked.ask("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void connectionThatWasOpenedWithoutPasswordIsNotUsedWhenNoneIsWantedAnyMore() throws Exception {
        RealRedis.Server node = redis.master();
        try (RunningProxy _ = proxy(List.of(node.port()));
                RespClient admin = RespClient.to(node.port())) {
            assertThat(admin.ask("ACL", "SETUSER", "default", ">secret")).isEqualTo("+OK");
            for (int i = 0; i < 3; i++) {
                try (RespClient refused = RespClient.to(port)) {
                    assertThat(refused.ask("HELLO", "3")).startsWith("-NOAUTH");
                    assertThat(refused.ask("BLPOP", "list", "0.01")).startsWith("-NOAUTH");
                }
            }
            assertThat(admin.ask("ACL", "SETUSER", "default", "nopass")).isEqualTo("+OK");
            // What was refused a moment ago may rest for 100 ms.
            TimeUnit.MILLISECONDS.sleep(300);
            for (int i = 0; i < 9; i++) {
                try (RespClient welcome = RespClient.to(port)) {
                    assertThat(welcome.ask("HELLO", "3")).startsWith("{server: redis");
                    assertThat(welcome.ask("BLPOP", "list", "0.01")).isEqualTo("(nil)");
                }
            }
        }
    }

    // ---- lanes ------------------------------------------------------------------------------------------------------

    @Test
    void invalidationsThatAreSentToAnotherConnectionReachNobodysReplies() throws Exception {
        RealRedis.Server node = redis.master();
        try (RunningProxy _ = proxy(List.of(node.port()));
                RespClient writer = RespClient.to(port)) {
            List<RespClient> victims = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                victims.add(RespClient.to(port));
                assertThat(victims.getLast().ask("HELLO", "3")).startsWith("{server: redis");
                assertThat(victims.getLast().ask("GET", "v" + i)).isEqualTo("(nil)");
            }
            for (int id = 1; id < 40; id++) {
                try (RespClient tracker = RespClient.to(port)) {
                    tracker.ask("CLIENT", "TRACKING", "ON", "REDIRECT", "" + id);
                    assertThat(tracker.ask("GET", "trg")).isIn("1", "(nil)");
                    assertThat(writer.ask("SET", "trg", "1")).isEqualTo("+OK");
                    for (int i = 0; i < victims.size(); i++) {
                        String mine = id + "." + i;
                        assertThat(victims.get(i).ask("ECHO", mine))
                                .as("redirected to " + id)
                                .isEqualTo(mine);
                    }
                }
            }
            for (RespClient victim : victims) {
                victim.close();
            }
        }
    }

    @Test
    void consumerWhoIsCalledStreamsBlocksNobodyElse() throws Exception {
        RealRedis.Server node = redis.master();
        try (RunningProxy _ = proxy(List.of(node.port()))) {
            List<RespClient> blocked = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                blocked.add(RespClient.to(port));
                blocked.getLast().ask("XGROUP", "CREATE", "st", "g", "$", "MKSTREAM");
                blocked.getLast().send("XREADGROUP", "GROUP", "g", "STREAMS", "BLOCK", "0", "STREAMS", "st", ">");
            }
            node.await("INFO clients", "blocked_clients:8");
            try (RespClient other = RespClient.to(port)) {
                assertThat(other.ask("SET", "k", "v")).isEqualTo("+OK");
                assertThat(other.ask("GET", "k")).isEqualTo("v");
            }
            for (RespClient each : blocked) {
                each.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65_400, 70_000, 1_000_000})
    void longErrorLineIsPassedOnAndCostsNobodyElseAnything(int length) throws Exception {
        RealRedis.Server node = redis.master();
        try (RunningProxy _ = proxy(List.of(node.port()));
                RespClient one = RespClient.to(port);
                RespClient other = RespClient.to(port)) {
            String key = "k".repeat(length);
            for (int i = 0; i < 5; i++) {
                one.send("XPENDING", key, "g");
                for (int each = 0; each < 20; each++) {
                    other.send("ECHO", i + "." + each);
                }
                assertThat(one.reply()).startsWith("-NOGROUP No such key 'kkk").hasSizeGreaterThan(length);
                for (int each = 0; each < 20; each++) {
                    assertThat(other.reply()).isEqualTo(i + "." + each);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void requestThatANodeClosesItsConnectionForCostsNobodyElseAnything(int shards) throws Exception {
        List<RealRedis.Server> nodes = masters(shards, "proto-max-bulk-len 1mb");
        String big = "v".repeat(2_000_000);
        try (RunningProxy _ = proxy(ports(nodes));
                RespClient one = RespClient.to(port);
                RespClient other = RespClient.to(port)) {
            for (String[] request : List.of(
                    new String[] {"PUBLISH", "ch", big},
                    new String[] {"MSET", "a", big, "b", big, "c", big, "d", big},
                    new String[] {"SET", "a", big},
                    new String[] {"EVAL", "return ARGV[1]", "1", "a", big})) {
                one.send(request);
                for (int each = 0; each < 100; each++) {
                    other.send("ECHO", request[0] + each);
                }
                for (int each = 0; each < 100; each++) {
                    assertThat(other.reply()).isEqualTo(request[0] + each);
                }
                assertThat(one.reply()).as(request[0]).startsWith("-ERR ");
            }
            assertThat(other.ask("SET", "a", "v")).isEqualTo("+OK");
        }
    }

    /// It is more than is collected while connections open.
    @Test
    void longRequestOfANewProxyIsServed() throws Exception {
        List<RealRedis.Server> nodes = masters(2);
        try (RunningProxy _ = proxy(ports(nodes), "preconnect: false");
                RespClient one = RespClient.to(port)) {
            String part = "v".repeat(10_000_000);
            assertThat(one.ask("MSET", "{a}1", part, "{a}2", part, "{a}3", part, "{a}4", part, "{b}", "v"))
                    .isEqualTo("+OK");
            assertThat(one.ask("STRLEN", "{a}4")).isEqualTo(":10000000");
        }
    }

    @Test
    void readsOfOthersAreServedWhileWritersArePaused() throws Exception {
        RealRedis.Server node = redis.master();
        try (RunningProxy _ = proxy(List.of(node.port()));
                RespClient admin = RespClient.to(node.port());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(admin.ask("SET", "k", "v")).isEqualTo("+OK");
            assertThat(admin.ask("CLIENT", "PAUSE", "5000", "WRITE")).isEqualTo("+OK");
            List<RespClient> clients = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                clients.add(RespClient.to(port));
                clients.getLast().send("SET", "w" + i, "x");
            }
            // What is sent before a lane is known to be slow waits behind the first write.
            TimeUnit.MILLISECONDS.sleep(300);
            for (int i = 12; i < 24; i++) {
                clients.add(RespClient.to(port));
                clients.getLast().send("SET", "w" + i, "x");
            }
            List<Future<Long>> reads = new ArrayList<>();
            for (int i = 0; i < 112; i++) {
                RespClient reader = RespClient.to(port);
                clients.add(reader);
                reads.add(threads.submit(() -> {
                    long begin = System.nanoTime();
                    assertThat(reader.ask("GET", "k")).isEqualTo("v");
                    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                }));
            }
            int slow = 0;
            for (Future<Long> read : reads) {
                slow += read.get() > 2_000 ? 1 : 0;
            }
            assertThat(admin.ask("CLIENT", "UNPAUSE")).isEqualTo("+OK");
            for (RespClient client : clients) {
                client.close();
            }
            assertThat(slow).as("reads of 112 that took longer than 2 s").isZero();
        }
    }

    // ---- a script's words -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "READONLY",
                "DENIED",
                "NOAUTH",
                "LOADING",
                "BUSY",
                "MASTERDOWN",
                "ERR max number of clients",
                "NOPERM"
            })
    void errorOfAScriptIsItsOwnWhateverItBeginsWith(String words) throws Exception {
        RealRedis.Server node = redis.master();
        try (RunningProxy _ = proxy(List.of(node.port()), "auto_eject_hosts: true", "server_failure_limit: 2");
                RespClient other = RespClient.to(port)) {
            for (int i = 1; i <= 4; i++) {
                // The first reply on a connection of its own.
                try (RespClient client = RespClient.to(port)) {
                    assertThat(client.ask(
                                    "EVAL",
                                    "redis.call('incr',KEYS[1]) return redis.error_reply(ARGV[1])",
                                    "1",
                                    "n",
                                    words + " x"))
                            .isEqualTo("-" + words + " x");
                }
                assertThat(other.ask("GET", "n")).isEqualTo("" + i);
            }
        }
    }

    // ---- messages ---------------------------------------------------------------------------------------------------

    @Test
    void subscriberThatHasMissedMessagesIsClosed() throws Exception {
        RealRedis.Server node = redis.master("client-output-buffer-limit pubsub 1mb 0 0");
        try (RunningProxy _ = proxy(List.of(node.port()));
                RespClient publisher = RespClient.to(node.port());
                RespClient subscriber = RespClient.to(port)) {
            assertThat(subscriber.ask("SUBSCRIBE", "ch")).isEqualTo("[subscribe, ch, :1]");
            String text = "x".repeat(100_000);
            publisher.send("MULTI");
            for (int i = 0; i < 40; i++) {
                publisher.send("PUBLISH", "ch", i + text);
            }
            publisher.send("EXEC");
            for (int i = 0; i < 42; i++) {
                publisher.reply();
            }
            // Long enough for a subscription that comes back.
            TimeUnit.MILLISECONDS.sleep(500);
            assertThat(publisher.ask("PUBLISH", "ch", "999")).isIn(":0", ":1");
            for (int i = 0; i < 40; i++) {
                String message = replyOrEnd(subscriber);
                if (message.equals(CLOSED)) {
                    return;
                }
                assertThat(message).startsWith("[message, ch, " + i + "xxx");
            }
        }
    }

    private static String replyOrEnd(RespClient client) throws IOException {
        try {
            return client.reply();
        } catch (EOFException _) {
            return CLOSED;
        }
    }
}
