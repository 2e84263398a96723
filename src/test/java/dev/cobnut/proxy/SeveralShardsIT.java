package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.request;
import static dev.cobnut.testing.ScriptedNode.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.PoolCounter;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.ScriptedNode;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Requests over several shards when one of them fails, ejection, and what a new connection says first.
@ExtendWith(LeakCheck.class)
class SeveralShardsIT {
    private static final NodeAddress NOBODY = new NodeAddress.Tcp("127.0.0.1", FreePorts.next(1));

    @Test
    void oneFailedPartFailsTheWholeRequestHonestly() throws Exception {
        try (ScriptedNode node = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.startAt(List.of(), node.address(), NOBODY);
                RawClient client = proxy.client()) {
            String here = proxy.key(0, "a");
            String there = proxy.key(1, "b");
            for (String request : List.of(
                    request("MGET", here, there),
                    request("EXISTS", there, here),
                    request("TOUCH", here, there),
                    request("DBSIZE"),
                    request("MSET", there, "1", there, "2"))) {
                client.send(request);
                assertThat(client.readLine())
                        .as(request)
                        .startsWith("-ERR Connection refused: shard s1")
                        .endsWith("command not sent");
            }
            for (String request : List.of(
                    request("MSET", there, "1", here, "2"),
                    request("DEL", here, there),
                    request("UNLINK", here, there),
                    request("FLUSHALL"),
                    request("SCRIPT", "LOAD", "return 1"))) {
                client.send(request);
                assertThat(client.readLine())
                        .as(request)
                        .startsWith("-ERR Connection refused: shard s1")
                        .endsWith(", failed on 1 of 2 shards (s1), outcome unknown in part");
            }
            client.ask("MGET", here, here);
            client.expect("*2\r\n" + value(here) + value(here));
        }
    }

