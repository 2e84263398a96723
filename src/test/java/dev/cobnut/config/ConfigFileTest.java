package dev.cobnut.config;

import static dev.cobnut.config.ConfigTexts.pool;
import static dev.cobnut.config.ConfigTexts.problems;
import static dev.cobnut.config.ConfigTexts.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
    /// The proxy file of the reference stack, with pool names and `servers:` put back where its publication lost them.
    private static final String REFERENCE_STACK = """
            cluster_obj:
              listen: 0.0.0.0:6379
              hash: fnv1a_64
              hash_tag: "{}"
              distribution: ketama
              redis: true
              preconnect: true
              servers:
               - redis-shard1:12000:1 redis-obj
               - redis-shard2:12000:1 redis-obj
               - redis-shard3:12000:1 redis-obj

            cluster_fpc:
              listen: 0.0.0.0:6380
              hash: fnv1a_64
              hash_tag: "{}"
              distribution: ketama
              redis: true
              preconnect: true
              servers:
               - redis-shard1:12001:1 redis-fpc
               - redis-shard2:12001:1 redis-fpc
               - redis-shard3:12001:1 redis-fpc
            """;

    @TempDir
    Path folder;

    @Test
    void readsTheExampleForNutcracker() throws ConfigException {
        Config config = ConfigFile.read(Path.of("examples/nutcracker.yml"), false);

        assertThat(config.sentinels()).isEmpty();
        assertThat(config.pools()).hasSize(1);
        assertThat(config.pools().getFirst().servers())
                .extracting(ServerConfig::ringName)
                .containsExactly("shard1", "shard2", "shard3");
    }

    @Test
    void readsTheExampleOfTheReferenceStack() throws ConfigException {
        Config config = ConfigFile.read(Path.of("examples/cobnut.yml"), false);

        assertThat(config.sentinels())
                .containsExactly(
                        new NodeAddress.Tcp("127.0.0.11", 26379),
                        new NodeAddress.Tcp("127.0.0.12", 26379),
                        new NodeAddress.Tcp("127.0.0.13", 26379));
        assertThat(config.pools())
                .extracting(PoolConfig::name)
                .containsExactly("cluster_obj", "cluster_fpc", "cluster_sess");
        assertThat(config.pools())
                .extracting(pool -> pool.listen().text())
                .containsExactly("127.0.0.1:6379", "127.0.0.1:6380", "127.0.0.1:6381");
        assertThat(config.pools())
                .allSatisfy(pool -> assertThat(pool.servers()).singleElement().satisfies(shard -> {
                    assertThat(shard.ringName()).isEqualTo(pool.name());
                    assertThat(shard.masterName()).isEqualTo(pool.name());
                    assertThat(shard.address()).isNull();
                }));
    }

    @Test
    void serversOfOneRingNameNeedSentinels() throws ConfigException {
        assertThat(problems(REFERENCE_STACK, false)).hasSize(4).allMatch(text -> text.contains("--sentinel"));

        List<PoolConfig> pools = read(REFERENCE_STACK, true).pools();
        assertThat(pools).hasSize(2);
        assertThat(pools.getFirst().servers())
                .extracting(ServerConfig::address)
                .containsExactly(
                        new NodeAddress.Tcp("redis-shard1", 12000),
                        new NodeAddress.Tcp("redis-shard2", 12000),
                        new NodeAddress.Tcp("redis-shard3", 12000));
    }

    @Test
    void sentinelsOfTheFileAllowServersOfOneRingName() throws ConfigException {
        String yaml = "sentinels: [s:1]\npools:\n  a:\n    listen: h:1\n    servers: [\"x:1:1 n\", \"y:1:1 n\"]\n";

        assertThat(read(yaml).pools().getFirst().servers()).hasSize(2);
    }

    @Test
    void shardMayHaveAnotherRingNameThanItsGroup() throws ConfigException {
        String yaml = """
                sentinels: [s:1]
                pools:
                  a:
                    listen: h:1
                    shards:
                    - plain
                    - {name: ring, master: group, weight: 3}
                    - master: only
                    servers:
                    - h:1:2 server
                """;

        assertThat(read(yaml).pools().getFirst().servers())
                .containsExactly(
                        new ServerConfig(null, 1, "plain", "plain", 6),
                        new ServerConfig(null, 3, "ring", "group", 7),
                        new ServerConfig(null, 1, "only", "only", 8),
                        new ServerConfig(new NodeAddress.Tcp("h", 1), 2, "server", null, 10));
    }

    @Test
    void sentinelsOfTheCommandLineAreEnoughForShards() throws ConfigException {
        String yaml = "pools:\n  a:\n    listen: h:1\n    shards: [m]\n";

        assertThat(read(yaml, true).pools()).hasSize(1);
    }

    @Test
    void nutcrackersPoolMayBeCalledPools() throws ConfigException {
        assertThat(read(pool("").replace("alpha", "pools")).pools().getFirst().name())
                .isEqualTo("pools");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# comment\n\nalpha: # here\n\n  listen: 127.0.0.1:1   # there\n  redis: true\n  servers:\n  - h:1:1\n",
                "alpha:\r\n  listen: 127.0.0.1:1\r\n  redis: true\r\n  servers:\r\n  - h:1:1\r\n",
                "'alpha':\n  \"listen\": '127.0.0.1:1'\n  'redis': \"true\"\n  servers:\n  - \"h:1:1\"\n",
                "alpha:\n    servers:\n    - h:1:1\n    redis: true\n    listen: 127.0.0.1:1",
                "---\nalpha:\n  listen: 127.0.0.1:1\n  redis: true\n  servers:\n  - h:1:1\n...\n",
                "%YAML 1.1\n---\nalpha:\n  listen: 127.0.0.1:1\n  redis: true\n  servers:\n  - h:1:1\n",
                "? alpha\n: listen: 127.0.0.1:1\n  redis: true\n  servers:\n  - h:1:1\n",
                "{alpha: {listen: \"127.0.0.1:1\", redis: true, servers: [\"h:1:1\"]}}"
            })
    void howItIsWrittenDoesNotMatter(String yaml) throws ConfigException {
        PoolConfig pool = read(yaml).pools().getFirst();

        assertThat(pool.name()).isEqualTo("alpha");
        assertThat(pool.listen().address()).isEqualTo(new NodeAddress.Tcp("127.0.0.1", 1));
        assertThat(pool.servers()).extracting(ServerConfig::ringName).containsExactly("h:1");
    }

    @Test
    void poolsKeepTheOrderOfTheFile() throws ConfigException {
        String yaml = pool("").replace("alpha", "zeta") + pool("").replace("22121", "2");

        assertThat(read(yaml).pools()).extracting(PoolConfig::name).containsExactly("zeta", "alpha");
    }

    @Test
    void byteOrderMarkIsSkipped() throws Exception {
        assertThat(ConfigFile.read(write("\ufeff" + pool("")), false).pools()).hasSize(1);
    }

    @Test
    void refusesWhatIsNotUtf8WithItsLine() throws IOException {
        Path file = Files.write(folder.resolve("a.yml"), "a:\n  b: \u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ConfigFile.read(file, false))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ":2: byte 0xe9 is not UTF-8 (expected: a text in UTF-8)");
    }

    @Test
    void refusesMoreThanOneMebibyte() throws IOException {
        String comment = "#" + "x".repeat(ConfigText.BYTES_MAX - 1 - pool("").length()) + "\n";
        Path file = write(pool("") + comment);

        assertThatThrownBy(() -> ConfigFile.read(file, false))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ": too long (expected: 1048576 bytes or fewer)");
    }

    @Test
    void acceptsOneMebibyte() throws Exception {
        String comment = "#" + "x".repeat(ConfigText.BYTES_MAX - 2 - pool("").length()) + "\n";

        assertThat(ConfigFile.read(write(pool("") + comment), false).pools()).hasSize(1);
    }

    @Test
    void refusesFilesThatAreNone() {
        Path missing = folder.resolve("none.yml");

        assertThatThrownBy(() -> ConfigFile.read(missing, false))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(missing + ": no such file");
        assertThatThrownBy(() -> ConfigFile.read(folder, false))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(folder + ": not a regular file");
        assertThatThrownBy(() -> ConfigFile.read(Path.of("/dev/null"), false))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("/dev/null: not a regular file");
    }

    @Test
    void fileCutAnywhereIsReadOrRefusedAsAWhole() throws IOException {
        for (String name : List.of("examples/nutcracker.yml", "examples/cobnut.yml")) {
            byte[] bytes = Files.readAllBytes(Path.of(name));
            for (int length = 0; length <= bytes.length; length++) {
                readOrRefuse(Arrays.copyOf(bytes, length));
            }
        }
    }

    @Test
    void mutatedFilesAreReadOrRefused() {
        Random random = new Random(20_26);
        byte[] good = REFERENCE_STACK.getBytes(StandardCharsets.UTF_8);
        String alphabet = "\n\r\t \0\"'\\{}[]:,-#&*!|>%@`?~x0\u007fé\u2028";
        byte[] spice = alphabet.getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = good.clone();
            for (int change = 0; change <= round % 4; change++) {
                bytes[random.nextInt(bytes.length)] = spice[random.nextInt(spice.length)];
            }
            readOrRefuse(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{",
                "- ",
                "? ",
                "a: [",
                "\"\\U",
                "\"\\UFFFFFFFF",
                "\"\\U00110000",
                "\"\\uD800\" ",
                "&a ",
                "!!",
                "%",
                "| \n",
                "-\n "
            })
    void repeatedOpenersAreRefusedQuickly(String opener) {
        readOrRefuse(opener.repeat(20_000).getBytes(StandardCharsets.UTF_8));
    }

    /// Anything but a configuration or a [ConfigException] fails the test.
    private static void readOrRefuse(byte[] bytes) {
        Path file = Path.of("a.yml");
        Problems problems = new Problems(file);
        String text = ConfigText.decode(bytes, problems);
        try {
            if (text == null) {
                throw problems.exception();
            }
            assertThat(ConfigFile.parse(text, true, problems).pools()).isNotEmpty();
        } catch (ConfigException e) {
            assertThat(e.problems())
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.text()).doesNotContain("\n"));
        }
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("a.yml"), text);
    }
}
