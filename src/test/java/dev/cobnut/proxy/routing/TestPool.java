package dev.cobnut.proxy.routing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cobnut.config.Allow;
import dev.cobnut.config.BackendSettings;
import dev.cobnut.config.ClientSettings;
import dev.cobnut.config.HoldSettings;
import dev.cobnut.config.ListenAddress;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ReadSettings;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.config.User;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.RequestScanner;
import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.sharding.KeyHash;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.testing.NobodyListens;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.TestLoop;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A pool of one loop that nothing is ever sent to: enough to choose ways through it. What stands between braces in a
/// key decides where it is.
///
/// ```
///   try (TestPool pool = new TestPool(3).allow("all")) {
///       routing.choose(pool.frame("GET", pool.keyOn(1)), pool.front(), Asker.PLAIN)
///   }
/// ```
final class TestPool implements AutoCloseable {
    /// How long a shard stays ejected.
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int shardCount;
    final TestLoop loop = new TestLoop();
    final PoolClients everywhere = new PoolClients(0);
    private Allow allow = Allow.NOTHING;
    private @Nullable String password;
    private List<User> users = List.of();
    private List<Command> commands = List.of();
    private ReadSettings reads = ReadSettings.DEFAULT;
    private int database;
    private @Nullable PoolFront front;

    TestPool(int shardCount) {
        this.shardCount = shardCount;
    }

    // ---- what its configuration says, before the first [#front] -----------------------------------------------------

    TestPool allow(String... words) {
        allow = new Allow(Set.of(words));
        return this;
    }

    TestPool password(String needed) {
        password = needed;
        return this;
    }

    TestPool user(User one) {
        users = List.of(one);
        return this;
    }

    TestPool declared(String row) {
        commands = List.of(Command.declared(row));
        return this;
    }

    TestPool reads(ReadSettings settings) {
        reads = settings;
        return this;
    }

    TestPool database(int first) {
        database = first;
        return this;
    }

    /// Computes unions and such in the proxy.
    TestPool readsAcrossShards() {
        ReadSettings kept = ReadSettings.DEFAULT;
        return reads(new ReadSettings(
                kept.policy(), null, kept.lagBytesMax(), kept.lagSecondsMax(), kept.afterWriteMillis(), true));
    }

    // ---- what is tested ---------------------------------------------------------------------------------------------

    PoolFront front() {
        PoolFront made = front;
        if (made == null) {
            made = front = make();
        }
        return made;
    }

    private PoolFront make() {
        List<ServerConfig> servers = new ArrayList<>();
        List<RingServer> ring = new ArrayList<>();
        List<ShardLink> links = new ArrayList<>();
        LaneEpoch epoch = new LaneEpoch();
        LinkSettings settings = new LinkSettings(0, 1, 2, false, 2, Login.of(null, password), database);
        for (int shard = 0; shard < shardCount; shard++) {
            String name = "s" + shard;
            servers.add(new ServerConfig(node(shard), 1, name, null, 1));
            ring.add(new RingServer(name, 1));
            links.add(new ShardLink(loop.io(), epoch, shard, name, settings, new NobodyListens(), 0));
        }
        HashTag tag = new HashTag((byte) '{', (byte) '}');
        PoolConfig config = new PoolConfig(
                "alpha",
                new PlacementSettings(servers, KeyHash.FNV1A_64, tag, Distribution.KETAMA),
                new BackendSettings(0, password, database, 1, 2, false, true, 2, 30_000),
                new ClientSettings(listen(22121), 512, false, false, 0, allow, users, commands),
                reads,
                HoldSettings.DEFAULT,
                1);
        Router router =
                new Router(Placement.of(KeyHash.FNV1A_64, tag, Distribution.KETAMA, ring), shardCount, RETRY_NANOS);
        return new PoolFront(config, everywhere, loop.io(), epoch, router, links, new Counters<>(PoolCounter.class));
    }

    static ListenAddress listen(int port) {
        return new ListenAddress(new NodeAddress.Tcp("127.0.0.1", port), 0, "127.0.0.1:" + port);
    }

    static NodeAddress node(int number) {
        return new NodeAddress.Tcp("127.0.0.1", 7000 + number);
    }

    /// Who is master, and which replicas may be read from.
    ///
    /// @param known whether anybody knows the master
    void follow(int shard, boolean known, NodeAddress... readable) {
        NodeAddress master = known ? node(shard) : null;
        front().shards()
                .get(shard)
                .follow(new Shard("s" + shard, 1, null, master, 1, List.of(), List.of(readable)), false);
    }

    void ejectAll() {
        for (int shard = 0; shard < shardCount; shard++) {
            front().router().eject(shard, loop.io().nowNanos());
        }
    }

    /// A key, or a channel, on this shard.
    String keyOn(int shard) {
        for (int i = 0; i < 1_000; i++) {
            String key = "{t" + i + "}";
            byte[] bytes = bytes(key);
            if (front().router().route(bytes, 0, bytes.length, loop.io().nowNanos()) == shard) {
                return key;
            }
        }
        throw new AssertionError("no key found for shard " + shard);
    }

    /// A whole request.
    Frame frame(String... arguments) {
        return frame(Requests.frame(arguments), true);
    }

    /// One of which only the first arguments have come.
    Frame begun(int arrived, String... arguments) {
        byte[] whole = Requests.frame(arguments);
        int to = Requests.request(arguments).indexOf("\r\n") + 2;
        for (int i = 0; i < arrived; i++) {
            String argument = arguments[i];
            to += ("$" + argument.length() + "\r\n" + argument + "\r\n").length();
        }
        return frame(Arrays.copyOf(whole, to), false);
    }

    private Frame frame(byte[] bytes, boolean whole) {
        RequestScanner scanner = new RequestScanner();
        scanner.feed(bytes, 0, bytes.length);
        Frame frame = new Frame();
        frame.begin(front().table(), scanner, bytes, 0, bytes.length);
        if (frame.isWhole() != whole) {
            throw new AssertionError("a request that is " + (whole ? "not whole" : "whole"));
        }
        return frame;
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Override
    public void close() {
        front().shards().forEach(ShardLink::close);
        loop.runTurn();
        loop.close();
    }
}
