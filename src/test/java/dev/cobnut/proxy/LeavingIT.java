package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.request;
import static dev.cobnut.testing.ScriptedNode.answer;
import static dev.cobnut.testing.ScriptedNode.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.ScriptedNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that leave in every state of a request. Nobody else gets their replies, loses a reply, or finds the shared
/// connection gone.
@ExtendWith(LeakCheck.class)
class LeavingIT {
    /// Answers only after the latch; `big` in a key makes 300 KB of it.
    private static ScriptedNode held(CountDownLatch gate) {
        return ScriptedNode.start(peer -> {
            while (true) {
                List<String> request = peer.read();
                peer.await(gate);
                if (request.getFirst().equals("MGET") && request.getLast().endsWith("big")) {
                    StringBuilder reply = new StringBuilder("*" + (request.size() - 1) + "\r\n");
                    request.stream().skip(1).forEach(_ -> reply.append(BIG));
                    peer.send(reply.toString());
                } else {
                    peer.send(request.getLast().endsWith("big") ? BIG : answer(request));
                }
            }
        });
    }

    private static final String BIG = "$300000\r\n" + "b".repeat(300_000) + "\r\n";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void repliesOfTheGoneReachNobody(boolean byReset) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedNode first = held(gate);
                ScriptedNode second = held(gate);
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), first, second);
                RawClient staying = proxy.client()) {
            List<String> pipelines = List.of(
                    request("GET", proxy.key(0, "small")),
                    request("GET", proxy.key(0, "big")),
                    request("MGET", proxy.key(0, "a"), proxy.key(1, "b")),
                    request("MGET", proxy.key(0, "big"), proxy.key(1, "big")),
                    request("DEL", proxy.key(0, "a"), proxy.key(1, "b")),
                    request("MSET", proxy.key(0, "a"), "1", proxy.key(1, "b"), "2"),
                    request("GET", proxy.key(0, "a")) + "*2\r\n$3\r\nGE",
                    request("GET", proxy.key(1, "a")) + request("GET", proxy.key(0, "big")),
                    "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\nxxx");
            for (String pipeline : pipelines) {
                RawClient leaving = proxy.client();
                leaving.send(pipeline);
                leaving.ask("PING");
                if (byReset) {
                    leaving.reset();
                } else {
                    leaving.close();
                }
            }
            staying.send(request("GET", proxy.key(0, "mine")) + request("GET", proxy.key(1, "mine")));
            gate.countDown();

            staying.expect(value(proxy.key(0, "mine")) + value(proxy.key(1, "mine")));
            await().until(() -> proxy.count(PoolCounter.CLIENT_CONNECTIONS) == 1);
            staying.send(request("MGET", proxy.key(0, "last"), proxy.key(1, "last")));
            staying.expect("*2\r\n" + value(proxy.key(0, "last")) + value(proxy.key(1, "last")));
            // Another may be opened beside one that a busy machine makes wait; none may have ended.
            for (int shard = 0; shard < 2; shard++) {
                assertThat(proxy.count(shard, ServerCounter.SERVER_EOF))
                        .as("shared connections stay")
                        .isZero();
                assertThat(proxy.count(shard, ServerCounter.SERVER_ERR))
                        .as("shared connections stay")
                        .isZero();
            }
        }
    }

    @Test
    void clientThatLeavesInTheMiddleOfALongReplyTakesNobodyAlong() throws Exception {
        String value = "$20000000\r\n" + "x".repeat(20_000_000) + "\r\n";
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    while (true) {
                        List<String> request = peer.read();
                        peer.send(request.getLast().equals("huge") ? value : answer(request));
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient other = proxy.client()) {
            for (int i = 0; i < 3; i++) {
                RawClient leaving = proxy.client();
                leaving.ask("GET", "huge");
                leaving.expect("$20000000\r\n");
                other.ask("GET", "mine");
                leaving.reset();
                other.expect(value("mine"));
            }
            await().until(() -> proxy.count(0, ServerCounter.OUT_QUEUE) == 0);
        }
    }

    @Test
    void longRequestsThatBreakOffGiveTheirConnectionsBack() throws Exception {
        try (ScriptedNode node = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node)) {
            for (int i = 0; i < 70; i++) {
                try (RawClient leaving = proxy.client()) {
                    leaving.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n" + "x".repeat(100_000));
                    if (i % 2 == 0) {
                        leaving.halfClose();
                        assertThat(leaving.readToTheEnd()).contains("command not sent");
                    }
                }
            }
            await().until(() -> proxy.count(PoolCounter.CLIENT_CONNECTIONS) == 0);
            // Two are kept ready for the next client that wants one.
            await().until(() -> proxy.count(0, ServerCounter.SERVER_CONNECTIONS) <= 2);
            try (RawClient client = proxy.client()) {
                client.ask("SET", "k", "x".repeat(1_000_000));
                client.expect("+OK\r\n");
            }
            assertThat(node.requests()).as("nothing half is executed").hasSize(1);
            assertThat(proxy.troubles()).as("not the node's fault").isEmpty();
        }
    }

    @Test
    void halfClosedClientThatWaitsCostsNoProcessorTime() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedNode node = held(gate);
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient client = proxy.client()) {
            client.send(request("GET", "a").repeat(3_000));
            client.halfClose();
            await().until(() -> proxy.count(0, ServerCounter.OUT_QUEUE) == 8);
            long before = loopCpuNanos();
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            long spent = loopCpuNanos() - before;
            gate.countDown();

            assertThat(client.readToTheEnd()).isEqualTo(value("a").repeat(3_000));
            assertThat(Duration.ofNanos(spent)).isLessThan(Duration.ofMillis(200));
        }
    }

    private static long loopCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().startsWith("loop-")) {
                sum += threads.getThreadCpuTime(info.getThreadId());
            }
        }
        return sum;
    }

    @Test
    void longRequestGoesOnWhenAnotherConnectionWasReplacedMeanwhile() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedNode slow = ScriptedNode.startOn(FreePorts.next(1), 4096, peer -> {
                    peer.await(gate);
                    ScriptedNode.echo(peer);
                });
                ScriptedNode dying = ScriptedNode.start(peer -> {
                    peer.send(answer(peer.read()));
                    peer.read();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), slow, dying);
                RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            other.ask("GET", proxy.key(1, "a"));
            other.expect(value(proxy.key(1, "a")));
            String set = request("SET", proxy.key(0, "k"), "x".repeat(10_000_000));
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    client.send(set);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await().until(() -> proxy.count(0, ServerCounter.REQUEST_BYTES) > 1_000_000);
            other.ask("GET", proxy.key(1, "b"));
            assertThat(other.readLine()).startsWith("-ERR unknown");
            gate.countDown();

            client.expect("+OK\r\n");
            sender.join();
        }
    }
}
