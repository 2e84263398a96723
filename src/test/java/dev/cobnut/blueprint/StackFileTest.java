package dev.cobnut.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.config.ConfigException;
import dev.cobnut.config.Problem;
import dev.cobnut.config.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StackFileTest {
    private static final Path FILE = Path.of("stack.yml");
    private static final String HOSTS = "stack: s\nhosts:\n  a: 10.0.0.1\n  b: 10.0.0.2\n  c: 10.0.0.3\n";
    private static final String CACHE = "caches:\n  o: {kind: cache, hosts: [a, b, c], port: 12000, listen: 6379}\n";

    private static Blueprint parse(String text) throws ConfigException {
        return StackFile.parse(text, new Problems(FILE));
    }

    private static List<String> problems(String text) {
        try {
            parse(text);
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
        return List.of();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "examples/stack-reference.yml",
                "examples/stack-one-host.yml",
                "examples/stack-two-shards.yml",
                "src/main/resources/dev/cobnut/blueprint/stack.yml"
            })
    void examplesAreGood(String file) throws ConfigException {
        assertThat(StackFile.read(Path.of(file)).redises()).isNotEmpty();
    }

    @Test
    void theReferenceStackOfInitIsTheExample() throws Exception {
        assertThat(Path.of("src/main/resources/dev/cobnut/blueprint/stack-reference.yml"))
                .hasSameTextualContentAs(Path.of("examples/stack-reference.yml"));
        assertThat(Files.readString(Path.of("examples/stack-reference.yml"))).startsWith("# The reference stack");
    }

    @Test
    void theReferenceStackHasTheProcessesOfTheReferenceStack() throws ConfigException {
        Blueprint blueprint = StackFile.read(Path.of("examples/stack-reference.yml"));

        assertThat(blueprint.redises().stream().filter(Blueprint.Redis::isFirstMaster))
                .extracting(each -> each.group() + " " + blueprint.address(each))
                .containsExactly(
                        "cluster_obj 10.0.0.11:12000", "cluster_fpc 10.0.0.12:12001", "cluster_sess 10.0.0.13:12002");
        assertThat(blueprint.processes()).hasSize(9 + 3 + 3 + 1);
        assertThat(blueprint.sentinels())
                .isNotNull()
                .extracting(Blueprint.Sentinels::quorum)
                .isEqualTo(2);
    }

    @Test
    void furtherShardsHaveTheNextPortAndTheNextHost() throws ConfigException {
        Blueprint blueprint = StackFile.read(Path.of("examples/stack-two-shards.yml"));

        assertThat(blueprint.redises())
                .extracting(each -> each.group() + " " + each.host() + ":" + each.port() + " " + each.isFirstMaster())
                .containsExactly(
                        "cluster_sess-1 red1:12002 true",
                        "cluster_sess-1 red2:12002 false",
                        "cluster_sess-1 red3:12002 false",
                        "cluster_sess-2 red2:12003 true",
                        "cluster_sess-2 red3:12003 false",
                        "cluster_sess-2 red1:12003 false");
    }

    @ParameterizedTest
    @CsvSource({
        "cache, NONE, ALLKEYS_LRU, 0",
        "page-cache, NONE, ALLKEYS_LRU, 0",
        "session, AOF, VOLATILE_LRU, 1",
        "plain, AOF, NOEVICTION, 0"
    })
    void defaultsFollowFromTheKind(String kind, Kind.Persistence persistence, Kind.Eviction eviction, int min)
            throws ConfigException {
        Blueprint.Cache cache = parse(HOSTS + CACHE.replace("kind: cache", "kind: " + kind))
                .caches()
                .getFirst();

        assertThat(cache.persistence()).isEqualTo(persistence);
        assertThat(cache.eviction()).isEqualTo(eviction);
        assertThat(cache.minReplicas()).isEqualTo(min);
        assertThat(cache.databases()).isEqualTo(16);
    }

    @Test
    void allProblemsAreToldAtOnceWithTheirLines() {
        assertThat(problems("""
                        stack: s
                        host: {}
                        hosts:
                          a: 10.0.0.1
                          b: 10.0.0.1
                          c: {adress: x}
                        caches:
                          o: {kind: cashe, hosts: [a, d], port: 70000, listen: 6379, memory: 4 gigs, shards: 2}
                          a b: 1
                        sentinels: {hosts: [a, b], quorum: 3, down_after: soon}
                        passwords: {redis: hush}
                        """))
                .containsExactly(
                        "stack.yml:2: stack: \"host\" is not a key here; did you mean hosts? (expected one of: stack, hosts,"
                                + " caches, sentinels, proxies, passwords)",
                        "stack.yml:5: host b: address 10.0.0.1 is that of a, too (expected: another)",
                        "stack.yml:6: host c: \"adress\" is not a key here; did you mean address? (expected one of: address,"
                                + " memory)",
                        "stack.yml:6: host c: no address (expected: address: an IP address or a name)",
                        "stack.yml:8: cache o: kind \"cashe\" (expected one of cache, page-cache, session, plain; did you mean"
                                + " cache?)",
                        "stack.yml:8: cache o: host \"d\" is not there; did you mean a? (expected one of: a, b, c)",
                        "stack.yml:8: cache o: memory \"4 gigs\" (expected: a size such as 512 MB or 4 GB)",
                        "stack.yml:8: cache o: port \"70000\" (expected: 1 to 65534)",
                        "stack.yml:9: caches: \"a b\" (expected: a name of letters, digits, _ . and -)",
                        "stack.yml:9: cache a b: is a value (expected: keys indented below: kind, hosts, port, listen, shards,"
                                + " memory, persistence, eviction, min_replicas, databases)",
                        "stack.yml:9: cache a b: no kind (expected: kind: cache, page-cache, session or plain)",
                        "stack.yml:9: cache a b: no port (expected: port: where its servers listen)",
                        "stack.yml:9: cache a b: no listen (expected: listen: where proxies listen for it)",
                        "stack.yml:9: cache a b: no hosts (expected: hosts: [NAME, …], of those below hosts:)",
                        "stack.yml:10: sentinels: two Sentinels (expected: three or more, or one; of two, both have to live"
                                + " for a failover)",
                        "stack.yml:10: sentinels: quorum \"3\" (expected: 1 to 2)",
                        "stack.yml:10: sentinels: down_after \"soon\" (expected: a time such as 2 s, at least 1 ms)",
                        "stack.yml:11: passwords: redis is written here (expected: env:NAME or file:/PATH, since this file is"
                                + " shown to others)");
    }

    @Test
    void aPasswordIsNeverShown() {
        assertThat(String.join("", problems(HOSTS + CACHE + "passwords: {redis: hush}")))
                .doesNotContain("hush");
    }

    @Test
    void twoProcessesCannotListenAtOnePlace() {
        String second = "  p: {kind: cache, hosts: [c], port: 12000, listen: 6379}\n";
        assertThat(problems(HOSTS + CACHE + second + "proxies: {hosts: [c], stats: 12000}\n"))
                .containsExactly(
                        "stack.yml:8: redis p would listen at c:12000, where redis o does (expected: another port)",
                        "stack.yml:8: cobnut p would listen at c:6379, where cobnut o does (expected: another port)",
                        "stack.yml:9: cobnut statistics would listen at c:12000, where redis o does (expected: another"
                                + " port)");
    }

    @Test
    void cachesOfMagentoHaveOneShard() {
        assertThat(problems(HOSTS + CACHE.replace("port:", "shards: 2, port:")))
                .hasSize(1)
                .allMatch(line -> line.contains("Magento's tags join keys of all shards"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "- a\n", "stack: [a]\nhosts: 1\ncaches:\n", "stack: s\nhosts: {a: {}}\ncaches: {}\n"})
    void whateverTheFileIsThereIsOneAnswer(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(ConfigException.class);
    }

    @Test
    void aFileThatIsNotThereIsTold() {
        assertThatThrownBy(() -> StackFile.read(Path.of("none.yml")))
                .hasMessage("none.yml: no such file (expected: a configuration file; -f FILE names it)");
    }
}
