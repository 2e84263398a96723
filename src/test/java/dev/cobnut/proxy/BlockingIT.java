package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.requests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.ScriptedNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands that wait: for an element, or for replicas.
@Timeout(60)
@ExtendWith(LeakCheck.class)
class BlockingIT {
    private static final String UNBLOCKED =
            "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)\r\n";

    @RegisterExtension
    static final Shards SHARDS = new Shards();

    private static List<RealRedis.Server> replicas;

    @BeforeAll
    static void startReplicas() {
        replicas = SHARDS.nodes().stream().map(SHARDS.redis()::replicaOf).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void blockedClientsAreServedAndOthersDoNotWaitForThem(int shards) throws Exception {
        // Shorter than they block: the timeout is not for them.
        try (ProxyUnderTest proxy = SHARDS.proxy(shards, "timeout: 200");
                RawClient other = proxy.client()) {
            List<RawClient> blocked = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                RawClient client = proxy.client();
                String list = proxy.key(i % shards, "list" + i);
                client.send(requests("SET %1$sx 1;BLPOP %1$s 0;GET %1$sx;BLPOP %1$s 0.3;PING end".formatted(list)));
                blocked.add(client);
            }
            for (int i = 0; i < 100; i++) {
                other.send(requests("INCR {n}n"));
                other.expect(":" + (i + 1) + "\r\n");
            }
            long start = System.nanoTime();
            await().until(() -> System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(450));
            for (int i = 0; i < 9; i++) {
                String list = proxy.key(i % shards, "list" + i);
                other.send(requests("RPUSH " + list + " v" + i));
                other.expect(":1\r\n");
                RawClient client = blocked.get(i);
                client.expect("+OK\r\n*2\r\n$" + list.length() + "\r\n" + list + "\r\n$2\r\nv" + i + "\r\n$1\r\n1\r\n");
            }
            for (RawClient client : blocked) {
                client.expect("*-1\r\n$3\r\nend\r\n");
                client.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void blockedClientIsUnblockedWhenTheMasterMoves(int shards) throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RawClient client = proxy.client();
                RawClient pipelining = proxy.client()) {
            String list = proxy.key(0, "list");
            client.send(requests("BLPOP " + list + " 0"));
            pipelining.send(requests("BLPOP %1$s 0;SET %1$sx behind;PING end".formatted(list)));
            SHARDS.node(0).await("INFO clients", "blocked_clients:2");
            proxy.move(0, SHARDS.other().address());
            client.expect(UNBLOCKED);
            pipelining.expect(UNBLOCKED);
            // Sent to the old master behind the one that blocked; nobody can say whether it was executed.
            assertThat(pipelining.readLine()).startsWith("-ERR unknown: ").endsWith("outcome unknown");
            client.send(requests("RPUSH " + list + " new;BLPOP " + list + " 0"));
            client.expect(":1\r\n*2\r\n$" + list.length() + "\r\n" + list + "\r\n$3\r\nnew\r\n");
            SHARDS.node(0).await("INFO clients", "blocked_clients:0");
            assertThat(SHARDS.node(0).ask("EXISTS " + list + "x")).isEqualTo(":0\r\n");
        }
    }

    /// A group, a consumer and a stream that are called as options are, or a word that ends at a NUL: five such
    /// requests on the connections that all share would keep everybody waiting.
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void blockingReadsWithNamesOfOptionsKeepNobodyElseWaiting(int shards) throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RawClient other = proxy.client()) {
            String stream = proxy.key(0, "st");
            List<String[]> requests = List.of(
                    new String[] {"XREADGROUP", "GROUP", "g", "STREAMS", "BLOCK", "0", "STREAMS", stream, ">"},
                    new String[] {"XREADGROUP", "GROUP", "STREAMS", "BLOCK", "BLOCK", "0", "STREAMS", stream, ">"},
                    new String[] {"XREADGROUP", "block\0", "0", "GROUP", "g", "c", "STREAMS", stream, ">"},
                    new String[] {"XREAD", "COUNT", "1", "BLOCK", "0", "STREAMS", stream, "$"});
            other.send(requests("XGROUP CREATE %1$s g $ MKSTREAM;XGROUP CREATE %1$s STREAMS $".formatted(stream)));
            other.expect("+OK\r\n+OK\r\n");
            List<RawClient> blocked = new ArrayList<>();
            for (String[] request : requests) {
                RawClient client = proxy.client();
                client.ask(request);
                blocked.add(client);
            }
            SHARDS.node(0).await("INFO clients", "blocked_clients:4");
            for (int i = 0; i < 20; i++) {
                try (RawClient quick = proxy.client()) {
                    quick.send(requests("GET " + proxy.key(0, "k" + i)));
                    quick.expect("$-1\r\n");
                }
            }
            for (RawClient client : blocked) {
                client.close();
            }
            SHARDS.node(0).await("INFO clients", "blocked_clients:0");
        }
    }

    @Test
    void demotedMasterUnblocksItsClientsItself() throws Exception {
        RealRedis.Server old = SHARDS.redis().master();
        try (ProxyUnderTest proxy = ProxyUnderTest.startAt(List.of(), old.address());
                RawClient client = proxy.client()) {
            client.send(requests("BLPOP list 0"));
            old.await("INFO clients", "blocked_clients:1");
            old.ask("REPLICAOF 127.0.0.1 " + SHARDS.other().port());
            client.expect(UNBLOCKED);
            proxy.move(0, SHARDS.other().address());
            client.send(requests("RPUSH list x;BLPOP list 0"));
            client.expect(":1\r\n*2\r\n$4\r\nlist\r\n$1\r\nx\r\n");
        }
    }

    @Test
    void blockedClientWhoseNodeDiesIsTold() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(1);
                RawClient client = proxy.client()) {
            for (int round = 0; round < 2; round++) {
                client.send(requests("BLPOP list 0"));
                SHARDS.node(0).await("INFO clients", "blocked_clients:1");
                SHARDS.node(0).ask("CLIENT KILL TYPE normal SKIPME yes");
                assertThat(client.readLine())
                        .startsWith("-ERR unknown: shard s0")
                        .endsWith("outcome unknown");
                await().until(() -> {
                    client.ask("WATCH", "k");
                    return client.readLine().equals("+OK");
                });
                client.ask("UNWATCH");
                client.expect("+OK\r\n");
            }
        }
    }

    @Test
    void nodeThatClosesIdleConnectionsAtOnceIsNotDialedWithoutEnd() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    if (peer.index() == 0) {
                        ScriptedNode.echo(peer);
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient client = proxy.client()) {
            client.ask("GET", "k");
            client.expect(ScriptedNode.value("k"));
            client.ask("BLPOP", "list", "0");
            assertThat(client.readLine()).startsWith("-ERR ");
            long start = System.nanoTime();
            await().until(() -> System.nanoTime() - start > TimeUnit.SECONDS.toNanos(1));
            assertThat(node.accepted()).isLessThan(60);
        }
    }

    // ---- WAIT -------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void waitCountsTheReplicasThatHaveWhatThisClientWrote(int shards) throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(shards, "timeout: 400");
                RawClient client = proxy.client()) {
            String key = proxy.key(shards - 1, "k");
            RealRedis.Server replica = replicas.get(shards - 1);
            client.send(requests("SET " + key + " 1;WAIT 1 0"));
            client.expect("+OK\r\n:1\r\n");

            replica.pause();
            try {
                for (int round = 0; round < 3; round++) {
                    client.send(requests("SET " + key + " 2;WAIT 1 200"));
                    client.expect("+OK\r\n:0\r\n");
                }
                client.send(requests("SET " + key + " 3"));
                client.expect("+OK\r\n");
                client.send(requests("WAIT 1 700"));
                client.expect(":0\r\n");
                client.send(requests("SET " + key + " 4;WAIT 1 5000;GET " + key));
                SHARDS.node(shards - 1).await("INFO clients", "blocked_clients:1");
            } finally {
                replica.resume();
            }
            client.expect("+OK\r\n:1\r\n$1\r\n4\r\n");
            client.send(requests("WAIT 2 50;WAIT x 1;WAIT 1"));
            client.expect(":1\r\n-ERR value is not an integer or out of range\r\n");
            client.expect("-ERR wrong number of arguments for 'wait' command\r\n");
            client.send(requests("MULTI;SET %1$s 5;WAIT 1 0;EXEC".formatted(key)));
            client.expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n");
            assertThat(client.readLine()).startsWith(":");
        }
    }
}
