package dev.cobnut.proxy;

import dev.cobnut.testing.RealRedis;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Three real masters and one more for all tests of a class, without data and scripts at the start of each. For a
/// static field with `@RegisterExtension`.
@SuppressWarnings("NullAway.Init") // JUnit calls beforeAll before anything else
final class Shards implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback {
    private Path folder;
    private RealRedis redis;
    private List<RealRedis.Server> nodes;
    private RealRedis.Server other;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("shards");
        redis = RealRedis.in(folder);
        nodes = List.of(redis.master(), redis.master(), redis.master());
        other = redis.master();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        List<RealRedis.Server> all = new ArrayList<>(nodes);
        all.add(other);
        for (RealRedis.Server node : all) {
            node.ask("FLUSHALL");
            node.ask("SCRIPT FLUSH");
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        redis.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// A proxy for the first so many nodes, one shard each.
    ///
    /// @param settings lines of the pool, such as `timeout: 400`
    ProxyUnderTest proxy(int shards, String... settings) {
        NodeAddress[] addresses =
                nodes.stream().limit(shards).map(RealRedis.Server::address).toArray(NodeAddress[]::new);
        return ProxyUnderTest.startAt(List.of(settings), addresses);
    }

    /// The master of a shard.
    RealRedis.Server node(int shard) {
        return nodes.get(shard);
    }

    /// The three masters.
    List<RealRedis.Server> nodes() {
        return nodes;
    }

    /// A master that belongs to no shard until a test says so.
    RealRedis.Server other() {
        return other;
    }

    /// For more servers.
    RealRedis redis() {
        return redis;
    }
}
