package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.requests;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What would spoil a connection that others share, and what a client is not allowed.
@Timeout(60)
@ExtendWith(LeakCheck.class)
class PoisonIT {
    private static final List<String> POISONS = List.of(
            "CLIENT REPLY OFF",
            "CLIENT REPLY SKIP",
            "MONITOR",
            "SUBSCRIBE c",
            "PSUBSCRIBE *",
            "SSUBSCRIBE c",
            "SYNC",
            "PSYNC ? -1",
            "MULTI",
            "WATCH k",
            "MULTI;SELECT 9;EXEC",
            "SELECT 9",
            "SELECT 99",
            "HELLO 3",
            "HELLO 3 SETNAME poison",
            "HELLO 4",
            "CLIENT SETNAME poison",
            "CLIENT TRACKING ON",
            "CLIENT TRACKING ON BCAST",
            "CLIENT CACHING YES",
            "CLIENT NO-EVICT ON",
            "CLIENT PAUSE 20",
            "CLIENT KILL TYPE replica",
            "WAIT 1 10",
            "BLPOP nothing 0.01",
            "BLPOP nothing 0",
            "XREAD BLOCK 10 STREAMS s $",
            "RESET",
            "QUIT",
            "ASKING",
            "READONLY",
            "AUTH wrong",
            "AUTH nobody wrong",
            "SCRIPT DEBUG YES",
            "SCRIPT DEBUG SYNC",
            "DEBUG SLEEP 0",
            "EVAL redis.setresp(3);return{1} 0",
            "EVAL redis.call('select',9);return'x' 0",
            "EVAL redis.call('monitor') 0",
            "EVAL redis.call('subscribe','c') 0",
            "EVAL x -1",
            "EVAL x 2147483648",
            "EVAL x 9223372036854775807",
            "EVAL x 99999999999999999999",
            "EVAL x 1",
            "EVAL x abc k",
            "EVAL x 3 a b",
            "EVALSHA x 0",
            "FCALL f -1",
            "FCALL f 2147483648 k",
            "ZUNION -1 a",
            "ZUNION 2147483647 a",
            "ZUNIONSTORE d 4294967297 a",
            "SINTERCARD 0 a",
            "LMPOP 1000000 a LEFT",
            "BLMPOP 0.01 9999999999 a LEFT",
            "XREADGROUP GROUP g c BLOCK 10 STREAMS s >",
            "MIGRATE 127.0.0.1 1 k 0 10",
            "REPLICAOF NO ONE",
            "FAILOVER ABORT",
            "CLUSTER NODES",
            "OBJECT HELP",
            "PING a b",
            "ECHO",
            "SHUTDOWN ABORT");

    /// Some poison has no answer.
    private static final long SILENT_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    @RegisterExtension
    static final Shards SHARDS = new Shards();

    @ParameterizedTest
    @CsvSource({"1, none", "1, all", "3, none", "3, all"})
    void nothingThatOneClientSaysSpoilsTheRepliesOfOthers(int shards, String allow) throws Exception {
        String settings = allow.equals("all")
                ? "allow: client|pause, client|kill, client|no-evict, monitor, debug, script|debug"
                : "timeout: 5000";
        AtomicBoolean stop = new AtomicBoolean();
        try (ProxyUnderTest proxy = SHARDS.proxy(shards, settings);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> normal = new ArrayList<>();
            for (int c = 0; c < 4; c++) {
                String own = "n" + c;
                normal.add(threads.submit(() -> pipelineUntil(proxy, own, stop)));
            }
            for (String poison : POISONS) {
                for (boolean waits : new boolean[] {false, true}) {
                    try (RawClient client = proxy.client()) {
                        client.send(requests(poison) + requests("SET poisoned x;GET poisoned;INCR poisoned"));
                        if (waits) {
                            awaitSomething(client);
                        }
                    }
                }
            }
            stop.set(true);
            for (Future<Integer> each : normal) {
                assertThat(each.get()).as("rounds").isPositive();
            }
        }
        assertThat(SHARDS.node(0).ask("SELECT 9").concat(SHARDS.node(0).ask("INFO keyspace")))
                .as("only what SELECT asked for is in database 9")
                .doesNotContain("n0");
    }

