package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.requests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.ScriptedNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// MULTI, WATCH and EXEC with everything that can happen between them.
@Timeout(60)
@ExtendWith(LeakCheck.class)
class TransactionIT {
    @RegisterExtension
    static final Shards SHARDS = new Shards();

    private static long keys() throws Exception {
        long keys = 0;
        for (RealRedis.Server node : List.of(SHARDS.node(0), SHARDS.node(1), SHARDS.node(2), SHARDS.other())) {
            keys += Long.parseLong(node.ask("DBSIZE").strip().substring(1));
        }
        return keys;
    }

    // ---- how it is cut into packets ---------------------------------------------------------------------------------

    private static final String MIXED = "SET {t}a 1;MULTI;INCR {t}a;GET {t}a;EXEC;GET {t}a;INCR {t}a;MULTI;EXEC;"
            + "MULTI;SET {t}b x;DISCARD;EXISTS {t}b;WATCH {t}a;INCR {t}a;MULTI;INCR {t}a;EXEC;WATCH {t}a;UNWATCH;MULTI;"
            + "PING;INCR {t}a;ECHO hi;EXEC;MULTI;LPUSH {t}a x;INCR {t}a;EXEC;MULTI;NOSUCH;INCR {t}a;EXEC;EXEC;DISCARD;"
            + "MULTI;MULTI;WATCH {t}a;DISCARD;GET {t}a;SELECT 0;MULTI;SELECT 0;GET {t}a;EXEC;DEL {t}a;MULTI;GET;EXEC";

    private static String answerOfRedis() throws Exception {
        try (RawClient direct = RawClient.connect(SHARDS.node(0).port())) {
            direct.send(requests(MIXED + ";PING end"));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("$3\r\nend\r\n") < 0) {
                answer.append(direct.read(1));
            }
            return answer.toString();
        } finally {
            SHARDS.node(0).ask("FLUSHALL");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, packet", "3, packet", "1, bytes", "3, bytes", "1, requests", "3, requests"})
    void answersAsRedisHoweverItIsCutIntoPackets(int shards, String cut) throws Exception {
        String expected = answerOfRedis();
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RawClient client = proxy.client()) {
            switch (cut) {
                case "packet" -> client.send(requests(MIXED + ";PING end"));
                case "bytes" -> client.drip(requests(MIXED + ";PING end"));
                default -> {
                    for (String each : (MIXED + ";PING end").split(";")) {
                        client.send(requests(each));
                    }
                }
            }
            client.expect(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void fiftyClientsAtOnceGetTheirOwnAnswers(int shards) throws Exception {
        int rounds = 20;
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> done = new ArrayList<>();
            for (int c = 0; c < 50; c++) {
                String own = "{c" + c + "}";
                done.add(threads.submit(() -> {
                    int seen = 0;
                    try (RawClient client = proxy.client()) {
                        for (int i = 1; i <= rounds; i++) {
                            client.send(requests("SET %1$sn %2$d;MULTI;INCR %1$sall;GET %1$sn;EXEC;GET %1$sn"
                                    .formatted(own, 100 + i)));
                            String n = "$3\r\n" + (100 + i) + "\r\n";
                            client.expect("+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:" + i + "\r\n" + n + n);
                            seen++;
                        }
                    }
                    return seen;
                }));
            }
            for (Future<Integer> each : done) {
                assertThat(each.get()).isEqualTo(rounds);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void watchersThatRaceLoseNoUpdate(int shards) throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> done = new ArrayList<>();
            for (int c = 0; c < 8; c++) {
                done.add(threads.submit(() -> {
                    int won = 0;
                    try (RawClient client = proxy.client()) {
                        while (won < 20) {
                            client.send(requests("WATCH n;GET n"));
                            client.expect("+OK\r\n");
                            long n = client.readLine().equals("$-1") ? 0 : Long.parseLong(client.readLine());
                            client.send(requests("MULTI;SET n " + (n + 1) + ";EXEC"));
                            client.expect("+OK\r\n+QUEUED\r\n");
                            if (client.readLine().equals("*1")) {
                                client.expect("+OK\r\n");
                                won++;
                            }
                        }
                    }
                    return won;
                }));
            }
            int all = 0;
            for (Future<Integer> each : done) {
                all += each.get();
            }
            try (RawClient client = proxy.client()) {
                client.ask("GET", "n");
                client.expect("$3\r\n" + all + "\r\n");
            }
        }
    }

    // ---- what the proxy refuses -------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUBLISH __sentinel__:hello forged",
                "SPUBLISH __sentinel__:hello forged",
                "EVAL redis.call('publish','__sentinel__:hello','x') 0",
                "EVAL redis.call('publish','__sentinel__:hello','x') 1 {t}k",
                "CONFIG SET maxmemory 1",
                "DEBUG SLEEP 0",
                "SHUTDOWN",
                "REPLICAOF NO ONE",
                "AUTH x",
                "HELLO 3",
                "CLIENT REPLY OFF",
                "NOSUCH",
                "GET",
                "SYNC"
            })
    void whatIsRefusedInsideMakesTheWholeTransactionFail(String refused) throws Exception {
        for (int shards : new int[] {1, 3}) {
            try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                    RawClient client = proxy.client()) {
                for (String before : List.of("", "SET {t}a never;")) {
                    client.send(requests("MULTI;" + before + refused + ";SET {t}b never;EXEC;GET {t}a;GET {t}b"));
                    client.expect(before.isEmpty() ? "+OK\r\n" : "+OK\r\n+QUEUED\r\n");
                    assertThat(client.readLine()).startsWith("-");
                    client.expect(
                            "+QUEUED\r\n-EXECABORT Transaction discarded because of previous errors.\r\n$-1\r\n$-1\r\n");
                }
            }
        }
        assertThat(keys()).isZero();
    }

