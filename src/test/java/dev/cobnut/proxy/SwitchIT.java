package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.request;
import static dev.cobnut.testing.ScriptedNode.answer;
import static dev.cobnut.testing.ScriptedNode.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.ScriptedNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A shard's master moves to another node while clients use it.
@ExtendWith(LeakCheck.class)
class SwitchIT {

    /// Nodes count requests; a reply carries the node's name and the count, so order and place both show.
    private static ScriptedNode counting(String name, AtomicInteger counter) {
        return ScriptedNode.start(peer -> {
            while (true) {
                List<String> request = peer.read();
                counter.incrementAndGet();
                peer.send("+" + name + ":" + request.get(1) + "\r\n");
            }
        });
    }

    @Test
    void underLoadNobodyIsDroppedOrderIsKeptAndTheOldNodeHearsNothingMore() throws Exception {
        AtomicInteger atOld = new AtomicInteger();
        AtomicInteger atNew = new AtomicInteger();
        int clients = 20;
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger rounds = new AtomicInteger();
        try (ScriptedNode old = counting("old", atOld);
                ScriptedNode fresh = counting("new", atNew);
                ProxyUnderTest proxy = ProxyUnderTest.start(2, List.of(), old);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int c = 0; c < clients; c++) {
                int id = c;
                done.add(threads.submit(() -> pipelineUntil(proxy, id, stop, rounds)));
            }
            await().until(() -> rounds.get() > 10 * clients);
            proxy.move(0, fresh.address());
            await().until(() -> old.open() == 0);
            int heardByOld = atOld.get();
            int roundsThen = rounds.get();
            await().until(() -> rounds.get() > roundsThen + 10 * clients);
            stop.set(true);

            for (Future<Boolean> each : done) {
                assertThat(each.get()).as("ends at the new node").isTrue();
            }
            assertThat(atOld.get()).isEqualTo(heardByOld);
            assertThat(atNew.get()).isPositive();
        }
    }

    /// Every reply must be the next one, and once the new node has answered the old one must not.
    private static boolean pipelineUntil(ProxyUnderTest proxy, int id, AtomicBoolean stop, AtomicInteger rounds)
            throws Exception {
        boolean moved = false;
        try (RawClient client = proxy.client()) {
            for (int next = 0; !stop.get(); ) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < 16; i++) {
                    requests.append(request("GET", id + "-" + (next + i)));
                }
                client.send(requests.toString());
                for (int i = 0; i < 16; i++) {
                    String reply = client.readLine();
                    assertThat(reply).endsWith(":" + id + "-" + next++);
                    boolean isNew = reply.startsWith("+new");
                    assertThat(isNew || !moved)
                            .as("the old node after the new one: " + reply)
                            .isTrue();
                    moved = isNew;
                }
                rounds.incrementAndGet();
            }
        }
        return moved;
    }

    @Test
    void requestsInFlightAreStillAnsweredByTheOldNodeAndLaterOnesWaitForThem() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedNode old = ScriptedNode.start(peer -> {
                    List<String> request = peer.read();
                    peer.await(gate);
                    peer.send(answer(request));
                    ScriptedNode.echo(peer);
                });
                ScriptedNode fresh = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), old);
                RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            client.ask("SET", "k", "1");
            await().until(() -> old.requests().size() == 1);
            proxy.move(0, fresh.address());
            client.ask("GET", "k");
            other.ask("GET", "other");

            other.expect(value("other"));
            assertThat(fresh.requests()).as("the later one has not overtaken").containsExactly(List.of("GET", "other"));
            gate.countDown();
            client.expect("+OK\r\n" + value("k"));
            assertThat(old.requests()).hasSize(1);
        }
    }

    @Test
    void oldNodeThatNeverAnswersIsGivenUpAfterASecond() throws Exception {
        try (ScriptedNode old = ScriptedNode.start(ScriptedNode.Peer::readToTheEnd);
                ScriptedNode fresh = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), old);
                RawClient client = proxy.client()) {
            client.ask("SET", "k", "1");
            await().until(() -> proxy.count(0, ServerCounter.OUT_QUEUE) == 1);
            proxy.move(0, fresh.address());

            assertThat(client.readLine()).startsWith("-ERR unknown: shard s0").endsWith("outcome unknown");
            client.ask("GET", "k");
            client.expect(value("k"));
        }
    }

    @Test
    void switchAwayFromANodeThatWasStillBeingConnectedServesAtOnce() throws Exception {
        try (ScriptedNode silent = ScriptedNode.start(ScriptedNode.Peer::readToTheEnd);
                ScriptedNode fresh = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of("redis_db: 1"), silent);
                RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            client.ask("SET", "k", "1");
            await().until(() -> silent.accepted() == 1);
            proxy.move(0, fresh.address());

            other.ask("GET", "other");
            other.expect(value("other"));
            assertThat(client.readLine())
                    .isIn(
                            "+OK",
                            "-ERR Connection refused: shard s0 (" + silent.address()
                                    + "): the shard has moved to another node, command not sent");
        }
    }

    @Test
    void shardWithoutAMasterSaysSoUntilThereIsOne() throws Exception {
        try (ScriptedNode node = ScriptedNode.echoing();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient client = proxy.client()) {
            client.ask("GET", "a");
            client.expect(value("a"));
            proxy.move(0, null);
            await().until(() -> {
                client.ask("GET", "a");
                String line = client.readLine();
                if (line.startsWith("$")) {
                    client.expect("v:a\r\n");
                    return false;
                }
                assertThat(line).isEqualTo("-ERR Connection refused: shard s0 has no known master, command not sent");
                return true;
            });
            proxy.move(0, node.address());
            await().until(() -> {
                client.ask("GET", "a");
                if (client.readLine().startsWith("-")) {
                    return false;
                }
                client.expect("v:a\r\n");
                return true;
            });
        }
    }
}
