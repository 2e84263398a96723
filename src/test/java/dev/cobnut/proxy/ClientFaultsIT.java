package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.request;
import static dev.cobnut.testing.ScriptedNode.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.PoolCounter;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.ScriptedNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that send requests in pieces, too many at once, or not at all what Redis reads.
@ExtendWith(LeakCheck.class)
class ClientFaultsIT {
    private static ScriptedNode first;
    private static ScriptedNode second;
    private static ProxyUnderTest proxy;

    @BeforeAll
    static void start() {
        first = ScriptedNode.echoing();
        second = ScriptedNode.echoing();
        proxy = ProxyUnderTest.start(2, List.of(), first, second);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        first.close();
        second.close();
    }

    @Test
    void requestsSplitAtEveryByteAreTheSameRequests() throws Exception {
        String requests = request("GET", "a\r\nb") + "PING\r\n" + request("GET", "") + "*0\r\n\r\n"
                + request("MGET", "x", "yy", "zzz") + request("SET", "k", "v") + "get 'in line'\r\n";
        String replies = value("a\r\nb") + "+PONG\r\n" + value("") + "*3\r\n" + value("x") + value("yy") + value("zzz")
                + "+OK\r\n" + value("in line");
        for (int cut = 1; cut < requests.length(); cut++) {
            try (RawClient client = proxy.client()) {
                client.send(requests.substring(0, cut));
                client.send(requests.substring(cut));
                client.expect(replies);
            }
        }
        try (RawClient client = proxy.client()) {
            client.drip(requests);
            client.expect(replies);
        }
    }

