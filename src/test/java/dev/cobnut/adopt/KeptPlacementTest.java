package dev.cobnut.adopt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.Problems;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.render.ProxyConf;
import dev.cobnut.render.Target;
import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A key that a nutcracker.yml sends to a server goes to the shard of that server when the stack that was imported is rendered.
class KeptPlacementTest {
    private static final int KEYS = 10_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "plain, alpha",
        "plain, beta",
        "plain, gamma",
        "plain, delta",
        "plain, only",
        "shop, sessions",
        "shop, cache"
    })
    void everyKeyStaysWhereItWas(String sample, String pool) throws ConfigException, IOException {
        Path files = sample.equals("plain") ? Samples.PLAIN : Samples.SHOP;
        Path file = sample.equals("plain")
                ? files.resolve("nutcracker.yml")
                : files.resolve("web1/etc/nutcracker/nutcracker.yml");
        Blueprint blueprint = blueprint(files);
        PoolConfig before = pool(file, false, pool);
        PoolConfig after = pool(rendered(blueprint), false, pool);

        assertThat(ring(after))
                .containsExactlyInAnyOrderElementsOf(before.servers().size() == 1 ? ring(after) : ring(before));
        assertThat(after.placement().distribution())
                .isEqualTo(before.placement().distribution());
        if (before.placement().distribution() != Distribution.RANDOM) {
            Placement was = placement(before);
            Placement is = placement(after);
            for (int i = 0; i < KEYS; i++) {
                byte[] key = key(i);
                NodeAddress server =
                        before.servers().get(was.place(key, 0, key.length)).address();
                RingServer shard = ring(after).get(is.place(key, 0, key.length));
                assertThat(servers(blueprint, pool, shard.name()))
                        .as(new String(key, StandardCharsets.UTF_8))
                        .contains(requireNonNull(server));
            }
        }
    }

    private static byte[] key(int i) {
        String key = switch (i % 4) {
            case 0 -> "sess_" + i * 7_919;
            case 1 -> "user:{" + i / 40 + "}:" + i;
            case 2 -> "cart[" + i / 40 + "]" + i;
            default -> "k" + i + "{}x";
        };
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /// What is imported, with a password where it is looked for.
    private Blueprint blueprint(Path files) throws ConfigException, IOException {
        Path password = folder.resolve("password");
        Files.writeString(password, "s3cret");
        String text = Samples.adopt(files).text().replace(RedisSettings.PASSWORD, "file:" + password);
        return StackFile.parse(text, new Problems(Path.of("stack.yml")));
    }

    private Path rendered(Blueprint blueprint) throws IOException {
        String host = requireNonNull(blueprint.proxies()).hosts().getFirst();
        return Files.writeString(
                folder.resolve("cobnut.yml"),
                ProxyConf.of(blueprint, host, Target.SYSTEM).text());
    }

    private static PoolConfig pool(Path file, boolean withSentinels, String name) throws ConfigException {
        return ConfigFile.read(file, withSentinels).pools().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// As the proxy has it: servers of one ring name are one.
    private static List<RingServer> ring(PoolConfig pool) {
        Map<String, RingServer> ring = new LinkedHashMap<>();
        for (ServerConfig server : pool.servers()) {
            ring.putIfAbsent(server.ringName(), new RingServer(server.ringName(), server.weight()));
        }
        return new ArrayList<>(ring.values());
    }

    private static Placement placement(PoolConfig pool) {
        return Placement.of(
                pool.placement().hash(),
                pool.placement().hashTag(),
                pool.placement().distribution(),
                ring(pool));
    }

    private static List<NodeAddress> servers(Blueprint blueprint, String pool, String ringName) {
        List<NodeAddress> servers = new ArrayList<>();
        for (Blueprint.Cache cache : blueprint.caches()) {
            for (Blueprint.Shard shard : cache.shards()) {
                if (cache.name().equals(pool) && shard.name().equals(ringName)) {
                    shard.servers().forEach(place -> servers.add(blueprint.address(place)));
                }
            }
        }
        return servers;
    }
}
