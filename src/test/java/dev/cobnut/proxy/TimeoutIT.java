package dev.cobnut.proxy;

import static dev.cobnut.testing.ScriptedNode.answer;
import static dev.cobnut.testing.ScriptedNode.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.PoolCounter;
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

/// Nodes that are silent or slow, in a pool with `timeout:`. Every request is answered in time, and a reply that comes
/// too late reaches nobody.
@ExtendWith(LeakCheck.class)
class TimeoutIT {
    private static final List<String> TIMEOUT = List.of("timeout: 300");
    private static final Duration SLACK = Duration.ofMillis(1_500);

    @Test
    void silentNodeIsAnsweredForInTime() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(ScriptedNode.Peer::readToTheEnd);
                ProxyUnderTest proxy = ProxyUnderTest.start(TIMEOUT, node);
                RawClient client = proxy.client()) {
            long start = System.nanoTime();
            client.ask("SET", "a", "1");

            assertThat(client.readLine())
                    .startsWith("-ERR Connection timed out: shard s0")
                    .endsWith("outcome unknown");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(300), SLACK);
        }
    }

    @Test
    void nodeThatNeverReadsIsAnsweredForInTime() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedNode node = ScriptedNode.startOn(FreePorts.next(1), 4096, peer -> peer.await(over));
                ProxyUnderTest proxy = ProxyUnderTest.start(TIMEOUT, node);
                RawClient client = proxy.client()) {
            client.send(Requests.request("SET", "a", "x".repeat(50_000)).repeat(20));
            for (int i = 0; i < 20; i++) {
                assertThat(client.readLine()).startsWith("-ERR Connection timed out: shard s0");
            }
            over.countDown();
        }
    }

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
    void nodeThatNeverAnswersAuthIsAnsweredForInTime() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(ScriptedNode.Peer::readToTheEnd);
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of("timeout: 300", "redis_db: 3"), node);
                RawClient client = proxy.client()) {
            client.ask("SET", "a", "1");

            assertThat(client.readLine())
                    .startsWith("-ERR Connection timed out: shard s0")
                    .endsWith("command not sent");
        }
    }

    @Test
    void aNodeThatFallsSilentIsCountedAndReported() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(ScriptedNode.Peer::readToTheEnd);
                ProxyUnderTest proxy = ProxyUnderTest.start(
                        List.of(
                                "timeout: 300",
                                "auto_eject_hosts: true",
                                "server_failure_limit: 2",
                                "server_retry_timeout: 60000"),
                        node);
                RawClient client = proxy.client()) {
            for (int i = 0; i < 2; i++) {
                client.ask("GET", "a");
                assertThat(client.readLine()).startsWith("-ERR Connection timed out: shard s0");
            }
            client.ask("GET", "a");
            assertThat(client.readLine()).startsWith("-ERR Connection refused: every server of pool alpha is ejected");
            assertThat(proxy.count(0, ServerCounter.SERVER_TIMEDOUT)).isEqualTo(2);
            assertThat(proxy.troubles()).hasSize(2);
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
    void oneReplyTooFewNeverShiftsTheOthers() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    if (peer.index() == 0) {
                        peer.read();
                    }
                    ScriptedNode.echo(peer);
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(TIMEOUT, node);
                RawClient client = proxy.client()) {
            client.ask("GET", "lost");
            assertThat(client.readLine()).startsWith("-ERR Connection timed out");

            // From here on the connection is one reply behind: it must be given up, and no reply may be shifted.
            await().atMost(Duration.ofSeconds(5)).until(() -> {
                client.ask("GET", "next");
                String line = client.readLine();
                if (line.startsWith("-ERR Connection timed out")) {
                    return false;
                }
                assertThat(line).isEqualTo("$6");
                client.expect("v:next\r\n");
                return true;
            });
        }
    }

    @Test
    void slowReaderDoesNotMakeItsNodeLookDead() throws Exception {
        String value = "$8000000\r\n" + "x".repeat(8_000_000) + "\r\n";
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    while (true) {
                        List<String> request = peer.read();
                        peer.send(request.getLast().equals("big") ? value : answer(request));
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(
                        List.of(
                                "timeout: 300",
                                "server_connections: 2",
                                "auto_eject_hosts: true",
                                "server_failure_limit: 1"),
                        node);
                RawClient slow = RawClient.connect(proxy.port(), 4096);
                RawClient other = proxy.client()) {
            slow.ask("GET", "big");
            slow.expect("$8000000\r\n");
            long until = System.nanoTime() + Duration.ofMillis(1_200).toNanos();
            while (System.nanoTime() < until) {
                other.ask("GET", "small");
                other.expect(value("small"));
            }

            slow.skip(8_000_002);
            slow.ask("GET", "after");
            slow.expect(value("after"));
            assertThat(proxy.count(PoolCounter.SERVER_EJECTS)).isZero();
            assertThat(proxy.count(0, ServerCounter.SERVER_TIMEDOUT)).isZero();
        }
    }

    @Test
    void thoseBehindASlowReaderAreAnsweredInTime() throws Exception {
        String value = "$8000000\r\n" + "x".repeat(8_000_000) + "\r\n";
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    while (true) {
                        List<String> request = peer.read();
                        peer.send(request.getLast().equals("big") ? value : answer(request));
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(TIMEOUT, node);
                RawClient slow = RawClient.connect(proxy.port(), 4096);
                RawClient other = proxy.client()) {
            slow.ask("GET", "big");
            slow.expect("$8000000\r\n");
            for (int i = 0; i < 20; i++) {
                other.ask("GET", "small");
                other.expect(value("small"));
            }
        }
    }

    @Test
    void longReplyThatKeepsComingIsNotCutOffByTheTimeout() throws Exception {
        String piece = "x".repeat(20_000);
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.send("$1000000\r\n");
                    for (int i = 0; i < 50; i++) {
                        peer.send(piece);
                        pause(20);
                    }
                    peer.send("\r\n");
                    ScriptedNode.echo(peer);
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(TIMEOUT, node);
                RawClient client = proxy.client()) {
            client.ask("GET", "big");
            client.skip(10 + 1_000_000 + 2);
            client.ask("GET", "next");
            client.expect(value("next"));
            assertThat(node.accepted()).isEqualTo(1);
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

            await().until(() -> proxy.count(0, ServerCounter.SERVER_CONNECTIONS) == 0);
        }
    }

    /// Part of a node's script: it is slow.
    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
}
