package dev.cobnut.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.Config;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What servers, Sentinels and proxies are given, compared with files that were read by people: `golden/`.
class StackConfTest {
    private static final Path GOLDEN = Path.of("src/test/resources/dev/cobnut/render/golden");
    private static final Passwords PASSWORDS = new Passwords("top secret", "quo\"te");

    private static final String HOSTS = "stack: s\nhosts:\n  a: 10.0.0.1\n  b: red.example\n";

    @TempDir
    private Path folder;

    private Blueprint blueprint(String text) throws IOException, ConfigException {
        return StackFile.read(Files.writeString(folder.resolve("stack.yml"), text));
    }

    private static Blueprint.Redis redis(Blueprint blueprint, String group, String host) {
        return blueprint.redises(group).stream()
                .filter(each -> each.host().equals(host))
                .findFirst()
                .orElseThrow();
    }

    private static Rendered render(Blueprint blueprint, String file, String host, Passwords passwords) {
        return switch (file) {
            case "cobnut.yml" -> ProxyConf.of(blueprint, host, Target.SYSTEM);
            case "sentinel.conf" ->
                SentinelConf.of(blueprint, new Blueprint.Sentinel(host, 26379), Target.SYSTEM, passwords);
            default ->
                RedisConf.of(blueprint, redis(blueprint, file.replace(".conf", ""), host), Target.SYSTEM, passwords);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "reference, redis-shard1, cluster_obj.conf, /etc/redis/redis-cluster_obj.conf, SERVER",
        "reference, redis-shard1, cluster_sess.conf, /etc/redis/redis-cluster_sess.conf, SERVER",
        "reference, redis-shard1, sentinel.conf, /etc/redis/sentinel.conf, SENTINEL",
        "reference, redis-proxy, cobnut.yml, /etc/cobnut/cobnut.yml, COBNUT",
        "two-shards, red1, cluster_sess-2.conf, /etc/redis/redis-cluster_sess-2.conf, SERVER",
        "two-shards, red1, sentinel.conf, /etc/redis/sentinel.conf, SENTINEL",
        "two-shards, web1, cobnut.yml, /etc/cobnut/cobnut.yml, COBNUT"
    })
    void isWhatPeopleHaveRead(String stack, String host, String file, String path, Rendered.Keeper keeper)
            throws Exception {
        Passwords passwords = stack.equals("two-shards") ? PASSWORDS : Passwords.NONE;
        Blueprint blueprint = StackFile.read(Path.of("examples/stack-" + stack + ".yml"));
        Rendered rendered = render(blueprint, file, host, passwords);

        assertThat(rendered.text()).isEqualTo(Files.readString(GOLDEN.resolve(stack + "/" + host + "/" + file)));
        assertThat(rendered.host()).isEqualTo(host);
        assertThat(rendered.path()).isEqualTo(path);
        assertThat(rendered.keeper()).isEqualTo(keeper);
        assertThat(rendered.secret()).isEqualTo(stack.equals("two-shards") && !file.equals("cobnut.yml"));
    }

    @Test
    void anotherRenderingIsTheSame() throws Exception {
        Blueprint once = StackFile.read(Path.of("examples/stack-reference.yml"));
        Blueprint again = StackFile.read(Path.of("examples/stack-reference.yml"));

        assertThat(render(once, "sentinel.conf", "redis-shard2", Passwords.NONE))
                .isEqualTo(render(again, "sentinel.conf", "redis-shard2", Passwords.NONE));
    }

    @Test
    void ownDirectivesComeInPlaceOfOurs() throws Exception {
        Blueprint blueprint = blueprint(HOSTS + """
                caches:
                  o:
                    kind: cache
                    hosts: [a]
                    port: 12000
                    listen: 6379
                    memory: 1536 MB
                    redis:
                      repl-diskless-sync: yes
                      client-output-buffer-limit: [normal 0 0 0, replica 256mb 64mb 60]
                      proc-title-template: ""
                """);

        assertThat(render(blueprint, "o.conf", "a", Passwords.NONE).text().lines())
                .containsOnlyOnce("repl-diskless-sync yes")
                .doesNotContain("repl-diskless-sync no")
                .doesNotContain("# A new replica is served at once, not after waiting 5 s for a second one.")
                .contains("maxmemory 1536mb", "save \"\"", "appendonly no", "protected-mode no")
                .containsSubsequence(
                        "# From stack.yml:",
                        "client-output-buffer-limit normal 0 0 0",
                        "client-output-buffer-limit replica 256mb 64mb 60",
                        "proc-title-template \"\"");
    }

    @Test
    void aDirectiveCannotBecomeTwo() throws Exception {
        Blueprint blueprint = blueprint(HOSTS + "caches:\n  o: {kind: plain, hosts: [a], port: 1, listen: 2,"
                + " redis: {logfile: \"x\\nuser default off\"}}\n");

        assertThat(render(blueprint, "o.conf", "a", Passwords.NONE).text().lines())
                .contains("logfile \"x\\x0auser default off\"", "appendonly yes", "maxmemory 0");
    }

