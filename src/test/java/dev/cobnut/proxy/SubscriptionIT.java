package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.ScriptedNode;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages that nobody asks for one by one: subscriptions, invalidations.
@Timeout(60)
@ExtendWith(LeakCheck.class)
class SubscriptionIT {
    @RegisterExtension
    static final Shards SHARDS = new Shards();

    /// Publishes until somebody has heard it.
    private static void publish(ProxyUnderTest proxy, String channel, String message) throws IOException {
        try (RespClient client = RespClient.to(proxy.port())) {
            await().pollDelay(Duration.ZERO)
                    .until(() -> client.ask("PUBLISH", channel, message).equals(":1"));
        }
    }

    private static String next(RespClient client, boolean resp3) throws IOException {
        return resp3 ? client.push() : client.reply();
    }

    // ---- the master moves, connections end --------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"1, 2", "3, 2", "1, 3", "3, 3"})
    void subscriberHearsWhatIsPublishedAfterAMoveWithoutDoingAnything(int shards, int version) throws Exception {
        boolean resp3 = version == 3;
        String sign = resp3 ? ">" : "";
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RespClient client = RespClient.to(proxy.port())) {
            if (resp3) {
                client.ask("HELLO", "3");
            }
            String one = proxy.key(0, "one");
            String two = proxy.key(shards - 1, "two");
            client.send("SUBSCRIBE", one, two);
            client.send("PSUBSCRIBE", "news.*");
            client.send("SSUBSCRIBE", one);
            assertThat(next(client, resp3)).isEqualTo(sign + "[subscribe, " + one + ", :1]");
            assertThat(next(client, resp3)).isEqualTo(sign + "[subscribe, " + two + ", :2]");
            assertThat(next(client, resp3)).isEqualTo(sign + "[psubscribe, news.*, :3]");
            assertThat(next(client, resp3)).isEqualTo(sign + "[ssubscribe, " + one + ", :1]");
            for (int round = 0; round < 2; round++) {
                for (String channel : List.of(one, two)) {
                    publish(proxy, channel, "m" + round);
                    assertThat(next(client, resp3)).isEqualTo(sign + "[message, " + channel + ", m" + round + "]");
                }
                publish(proxy, "news.x", "m" + round);
                assertThat(next(client, resp3)).isEqualTo(sign + "[pmessage, news.*, news.x, m" + round + "]");
                if (round == 0) {
                    proxy.move(0, SHARDS.other().address());
                }
            }
            client.send("UNSUBSCRIBE");
            client.send("PUNSUBSCRIBE");
            client.send("SUNSUBSCRIBE");
            assertThat(next(client, resp3)).startsWith(sign + "[unsubscribe, ").endsWith(":2]");
            assertThat(next(client, resp3)).startsWith(sign + "[unsubscribe, ").endsWith(":1]");
            assertThat(next(client, resp3)).isEqualTo(sign + "[punsubscribe, news.*, :0]");
            assertThat(next(client, resp3)).isEqualTo(sign + "[sunsubscribe, " + one + ", :0]");
            assertThat(client.ask("GET", one)).isEqualTo("(nil)");
        }
    }

    /// As Redis does it: the messages that were on their way are gone, and nothing else would tell.
    @ParameterizedTest
    @CsvSource({"1, kill", "3, kill", "1, limit", "3, limit"})
    void subscriberWhoseNodeEndsItsConnectionIsClosed(int shards, String how) throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RespClient client = RespClient.to(proxy.port())) {
            String channel = proxy.key(0, "one");
            client.send("SUBSCRIBE", channel);
            assertThat(next(client, false)).isEqualTo("[subscribe, " + channel + ", :1]");
            if (how.equals("kill")) {
                SHARDS.node(0).ask("CLIENT KILL TYPE pubsub");
            } else {
                SHARDS.node(0).ask("CONFIG SET client-output-buffer-limit \"pubsub 1mb 0 0\"");
                try (RespClient publisher = RespClient.to(SHARDS.node(0).port())) {
                    publisher.ask("MULTI");
                    for (int i = 0; i < 40; i++) {
                        publisher.ask("PUBLISH", channel, "m".repeat(100_000));
                    }
                    publisher.ask("EXEC");
                    publisher.ask("PUBLISH", channel, "999");
                } finally {
                    SHARDS.node(0).ask("CONFIG SET client-output-buffer-limit \"pubsub 32mb 8mb 60\"");
                }
            }
            assertThatThrownBy(() -> {
                        while (true) {
                            assertThat(next(client, false)).doesNotContain("999");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void subscriptionThatTheNodeRefusesIsAnErrorAndTheEnd() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    while (true) {
                        peer.read();
                        peer.send("-BUSY Redis is busy running a script.\r\n");
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient client = proxy.client()) {
            client.ask("SUBSCRIBE", "c");
            assertThat(client.readToTheEnd()).isEqualTo("-BUSY Redis is busy running a script.\r\n");
        }
    }

    @Test
    void messageThatBreaksOffInTheMiddleEndsTheConnection() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    if (peer.read().getFirst().equals("subscribe")) {
                        peer.send(
                                "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$500000\r\n"
                                        + "x".repeat(200_000));
                        peer.await(gate);
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient client = proxy.client()) {
            client.ask("SUBSCRIBE", "c");
            client.skip(150_000);
            gate.countDown();
            client.readToTheEnd();
        }
    }

    // ---- messages and replies ---------------------------------------------------------------------------------------

    /// Only in RESP2, and only while it is subscribed, is such an array a message.
    @ParameterizedTest
    @ValueSource(strings = {"HELLO 3;SUBSCRIBE c", "CLIENT ID;SUBSCRIBE c;UNSUBSCRIBE c"})
    void arrayThatLooksLikeAMessageIsAReply(String state) throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(1);
                RawClient client = proxy.client()) {
            SHARDS.node(0).ask("RPUSH list message c text");
            for (String each : state.split(";")) {
                client.send(request(each.split(" ")));
            }
            client.send(request("PING", "begin"));
            while (!client.readLine().equals("begin")) {
                assertThat(client.available()).isNotNegative();
            }
            client.send(request("LRANGE", "list", "0", "-1") + request("PING", "1") + request("PING", "2"));
            client.expect("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\ntext\r\n$1\r\n1\r\n$1\r\n2\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void longMessagesOfSeveralShardsAndLongRepliesDoNotMix(int shards) throws Exception {
        int rounds = 10;
        int size = 1_000_000;
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RespClient client = RespClient.to(proxy.port());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            client.ask("HELLO", "3");
            String key = proxy.key(0, "key");
            client.ask("SET", key, "r".repeat(300_000));
            List<String> channels = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                channels.add(proxy.key(i % shards, "c" + i));
                client.send("SUBSCRIBE", channels.get(i));
                client.push();
            }
            List<Future<Long>> done = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String channel = channels.get(i);
                String text = Integer.toString(i).repeat(size);
                done.add(threads.submit(() -> {
                    long heard = 0;
                    try (RespClient publisher = RespClient.to(proxy.port())) {
                        for (int round = 0; round < rounds; round++) {
                            heard += Long.parseLong(
                                    publisher.ask("PUBLISH", channel, text).substring(1));
                        }
                    }
                    return heard;
                }));
            }
            for (int round = 0; round < 20; round++) {
                client.send("GET", key);
                client.send("PING", "p" + round);
            }
            for (int round = 0; round < 20; round++) {
                assertThat(client.reply()).hasSize(300_000).containsOnlyOnce("r".repeat(300_000));
                assertThat(client.reply()).isEqualTo("p" + round);
            }
            for (int i = 0; i < 3 * rounds; i++) {
                String push = client.push();
                assertThat(push).startsWith(">[message, {").hasSizeGreaterThan(size);
                char last = push.charAt(push.length() - 2);
                assertThat(push.substring(push.length() - 1 - size, push.length() - 1))
                        .isEqualTo(String.valueOf(last).repeat(size));
            }
            for (Future<Long> each : done) {
                assertThat(each.get()).isEqualTo(rounds);
            }
        }
    }

    /// A long message does not wait for a reply that may never come.
    @Test
    void longMessageOvertakesABlockedCommandOfAnotherShard() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(2);
                RespClient client = RespClient.to(proxy.port())) {
            client.ask("HELLO", "3");
            client.send("SUBSCRIBE", proxy.key(0, "c"));
            client.push();
            client.send("BLPOP", proxy.key(1, "list"), "0");
            SHARDS.node(1).await("INFO clients", "blocked_clients:1");
            publish(proxy, proxy.key(0, "c"), "x".repeat(200_000));
            assertThat(client.push()).endsWith("xxx]").hasSizeGreaterThan(200_000);
            publish(proxy, proxy.key(0, "c"), "short");
            assertThat(client.push()).endsWith("short]");
            SHARDS.node(1).ask("RPUSH " + proxy.key(1, "list") + " v");
            assertThat(client.reply()).endsWith(" v]");
        }
    }

    @Test
    void invalidationsReachTheClientThatTracks() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(1);
                RespClient client = RespClient.to(proxy.port());
                RespClient writer = RespClient.to(proxy.port())) {
            client.ask("HELLO", "3");
            assertThat(client.ask("CLIENT", "TRACKING", "ON")).isEqualTo("+OK");
            for (int round = 0; round < 20; round++) {
                assertThat(client.ask("GET", "k" + round)).isEqualTo("(nil)");
                writer.ask("SET", "k" + round, "v");
                assertThat(client.push()).isEqualTo(">[invalidate, [k" + round + "]]");
                assertThat(client.ask("GET", "k" + round)).isEqualTo("v");
            }
            writer.ask("FLUSHALL");
            assertThat(client.push()).isEqualTo(">[invalidate, (nil)]");
            assertThat(client.ask("CLIENT", "TRACKING", "OFF")).isEqualTo("+OK");
        }
    }

    @Test
    void trackingInRedisTwoIsRedirectedToASubscriber() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(1);
                RespClient hears = RespClient.to(proxy.port());
                RespClient client = RespClient.to(proxy.port());
                RespClient writer = RespClient.to(proxy.port())) {
            String id = hears.ask("CLIENT", "ID").substring(1);
            assertThat(hears.ask("SUBSCRIBE", "__redis__:invalidate"))
                    .isEqualTo("[subscribe, __redis__:invalidate, :1]");
            assertThat(client.ask("CLIENT", "TRACKING", "ON", "REDIRECT", id)).isEqualTo("+OK");
            assertThat(client.ask("GET", "k")).isEqualTo("(nil)");
            writer.ask("SET", "k", "v");
            assertThat(hears.reply()).isEqualTo("[message, __redis__:invalidate, [k]]");
        }
    }

    // ---- a subscriber that does not read ----------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void subscriberThatNeverReadsIsClosedAndOthersGetEverything(int shards) throws Exception {
        int messages = 5000;
        String text = "m".repeat(10_000);
        for (RealRedis.Server node : SHARDS.nodes()) {
            node.ask("CONFIG SET client-output-buffer-limit \"pubsub 16mb 8mb 5\"");
        }
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RawClient slow = RawClient.connect(proxy.port(), 4096);
                RespClient fast = RespClient.to(proxy.port());
                RespClient publisher = RespClient.to(proxy.port());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String channel = proxy.key(shards - 1, "c");
            slow.ask("SUBSCRIBE", channel);
            fast.ask("SUBSCRIBE", channel);
            await().until(() -> publisher.ask("PUBSUB", "NUMSUB", channel).equals("[" + channel + ", :2]"));
            Future<Integer> read = threads.submit(() -> {
                int count = 0;
                while (count < messages && fast.reply().equals("[message, " + channel + ", " + count + text + "]")) {
                    count++;
                }
                return count;
            });
            int batch = 50;
            for (int i = 0; i < messages; i += batch) {
                for (int j = 0; j < batch; j++) {
                    publisher.sendRaw(Requests.frame("PUBLISH", channel, (i + j) + text));
                }
                for (int j = 0; j < batch; j++) {
                    assertThat(publisher.reply()).isIn(":1", ":2");
                }
            }
            assertThat(read.get()).isEqualTo(messages);
            await().until(() -> publisher.ask("PUBSUB", "NUMSUB", channel).equals("[" + channel + ", :1]"));
            assertThat(slow.readToTheEnd().length()).isLessThan(messages * text.length() / 2);
        }
    }

    @Test
    void subscribersOfRespTwoMayOnlySayWhatBelongsToThem() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(1);
                RespClient client = RespClient.to(proxy.port())) {
            client.ask("SUBSCRIBE", "c");
            assertThat(client.ask("GET", "k"))
                    .isEqualTo("-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET"
                            + " are allowed in this context");
            assertThat(client.ask("PING")).isEqualTo("[pong, ]");
            assertThat(client.ask("PING", "x")).isEqualTo("[pong, x]");
            assertThat(client.ask("RESET")).isEqualTo("+RESET");
            assertThat(client.ask("GET", "k")).isEqualTo("(nil)");
            client.ask("SUBSCRIBE", "c");
            assertThat(client.ask("QUIT")).isEqualTo("+OK");
            assertThatThrownBy(client::reply).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void subscribeThatTimedOutIsNotAnsweredAgainWhenItsConfirmationComesLate() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.await(late);
                    peer.send("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
                    peer.readToTheEnd();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of("timeout: 300"), node);
                RawClient client = proxy.client()) {
            client.ask("SUBSCRIBE", "news");
            assertThat(client.readLine()).startsWith("-ERR Connection timed out");

            late.countDown();
            await().until(() -> proxy.count(0, ServerCounter.RESPONSES) == 1);
            assertThat(proxy.count(PoolCounter.FORWARD_ERROR)).isEqualTo(1);
        }
    }
}
