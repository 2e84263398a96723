package dev.cobnut.proxy;

import static dev.cobnut.testing.ScriptedNode.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.ScriptedNode;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nodes that die, break the protocol, say too much or too little: each request gets one truthful reply, and nobody
/// gets another's.
@ExtendWith(LeakCheck.class)
class NodeFaultsIT {
    private static final List<String> PLAIN = List.of();

    @Test
    void deliversTheRepliesBeforeAnEndOfFileAndSaysUnknownToTheRest() throws Exception {
        int count = 8;
        for (int k = 0; k <= count; k++) {
            int answered = k;
            try (ScriptedNode node = ScriptedNode.start(peer -> {
                        for (List<String> request : peer.read(count).subList(0, answered)) {
                            peer.send(ScriptedNode.answer(request));
                        }
                    });
                    ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                    RawClient client = proxy.client()) {
                StringBuilder pipeline = new StringBuilder();
                for (int i = 0; i < count; i++) {
                    pipeline.append(Requests.request("GET", "key" + i));
                }
                client.send(pipeline.toString());

                for (int i = 0; i < answered; i++) {
                    client.expect(value("key" + i));
                }
                for (int i = answered; i < count; i++) {
                    assertThat(client.readLine())
                            .startsWith("-ERR unknown: shard s0")
                            .endsWith("outcome unknown");
                }
                assertThat(node.requests()).as("nothing is sent twice").hasSize(count);
            }
        }
    }

    @Test
    void aReplyThatBreaksOffWithAResetIsAnErrorAndNeverATorso() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.send("$1000\r\n" + "x".repeat(500));
                    peer.reset();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            client.ask("GET", "key");

