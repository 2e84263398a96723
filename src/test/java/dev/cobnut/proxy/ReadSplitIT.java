package dev.cobnut.proxy;

import static dev.cobnut.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.ScriptedNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Reads that replicas may answer, with nodes that follow a script.
@ExtendWith(LeakCheck.class)
class ReadSplitIT {
    private static final String PREFER_REPLICA = "reads: prefer-replica";
    private static final String READONLY = "-READONLY You can't write against a read only replica.";

    /// They end servers, or change who is replica of whom.
    private static final Set<String> NOT_SENT = Set.of("shutdown", "debug", "replicaof", "slaveof", "failover", "sync");

    /// What a real server hears besides clients' requests: the test's own, and SELECT on a new connection.
    private static final Set<String> OF_THE_TEST_OR_THE_LINK = Set.of("config|resetstat", "ping", "select");

    @TempDir
    private Path directory;

    /// Answers `GET k` with `+name:k`, and anything else with `+name`.
    private static ScriptedNode named(String name) {
        return ScriptedNode.start(peer -> serve(name, peer));
    }

    private static void serve(String name, ScriptedNode.Peer peer) throws IOException {
        while (true) {
            peer.send(answer(name, peer.read()));
        }
    }

    private static String answer(String name, List<String> request) {
        return switch (request.getFirst().toUpperCase(Locale.ROOT)) {
            case "GET" -> "+" + name + ":" + request.get(1) + "\r\n";
            case "MGET", "EXISTS" -> ScriptedNode.answer(request);
            default -> "+" + name + "\r\n";
        };
    }

    private static String ask(RawClient client, String... request) throws IOException {
        client.ask(request);
        return client.readLine();
    }

    private static List<String> names(ScriptedNode node) {
        return node.requests().stream().map(List::getFirst).distinct().toList();
    }