    @Test
    void keysOnSeveralShardsMakeTheWholeTransactionFail() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(3);
                RawClient client = proxy.client()) {
            String a = proxy.key(0, "a");
            String b = proxy.key(1, "b");
            client.send(requests("MULTI;SET %s 1;SET %s 1;EXEC;WATCH %s;WATCH %s;MULTI;SET %s 1;EXEC;SET %s 2"
                    .formatted(a, b, a, b, a, b)));
            client.expect("+OK\r\n+QUEUED\r\n");
            assertThat(client.readLine()).startsWith("-CROSSSLOT ");
            assertThat(client.readLine()).startsWith("-EXECABORT ");
            client.expect("+OK\r\n");
            assertThat(client.readLine()).startsWith("-CROSSSLOT ");
            client.expect("+OK\r\n+QUEUED\r\n");
            assertThat(client.readLine()).startsWith("-EXECABORT ");
            client.expect("+OK\r\n");
            assertThat(keys()).isEqualTo(1);
        }
    }

    // ---- a node that refuses MULTI ----------------------------------------------------------------------------------

    private static ScriptedNode refusingMulti() {
        return ScriptedNode.start(peer -> {
            while (true) {
                List<String> request = peer.read();
                peer.send(request.getFirst().equals("MULTI") ? "-NOPERM no\r\n" : ScriptedNode.answer(request));
            }
        });
    }

    @Test
    void nothingBehindARefusedMultiRuns() throws Exception {
        try (ScriptedNode node = refusingMulti();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient client = proxy.client()) {
            client.send(requests("MULTI;SET k never;EXEC;GET k"));
            client.expect("+OK\r\n-ERR not queued: the node refused MULTI: NOPERM no\r\n");
            client.expect("-EXECABORT Transaction discarded, nothing of it was executed: the node refused MULTI:"
                    + " NOPERM no\r\n");
            client.expect(ScriptedNode.value("k"));
            assertThat(node.requests()).containsExactly(List.of("MULTI"), List.of("GET", "k"));
        }
    }

    @Test
    void nothingBehindARefusedMultiRunsOnSeveralShards() throws Exception {
        try (ScriptedNode one = refusingMulti();
                ScriptedNode two = refusingMulti();
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), one, two);
                RawClient client = proxy.client()) {
            for (int round = 0; round < 3; round++) {
                client.send(requests("MULTI;PING;SET k never;SET k never;EXEC;GET k"));
                client.expect("+OK\r\n+QUEUED\r\n-ERR not queued: the node refused MULTI\r\n");
                client.expect("-ERR not queued: the node refused MULTI\r\n");
                client.expect(
                        "-EXECABORT Transaction discarded, nothing of it was executed: the node refused MULTI\r\n");
                client.expect(ScriptedNode.value("k"));
            }
            client.send(requests("MULTI;PING;EXEC"));
            client.expect("+OK\r\n+QUEUED\r\n");
            assertThat(client.readLine()).startsWith("-EXECABORT ");
            one.requests().addAll(two.requests());
            assertThat(one.requests()).doesNotContain(List.of("SET", "k", "never"), List.of("PING"), List.of("EXEC"));
        }
    }

    // ---- the master moves, or its connection ends -------------------------------------------------------------------

    /// Makes the connections of clients end: `move` to another master, or `kill` them at the node.
    private static void strike(String how, ProxyUnderTest proxy, int shard) throws Exception {
        if (how.equals("move")) {
            proxy.move(shard, SHARDS.other().address());
        } else {
            SHARDS.node(shard).ask("CLIENT KILL TYPE normal SKIPME yes");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, move", "3, move", "1, kill", "3, kill"})
    void transactionThatLosesItsNodeIsNotExecutedAnywhere(int shards, String how) throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RawClient client = proxy.client()) {
            String key = proxy.key(0, "k");
            client.send(requests("MULTI;SET " + key + " never"));
            client.expect("+OK\r\n+QUEUED\r\n");
            strike(how, proxy, 0);
            await().until(() -> {
                client.ask("SET", key, "never");
                String line = client.readLine();
                return line.startsWith("-ERR not queued: ") || line.startsWith("-ERR unknown: ");
            });
            client.send(requests("EXEC;GET %1$s;MULTI;SET %1$s now;EXEC".formatted(key)));
            assertThat(client.readLine()).startsWith("-EXECABORT Transaction discarded, nothing of it was executed: ");
            client.expect("$-1\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
            assertThat(keys()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, move", "3, move", "1, kill", "3, kill"})
    void watchThatLosesItsNodeMakesExecAnswerNull(int shards, String how) throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RawClient client = proxy.client();
                RawClient discards = proxy.client();
                RawClient unwatches = proxy.client()) {
            String key = proxy.key(0, "k");
            for (RawClient each : List.of(client, discards, unwatches)) {
                each.send(requests("WATCH " + key + ";SET " + key + " before;MULTI;EXEC;WATCH " + key));
                each.expect("+OK\r\n+OK\r\n+OK\r\n*-1\r\n+OK\r\n");
            }
            strike(how, proxy, 0);
            await().until(() -> connectionsAreGone(how));
            client.send(requests("MULTI;SET %1$s never;EXEC;MULTI;SET %1$s now;EXEC".formatted(key)));
            client.expect("+OK\r\n+QUEUED\r\n*-1\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
            discards.send(requests("MULTI;SET %1$s x;DISCARD;MULTI;SET %1$s now;EXEC".formatted(key)));
            discards.expect("+OK\r\n+QUEUED\r\n+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
            unwatches.send(requests("UNWATCH;MULTI;SET %1$s now;EXEC".formatted(key)));
            unwatches.expect("+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
        }
    }

    private static boolean connectionsAreGone(String how) throws Exception {
        return how.equals("kill") || !SHARDS.node(0).ask("CLIENT LIST").contains("cmd=watch");
    }

    @Test
    void execInFlightWhenTheConnectionEndsSaysThatItsOutcomeIsUnknown() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    for (List<String> request = peer.read();
                            !request.getFirst().equals("EXEC");
                            request = peer.read()) {
                        peer.send(request.getFirst().equals("MULTI") ? "+OK\r\n" : "+QUEUED\r\n");
                    }
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(), node);
                RawClient client = proxy.client()) {
            client.send(requests("MULTI;SET k v;EXEC;MULTI"));
            client.expect("+OK\r\n+QUEUED\r\n");
            assertThat(client.readLine()).startsWith("-ERR unknown: shard s0").endsWith("outcome unknown");
        }
    }

    @Test
    void execInFlightWhenTheMasterMovesIsStillAnsweredByTheOldOne() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(1);
                RawClient client = proxy.client()) {
            client.send(requests("MULTI;SET k v"));
            client.expect("+OK\r\n+QUEUED\r\n");
            SHARDS.node(0).pause();
            client.send(requests("EXEC;GET k;SET k new"));
            await().until(() -> proxy.count(0, ServerCounter.OUT_QUEUE) == 3);
            proxy.move(0, SHARDS.other().address());
            client.send(requests("GET k"));
            SHARDS.node(0).resume();
            client.expect("*1\r\n+OK\r\n$1\r\nv\r\n+OK\r\n$-1\r\n");
        }
    }
}
