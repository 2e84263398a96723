package dev.cobnut.proxy;

import static dev.cobnut.testing.ScriptedNode.answer;
import static dev.cobnut.testing.ScriptedNode.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.ScriptedNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Nodes that are silent or slow, in a pool with `timeout:`, at the other end of real sockets. The rules themselves are
/// tested without them, in `backend`: what a connection waits for, and for how long.
@ExtendWith(LeakCheck.class)
class TimeoutIT {
    private static final List<String> TIMEOUT = List.of("timeout: 300");

    @Test
    void longRequestToANodeThatStopsReadingIsAnsweredForInTime() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedNode node = ScriptedNode.startOn(FreePorts.next(1), 4096, peer -> peer.await(over));
                ProxyUnderTest proxy = ProxyUnderTest.start(TIMEOUT, node);
                RawClient client = proxy.client()) {
            Thread.ofVirtual().start(() -> sendUntilClosed(client, 20_000_000));

            assertThat(client.readLine())
                    .startsWith("-ERR Connection timed out: shard s0")
                    .endsWith("command not sent");
            over.countDown();
        }
    }

    private static void sendUntilClosed(RawClient client, int bytes) {
        try {
            client.send(Requests.request("SET", "a", "x".repeat(bytes)));
        } catch (IOException _) {
            // The test is over.
        }
    }

    @Test
    void lateReplyOfATimedOutRequestReachesNobody() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    List<String> first = peer.read();
                    peer.await(late);
                    peer.send(answer(first));
                    ScriptedNode.echo(peer);
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of("timeout: 600"), node);
                RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            client.ask("GET", "first");
            assertThat(client.readLine())
                    .startsWith("-ERR Connection timed out")
                    .endsWith("outcome unknown");
            other.ask("GET", "second");
            await().until(() -> proxy.count(0, ServerCounter.REQUESTS) == 2);
            late.countDown();

            other.expect(value("second"));
            client.ask("GET", "third");
            client.expect(value("third"));
            assertThat(node.accepted())
                    .as("later requests do not wait behind the late one")
                    .isEqualTo(2);
        }
    }

    @Test
    void longRequestsThatTimeOutDoNotUseUpTheConnectionsForLongRequests() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    List<String> request = peer.read();
                    pause(450);
                    peer.send(answer(request));
                    peer.readToTheEnd();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(TIMEOUT, node);
                RawClient client = proxy.client()) {
            client.ask("SET", "a", "x".repeat(100_000));
            assertThat(client.readLine())
                    .startsWith("-ERR Connection timed out")
                    .endsWith("outcome unknown");

            // The spares for the next of its kind stay.
            await().until(() -> node.accepted() >= 3 && node.open() == 2);
        }
    }

    /// Part of a node's script: it is slow.
    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
}