    @Test
    void whatAllClientsHaveCollectedTogetherHasABound() throws Exception {
        String begun = "*5\r\n$4\r\nMSET\r\n$1\r\na\r\n$60000000\r\n";
        String piece = "x".repeat(1_000_000);
        String refused = "-ERR a request that is split";
        try (ScriptedNode one = ScriptedNode.echoing();
                ScriptedNode two = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), one, two)) {
            List<RawClient> hogs = new ArrayList<>();
            try {
                // A quarter of the heap is all there is; none of these reaches the bound of a single request.
                List<CompletableFuture<String>> answers = new ArrayList<>();
                for (long bytes = 0; bytes < Runtime.getRuntime().maxMemory() / 4; bytes += 40L * piece.length()) {
                    RawClient hog = proxy.client();
                    hogs.add(hog);
                    hog.send(begun);
                    for (int i = 0; i < 40; i++) {
                        hog.send(piece);
                    }
                    answers.add(CompletableFuture.supplyAsync(() -> firstLine(hog), Thread::startVirtualThread));
                }
                Object first = CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new))
                        .get(20, TimeUnit.SECONDS);
                assertThat(first).asString().startsWith(refused);
            } finally {
                for (RawClient hog : hogs) {
                    hog.close();
                }
            }
            await().untilAsserted(() -> {
                try (RawClient next = proxy.client()) {
                    next.send(request("MSET", proxy.key(0, "a"), piece, proxy.key(1, "b"), piece));
                    assertThat(next.readLine()).doesNotStartWith(refused);
                }
            });
        }
    }

    @Test
    void theNodesOwnErrorIsTheErrorOfTheWholeRequestAndSaysThatOthersMayBeDone() throws Exception {
        String error = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
        try (ScriptedNode healthy = ScriptedNode.echoing();
                ScriptedNode full = ScriptedNode.start(peer -> {
                    while (true) {
                        peer.read();
                        peer.send(error);
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), healthy, full);
                RawClient client = proxy.client()) {
            client.ask("MSET", proxy.key(0, "a"), "1", proxy.key(1, "b"), "2");
            client.expect(
                    "-OOM command not allowed when used memory > 'maxmemory'., failed on 1 of 2 shards (s1), outcome"
                            + " unknown in part\r\n");
            client.ask("MGET", proxy.key(0, "a"), proxy.key(1, "b"));
            client.expect(error);
        }
    }

    @Test
    void aPartThatIsNotWhatWasAskedForIsAnErrorAndNotAWrongValue() throws Exception {
        for (String wrong : List.of(
                "*1\r\n$1\r\nx\r\n",
                "*3\r\n$1\r\nx\r\n$1\r\ny\r\n$1\r\nz\r\n",
                "$12\r\n$1\r\nx\r\n$1\r\ny\r\n",
                ":2\r\n",
                "*2\r\n:1\r\n:2\r\n",
                "*-1\r\n",
                "+OK\r\n")) {
            try (ScriptedNode healthy = ScriptedNode.echoing();
                    ScriptedNode mad = ScriptedNode.start(peer -> {
                        peer.read();
                        peer.send(wrong);
                        ScriptedNode.echo(peer);
                    });
                    ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), healthy, mad);
                    RawClient client = proxy.client()) {
                client.ask("MGET", proxy.key(0, "a"), proxy.key(1, "b"), proxy.key(1, "c"));

                assertThat(client.readLine()).as(wrong).startsWith("-ERR");
            }
        }
    }

    @Test
    void countsOfAllShardsAreAddedUp() throws Exception {
        try (ScriptedNode first = ScriptedNode.start(peer -> {
                    peer.read(2);
                    peer.send(":2\r\n:9000000000\r\n");
                    peer.readToTheEnd();
                });
                ScriptedNode second = ScriptedNode.start(peer -> {
                    peer.read(2);
                    peer.send(":-1\r\n:1\r\n");
                    peer.readToTheEnd();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), first, second);
                RawClient client = proxy.client()) {
            client.send(request("DEL", proxy.key(0, "a"), proxy.key(1, "b"), proxy.key(0, "c")) + request("DBSIZE"));
            client.expect(":1\r\n:9000000001\r\n");
        }
    }

    @Test
    void afterExactlyTheLimitOfErrorsKeysGoElsewhereUntilTheRetryTime() throws Exception {
        int port = FreePorts.next(1);
        NodeAddress dead = new NodeAddress.Tcp("127.0.0.1", port);
        List<String> ejecting =
                List.of("auto_eject_hosts: true", "server_failure_limit: 3", "server_retry_timeout: 700");
        try (ScriptedNode alive = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.startAt(ejecting, alive.address(), dead);
                RawClient client = proxy.client()) {
            String key = proxy.key(1, "k");
            for (int i = 0; i < 3; i++) {
                client.ask("GET", key);
                assertThat(client.readLine()).startsWith("-ERR Connection refused: shard s1");
            }
            client.ask("GET", key);
            client.expect(value(key));
            assertThat(alive.requests()).contains(List.of("GET", key));
            assertThat(proxy.count(PoolCounter.SERVER_EJECTS)).isEqualTo(1);

            try (ScriptedNode back = ScriptedNode.startOn(port, 0, ScriptedNode::echo)) {
                await().until(() -> {
                    client.ask("GET", key);
                    client.expect(value(key));
                    return !back.requests().isEmpty();
                });
            }
        }
    }

    @Test
    void poolWithoutAServerLeftSaysSo() throws Exception {
        List<String> ejecting = List.of("auto_eject_hosts: true", "server_failure_limit: 1");
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(ejecting, NOBODY, NOBODY);
                RawClient client = proxy.client()) {
            for (int shard = 0; shard < 2; shard++) {
                client.ask("GET", proxy.key(shard, "a"));
                client.readLine();
            }
            await().until(() -> {
                client.ask("GET", "a");
                return client.readLine()
                        .equals("-ERR Connection refused: every server of pool alpha is ejected, command not sent");
            });
            client.ask("MGET", "a", "b", "c");
            assertThat(client.readLine()).contains("every server of pool alpha is ejected");
        }
    }

    @Test
    void newConnectionAuthenticatesThenSelectsThenServes() throws Exception {
        try (ScriptedNode node = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of("redis_auth: secret", "redis_db: 3"), node);
                RawClient client = proxy.client()) {
            client.send(request("AUTH", "secret") + request("GET", "a"));

            client.expect("+OK\r\n" + value("a"));
            assertThat(node.requests())
                    .containsExactly(List.of("AUTH", "secret"), List.of("SELECT", "3"), List.of("GET", "a"));
        }
    }

    @Test
    void nothingRunsInDatabaseZeroWhenSelectFails() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.send("-ERR DB index is out of range\r\n");
                    ScriptedNode.echo(peer);
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of("redis_db: 3"), node);
                RawClient client = proxy.client()) {
            client.send(request("SET", "a", "1") + request("SET", "b", "x".repeat(200_000)));

            for (int i = 0; i < 2; i++) {
                assertThat(client.readLine())
                        .startsWith("-ERR")
                        .contains("shard s0")
                        .endsWith("command not sent");
            }
            await().until(() -> node.open() == 0);
            assertThat(node.requests()).allMatch(request -> request.equals(List.of("SELECT", "3")));
        }
    }

    @Test
    void nodeWithoutAPasswordIsNoObstacleAndAWrongPasswordIs() throws Exception {
        for (String answer : List.of(
                "-ERR Client sent AUTH, but no password is set\r\n",
                "-ERR AUTH <password> called without any password configured for the default user. Are you sure?\r\n",
                "-WRONGPASS invalid username-password pair or user is disabled.\r\n")) {
            try (ScriptedNode node = ScriptedNode.start(peer -> {
                        peer.read();
                        peer.drip(answer);
                        ScriptedNode.echo(peer);
                    });
                    ProxyUnderTest proxy = ProxyUnderTest.start(List.of("redis_auth: secret"), node);
                    RawClient client = proxy.client()) {
                client.send(request("AUTH", "secret") + request("GET", "a"));
                client.expect("+OK\r\n");
                if (answer.startsWith("-WRONGPASS")) {
                    assertThat(client.readLine())
                            .startsWith("-ERR Invalid argument")
                            .endsWith("command not sent");
                } else {
                    client.expect(value("a"));
                }
            }
        }
    }

    @Test
    void repliesThatCannotBeStoredAnyMoreMakeTheirNodeWait() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        String big = "$100000\r\n" + "b".repeat(100_000) + "\r\n";
        try (ScriptedNode slow = ScriptedNode.start(peer -> {
                    List<String> request = peer.read();
                    peer.await(gate);
                    peer.send(ScriptedNode.answer(request));
                    peer.readToTheEnd();
                });
                ScriptedNode fast = ScriptedNode.start(peer -> {
                    while (true) {
                        peer.read();
                        peer.send(big);
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), slow, fast);
                RawClient client = proxy.client()) {
            String head = proxy.key(0, "head");
            client.send(
                    request("GET", head) + request("GET", proxy.key(1, "big")).repeat(200));
            await().until(() -> fast.requests().size() >= 7);
            gate.countDown();

            client.expect(value(head));
            client.expect(big.repeat(200));
        }
    }

    @Test
    void longRepliesOfSeveralNodesAtOnceDoNotWaitForEachOther() throws Exception {
        String big = "$5000000\r\n" + "b".repeat(5_000_000) + "\r\n";
        ScriptedNode.Script script = peer -> {
            while (true) {
                peer.read();
                peer.send(big);
            }
        };
        try (ScriptedNode one = ScriptedNode.start(script);
                ScriptedNode two = ScriptedNode.start(script);
                ScriptedNode three = ScriptedNode.start(script);
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), one, two, three);
                RawClient client = proxy.client()) {
            for (int round = 0; round < 4; round++) {
                for (int shard = 0; shard < 3; shard++) {
                    client.ask("GET", proxy.key(shard, "k"));
                }
            }
            for (int i = 0; i < 12; i++) {
                client.expect(big);
            }
        }
    }

    private static String firstLine(RawClient client) {
        try {
            return client.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
