package dev.cobnut.adopt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AdoptionTest {
    @TempDir
    private Path folder;

    private static Stream<Path> samples() {
        return Stream.of(Samples.PLAIN, Samples.SHOP, Samples.TRIO, Samples.PUBLISHED);
    }

    private Adoption adopt(String... namesAndTexts) throws IOException {
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            Path file = folder.resolve(namesAndTexts[i]);
            Files.createDirectories(file.getParent());
            Files.writeString(file, namesAndTexts[i + 1]);
        }
        return Samples.adopt(folder);
    }

    private static Blueprint blueprint(Adoption adoption) {
        assertThat(adoption.problems()).isEmpty();
        return requireNonNull(adoption.blueprint());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void whatIsWrittenIsGood(Path sample) {
        assertThat(blueprint(Samples.adopt(sample)).caches()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void noPasswordIsCopied(Path sample) {
        Adoption adoption = Samples.adopt(sample);

        assertThat(adoption.text()).doesNotContain("s3cret");
        assertThat(adoption.notes()).noneMatch(note -> note.contains("s3cret"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "three servers as three shards | note: 3 servers that the pool cluster_obj lists as shards are one master",
                "a ring name for three servers | one shard, cluster_obj, which the file calls redis-obj",
                "a name that Sentinel does not know | one shard, cluster_fpc, which the file calls redis-fpc",
                "a replica twice | note: replica redis-shard2:12000 of cluster_obj stands there twice: taken once",
                "a replica missing | no sentinel.conf has it; it is one of cluster_obj",
                "another port of a cache | note: cluster_sess has port 12001 here, and 12002 in the files, which counts",
                "another port of the proxy | note: cluster_fpc has proxy port 6380 here, and 6381 in the files",
                "quorum 1 | # as it was; one Sentinel with a bad network: cobnut doctor --explain S02",
                "slaveof with a colon | note: slaveof HOST:PORT: Redis wants a blank there, and does not start",
                "down-after 200 | # as it was; deposes healthy masters: cobnut doctor --explain S04",
                "one database | # as it was; Magento selects others, too: cobnut doctor --explain R02",
                "a pool without name and servers | note: a pool without a name and without servers:: called cluster_obj",
                "names that are not resolved | note: monitor cluster_obj: by a name, which Sentinel looks up with"
            })
    void saysWhatItMadeOfEachMistakeOfTheReferenceStack(String mistake, String line) {
        Adoption adoption = Samples.adopt(Samples.PUBLISHED);

        assertThat(adoption.text() + String.join("\n", adoption.notes()))
                .as(mistake)
                .contains(line);
    }

    @Test
    void theReferenceStackIsWhatItsAuthorsMeant() {
        Blueprint blueprint = blueprint(Samples.adopt(Samples.PUBLISHED));

        assertThat(blueprint.caches())
                .extracting(cache -> cache.name() + " " + cache.kind() + " " + cache.listen() + " "
                        + cache.shards().getFirst().servers())
                .containsExactly(
                        "cluster_obj CACHE 6379 [Place[host=redis-shard1, port=12000], Place[host=redis-shard2, port=12000],"
                                + " Place[host=redis-shard3, port=12000]]",
                        "cluster_fpc PAGE_CACHE 6381 [Place[host=redis-shard2, port=12001], Place[host=redis-shard1,"
                                + " port=12001], Place[host=redis-shard3, port=12001]]",
                        "cluster_sess SESSION 6382 [Place[host=redis-shard3, port=12002], Place[host=redis-shard1,"
                                + " port=12002], Place[host=redis-shard2, port=12002]]");
    }

    @Test
    void theLatestFailoverSaysWhoIsMasterAndFoldersWhatHostsAreCalled() {
        Blueprint blueprint = blueprint(Samples.adopt(Samples.SHOP));

        assertThat(blueprint.hosts())
                .extracting(host -> host.name() + " " + host.address())
                .containsExactly(
                        "red1 10.0.0.11", "red2 10.0.0.12", "red3 10.0.0.13", "web1 10.0.0.21", "web2 10.0.0.22");
        assertThat(blueprint.redises("obj").getFirst().host()).isEqualTo("red2");
        assertThat(blueprint.caches()).extracting(Blueprint.Cache::kind).containsExactly(Kind.SESSION, Kind.CACHE);
        assertThat(requireNonNull(blueprint.virtualIp()).hosts()).containsExactly("web1", "web2");
        assertThat(requireNonNull(blueprint.virtualIp()).speaker()).isEqualTo(Blueprint.Speaker.KEEPALIVED);
        assertThat(blueprint.clients())
                .singleElement()
                .extracting(client -> client.cache() + " " + client.session() + " " + client.proxy())
                .isEqualTo("cache sessions 10.0.0.100");
    }

    @Test
    void anAddressThatCobnutMovesIsStillMovedByIt() throws IOException {
        String pool = "main:\n  listen: 0.0.0.0:6379\n  redis: true\n  servers: ['10.0.0.1:6379:1']\n";
        String vip = """
                vip:
                  cobnut:
                    interface: ens3
                    router_id: 61
                    addresses: 10.0.0.100/24
                    priority: 150
                    preempt: false
                    version: 3
                    interval: 1 s
                    source: 10.0.0.21
                    peers: [10.0.0.22]
                    checks:
                      - ping 127.0.0.1:6379
                      - get http://127.0.0.1:22222/readyz
                    check: {interval: 1 s, timeout: 1 s, rise: 2, fall: 2}
                """;
        String other = vip.replace("150", "140")
                .replace("21", "2x")
                .replace("22]", "21]")
                .replace("2x", "22")
                .replace("version: 3", "version: 2\n    password: s3cret")
                .replace("rise: 2", "rise: 3")
                .replace("ping 127.0.0.1:6379", "run /usr/bin/check");
        Adoption adoption =
                adopt("web1/cobnut.yml", pool, "web1/vip.yml", vip, "web2/cobnut.yml", pool, "web2/vip.yml", other);

        Blueprint.VirtualIp virtual = requireNonNull(blueprint(adoption).virtualIp());
        assertThat(virtual.speaker()).isEqualTo(Blueprint.Speaker.COBNUT);
        assertThat(virtual.host() + " " + virtual.networkInterface() + " " + virtual.hosts())
                .isEqualTo("10.0.0.100 ens3 [web1, web2]");
        assertThat(adoption.text()).contains("# where the token for orders (cobnut failover) is, no file says");
        assertThat(String.join("\n", adoption.notes())).contains("""
                        note: version 2: no place; add it to the vip.yml that is rendered
                              web2/vip.yml:8
                        note: password: not copied; it keeps nobody out
                              web2/vip.yml:9
                        note: check interval: 1 s timeout: 1 s rise: 3 fall: 2: no place; add it to the vip.yml that is rendered
                              web2/vip.yml:16
                        note: check run /usr/bin/check: left out; what is rendered asks the proxy itself
                              web2/vip.yml:2""").doesNotContain("web1/vip.yml", "s3cret");
    }

    @Test
    void sentinelsWithoutAddressesAreFoundByTheirFolders() {
        Blueprint blueprint = blueprint(Samples.adopt(Samples.TRIO));

        assertThat(requireNonNull(blueprint.sentinels()).hosts()).containsExactly("redis-a", "redis-b", "redis-c");
        assertThat(blueprint.proxies()).isNull();
    }

    @Test
    void shardsByTheNamesOfSentinelAreThoseOfItsFile() throws IOException {
        Adoption adoption = adopt(
                "cobnut.yml",
                """
                sentinels: [10.0.0.1:26379, 10.0.0.2:26379, 10.0.0.3:26379]
                sentinel_password: env:SENTINELS
                pools:
                  main:
                    listen: 10.0.0.9:6379
                    redis_auth: env:SERVERS
                    users: ["joe >s3cret", "ann >env:ANN"]
                    allow: [config, "@admin"]
                    shards:
                      - {name: left, master: m1, weight: 3}
                      - m2
                """,
                "sentinel.conf",
                "sentinel monitor m1 10.0.0.1 7001 2\nsentinel monitor m2 10.0.0.2 7002 2\n");
        Blueprint blueprint = blueprint(adoption);

        Blueprint.Cache cache = blueprint.caches().getFirst();
        assertThat(cache.shards())
                .extracting(shard -> shard.name() + " " + shard.group() + " " + shard.weight())
                .containsExactly("left m1 3", "m2 m2 1");
        assertThat(cache.users()).containsExactly("joe >file:/etc/cobnut/password-joe", "ann >env:ANN");
        assertThat(cache.pool())
                .extracting(setting -> setting.name() + "=" + setting.value())
                .containsExactly("allow=config", "allow=@admin", "hash_tag=");
        assertThat(requireNonNull(blueprint.sentinels()).hosts()).hasSize(3);
        assertThat(blueprint.secrets().redis() + " " + blueprint.secrets().sentinel())
                .isEqualTo("env:SERVERS env:SENTINELS");
        assertThat(adoption.text()).doesNotContain("s3cret");
    }

    @Test
    void whatCannotBeKeptWholeIsLeftOutAndTold() throws IOException {
        Adoption adoption = adopt("nutcracker.yml", """
                good:
                  listen: 10.0.0.9:6379
                  redis: true
                  servers:
                   - 10.0.0.1:7001:1 a
                again:
                  listen: 10.0.0.9:6380
                  redis: true
                  servers:
                   - 10.0.0.1:7001:1 a
                socket:
                  listen: 10.0.0.9:6381
                  redis: true
                  servers:
                   - /run/redis.sock:1 b
                   - 10.0.0.1:7002:1 c
                """);

        assertThat(adoption.notes())
                .contains(
                        "note: pool again left out: 10.0.0.1:7001 is in a pool before it already, and a cache has servers of"
                                + " its own")
                .contains(
                        "note: pool socket left out, with all its keys: b is no address, and no sentinel.conf says whose it"
                                + " is");
        assertThat(blueprint(adoption).caches().getFirst().name()).isEqualTo("good");
    }

    @Test
    void twoSentinelsAreToBeDecided() throws IOException {
        String text = "sentinel monitor m 10.0.0.1 7001 1\nsentinel announce-ip 10.0.0.";
        Adoption adoption = adopt("a/s.conf", text + "1\n", "b/s.conf", text + "2\n");

        assertThat(adoption.problems()).singleElement().asString().contains("two Sentinels (expected: three or more");
        assertThat(adoption.text()).contains("hosts: [a, b]");
    }

    @Test
    void replicasAreFoundByTheirFilesWhenNoSentinelKnowsThem() throws IOException {
        Adoption adoption = adopt(
                "nutcracker.yml",
                "p:\n  listen: 10.0.0.9:6379\n  redis: true\n  servers:\n   - 10.0.0.1:7001:1 a\n   - 10.0.0.2:7001:1 b\n",
                "a.conf",
                "port 7001\nbind 10.0.0.3\nreplicaof 10.0.0.1 7001\n");

        assertThat(blueprint(adoption).caches().getFirst().shards())
                .extracting(shard -> shard.name() + " " + shard.servers().size())
                .containsExactly("a 2", "b 1");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void filesThatWereGarbledOnTheWayThrowNothing(Path sample) throws IOException {
        Random random = new Random(7);
        List<Path> files;
        try (Stream<Path> tree = Files.walk(sample)) {
            files = tree.filter(Files::isRegularFile).sorted().toList();
        }
        for (int round = 0; round < 40; round++) {
            for (Path file : files) {
                StringBuilder text = new StringBuilder(Files.readString(file));
                for (int i = 0; i < 6 && !text.isEmpty(); i++) {
                    int at = random.nextInt(text.length());
                    switch (random.nextInt(4)) {
                        case 0 -> text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
                        case 1 -> text.setCharAt(at, "\0{}[]:\"'\n -99%é".charAt(random.nextInt(15)));
                        case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 20)));
                        default -> text.setLength(at);
                    }
                }
                Path garbled = folder.resolve(sample.relativize(file).toString());
                Files.createDirectories(garbled.getParent());
                Files.writeString(garbled, text);
            }
            Adoption adoption = Samples.adopt(folder);
            assertThat(adoption.problems()).noneMatch(problem -> problem.text().contains("not YAML"));
        }
    }
}
