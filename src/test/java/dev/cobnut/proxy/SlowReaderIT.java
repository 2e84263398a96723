package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.request;
import static dev.cobnut.testing.ScriptedNode.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.net.DirectMemory;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.ScriptedNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clients that ask for much and read little: memory stays bounded, and the others are served.
@ExtendWith(LeakCheck.class)
class SlowReaderIT {
    private static final long DIRECT_BYTES_MAX = 64L * 1024 * 1024;

    @Test
    void hundredThousandRequestsOfAClientThatNeverReadsStayBounded() throws Exception {
        String filler = "k".repeat(500);
        try (ScriptedNode node = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient deaf = RawClient.connect(proxy.port(), 4096);
                RawClient other = proxy.client()) {
            long before = directBytes();
            Thread sender = Thread.ofVirtual()
                    .start(() -> sendUntilClosed(deaf, request("GET", filler).repeat(100_000)));
            long heard = -1;
            while (heard != proxy.count(0, ServerCounter.RESPONSES)) {
                heard = proxy.count(0, ServerCounter.RESPONSES);
                for (int i = 0; i < 200; i++) {
                    other.ask("GET", "mine");
                    other.expect(value("mine"));
                }
                heard += 200;
                assertThat(directBytes() - before).isLessThan(DIRECT_BYTES_MAX);
            }
            assertThat(heard).as("the deaf one is stopped").isLessThan(50_000);
            deaf.reset();
            sender.join();
        }
    }

    private static void sendUntilClosed(RawClient client, String requests) {
        try {
            client.send(requests);
        } catch (IOException _) {
            // The test has seen enough.
        }
    }

    @Test
    void manySlowReadersOfLargeValuesStayBoundedAndOthersAreServed() throws Exception {
        String big = "$1000000\r\n" + "x".repeat(1_000_000) + "\r\n";
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    while (true) {
                        List<String> request = peer.read();
                        peer.send(request.getLast().equals("big") ? big : ScriptedNode.answer(request));
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient other = proxy.client()) {
            long before = directBytes();
            List<RawClient> slow = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                RawClient client = RawClient.connect(proxy.port(), 4096);
                client.send(request("GET", "big").repeat(30));
                slow.add(client);
            }
            long worst = 0;
            for (int i = 0; i < 300; i++) {
                long start = System.nanoTime();
                other.ask("GET", "mine");
                other.expect(value("mine"));
                worst = Math.max(worst, System.nanoTime() - start);
                assertThat(directBytes() - before).isLessThan(DIRECT_BYTES_MAX);
            }
            assertThat(worst).as("nanoseconds that another client waited").isLessThan(5_000_000_000L);
            for (RawClient client : slow) {
                client.reset();
            }
            await().until(() -> proxy.count(0, ServerCounter.OUT_QUEUE) == 0);
        }
    }

    @Test
    void slowReaderGetsEveryByteWhenNobodyWaitsBehindIt() throws Exception {
        String big = "$30000000\r\n" + "x".repeat(30_000_000) + "\r\n";
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.send(big);
                    ScriptedNode.echo(peer);
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient slow = RawClient.connect(proxy.port(), 4096)) {
            long before = directBytes();
            slow.send(request("GET", "big") + request("GET", "after"));
            slow.expect("$30000000\r\n");
            for (int read = 0; read < 30_000_000; read += 1_000_000) {
                slow.skip(1_000_000);
                assertThat(directBytes() - before).isLessThan(DIRECT_BYTES_MAX);
            }
            slow.expect("\r\n" + value("after"));
        }
    }

    @Test
    void splitRequestsToANodeThatNeverReadsAreStopped() throws Exception {
        try (ScriptedNode deaf = ScriptedNode.start(peer -> peer.await(new CountDownLatch(1)));
                ScriptedNode node = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), deaf, node);
                RawClient client = proxy.client()) {
            String mset = request("MSET", proxy.key(0, "a"), "x".repeat(30_000), proxy.key(1, "b"), "y");
            Thread sender = Thread.ofVirtual().start(() -> sendUntilClosed(client, mset.repeat(3_000)));
            AtomicLong last = new AtomicLong();
            await().pollInterval(Duration.ofMillis(200)).until(() -> {
                long sent = proxy.count(0, ServerCounter.REQUESTS);
                return sent > 0 && last.getAndSet(sent) == sent;
            });
            assertThat(proxy.count(0, ServerCounter.OUT_QUEUE_BYTES)).isLessThan(16L * 1024 * 1024);
            try (RawClient other = proxy.client()) {
                other.ask("GET", proxy.key(1, "mine"));
                other.expect(value(proxy.key(1, "mine")));
            }
            client.reset();
            sender.join();
        }
    }

    @Test
    void longRequestInTinyPiecesDoesNotHoldABufferForEach() throws Exception {
        // The node never answers SELECT, so that everything is kept until it does.
        try (ScriptedNode deaf = ScriptedNode.start(ScriptedNode.Peer::readToTheEnd);
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of("redis_db: 1"), deaf);
                RawClient client = proxy.client()) {
            long before = directBytes();
            client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000000\r\n" + "x".repeat(100_000));
            await().until(() -> proxy.count(0, ServerCounter.REQUEST_BYTES) > 100_000);
            for (int i = 0; i < 200; i++) {
                long passed = proxy.count(0, ServerCounter.REQUEST_BYTES);
                client.send("x");
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> proxy.count(0, ServerCounter.REQUEST_BYTES) > passed);
            }
            assertThat(directBytes() - before).isLessThan(4L * 1024 * 1024);
        }
    }

    private static long directBytes() {
        return DirectMemory.allocator().pinnedDirectMemory();
    }
}
