package dev.cobnut.stack;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One redis-server or Sentinel of the stack, through all its lives. Any thread may read; [Fleet] starts it.
final class Server {
    private static final Duration SHORT_LIFE = Duration.ofSeconds(5);

    private final String name;
    private final NodeAddress.Tcp address;
    private final Blueprint.@Nullable Redis redis;
    private final List<String> command;
    private final Path log;
    private volatile @Nullable Child child;
    private volatile int shortLives;

    private Server(
            String name, NodeAddress.Tcp address, Blueprint.@Nullable Redis redis, List<String> command, Path log) {
        this.name = name;
        this.address = address;
        this.redis = redis;
        this.command = command;
        this.log = log;
    }

    /// A redis-server.
    static Server of(Site site, Blueprint.Redis redis) {
        NodeAddress.Tcp address = site.blueprint().address(redis);
        Path config = site.data().file(redis);
        List<String> command = site.binary().serverCommand(config);
        return new Server(
                redis.group() + " at " + address, address, redis, command, config.resolveSibling("redis.log"));
    }

    /// A Sentinel.
    static Server of(Site site, Blueprint.Sentinel sentinel) {
        NodeAddress.Tcp address = site.blueprint().address(sentinel);
        Path config = site.data().file(sentinel);
        List<String> command = site.binary().sentinelCommand(config);
        return new Server("Sentinel at " + address, address, null, command, config.resolveSibling("sentinel.log"));
    }

    /// Where it listens.
    NodeAddress.Tcp address() {
        return address;
    }

    /// What it is in the blueprint; null for a Sentinel.
    Blueprint.@Nullable Redis redis() {
        return redis;
    }

    /// Starts it, for the first time or again.
    void start(Consumer<Child> onExit) throws IOException {
        child = Child.start(name, command, log, onExit);
    }

    /// How long to leave it dead: 1 s, doubled up to 32 s as long as its lives are shorter than 5 s.
    ///
    /// @param lived how long its last life was
    @SuppressWarnings("NonAtomicVolatileUpdate") // one life ends after the other
    Duration pauseAfter(Duration lived) {
        shortLives = lived.compareTo(SHORT_LIFE) < 0 ? shortLives + 1 : 0;
        return Duration.ofSeconds(1L << Math.clamp(shortLives - 1, 0, 5));
    }

    /// Its present or last process.
    ///
    /// @throws IllegalStateException before the first start
    Child child() {
        Child current = child;
        if (current == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return current;
    }

    /// Whether it was started and has not ended.
    boolean isAlive() {
        Child current = child;
        return current != null && current.isAlive();
    }

    /// Whether it was ever started, so that there is a [#child].
    boolean wasStarted() {
        return child != null;
    }

    @Override
    public String toString() {
        return name;
    }
}