    private static void awaitSomething(RawClient client) throws IOException {
        long start = System.nanoTime();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> client.available() > 0 || System.nanoTime() - start > SILENT_NANOS);
    }

    private static int pipelineUntil(ProxyUnderTest proxy, String own, AtomicBoolean stop) throws IOException {
        int rounds = 0;
        try (RawClient client = proxy.client()) {
            for (; !stop.get(); rounds++) {
                String value = own + "-" + rounds;
                String bulk = "$" + value.length() + "\r\n" + value + "\r\n";
                client.send(
                        requests("SET %1$s %2$s;GET %1$s;APPEND %1$s !;GET {%1$s}no;ECHO %2$s".formatted(own, value)));
                client.expect("+OK\r\n" + bulk + ":" + (value.length() + 1) + "\r\n$-1\r\n" + bulk);
            }
        }
        return rounds;
    }

    // ---- who may what -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONFIG SET maxmemory 1",
                "CONFIG REWRITE",
                "DEBUG SLEEP 0",
                "SHUTDOWN NOSAVE",
                "REPLICAOF NO ONE",
                "SLAVEOF NO ONE",
                "MONITOR",
                "CLIENT PAUSE 1",
                "CLIENT KILL TYPE normal",
                "ACL SETUSER x on",
                "MODULE LOAD x",
                "FAILOVER",
                "CLUSTER RESET"
            })
    void dangerousCommandsAreNotPermitted(String request) throws Exception {
        for (int shards : new int[] {1, 3}) {
            try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                    RespClient client = RespClient.to(proxy.port())) {
                client.sendRaw(requests(request).getBytes(US_ASCII));
                assertThat(client.reply())
                        .matches("-NOPERM this user has no permissions to run the '[a-z]+(\\|[a-z]+)?' command");
            }
        }
        SHARDS.node(0).await("PING", "+PONG");
    }

    @Test
    void allowOpensSingleCommands() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(1, "allow: config|set, debug");
                RespClient client = RespClient.to(proxy.port())) {
            assertThat(client.ask("CONFIG", "SET", "maxmemory", "0")).isEqualTo("+OK");
            assertThat(client.ask("DEBUG", "SLEEP", "0")).isNotEmpty();
            assertThat(client.ask("CONFIG", "REWRITE")).startsWith("-NOPERM ");
        }
    }

    @Test
    void usersLogInAndOutAgain() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(1, "users: \"alice >wonder, bob >builder\"");
                RespClient client = RespClient.to(proxy.port())) {
            assertThat(client.ask("GET", "k")).isEqualTo("-NOAUTH Authentication required.");
            assertThat(client.ask("MULTI")).isEqualTo("-NOAUTH Authentication required.");
            assertThat(client.ask("SUBSCRIBE", "c")).isEqualTo("-NOAUTH Authentication required.");
            assertThat(client.ask("AUTH", "alice", "wrong")).startsWith("-WRONGPASS ");
            assertThat(client.ask("AUTH", "wonder")).startsWith("-");
            assertThat(client.ask("AUTH", "alice", "wonder")).isEqualTo("+OK");
            assertThat(client.ask("ACL", "WHOAMI")).isEqualTo("alice");
            assertThat(client.ask("AUTH", "bob", "wrong")).startsWith("-WRONGPASS ");
            assertThat(client.ask("ACL", "WHOAMI")).isEqualTo("alice");
            assertThat(client.ask("HELLO", "3", "AUTH", "bob", "builder")).contains("proto: :3");
            assertThat(client.ask("ACL", "WHOAMI")).isEqualTo("bob");
            assertThat(client.ask("MULTI")).isEqualTo("+OK");
            assertThat(client.ask("RESET")).isEqualTo("+RESET");
            assertThat(client.ask("EXEC"))
                    .isEqualTo("-EXECABORT Transaction discarded because of: NOAUTH Authentication required.");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void clientReplyKeepsCountWhateverComesBetween(int shards) throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(shards);
                RawClient client = proxy.client()) {
            client.send(requests("CLIENT REPLY OFF;SET a 1;MGET a b c;NOSUCH;MULTI;INCR a;EXEC;BLPOP no 0.05;WATCH a;"
                    + "GET;CLIENT REPLY ON;GET a;CLIENT REPLY SKIP;INCR a;GET a;CLIENT REPLY SKIP;MULTI;INCR a;EXEC;"
                    + "UNWATCH;CLIENT REPLY SKIP;CLIENT REPLY SKIP;INCR a;GET a;PING end"));
            client.expect("+OK\r\n$1\r\n2\r\n$1\r\n3\r\n+QUEUED\r\n");
            // Since WATCH the client itself has changed the key.
            client.expect("*-1\r\n+OK\r\n$1\r\n4\r\n$3\r\nend\r\n");
        }
    }

    @Test
    void resetInTheMiddleOfEverythingBeginsAgain() throws Exception {
        try (ProxyUnderTest proxy = SHARDS.proxy(1);
                RespClient client = RespClient.to(proxy.port())) {
            for (String state : List.of(
                    "MULTI;SET k never",
                    "WATCH k",
                    "SUBSCRIBE c",
                    "HELLO 3;SUBSCRIBE c;PSUBSCRIBE d",
                    "SELECT 5",
                    "CLIENT SETNAME me",
                    "CLIENT REPLY OFF",
                    "HELLO 3;CLIENT TRACKING ON",
                    "BLPOP no 0.05",
                    "CLIENT ID")) {
                client.sendRaw(requests(state + ";RESET;PING end;GET k;CLIENT GETNAME;SET k 0;DEL k")
                        .getBytes(US_ASCII));
                String reply = client.reply();
                while (!reply.equals("+RESET")) {
                    reply = client.reply();
                }
                assertThat(List.of(client.reply(), client.reply(), client.reply(), client.reply(), client.reply()))
                        .as(state)
                        .containsExactly("end", "(nil)", "(nil)", "+OK", ":1");
            }
            client.send("QUIT");
            client.send("SET", "k", "never");
            assertThat(client.reply()).isEqualTo("+OK");
            assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
            assertThat(SHARDS.node(0).ask("EXISTS k")).isEqualTo(":0\r\n");
        }
    }
}
