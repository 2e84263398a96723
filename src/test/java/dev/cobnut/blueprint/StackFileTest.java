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
                                + " caches, sentinels, proxies, vip, clients, passwords)",
                        "stack.yml:5: host b: address 10.0.0.1 is that of a, too (expected: another)",
                        "stack.yml:6: host c: \"adress\" is not a key here; did you mean address? (expected one of: address,"
                                + " memory)",
                        "stack.yml:6: host c: no address (expected: address: an IP address or a name)",
                        "stack.yml:8: cache o: kind \"cashe\" (expected one of cache, page-cache, session, plain; did you mean"
                                + " cache?)",
                        "stack.yml:8: cache o: host \"d\" is not there; did you mean a? (expected one of: a, b, c)",
                        "stack.yml:8: cache o: port \"70000\" (expected: 1 to 65534)",
                        "stack.yml:8: cache o: memory \"4 gigs\" (expected: a size such as 512 MB or 4 GB)",
                        "stack.yml:9: caches: \"a b\" (expected: a name of letters, digits, _ . and -)",
                        "stack.yml:9: cache a b: is a value (expected: keys indented below: kind, hosts, port, listen, shards,"
                                + " memory, persistence, eviction, min_replicas, databases, users, pool, redis)",
                        "stack.yml:9: cache a b: no kind (expected: kind: cache, page-cache, session or plain)",
                        "stack.yml:9: cache a b: no listen (expected: listen: where proxies listen for it)",
                        "stack.yml:9: cache a b: no port (expected: port: where its servers listen)",
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
    void shardsOfASystemThatIsThereAreWrittenDown() throws ConfigException {
        Blueprint blueprint = parse(HOSTS + """
                caches:
                  o:
                    kind: plain
                    listen: 127.0.0.1:6379
                    shards:
                      - {name: old-1, master: sess, weight: 2, servers: [a:7001, b:7009]}
                      - {servers: [c:7001]}
                    pool: {hash: murmur, timeout: 400}
                    redis: {rename-command: [FLUSHALL x, KEYS y]}
                    users: [app >env:APP]
                """);

        Blueprint.Cache cache = blueprint.caches().getFirst();
        assertThat(cache.shards())
                .containsExactly(
                        new Blueprint.Shard(
                                "old-1",
                                "sess",
                                2,
                                List.of(new Blueprint.Place("a", 7001), new Blueprint.Place("b", 7009))),
                        new Blueprint.Shard("o-2", "o-2", 1, List.of(new Blueprint.Place("c", 7001))));
        assertThat(cache.bind()).isEqualTo("127.0.0.1");
        assertThat(cache.pool())
                .containsExactly(new Blueprint.Setting("hash", "murmur"), new Blueprint.Setting("timeout", "400"));
        assertThat(cache.directives())
                .containsExactly(
                        new Blueprint.Setting("rename-command", "FLUSHALL x"),
                        new Blueprint.Setting("rename-command", "KEYS y"));
    }

    @Test
    void whatIsWrongWithShardsAndWhatIsHandedOnIsTold() {
        assertThat(problems(HOSTS + """
                        caches:
                          o:
                            kind: plain
                            hosts: [a]
                            listen: here
                            shards:
                              - {name: x, servers: [a:7001, d:7001, a]}
                              - {name: x, servers: [a:7001]}
                              - {}
                            users: [app >hush]
                            pool: {listen: 1, timeout: {a: b}}
                            redis: {maxmemory: 1gb}
                          p: {kind: plain, hosts: [b], port: 1, listen: 2, shards: 1}
                          x: {kind: plain, listen: 3, shards: [{servers: [c:1], master: p}]}
                        """))
                .containsExactly(
                        "stack.yml:7: redis o-2 would listen at a:7001, where redis o-1 does (expected: another port)",
                        "stack.yml:9: cache o: hosts beside shards that are written down (expected: one of both)",
                        "stack.yml:10: cache o: listen \"here\" (expected: 1 to 65535)",
                        "stack.yml:12: cache o, shard 1: host \"d\" is not there; did you mean a? (expected one of: a, b,"
                                + " c)",
                        "stack.yml:12: cache o, shard 1: server \"a\" (expected: HOST:PORT)",
                        "stack.yml:13: cache o: shard x is there already (expected: another name, and another master)",
                        "stack.yml:14: cache o, shard 3: no servers (expected: servers: [HOST:PORT, …], the master first)",
                        "stack.yml:15: cache o: user \"app\" (expected: NAME >env:NAME, NAME >file:/PATH, or NAME #SHA-256)",
                        "stack.yml:16: cache o: pool: timeout is a mapping (expected: a value or a list)",
                        "stack.yml:16: cache o: pool: listen follows from something else (expected: listen, or nothing)",
                        "stack.yml:17: cache o: redis: maxmemory follows from something else (expected: memory, or nothing)",
                        "stack.yml:19: cache x: Sentinel would know a shard as p, as one of cache p (expected: another"
                                + " master)");
    }

    @Test
    void theAddressIsMovedByCobnutUnlessAnotherSpeakerIsNamed() throws ConfigException {
        Blueprint.VirtualIp moving = parse(HOSTS + CACHE
                        + "vip: {address: 10.0.0.100/24, interface: eth0, speaker: keepalived, hosts: [a, b]}\n")
                .virtualIp();
        assertThat(moving == null ? null : moving.speaker()).isEqualTo(Blueprint.Speaker.KEEPALIVED);
        assertThat(problems(HOSTS + CACHE
                        + "vip: {address: 10.0.0.100/24, interface: eth0, speaker: keepalive, hosts: [a]}\n"))
                .containsExactly(
                        "stack.yml:8: vip: speaker \"keepalive\" (expected one of cobnut, keepalived; did you mean"
                                + " keepalived?)");
        assertThat(problems(HOSTS + CACHE + "virtual_ip: {address: 10.0.0.100/24, interface: eth0}\n"))
                .containsExactly("stack.yml:8: stack: \"virtual_ip\" is not a key here (expected one of: stack, hosts,"
                        + " caches, sentinels, proxies, vip, clients, passwords)");
    }

    @Test
    void clientsAndTheAddressThatMovesAreRead() throws ConfigException {
        Blueprint blueprint = parse(HOSTS + CACHE + """
                proxies: {hosts: [a, b]}
                vip: {address: 10.0.0.100/24, interface: eth0}
                clients:
                  shop: {kind: magento2, cache: o}
                  cron: {kind: generic, proxy: 127.0.0.1}
                """);

        assertThat(blueprint.virtualIp())
                .isEqualTo(new Blueprint.VirtualIp(
                        "10.0.0.100/24", "eth0", 51, Blueprint.Speaker.COBNUT, List.of("a", "b"), 9));
        assertThat(blueprint.clients()).extracting(Blueprint.Client::proxy).containsExactly("10.0.0.100", "127.0.0.1");
        assertThat(problems(HOSTS + CACHE + """
                        vip: {address: here}
                        clients: {shop: {kind: magento3, cache: oo}}
                        """))
                .containsExactly(
                        "stack.yml:8: vip: no interface (expected: interface: the network interface that carries it,"
                                + " such as eth0)",
                        "stack.yml:8: vip: address \"here\" (expected: an IP address and its prefix, such as"
                                + " 10.0.0.100/24)",
                        "stack.yml:8: vip: no hosts, and there are no proxies (expected: hosts: [NAME, …])",
                        "stack.yml:9: client shop: kind \"magento3\" (expected one of magento2, magento1, generic; did you"
                                + " mean magento2?)",
                        "stack.yml:9: client shop: cache \"oo\" is no cache; did you mean o? (expected one of: o)");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.256",
                "10.0.0",
                "10.0.0.1.",
                "two words",
                "[fd00::1]",
                "fd00::1%eth0",
                "fd00:::1",
                "-x",
                "::"
            })
    void whatIsNoAddressIsRefused(String address) {
        assertThat(problems("stack: s\nhosts:\n  a: \"" + address + "\"\ncaches:\n"
                        + "  o: {kind: plain, hosts: [a], port: 1, listen: 2}\n"))
                .containsExactly(
                        "stack.yml:3: host a: address \"" + address + "\" (expected: an IP address or a name)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.255", "fd00::1", "red1.example.com", "red_1"})
    void addressesAndNamesAreGood(String address) {
        assertThat(problems("stack: s\nhosts:\n  a: \"" + address + "\"\ncaches:\n"
                        + "  o: {kind: plain, hosts: [a], port: 1, listen: 2}\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "MANIFEST", "manifest", "lock", "stack.yml", "admin-token"})
    void noHostHasItsFolderWhereOtherFilesAre(String name) {
        assertThat(problems("stack: s\nhosts:\n  " + name + ": 10.0.0.1\ncaches:\n  o: {kind: plain, hosts: [" + name
                        + "], port: 1, listen: 2}\n"))
                .containsExactly("stack.yml:3: host " + name
                        + ": its folder would be where another file is (expected: another name)");
    }

    @Test
    void noGroupHasItsDataWhereThoseOfTheSentinelAre() {
        assertThat(problems(HOSTS + CACHE.replace("o:", "sentinel:")))
                .singleElement()
                .asString()
                .contains("cache sentinel: sentinel: its data would be where other files are");
    }

    @Test
    void nothingAddsALineToAFile() {
        assertThat(problems(HOSTS.replace("stack: s", "stack: \"s\\nrequirepass x\"") + CACHE))
                .containsExactly("stack.yml:1: stack: stack \"s\\u000arequirepass x\" (expected: one line)");
        assertThat(problems(HOSTS + CACHE.replace("6379}", "6379, redis: {a b: c}}")))
                .containsExactly("stack.yml:7: cache o: redis: \"a b\" (expected: the name of a setting)");
    }

    @Test
    void aSizeThatNoMachineHasIsRefused() {
        assertThat(problems(HOSTS + CACHE.replace("6379}", "6379, memory: 999999999999 TB}")))
                .containsExactly(
                        "stack.yml:7: cache o: memory \"999999999999 TB\" (expected: a size such as 512 MB or 4 GB,"
                                + " at most 1024 TB)");
    }

    @Test
    void aVirtualAddressThatNoNetworkHasIsRefused() {
        assertThat(problems(HOSTS + CACHE + "proxies: {hosts: [a]}\n"
                        + "vip: {address: 10.0.0.1/33, interface: \"eth0; x\"}\n"))
                .containsExactly(
                        "stack.yml:9: vip: address \"10.0.0.1/33\" (expected: an IP address and its prefix, such as"
                                + " 10.0.0.100/24)",
                        "stack.yml:9: vip: interface \"eth0; x\" (expected: a name such as eth0, 15 letters at most)");
    }

    @Test
    void aVirtualAddressThatAHostHasForItselfIsRefused() {
        assertThat(problems(HOSTS + CACHE + "proxies: {hosts: [a]}\nvip: {address: 10.0.0.1/24, interface: eth0}\n"))
                .containsExactly(
                        "stack.yml:9: vip: address \"10.0.0.1/24\" is that of a (expected: one that no host has"
                                + " for itself: it moves)");
    }

    @Test
    void thePortOfTheSpeakerIsTakenOnItsHosts() {
        String stack =
                HOSTS + CACHE + "proxies: {hosts: [a], stats: 22223}\nvip: {address: 10.0.0.9/24, interface: eth0";
        assertThat(problems(stack + "}\n"))
                .containsExactly(
                        "stack.yml:8: cobnut statistics would listen at a:22223, where cobnut vip does (expected:"
                                + " another port)");
        assertThat(problems(stack + ", speaker: keepalived}\n")).isEmpty();
    }

    @Test
    void proxiesWithoutAHostAndPlacesThatLeadNowhereAreRefused() {
        assertThat(problems(HOSTS + CACHE
                        + "proxies: {hosts: []}\npasswords: {redis: \"env:\", sentinel: file:relative}\n"))
                .containsExactly(
                        "stack.yml:8: proxies: hosts is empty (expected: [NAME, …], of those below hosts:)",
                        "stack.yml:9: passwords: redis \"env:\" (expected: env:NAME or file:/PATH)",
                        "stack.yml:9: passwords: sentinel \"file:relative\" (expected: env:NAME or file:/PATH)");
    }

    @Test
    void brokenYamlIsOneProblem() {
        assertThat(problems("stack: \"s\nhosts:\n")).singleElement().asString().contains("not YAML");
    }
}