    @Test
    void readsGoToAReplicaAndTheRestToTheMaster() throws Exception {
        try (ScriptedNode master = named("master");
                ScriptedNode replica = named("replica");
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(PREFER_REPLICA), master);
                RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            assertThat(ask(client, "GET", "a")).isEqualTo("+master:a");
            proxy.letRead(0, replica.address());

            assertThat(ask(client, "GET", "a")).isEqualTo("+replica:a");
            assertThat(ask(client, "HSCAN", "h", "0")).isEqualTo("+master");
            assertThat(ask(client, "TOUCH", "a")).isEqualTo("+master");
            assertThat(ask(client, "DBSIZE")).isEqualTo("+master");
            assertThat(ask(client, "PING")).isEqualTo("+master");
            assertThat(ask(client, "GET", "b")).isEqualTo("+replica:b");
            assertThat(ask(client, "SET", "b", "1")).isEqualTo("+master");
            assertThat(ask(other, "GET", "c")).isEqualTo("+replica:c");

            proxy.letRead(0);
            assertThat(ask(other, "GET", "d")).isEqualTo("+master:d");
            assertThat(names(replica)).containsExactly("GET");
            assertThat(proxy.count(0, ServerCounter.REQUESTS)).isEqualTo(10);
            assertThat(proxy.count(0, ServerCounter.RESPONSES)).isEqualTo(10);
        }
    }

    @Test
    void aClientReadsWhatItWroteFromTheMasterUntilAWhileAfterTheAnswer() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        try (ScriptedNode master = ScriptedNode.start(peer -> {
                    while (true) {
                        List<String> request = peer.read();
                        if (request.getFirst().equals("SET")) {
                            peer.await(written);
                        }
                        peer.send(answer("master", request));
                    }
                });
                ScriptedNode replica = named("replica");
                ProxyUnderTest proxy =
                        ProxyUnderTest.start(List.of(PREFER_REPLICA, "read_after_write_millis: 300"), master);
                RawClient client = proxy.client()) {
            proxy.letRead(0, replica.address());
            client.send(request("SET", "a", "1") + request("GET", "a"));
            await().during(Duration.ofMillis(400)).until(() -> client.available() == 0);

            long answered = System.nanoTime();
            written.countDown();
            client.expect("+master\r\n+master:a\r\n");
            await().until(() -> ask(client, "GET", "a").equals("+replica:a"));
            assertThat(Duration.ofNanos(System.nanoTime() - answered)).isGreaterThan(Duration.ofMillis(290));
        }
    }

    @Test
    void whatAClientSendsNextDoesNotOvertakeItsReads() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        try (ScriptedNode master = named("master");
                ScriptedNode replica = ScriptedNode.start(peer -> {
                    peer.read();
                    peer.await(answered);
                    peer.send("+replica:a\r\n");
                    serve("replica", peer);
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(PREFER_REPLICA), master);
                RawClient client = proxy.client()) {
            proxy.letRead(0, replica.address());
            client.send(request("GET", "a") + request("SET", "a", "1") + request("GET", "b"));
            await().until(() -> replica.requests().size() == 1);
            await().during(Duration.ofMillis(200)).until(() -> master.requests().isEmpty());

            answered.countDown();
            client.expect("+replica:a\r\n+master\r\n+master:b\r\n");
        }
    }

    @Test
    void aReplicaWithoutDataIsLeftAlone() throws Exception {
        AtomicBoolean ready = new AtomicBoolean();
        for (String answer : List.of(
                "-LOADING Redis is loading the dataset in memory\r\n",
                "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n")) {
            try (ScriptedNode master = named("master");
                    ScriptedNode replica = ScriptedNode.start(peer -> {
                        while (true) {
                            List<String> request = peer.read();
                            peer.send(ready.get() ? answer("replica", request) : answer);
                        }
                    });
                    ProxyUnderTest proxy = ProxyUnderTest.start(List.of(PREFER_REPLICA), master);
                    RawClient client = proxy.client()) {
                ready.set(false);
                proxy.letRead(0, replica.address());
                client.send(request("GET", "a") + request("GET", "b"));
                client.expect("+master:a\r\n+master:b\r\n");
                int asked = replica.requests().size();
                assertThat(ask(client, "GET", "c")).isEqualTo("+master:c");
                assertThat(replica.requests()).hasSize(asked);

                ready.set(true);
                await().until(() -> ask(client, "GET", "c").equals("+replica:c"));
                assertThat(proxy.troubles()).isEmpty();
            }
        }
    }

    @Test
    void aReplicaThatDiesIsNoErrorAndNoMarkAgainstTheShard() throws Exception {
        try (ScriptedNode master = named("master");
                ScriptedNode replica = ScriptedNode.start(peer -> {
                    peer.read(2);
                    peer.reset();
                });
                ProxyUnderTest proxy = ProxyUnderTest.start(
                        List.of(
                                PREFER_REPLICA,
                                "auto_eject_hosts: true",
                                "server_failure_limit: 1",
                                "server_retry_timeout: 60000"),
                        master);
                RawClient client = proxy.client()) {
            proxy.letRead(0, replica.address());
            client.send(request("GET", "a") + request("GET", "b") + request("MGET", "c"));
            client.expect("+master:a\r\n+master:b\r\n" + ScriptedNode.answer(List.of("MGET", "c")));
            replica.die();
            await().during(Duration.ofMillis(1_500))
                    .until(() -> ask(client, "GET", "d").equals("+master:d"));
            assertThat(proxy.troubles()).isEmpty();
            assertThat(proxy.count(PoolCounter.SERVER_EJECTS)).isZero();
            assertThat(proxy.count(PoolCounter.FORWARD_ERROR)).isZero();
        }
    }

    @Test
    void aReplicaIsKeptAsLongAsItMayBeReadFrom() throws Exception {
        try (ScriptedNode master = named("master");
                ScriptedNode one = named("one");
                ScriptedNode two = named("two");
                ScriptedNode three = named("three");
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(PREFER_REPLICA), master);
                RawClient client = proxy.client()) {
            proxy.letRead(0, two.address());
            assertThat(ask(client, "GET", "a")).isEqualTo("+two:a");
            proxy.letRead(0, one.address(), two.address(), three.address());
            assertThat(ask(client, "GET", "a")).isEqualTo("+two:a");
            proxy.letRead(0, one.address());
            assertThat(ask(client, "GET", "a")).isEqualTo("+one:a");
            proxy.letRead(0, one.address(), three.address());
            one.die();
            assertThat(ask(client, "GET", "a")).isIn("+master:a", "+three:a");
            await().until(() -> ask(client, "GET", "a").equals("+three:a"));
        }
    }

    @Test
    void withReplicaTheMasterIsNeverRead() throws Exception {
        try (ScriptedNode master = named("master");
                ScriptedNode one = named("one");
                ScriptedNode two = named("two");
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of("reads: replica"), master);
                RawClient client = proxy.client()) {
            assertThat(ask(client, "GET", "a"))
                    .isEqualTo("-ERR no replica of shard s0 may be read from: none is known to follow its master"
                            + " closely, command not sent");
            proxy.letRead(0, one.address(), two.address());
            String first = ask(client, "GET", "a");
            assertThat(first).isIn("+one:a", "+two:a");
            (first.equals("+one:a") ? one : two).die();
            // It may be under way when the connection ends, but the other one answers in any case.
            assertThat(ask(client, "GET", "a")).isEqualTo(first.equals("+one:a") ? "+two:a" : "+one:a");
            assertThat(names(master)).isEmpty();
        }
    }

    @Test
    void withPreferMasterAReplicaStandsInForIt() throws Exception {
        try (ScriptedNode first = named("first");
                ScriptedNode second = named("second");
                ScriptedNode replica = named("replica");
                ProxyUnderTest proxy =
                        ProxyUnderTest.start(List.of("reads: prefer-master", "read_after_write_millis: 0"), first);
                RawClient client = proxy.client()) {
            proxy.letRead(0, replica.address());
            assertThat(ask(client, "GET", "a")).isEqualTo("+first:a");
            first.die();
            for (int i = 0; i < 50; i++) {
                client.send(request("GET", "a") + request("GET", "b"));
                client.expect("+replica:a\r\n+replica:b\r\n");
            }
            assertThat(ask(client, "SET", "a", "1")).endsWith("command not sent");
            assertThat(ask(client, "GET", "a")).isEqualTo("+replica:a");

            proxy.move(0, null);
            assertThat(ask(client, "GET", "a")).isEqualTo("+replica:a");
            proxy.move(0, second.address());
            assertThat(ask(client, "GET", "a")).isEqualTo("+second:a");
        }
    }

    @Test
    void clientsOfTheSecondAddressReadAndChangeNothing() throws Exception {
        int port = FreePorts.next(1);
        try (ScriptedNode master = named("master");
                ScriptedNode replica = named("replica");
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of("listen_reads: 127.0.0.1:" + port), master);
                RawClient writer = proxy.client();
                RawClient reader = RawClient.connect(port)) {
            proxy.letRead(0, replica.address());
            assertThat(ask(writer, "GET", "a")).isEqualTo("+master:a");
            assertThat(ask(reader, "GET", "a")).isEqualTo("+replica:a");
            assertThat(ask(reader, "SELECT", "0")).isEqualTo("+OK");
            assertThat(ask(reader, "CLIENT", "SETNAME", "x")).isEqualTo("+OK");
            for (String refused :
                    List.of("SET a 1", "DEL a", "EVAL x 0", "MULTI", "WATCH a", "PUBLISH a b", "GETEX a", "FLUSHALL")) {
                assertThat(ask(reader, refused.split(" "))).as(refused).isEqualTo(READONLY);
            }
            assertThat(ask(reader, "SET", "a")).startsWith("-ERR wrong number of arguments");
            reader.ask("SET", "a", "x".repeat(200_000));
            assertThat(reader.readLine()).isEqualTo(READONLY);
            assertThat(ask(reader, "GET", "b")).isEqualTo("+replica:b");

            proxy.letRead(0);
            assertThat(ask(reader, "GET", "b")).isEqualTo("+master:b");
            assertThat(names(replica)).containsExactly("GET");
            assertThat(names(master)).containsExactly("GET");
        }
    }

    @Test
    void ofAllCommandsOnlyReadsOfKeysReachAReplica() throws Exception {
        CommandTable table = CommandTable.builtIn();
        try (RealRedis redis = RealRedis.in(directory);
                // Not a replica of anybody, so that all it hears comes from the proxy.
                ProxyUnderTest proxy = ProxyUnderTest.startAt(
                        List.of(PREFER_REPLICA, "read_after_write_millis: 0", "allow: all"),
                        redis.master().address())) {
            RealRedis.Server replica = redis.master();
            proxy.letRead(0, replica.address());
            replica.await("CONFIG RESETSTAT", "+OK");
            int sent = 0;
            for (Command command : commands(table)) {
                if (command.blocking() || NOT_SENT.contains(command.name())) {
                    continue;
                }
                sent++;
                String[] request = new String[Math.abs(command.arity())];
                Arrays.fill(request, "1");
                List<String> name = List.of(command.name().split("\\|"));
                for (int i = 0; i < name.size(); i++) {
                    request[i] = name.get(i);
                }
                try (RawClient client = proxy.client()) {
                    client.ask(request);
                    client.ask("GET", "x");
                    client.halfClose();
                    client.readToTheEnd();
                }
            }
            assertThat(sent).isGreaterThan(250);
            List<String> heard = Pattern.compile("cmdstat_([^:]*):")
                    .matcher(replica.ask("INFO commandstats"))
                    .results()
                    .map(found -> found.group(1))
                    .filter(name -> !OF_THE_TEST_OR_THE_LINK.contains(name))
                    .toList();
            assertThat(heard)
                    .contains("get", "hgetall", "exists", "xlen", "object|encoding")
                    .hasSizeGreaterThan(50);
            List<String> reads = commands(table).stream()
                    .filter(Command::readsKeys)
                    .map(Command::name)
                    .toList();
            assertThat(reads).containsAll(heard);
        }
    }

    private static List<Command> commands(CommandTable table) {
        List<Command> commands = new ArrayList<>();
        for (Command command : table.commands()) {
            commands.addAll(command.isContainer() ? command.subcommands() : List.of(command));
        }
        return commands;
    }

    @Test
    void requestsOverSeveralShardsArePutTogetherFromReplicas() throws Exception {
        try (ScriptedNode first = ScriptedNode.echoing();
                ScriptedNode second = ScriptedNode.echoing();
                ScriptedNode replica = ScriptedNode.echoing();
                ScriptedNode dying = ScriptedNode.start(ScriptedNode.Peer::read);
                ProxyUnderTest proxy = ProxyUnderTest.start(List.of(PREFER_REPLICA), first, second);
                RawClient client = proxy.client()) {
            proxy.letRead(0, replica.address());
            proxy.letRead(1, dying.address());
            String a = proxy.key(0, "a");
            String b = proxy.key(1, "b");
            client.ask("MGET", b, a, b);
            client.expect(ScriptedNode.answer(List.of("MGET", b, a, b)));
            client.ask("EXISTS", a, b);
            client.expect(":2\r\n");
            client.ask("DEL", a, b);
            client.expect(":2\r\n");
            assertThat(names(replica)).containsExactly("MGET", "EXISTS");
            assertThat(names(first)).contains("DEL").doesNotContain("MGET", "EXISTS");
            assertThat(names(second)).contains("MGET", "EXISTS", "DEL");
        }
    }
}
