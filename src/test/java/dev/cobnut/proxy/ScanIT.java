package dev.cobnut.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// SCAN over all shards misses no key.
@Timeout(60)
@ExtendWith(LeakCheck.class)
class ScanIT {
    private static final int KEYS = 10_000;

    @TempDir
    private static Path folder;

    private static RealRedis redis;
    private static ProxyUnderTest proxy;
    private static RespClient client;

    @BeforeAll
    static void fillThreeShards() throws IOException {
        redis = RealRedis.in(folder);
        proxy = ProxyUnderTest.startAt(
                List.of(),
                Stream.generate(() -> redis.master().address()).limit(3).toArray(NodeAddress[]::new));
        client = RespClient.to(proxy.port());
        for (int i = 0; i < KEYS; i++) {
            client.sendRaw(
                    i % 10 == 0 ? Requests.frame("SADD", "key:" + i, "x") : Requests.frame("SET", "key:" + i, "x"));
        }
        for (int i = 0; i < KEYS; i++) {
            assertThat(client.reply()).isIn("+OK", ":1");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        proxy.close();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "COUNT 1000",
                "COUNT 7 MATCH key:*5",
                "TYPE set COUNT 100",
                "MATCH key:*0 TYPE string COUNT 500",
                "MATCH nothing COUNT 5000",
                "count 100000"
            })
    void everyKeyThatFitsIsFoundOnceOrMoreAndNoOther(String options) throws IOException {
        Set<String> found = new HashSet<>();
        String cursor = "0";
        int rounds = 0;
        do {
            client.send(Stream.concat(
                            Stream.of("SCAN", cursor),
                            Arrays.stream(options.split(" ")).filter(each -> !each.isEmpty()))
                    .toArray(String[]::new));
            String reply = client.reply();
            cursor = reply.substring(1, reply.indexOf(','));
            assertThat(cursor).matches("\\d{1,20}");
            String keys = reply.substring(reply.indexOf(", [") + 3, reply.length() - 2);
            if (!keys.isEmpty()) {
                found.addAll(List.of(keys.split(", ")));
            }
            rounds++;
        } while (!cursor.equals("0") && rounds < 3 * KEYS);
        assertThat(cursor).isEqualTo("0");

        Set<String> expected = new HashSet<>();
        for (int i = 0; i < KEYS; i++) {
            String key = "key:" + i;
            boolean typeFits = !options.contains("TYPE") || options.contains("set") == (i % 10 == 0);
            boolean nameFits = !options.contains("MATCH")
                    || (options.contains("*5") && key.endsWith("5"))
                    || (options.contains("*0") && key.endsWith("0"));
            if (typeFits && nameFits) {
                expected.add(key);
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "99999999999999999999999", "18446744073709551615", "3"})
    void cursorThatNobodyGaveIsAnErrorOrAnEnd(String cursor) throws IOException {
        assertThat(client.ask("SCAN", cursor)).matches("(?s)-ERR .*|\\[\\d+, \\[.*]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "1023", "1027", "9223372036854775807"})
    void cursorOfAShardThatIsNotThereIsInvalid(String cursor) throws IOException {
        assertThat(client.ask("SCAN", cursor)).isEqualTo("-ERR invalid cursor");
        assertThat(client.ask("SCAN", "2", "COUNT", "1000000")).startsWith("[0, [key:");
    }
}
