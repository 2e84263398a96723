package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.request;
import static dev.cobnut.testing.Requests.requests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.PoolCounter;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.ScriptedNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client leaves in the middle of something: what the next one is lent must remember nothing of it.
@Timeout(60)
@ExtendWith(LeakCheck.class)
class OwnConnectionIT {
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    /// Marks of a connection that nobody else may be lent: flags, subscriptions, an open transaction.
    private static final Pattern MARKED = Pattern.compile("flags=(?!N )\\S+ |[ ps]sub=[1-9]|multi=(?!-1)\\S+ ");

    @TempDir
    private static Path folder;

    private static RealRedis redis;
    private static RealRedis.Server node;

    @BeforeAll
    static void startNode() {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
        redis = RealRedis.in(folder);
        node = redis.master();
    }

    @AfterAll
    static void stopNode() {
        Awaitility.reset();
        redis.close();
    }

    /// The connections of the proxy, as the node sees them.
    private static List<String> connections() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : node.ask("CLIENT LIST").split("\r?\n")) {
            if (line.startsWith("id=") && !line.contains("cmd=client|list")) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static List<String> marked() throws IOException {
        return connections().stream()
                .filter(line -> MARKED.matcher(line).find())
                .toList();
    }

    /// Three clients at once borrow and find an untouched connection.
    private static void assertNextBorrowersSeeNothing(ProxyUnderTest proxy) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawClient client = proxy.client();
            clients.add(client);
            client.send(requests("WATCH w" + i + ";SET next " + i));
        }
        for (int i = 0; i < 3; i++) {
            RawClient client = clients.get(i);
            client.expect("+OK\r\n+OK\r\n");
            client.send(requests("MULTI;SET n" + i + " v;GET n" + i + ";EXEC;CLIENT LIST"));
            client.expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n$1\r\nv\r\n");
            client.skip(Integer.parseInt(client.readLine().substring(1)) + 2);
        }
        assertThat(node.ask("MGET n0 n1 n2")).as("in database 0").isEqualTo("*3\r\n" + "$1\r\nv\r\n".repeat(3));
        for (RawClient client : clients) {
            client.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MULTI;SET k never",
                "WATCH k",
                "WATCH k;MULTI;SET k never",
                "SELECT 3;MULTI;SET k never",
                "SELECT 3;WATCH k",
                "MULTI;SELECT 5;SET k never",
                "MULTI;NOSUCH;SET k never",
                "MULTI;CLIENT SETNAME somebody",
                "CLIENT SETNAME somebody;WATCH k",
                "HELLO 3;WATCH k",
                "HELLO 3;CLIENT TRACKING ON",
                "CLIENT NO-EVICT ON",
                "CLIENT ID",
                "SUBSCRIBE channel",
                "PSUBSCRIBE c*;SSUBSCRIBE shard",
                "HELLO 3;SUBSCRIBE channel",
                "HELLO 3;SUBSCRIBE channel;MULTI;SET k never",
                "MULTI;SUBSCRIBE channel",
                "MULTI;SET k never;DISCARD;MULTI;SET k never",
            })
    void clientThatLeavesTakesItsStateAlong(String requests) throws Exception {
        node.ask("FLUSHALL");
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(List.of("allow: \"@admin\""), node.address())) {
            for (String how : List.of("close", "reset", "QUIT", "RESET")) {
                try (RawClient client = proxy.client()) {
                    client.send(requests(requests));
                    await().until(() -> client.available() > 0);
                    // All of it has been handled once a last request has an answer.
                    client.send(requests("PING"));
                    await().pollDelay(Duration.ZERO).until(() -> client.available() > 5);
                    leave(client, how);
                    await(requests + " and " + how)
                            .atMost(AT_ONCE)
                            .untilAsserted(() -> assertThat(marked()).isEmpty());
                    assertNextBorrowersSeeNothing(proxy);
                }
            }
            assertThat(node.ask("EXISTS k")).isEqualTo(":0\r\n");
            assertThat(connections()).hasSizeLessThanOrEqualTo(10);
        }
        await("all connections end with the proxy")
                .atMost(AT_ONCE)
                .until(() -> connections().isEmpty());
    }

    private static void leave(RawClient client, String how) throws IOException {
        switch (how) {
            case "close" -> client.close();
            case "reset" -> client.reset();
            case "QUIT" -> {
                client.ask("QUIT");
                assertThat(client.readToTheEnd()).endsWith("+OK\r\n");
            }
            default -> {
                client.ask("RESET");
                client.send(requests("PING end"));
                String got = "";
                while (!got.endsWith("+RESET\r\n$3\r\nend\r\n")) {
                    got += client.read(1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BLPOP nothing 0",
                "MULTI;INCR k;EXEC;BLPOP nothing 0",
                "SET a b;BLPOP nothing 0",
                "SELECT 7;BLPOP nothing 0",
                "SELECT 7;SET a b;BLPOP nothing 0;SET behind it",
                "XREAD BLOCK 0 STREAMS stream $",
                "BZMPOP 0 1 nothing MIN",
                "WAIT 1 0",
                "WAIT 1 0;SET behind it",
                "BLPOP nothing 0;SUBSCRIBE c",
                "BLPOP nothing 0;MULTI;SET behind it;EXEC",
                "BLPOP nothing 0;HELLO 3;SET behind it",
            })
    void blockedClientThatLeavesIsGoneAtTheNodeAtOnce(String requests) throws Exception {
        node.ask("FLUSHALL");
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(List.of(), node.address())) {
            for (int round = 0; round < 6; round++) {
                // First with connections that are still being opened, later with idle ones; with and without waiting.
                boolean waits = round % 2 == 1;
                try (RawClient client = proxy.client()) {
                    client.send(requests(requests));
                    if (waits) {
                        node.await("INFO clients", "blocked_clients:1");
                    }
                    if (round > 3) {
                        client.reset();
                    }
                }
                await(requests + ", round " + round)
                        .atMost(AT_ONCE)
                        .until(() -> node.ask("INFO clients").contains("blocked_clients:0")
                                && marked().isEmpty()
                                && proxy.count(PoolCounter.CLIENT_CONNECTIONS) == 0);
            }
            assertNextBorrowersSeeNothing(proxy);
        }
        assertThat(node.ask("EXISTS behind")).isEqualTo(":0\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "reset", "halfClose"})
    void clientLeavesInTheMiddleOfALongRequestInsideATransaction(String how) throws Exception {
        node.ask("FLUSHALL");
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(List.of(), node.address())) {
            for (int sent : new int[] {10, 64 * 1024, 100_000, 3_000_000}) {
                try (RawClient client = proxy.client()) {
                    client.send(requests("MULTI;SET k never"));
                    client.expect("+OK\r\n+QUEUED\r\n");
                    client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5000000\r\n" + "x".repeat(sent));
                    if (how.equals("halfClose")) {
                        client.halfClose();
                        assertThat(client.readToTheEnd()).matches("(?s)|-ERR .*command not sent\r\n");
                    } else if (how.equals("reset")) {
                        client.reset();
                    }
                }
                await().atMost(AT_ONCE).untilAsserted(() -> assertThat(marked()).isEmpty());
            }
            assertNextBorrowersSeeNothing(proxy);
            assertThat(node.ask("EXISTS k")).isEqualTo(":0\r\n");
        }
    }

    @Test
    void longRequestsInsideATransactionAreExecutedWithIt() throws Exception {
        String big = "b".repeat(5_000_000);
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(List.of(), node.address());
                RawClient client = proxy.client()) {
            client.send(requests("MULTI;SET a 1") + request("SET", "big", big) + requests("STRLEN big;EXEC;GET a"));
            client.expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n+OK\r\n:5000000\r\n$1\r\n1\r\n");
        }
    }

    @Test
    void whenAllAreTakenSomeGetAnErrorAndScriptsAndPlainCommandsGoOn() throws Exception {
        node.ask("FLUSHALL");
        String error = "-ERR Resource temporarily unavailable: shard s0: all 2 connections that clients may have for"
                + " themselves are taken (own_connections_max), command not sent\r\n";
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(List.of("own_connections_max: 2"), node.address());
                RawClient one = proxy.client();
                RawClient two = proxy.client();
                RawClient three = proxy.client()) {
            one.ask("BLPOP", "list", "0");
            node.await("INFO clients", "blocked_clients:1");
            two.ask("WATCH", "k");
            two.expect("+OK\r\n");

            for (String refused : List.of("WATCH k", "BLPOP other 0", "WAIT 0 0", "CLIENT ID", "SUBSCRIBE c")) {
                three.send(requests(refused));
                three.expect(error);
            }
            three.send(requests("SET plain 1;GET plain"));
            three.expect("+OK\r\n$1\r\n1\r\n");
            three.ask("EVAL", "return redis.call('INCR', KEYS[1])", "1", "plain");
            three.expect(":2\r\n");
            try (RawClient four = proxy.client()) {
                four.send(requests("MULTI;SET k never;EXEC"));
                four.expect("+OK\r\n");
                assertThat(four.readLine()).startsWith("-ERR not queued: Resource temporarily unavailable: shard s0");
                assertThat(four.readLine()).startsWith("-EXECABORT Transaction discarded, nothing of it was executed");
            }

            two.reset();
            // The WATCH that was refused would let the next EXEC fail.
            three.ask("UNWATCH");
            three.expect("+OK\r\n");
            await().atMost(AT_ONCE).until(() -> {
                three.send(requests("UNWATCH;WATCH k"));
                three.expect("+OK\r\n");
                return three.readLine().equals("+OK");
            });
            three.send(requests("MULTI;SET k v;EXEC"));
            three.expect("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
            three.ask("RPUSH", "list", "x");
            one.expect("*2\r\n$4\r\nlist\r\n$1\r\nx\r\n");
            three.expect(":1\r\n");
        }
    }

    /// State of the node's side of a connection dies with the node: the client is told so by its connection's end.
    @ParameterizedTest
    @ValueSource(strings = {"CLIENT NO-EVICT ON", "HELLO 3;CLIENT TRACKING ON", "CLIENT ID"})
    void stateThatCannotBeRenewedEndsWithTheClient(String requests) throws Exception {
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(List.of("allow: \"@admin\""), node.address());
                RawClient client = proxy.client()) {
            client.send(requests(requests));
            await().until(() -> client.available() > 0);
            client.send(requests("PING end"));
            await().until(() -> marked().size() + connections().size() > 0);
            node.ask("CLIENT KILL TYPE normal SKIPME yes");
            client.readToTheEnd();
        }
    }

    @Test
    void stateEndsWithTheClientWhenTheMasterMovesButAnIdentityIsForgotten() throws Exception {
        try (ScriptedNode fresh = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.startAt(List.of(), node.address());
                RawClient tracking = proxy.client();
                RawClient identified = proxy.client()) {
            tracking.send(requests("CLIENT TRACKING ON REDIRECT 0"));
            tracking.readLine();
            tracking.send(requests("CLIENT NO-EVICT ON"));
            tracking.readLine();
            identified.ask("CLIENT", "ID");
            assertThat(identified.readLine()).startsWith(":");
            proxy.move(0, fresh.address());
            tracking.readToTheEnd();
            identified.ask("GET", "k");
            identified.expect(ScriptedNode.value("k"));
        }
    }
}