    @Test
    void tenThousandPipelinedRequestsAreAnsweredInOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            String key = "key:" + i;
            switch (i % 5) {
                case 0 -> {
                    requests.append(request("PING"));
                    replies.append("+PONG\r\n");
                }
                case 1 -> {
                    requests.append(request("MGET", key, "other" + i));
                    replies.append("*2\r\n").append(value(key)).append(value("other" + i));
                }
                case 2 -> {
                    requests.append(request("DEL", key, "a" + i, "b" + i));
                    replies.append(":3\r\n");
                }
                default -> {
                    requests.append(request("GET", key));
                    replies.append(value(key));
                }
            }
        }
        try (RawClient client = proxy.client()) {
            Thread sender = Thread.ofVirtual().start(() -> sendAll(client, requests.toString()));
            client.expect(replies.toString());
            sender.join();
        }
    }

    private static void sendAll(RawClient client, String requests) {
        try {
            client.send(requests);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*2\r\n$3\r\nGET\r\n$1073741824\r\n",
                "*2\r\n$3\r\nGET\r\n$536870913\r\n",
                "*2\r\n$3\r\nGET\r\n$-1\r\n",
                "*2\r\n$3\r\nGET\r\n$-5\r\n",
                "*2\r\n$3\r\nGET\r\n$+1\r\na\r\n",
                "*2\r\n$3\r\nGET\r\n$01\r\na\r\n",
                "*2\r\n$3\r\nGET\r\n$\r\n",
                "*2\r\n$3\r\nGET\r\n$ 1\r\na\r\n",
                "*2\r\n$3\r\nGET\r\n$99999999999\r\n",
                "*2\r\n$3\r\nGET\r\n*1\r\n$1\r\na\r\n",
                "*2\r\n$3\r\nGET\r\n:1\r\n",
                "*2\r\n$3\r\nGETX\r\n$1\r\na\r\n",
                "*2\r\n$3\r\nGET\rX$1\r\na\r\n",
                "*2\r\n$3\rXGET\r\n$1\r\na\r\n",
                "*2\rX$3\r\nGET\r\n$1\r\na\r\n",
                "*2\n$3\nGET\n$1\na\n",
                "*2\r\n$3\r\nGET\n\n$1\r\na\r\n",
                "*1048577\r\n",
                "*99999999999\r\n",
                "*+1\r\n",
                "*01\r\n",
                "*\r\n",
                "* 1\r\n",
                "get 'unbalanced\r\n",
                "get \"trunc\\x4\r\n"
            })
    void earlierRepliesComeThenOneErrorThenTheEnd(String broken) throws Exception {
        try (RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            long errors = proxy.count(PoolCounter.CLIENT_ERR);
            client.send(request("GET", "a") + request("MGET", "a", "b", "c") + broken + request("GET", "never"));

            String expected = value("a") + "*3\r\n" + value("a") + value("b") + value("c");
            String got = client.readToTheEnd();
            assertThat(got).startsWith(expected);
            assertThat(got.substring(expected.length())).matches("-ERR Protocol error: [^\r\n]+\r\n");
            await().until(() -> proxy.count(PoolCounter.CLIENT_ERR) == errors + 1);
            other.ask("GET", "other");
            other.expect(value("other"));
        }
    }

    @Test
    void aLargeReplyBeforeAProtocolErrorArrivesWhole() throws Exception {
        String big = "b".repeat(60_000);
        try (RawClient client = RawClient.connect(proxy.port(), 4096)) {
            client.send(request("GET", big).repeat(20) + "*x\r\n");
            client.send("garbage".repeat(50_000));

            client.expect(value(big).repeat(20));
            assertThat(client.readLine()).startsWith("-ERR Protocol error");
        }
    }

    @Test
    void whatRedisIgnoresLeavesNothingBehind() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("*0\r\n*-1\r\n\r\n\n*-10\r\n" + request("GET", "a") + "*0\r\n".repeat(10_000) + "PING\r\n");
            client.expect(value("a") + "+PONG\r\n");
        }
    }

    @Test
    void inlineLineOf64KilobytesIsTakenAndOneByteMoreIsNot() throws Exception {
        String key = "k".repeat(65_536 - "GET \r\n".length());
        try (RawClient client = proxy.client()) {
            client.send("GET " + key + "\r\n");
            client.expect(value(key));
            client.send("GET " + key + "kk\r\n");
            assertThat(client.readToTheEnd()).startsWith("-ERR Protocol error: too big inline request");
        }
    }

    @Test
    void foreignProtocolsAreTurnedAway() throws Exception {
        for (String foreign : List.of(
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\n", "\u0000".repeat(70_000))) {
            try (RawClient client = proxy.client()) {
                client.send(foreign);
                client.halfClose();
                assertThat(client.readToTheEnd().length()).isLessThan(300);
            }
        }
    }

    @Test
    void httpIsTurnedAwayBeforeItsBodyIsRead() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nset a hacked\r\n");
            assertThat(client.readToTheEnd()).isEmpty();
        }
        assertThat(first.requests()).doesNotContain(List.of("set", "a", "hacked"));
        assertThat(second.requests()).doesNotContain(List.of("set", "a", "hacked"));
    }

    @Test
    void halfAMillionKeysAtOnceAreSplitAndJoined() throws Exception {
        int keys = 500_000;
        StringBuilder request = new StringBuilder("*" + (keys + 1) + "\r\n$4\r\nMGET\r\n");
        StringBuilder reply = new StringBuilder("*" + keys + "\r\n");
        for (int i = 0; i < keys; i++) {
            String key = Integer.toString(i);
            request.append('$').append(key.length()).append("\r\n").append(key).append("\r\n");
            reply.append(value(key));
        }
        try (RawClient client = proxy.client()) {
            Thread sender = Thread.ofVirtual().start(() -> sendAll(client, request.toString()));
            assertThat(client.read(reply.length()).contentEquals(reply)).isTrue();
            sender.join();
        }
    }

    @Test
    void aThousandIdleClientsDoNotKeepOthersFromBeingServed() throws Exception {
        List<RawClient> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                idle.add(proxy.client());
            }
            try (RawClient client = proxy.client()) {
                client.ask("GET", "a");
                client.expect(value("a"));
            }
            for (RawClient each : idle) {
                each.ask("PING");
                each.expect("+PONG\r\n");
            }
        } finally {
            for (RawClient each : idle) {
                each.close();
            }
        }
        await().until(() -> proxy.count(PoolCounter.CLIENT_CONNECTIONS) == 0);
    }

    @Test
    void halfClosedClientGetsAllItsReplies() throws Exception {
        try (RawClient client = proxy.client()) {
            StringBuilder replies = new StringBuilder();
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 3_000; i++) {
                requests.append(request("GET", "key" + i));
                replies.append(value("key" + i));
            }
            client.send(requests.toString());
            client.halfClose();
            assertThat(client.readToTheEnd()).isEqualTo(replies.toString());
        }
    }

    @Test
    void quitIsAnsweredInItsTurnAndEndsTheConnection() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send(request("GET", "a") + request("QUIT") + request("GET", "never"));
            assertThat(client.readToTheEnd()).isEqualTo(value("a") + "+OK\r\n");
        }
    }

    @Test
    void clientsBeyondTheLimitAreTurnedAwayWithAnError() throws Exception {
        try (ScriptedNode node = ScriptedNode.echoing();
                ProxyUnderTest limited = ProxyUnderTest.start(2, List.of("client_connections: 3"), node)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                RawClient client = limited.client();
                client.ask("UNWATCH");
                client.expect("+OK\r\n");
                clients.add(client);
            }
            for (int i = 0; i < 4; i++) {
                try (RawClient client = limited.client()) {
                    assertThat(client.readToTheEnd()).isEqualTo("-ERR max number of clients reached\r\n");
                }
            }
            clients.removeFirst().close();
            await().until(() -> limited.count(PoolCounter.CLIENT_CONNECTIONS) == 2);
            try (RawClient client = limited.client()) {
                client.ask("UNWATCH");
                client.expect("+OK\r\n");
            }
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void passwordIsAskedForBeforeAnythingElse() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(ScriptedNode::echo);
                ProxyUnderTest guarded = ProxyUnderTest.start(List.of("redis_auth: secret"), node);
                RawClient client = guarded.client()) {
            String noAuth = "-NOAUTH Authentication required.\r\n";
            client.send(request("GET", "a") + request("PING") + request("AUTH", "wrong") + request("GET", "a")
                    + "GET a\r\n" + request("AUTH", "secret") + request("GET", "a") + request("AUTH", "wrong")
                    + request("GET", "b") + request("AUTH", "default", "secret") + request("GET", "c"));

            String wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
            client.expect(noAuth + noAuth + wrong + noAuth + noAuth + "+OK\r\n" + value("a") + wrong + value("b")
                    + "+OK\r\n" + value("c"));
            assertThat(node.requests().getFirst()).containsExactly("AUTH", "secret");
        }
    }

    @Test
    void strangersGetSmallRequestsOnly() throws Exception {
        try (ScriptedNode node = ScriptedNode.echoing();
                ProxyUnderTest guarded = ProxyUnderTest.start(List.of("redis_auth: secret"), node)) {
            for (String large : List.of("*11\r\n", "*2\r\n$4\r\nAUTH\r\n$16385\r\n")) {
                try (RawClient client = guarded.client()) {
                    client.send(large);
                    assertThat(client.readToTheEnd()).startsWith("-ERR Protocol error: unauthenticated");
                }
            }
            try (RawClient client = guarded.client()) {
                client.send("MGET 1 2 3 4 5 6 7 8 9 10 11 12\r\n");
                assertThat(client.readLine()).startsWith("-NOAUTH");
                client.send(request("QUIT"));
                assertThat(client.readToTheEnd()).isEqualTo("+OK\r\n");
            }
        }
    }
}