    @Test
    void aNameIsLookedUpAndListenedAtEverywhere() throws Exception {
        Blueprint blueprint = blueprint(HOSTS + "caches:\n  o: {kind: plain, hosts: [b], port: 12000, listen: 6379}\n"
                + "sentinels: {hosts: [a]}\n");

        assertThat(render(blueprint, "o.conf", "b", PASSWORDS).text().lines())
                .contains(
                        "bind * -::*",
                        "replica-announce-ip red.example",
                        "requirepass \"top secret\"",
                        "masterauth \"top secret\"")
                .noneMatch(line -> line.startsWith("protected-mode"));
        assertThat(render(blueprint, "sentinel.conf", "a", PASSWORDS).text().lines())
                .contains(
                        "bind 10.0.0.1",
                        "sentinel resolve-hostnames yes",
                        "sentinel announce-hostnames yes",
                        "sentinel monitor o red.example 12000 1",
                        "sentinel auth-pass o \"top secret\"",
                        "requirepass \"quo\\\"te\"",
                        "sentinel sentinel-pass \"quo\\\"te\"");
    }

    // ---- cobnut.yml -------------------------------------------------------------------------------------------------

    private Config read(Blueprint blueprint, String host) throws IOException, ConfigException {
        String text = ProxyConf.of(blueprint, host, Target.SYSTEM).text();
        return ConfigFile.read(Files.writeString(folder.resolve("cobnut.yml"), text), false);
    }

    @Test
    void aProxyReadsItsFile() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "hush\n");
        Blueprint blueprint = blueprint(HOSTS + """
                caches:
                  s:
                    kind: session
                    listen: 10.0.0.1:6381
                    users: ["shop >file:SECRET", "ops #%s"]
                    pool: {hash_tag: "[]", timeout: 400, allow: [KEYS, CONFIG], hash: md5}
                    shards:
                      - {name: one, master: sess-1, weight: 3, servers: [a:7001, b:7001]}
                      - {name: two, master: sess-2, servers: [b:7002]}
                sentinels: {hosts: [a]}
                proxies: {hosts: [a]}
                passwords: {redis: "file:SECRET", sentinel: "file:SECRET"}
                """.formatted("0".repeat(64)).replace("SECRET", secret.toString()));
        Config config = read(blueprint, "a");
        PoolConfig pool = config.pools().getFirst();

        assertThat(config.sentinels()).hasToString("[10.0.0.1:26379]");
        assertThat(config.sentinelLogin()).extracting("password").isEqualTo("hush");
        assertThat(pool.clients().listen().text()).isEqualTo("10.0.0.1:6381");
        assertThat(pool.clients().users()).hasToString("[User[shop], User[ops]]");
        assertThat(pool.backend().redisAuth()).isEqualTo("hush");
        assertThat(pool.placement().hashTag()).hasToString("HashTag[open=91, close=93]");
        assertThat(pool.placement().servers())
                .extracting(ServerConfig::ringName, ServerConfig::masterName, ServerConfig::weight)
                .containsExactly(tuple("one", "sess-1", 3), tuple("two", "sess-2", 1));
        assertThat(ProxyConf.of(blueprint, "a", Target.SYSTEM).secret()).isTrue();
        assertThat(ProxyConf.of(blueprint, "a", Target.SYSTEM).text()).doesNotContain("hush");
    }

    @Test
    void withoutSentinelsAShardIsItsMaster() throws Exception {
        Config config = read(StackFile.read(Path.of("examples/stack-one-host.yml")), "shop");

        assertThat(config.sentinels()).isEmpty();
        assertThat(config.pools())
                .extracting(pool -> pool.clients().listen().text() + " "
                        + pool.placement().servers().getFirst().address() + " "
                        + pool.placement().servers().getFirst().ringName())
                .containsExactly(
                        "127.0.0.1:6379 127.0.0.1:12000 cluster_obj",
                        "127.0.0.1:6380 127.0.0.1:12001 cluster_fpc",
                        "127.0.0.1:6381 127.0.0.1:12002 cluster_sess");
    }

    @Test
    void aShardThatIsHashedByAnAddressKeepsItsPlace() throws Exception {
        Blueprint blueprint = blueprint(HOSTS + """
                caches:
                  s:
                    kind: plain
                    listen: 6381
                    shards: [{name: "10.0.0.9:6379", master: m, weight: 2, servers: [a:7001, b:7001]}]
                sentinels: {hosts: [a]}
                """);

        assertThat(read(blueprint, "a").pools().getFirst().placement().servers())
                .extracting(server -> server.address() + " " + server.ringName() + " " + server.weight())
                .containsExactly("10.0.0.1:7001 10.0.0.9:6379 2", "red.example:7001 10.0.0.9:6379 2");
    }

    // ---- passwords --------------------------------------------------------------------------------------------------

    @Test
    void passwordsThatAreMissingAreAllToldAndNoneIsShown() {
        Path file = Path.of("stack.yml");

        assertThatThrownBy(() -> Passwords.read(new Blueprint.Secrets("env:NO_SUCH_A", "file:/no/such", null), file))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "stack.yml: passwords: redis \"env:NO_SUCH_A\" (the environment has no such variable;"
                                + " expected: one that is set)\n"
                                + "stack.yml: passwords: sentinel \"file:/no/such\" (no such file; expected: one with the value)");
        assertThat(PASSWORDS).hasToString("Passwords[…]");
        assertThat(List.of(Directives.quote(""), Directives.quote("a b"), Directives.quote("a\tb\\")))
                .containsExactly("\"\"", "\"a b\"", "\"a\\x09b\\\\\"");
    }
}
