package dev.cobnut.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import dev.cobnut.resp.Policy;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RealRedis.Server;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The users of `docs/operating/security.md`, as they stand there, on a real server.
@Timeout(60)
class NodeUserIT {
    private static final String HELLO = "__sentinel__:hello";

    @TempDir
    private Path directory;

    private RealRedis redis;
    private Server server;
    private RespClient admin;
    private RespClient node;

    @BeforeEach
    void start() throws IOException {
        redis = RealRedis.in(directory);
        server = redis.master();
        admin = RespClient.to(server.port());
        for (String line : documented()) {
            // The last line would lock out this test.
            if (!line.equals("user default off")) {
                assertThat(admin.ask(("ACL SETUSER" + line.substring("user".length())).split(" ")))
                        .as(line)
                        .isEqualTo("+OK");
            }
        }
        node = RespClient.to(server.port());
        assertThat(node.ask("AUTH", "cobnut", "COBNUT-SECRET")).isEqualTo("+OK");
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        admin.close();
        redis.close();
    }

    private static List<String> documented() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("docs/operating/security.md")).stream()
                .filter(line -> line.startsWith("    user "))
                .map(String::strip)
                .toList();
        assertThat(lines).hasSize(5);
        return lines;
    }

    @Test
    void nobodyPublishesToTheSentinelsHoweverTheNameIsPutTogether() throws IOException {
        RespClient sentinel = RespClient.to(server.port());
        sentinel.ask("AUTH", "sentinel", "SENTINEL-SECRET");
        assertThat(sentinel.ask("SUBSCRIBE", HELLO)).contains("subscribe");

        String refused = "can't publish to the channel";
        assertThat(node.ask("PUBLISH", HELLO, "forged")).startsWith("-NOPERM");
        assertThat(node.ask("EVAL", "return redis.call('publish','__senti'..'nel__:hello','forged')", "0"))
                .contains(refused);
        String digest = node.ask("SCRIPT", "LOAD", "return redis.call('publish',ARGV[1],ARGV[2])");
        assertThat(node.ask("EVALSHA", digest, "0", HELLO, "forged")).contains(refused);
        node.ask(
                "FUNCTION",
                "LOAD",
                "#!lua name=l\nredis.register_function('f',function(k,a) return redis.call('publish',a[1],a[2]) end)");
        assertThat(node.ask("FCALL", "f", "0", HELLO, "forged")).contains(refused);
        node.ask("MULTI");
        assertThat(node.ask("PUBLISH", HELLO, "forged")).startsWith("-NOPERM");
        node.ask("DISCARD");

        assertThat(admin.ask("PUBLISH", HELLO, "honest")).isEqualTo(":1");
        assertThat(sentinel.reply()).as("the first message there").contains("honest");
        sentinel.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "swapdb 0 1",
                "migrate 127.0.0.1 1 k 0 100",
                "slowlog reset",
                "memory purge",
                "pfdebug encoding k",
                "config get requirepass",
                "config set maxmemory 1",
                "acl list",
                "client kill type normal",
                "debug sleep 0",
                "replicaof no one",
                "latency reset",
                "save",
                "bgrewriteaof",
                "module list",
                "shutdown nosave"
            })
    void aScriptRunsNothingThatThePoolRefuses(String command) throws IOException {
        String call = "return redis.call('" + command.replace(" ", "','") + "')";

        assertThat(node.ask("EVAL", call, "0"))
                .startsWith("-ERR ")
                .containsAnyOf("can't run this command", "not allowed from script");
    }

    @Test
    void whatThePoolServesIsAllowedAndWhatItRefusesIsNot() throws IOException {
        List<String> wronglyAllowed = new ArrayList<>();
        List<String> wronglyRefused = new ArrayList<>();
        int tried = 0;
        for (Command command : all()) {
            String answer = dryRun(command);
            // Commands of other versions and of modules are not here.
            if (answer.startsWith("-")) {
                continue;
            }
            tried++;
            boolean served = !command.dangerous() && command.policy(true) != Policy.REFUSED;
            boolean allowed = answer.equals("+OK");
            if (allowed && !served) {
                wronglyAllowed.add(command.name());
            } else if (served && !allowed) {
                wronglyRefused.add(command.name());
            }
        }
        assertThat(tried).isGreaterThan(300);
        assertThat(wronglyAllowed).isEmpty();
        // As the document says: patterns are rules of their own, and the rest is for administrators.
        assertThat(wronglyRefused)
                .containsExactlyInAnyOrder(
                        "psubscribe",
                        "config|get",
                        "latency|doctor",
                        "latency|graph",
                        "latency|histogram",
                        "latency|history",
                        "latency|latest",
                        "module|list",
                        "cluster|count-failure-reports",
                        "cluster|replicas",
                        "cluster|slaves");
    }

    private static List<Command> all() {
        List<Command> all = new ArrayList<>();
        for (Command command : CommandTable.builtIn().commands()) {
            all.addAll(command.isContainer() ? command.subcommands() : List.of(command));
        }
        return all;
    }

    private String dryRun(Command command) throws IOException {
        List<String> request = new ArrayList<>(List.of("ACL", "DRYRUN", "cobnut"));
        request.addAll(List.of(command.name().split("[ |]")));
        while (request.size() < 3 + Math.abs(command.arity())) {
            request.add("1");
        }
        return admin.ask(request.toArray(String[]::new));
    }

    @Test
    void ordinaryTrafficThroughThePoolIsNotRefused() throws Exception {
        String cobnut = documented().getFirst();
        String rules = cobnut.substring("user cobnut ".length());
        assertThat(admin.ask(("ACL SETUSER default " + rules).split(" "))).isEqualTo("+OK");
        int port = FreePorts.next(1);
        String yml = "p: {listen: 127.0.0.1:" + port + ", redis: true, redis_auth: COBNUT-SECRET, servers: ['"
                + server.address() + ":1 s']}";
        try (RunningProxy proxy = RunningProxy.of(directory, yml, 1);
                RespClient client = RespClient.to(port);
                RespClient subscriber = RespClient.to(port)) {
            assertThat(proxy.daemon()).isNotNull();
            assertThat(client.ask("AUTH", "COBNUT-SECRET")).isEqualTo("+OK");
            assertThat(subscriber.ask("AUTH", "COBNUT-SECRET")).isEqualTo("+OK");
            assertThat(client.ask("CLIENT", "SETNAME", "worker")).isEqualTo("+OK");
            assertThat(client.ask("SET", "k", "v")).isEqualTo("+OK");
            assertThat(client.ask("RPUSH", "l", "x")).isEqualTo(":1");
            assertThat(client.ask("BLPOP", "l", "1")).isEqualTo("[l, x]");
            assertThat(client.ask("SORT", "l")).isEqualTo("[]");
            assertThat(client.ask("KEYS", "*")).isEqualTo("[k]");
            assertThat(client.ask("INFO", "replication")).contains("role:master");
            assertThat(client.ask("WATCH", "k")).isEqualTo("+OK");
            assertThat(client.ask("MULTI")).isEqualTo("+OK");
            assertThat(client.ask("GET", "k")).isEqualTo("+QUEUED");
            assertThat(client.ask("EXEC")).isEqualTo("[v]");
            assertThat(client.ask("EVAL", "return redis.call('get',KEYS[1])", "1", "k"))
                    .isEqualTo("v");
            assertThat(subscriber.ask("SUBSCRIBE", "news")).isEqualTo("[subscribe, news, :1]");
            assertThat(client.ask("PUBLISH", "news", "hello")).isEqualTo(":1");
            assertThat(subscriber.reply()).isEqualTo("[message, news, hello]");
            assertThat(client.ask("EVAL", "return redis.call('publish','__senti'..'nel__:hello','x')", "0"))
                    .startsWith("-ERR ");
            assertThat(client.ask("FLUSHALL")).isEqualTo("+OK");
        }
    }

    @Test
    void sentinelAndReplicaLoginsCanDoTheirWork() throws IOException {
        assertThat(admin.ask("ACL", "DRYRUN", "sentinel", "PUBLISH", HELLO, "x"))
                .isEqualTo("+OK");
        for (String command : List.of(
                "CLIENT SETNAME x",
                "CLIENT KILL TYPE normal",
                "MULTI",
                "EXEC",
                "PING",
                "INFO",
                "ROLE",
                "SUBSCRIBE " + HELLO,
                "SLAVEOF NO ONE",
                "CONFIG REWRITE",
                "SCRIPT KILL")) {
            assertThat(admin.ask(("ACL DRYRUN sentinel " + command).split(" ")))
                    .as(command)
                    .isEqualTo("+OK");
        }
        assertThat(admin.ask("ACL", "DRYRUN", "sentinel", "GET", "k")).isNotEqualTo("+OK");
        for (String command : List.of("PING", "REPLCONF listening-port 1", "PSYNC ? -1")) {
            assertThat(admin.ask(("ACL DRYRUN replica " + command).split(" ")))
                    .as(command)
                    .isEqualTo("+OK");
        }
        assertThat(admin.ask("ACL", "DRYRUN", "replica", "GET", "k")).isNotEqualTo("+OK");
    }
}