            assertThat(client.readLine())
                    .startsWith("-ERR Connection reset by peer: shard s0")
                    .endsWith("outcome unknown");
            client.ask("PING");
            client.expect("+PONG\r\n");
        }
    }

    @Test
    void aLongReplyThatBreaksOffEndsTheClientsConnection() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.send("$1000000\r\n" + "x".repeat(500_000));
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            client.ask("GET", "key");

            assertThat(client.readToTheEnd()).startsWith("$1000000\r\nxxx").doesNotContain("-ERR");
        }
    }

    @Test
    void aLongReplyThatBreaksOffBeforeItsTurnIsAnError() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        try (ScriptedNode first = ScriptedNode.start(peer -> {
                    List<String> request = peer.read();
                    peer.await(broken);
                    peer.send(ScriptedNode.answer(request));
                    peer.readToTheEnd();
                });
                ScriptedNode second = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.send("$1000000\r\n" + "x".repeat(200_000));
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, first, second);
                RawClient client = proxy.client()) {
            String slow = proxy.key(0, "slow");
            client.send(Requests.request("GET", slow) + Requests.request("GET", proxy.key(1, "torn")));

            await().until(() -> proxy.count(1, ServerCounter.SERVER_EOF) == 1);
            broken.countDown();

            client.expect(value(slow));
            assertThat(client.readLine()).startsWith("-ERR unknown: shard s1").endsWith("outcome unknown");
        }
    }

    @Test
    void repliesSplitAtEveryByteAreTheSameReplies() throws Exception {
        String replies =
                "$3\r\nabc\r\n:-5\r\n*3\r\n$-1\r\n*1\r\n+x\r\n$0\r\n\r\n-WRONGTYPE no\r\n+OK\r\n*-1\r\n*0\r\n$-1\r\n";
        for (int cut = 1; cut < replies.length(); cut++) {
            int at = cut;
            try (ScriptedNode node = ScriptedNode.start(peer -> {
                        peer.read(8);
                        peer.send(replies.substring(0, at));
                        // Long enough for the first part to be read alone, and too short to look like a slow command.
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                        peer.send(replies.substring(at));
                        ScriptedNode.echo(peer);
                    });
                    ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                    RawClient client = proxy.client()) {
                client.send(Requests.request("GET", "k").repeat(8));
                client.expect(replies);
                client.ask("GET", "last");
                client.expect(value("last"));
            }
        }
    }

    @Test
    void drippedRepliesAreTheSameReplies() throws Exception {
        String replies = "$10\r\n0123456789\r\n*2\r\n:1\r\n$2\r\nab\r\n".repeat(4);
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read(8);
                    peer.drip(replies);
                    peer.readToTheEnd();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            client.send(Requests.request("GET", "k").repeat(8));

            client.expect(replies);
        }
    }

    @Test
    void oneReplyTooManyClosesTheConnectionAndReachesNobody() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    List<String> request = peer.read();
                    String twice = peer.index() == 0 ? "$5\r\nwrong\r\n" : "";
                    peer.send(ScriptedNode.answer(request) + twice);
                    peer.readToTheEnd();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            client.ask("GET", "one");
            client.expect(value("one"));
            await().until(() -> proxy.count(0, ServerCounter.SERVER_ERR) == 1);

            await().until(() -> {
                other.ask("GET", "two");
                String line = other.readLine();
                if (line.startsWith("-ERR Invalid argument")) {
                    return false;
                }
                assertThat(line).isEqualTo("$5");
                other.expect("v:two\r\n");
                return true;
            });
            assertThat(node.accepted()).isEqualTo(2);
        }
    }

    @Test
    void bytesOnAnIdleConnectionCloseIt() throws Exception {
        CountDownLatch idle = new CountDownLatch(1);
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.send(ScriptedNode.answer(peer.read()));
                    peer.await(idle);
                    peer.send("+OK\r\n");
                    peer.readToTheEnd();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            client.ask("GET", "one");
            client.expect(value("one"));
            idle.countDown();

            await().until(() -> proxy.count(0, ServerCounter.SERVER_CONNECTIONS) == 0);
            assertThat(proxy.count(0, ServerCounter.SERVER_ERR)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "\u0015\u0003\u0001\u0000\u0002\u0002F",
                "*4294967295\r\n",
                "*2147483648\r\n",
                "*3\r\n$5\r\nabc\r\n:1\r\n",
                "$9223372036854775807\r\n",
                "$-2\r\n",
                "*-2\r\n",
                "$+1\r\na\r\n",
                "$01\r\na\r\n",
                "$12345678901234567890\r\n",
                "$1\r\nabc\r\n",
                "$3\rXabc\r\n",
                "+OK\n",
                ">2\r\n+message\r\n+x\r\n",
                "_\r\n",
                "%1\r\n+a\r\n+b\r\n",
                "$?\r\n;1\r\na\r\n;0\r\n",
                "|1\r\n+a\r\n+b\r\n+c\r\n",
                "#t\r\n",
                ",1.5\r\n"
            })
    void whatIsNotRespIsAnErrorAndEndsTheConnection(String garbage) throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read(2);
                    peer.send(garbage);
                    peer.readToTheEnd();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            client.send(Requests.request("GET", "a") + Requests.request("GET", "b"));

            for (int i = 0; i < 2; i++) {
                assertThat(client.readLine())
                        .startsWith("-ERR Invalid argument: shard s0")
                        .endsWith("outcome unknown");
            }
            await().until(() -> node.open() == 0);
        }
    }

    @Test
    void aLineWithoutEndIsALongReplyThatIsPassedOnAndNotCollected() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.send("+");
                    for (int i = 0; i < 2_000; i++) {
                        peer.send("x".repeat(10_000));
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            client.ask("GET", "a");
            assertThat(client.readToTheEnd()).hasSize(20_000_001).startsWith("+xxx");
        }
    }

    @Test
    void aMillionNestedArraysPassWithoutAStack() throws Exception {
        String deep = "*1\r\n".repeat(1_000_000) + ":1\r\n";
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.send(deep);
                    peer.readToTheEnd();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            client.ask("GET", "a");

            assertThat(client.read(deep.length()).equals(deep)).isTrue();
        }
    }

    @Test
    void nodeAtItsClientLimitCountsAsOneThatRefused() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> peer.send("-ERR max number of clients reached\r\n"));
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            client.send(Requests.request("SET", "a", "1") + Requests.request("SET", "b", "2"));

            for (int i = 0; i < 2; i++) {
                assertThat(client.readLine())
                        .startsWith("-ERR Connection refused: shard s0")
                        .contains("max number of clients reached")
                        .endsWith("command not sent");
            }
        }
    }

    @Test
    void refusedConnectionIsNotSentAndDialsStayBelowTenASecond() throws Exception {
        NodeAddress nobody = new NodeAddress.Tcp("127.0.0.1", FreePorts.next(1));
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(PLAIN, nobody);
                RawClient client = proxy.client()) {
            long until = System.nanoTime() + 500_000_000L;
            int asked = 0;
            while (System.nanoTime() < until) {
                client.ask("SET", "a", "1");
                assertThat(client.readLine())
                        .startsWith("-ERR Connection refused: shard s0")
                        .endsWith("command not sent");
                asked++;
            }
            assertThat(asked).isGreaterThan(10);
            assertThat(proxy.count(0, ServerCounter.SERVER_ERR)).isBetween(1L, 8L);
        }
    }

    @Test
    void nameThatDoesNotResolveIsHostDown() throws Exception {
        NodeAddress unknown = new NodeAddress.Tcp("nosuchhost.invalid", 6379);
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(PLAIN, unknown);
                RawClient client = proxy.client()) {
            client.ask("GET", "a");

            assertThat(client.readLine())
                    .startsWith("-ERR Host is down: shard s0")
                    .endsWith("command not sent");
        }
    }

    @Test
    void endOfFileWhileIdleHarmsNobody() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> peer.send(ScriptedNode.answer(peer.read())));
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            for (int i = 0; i < 5; i++) {
                int connections = i + 1;
                client.ask("GET", "key" + i);
                client.expect(value("key" + i));
                await().until(() -> proxy.count(0, ServerCounter.SERVER_EOF) == connections);
            }
        }
    }

    @Test
    void nodeThatDiesUnderLoadIsUsedAgainWhenItIsBack() throws Exception {
        int port = FreePorts.next(1);
        ScriptedNode first = ScriptedNode.startOn(port, 0, ScriptedNode::echo);
        try (ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, first);
                RawClient client = proxy.client()) {
            client.ask("GET", "a");
            client.expect(value("a"));
            first.close();
            await().until(() -> proxy.count(0, ServerCounter.SERVER_CONNECTIONS) == 0);
            client.ask("GET", "b");
            assertThat(client.readLine()).startsWith("-ERR Connection refused").endsWith("command not sent");

            try (ScriptedNode second = ScriptedNode.startOn(port, 0, ScriptedNode::echo)) {
                long back = System.nanoTime();
                await().until(() -> {
                    client.ask("GET", "c");
                    String line = client.readLine();
                    if (line.startsWith("-ERR Connection refused")) {
                        return false;
                    }
                    client.expect("v:c\r\n");
                    return true;
                });
                assertThat(System.nanoTime() - back).isLessThan(1_000_000_000L);
                assertThat(second.accepted()).isEqualTo(1);
            }
        }
    }

    @Test
    void anExplicitErrorOfTheNodePassesUnchanged() throws Exception {
        String error = "-MISCONF Redis is configured to save RDB snapshots, but...\r\n";
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.send(error);
                    peer.read();
                    peer.send("-READONLY You can't write against a read only replica.\r\n");
                    peer.readToTheEnd();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            client.ask("SET", "a", "1");
            client.expect(error);
            assertThat(proxy.troubles()).isEmpty();
            client.ask("SET", "a", "1");
            client.expect("-READONLY You can't write against a read only replica.\r\n");
            await().until(() -> proxy.troubles().size() == 1);
            Trouble trouble = proxy.troubles().getFirst();
            assertThat(trouble.kind()).isEqualTo(Trouble.Kind.READONLY);
            assertThat(trouble.shard()).isEqualTo("s0");
            assertThat(trouble.node()).isEqualTo(node.address());
        }
    }

    @Test
    void replyBeforeTheEndOfALongRequestAnswersThatRequestAndNoOther() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    if (peer.index() == 0) {
                        peer.readBytes(1_000);
                        peer.send("-ERR Protocol error: too early\r\n");
                        peer.readToTheEnd();
                    } else {
                        ScriptedNode.echo(peer);
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(PLAIN, node);
                RawClient client = proxy.client()) {
            String set = Requests.request("SET", "big", "x".repeat(1_000_000));
            client.send(set.substring(0, 500_000));
            client.expect("-ERR Protocol error: too early\r\n");
            client.send(set.substring(500_000) + Requests.request("GET", "next"));

            client.expect(value("next"));
        }
    }
}
