package dev.cobnut.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.Allow;
import dev.cobnut.config.BackendSettings;
import dev.cobnut.config.ClientSettings;
import dev.cobnut.config.HoldSettings;
import dev.cobnut.config.ListenAddress;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ReadPolicy;
import dev.cobnut.config.ReadSettings;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.config.User;
import dev.cobnut.net.Socket;
import dev.cobnut.proxy.backend.Hold;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.ReplyQueue;
import dev.cobnut.proxy.dispatch.Dispatcher;
import dev.cobnut.proxy.frontend.ClientConnection;
import dev.cobnut.proxy.routing.PoolClients;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.RequestScanner;
import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.sharding.KeyHash;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.NobodyListens;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Shard;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One pool on a loop that the test turns, with fake nodes and clients that are the test.
///
/// ```
///   try (ClientFixture pool = ClientFixture.shards(3).start()) {
///       Guest client = pool.client();
///       client.sends("GET @1");                  // @1: a key of shard 1
///       pool.node(1).expects("GET @1").answers("$1|b");
///       client.expects("$1|b|");                 // | is CR LF
///   }
/// ```
///
/// A node takes each connection in the turn in which it is dialled, unless it [Node#refuses] or [Node#keepsSilent].
/// Requests that reach a node stand there one after the other until they are expected. For one thread.
public final class ClientFixture implements AutoCloseable {
    private static final int TICK_MILLIS = 10;
    private static final int MASTER_PORT = 7000;
    private static final int OTHER_PORT = 7100;
    private static final int REPLICA_PORT = 7200;

    private final TestLoop loop = new TestLoop();
    private final Dispatcher dispatcher = new Dispatcher();
    private final List<Node> nodes = new ArrayList<>();
    private final PoolFront pool;
    private final List<String> keys = new ArrayList<>();
    private long lastId;

    private ClientFixture(Setup setup) {
        List<ServerConfig> servers = new ArrayList<>();
        List<RingServer> ring = new ArrayList<>();
        for (int shard = 0; shard < setup.shards; shard++) {
            servers.add(new ServerConfig(address(MASTER_PORT + shard), 1, "s" + shard, null, 1));
            ring.add(new RingServer("s" + shard, 1));
        }
        PoolConfig config = new PoolConfig(
                "alpha",
                new PlacementSettings(
                        servers, KeyHash.FNV1A_64, new HashTag((byte) '{', (byte) '}'), Distribution.MODULA),
                new BackendSettings(
                        setup.timeoutMillis, setup.password, setup.database, 1, setup.ownMax, false, false, 2, 30_000),
                new ClientSettings(
                        new ListenAddress(address(6_000), 0, "127.0.0.1:6000"),
                        512,
                        false,
                        false,
                        setup.clientsMax,
                        new Allow(setup.allow),
                        setup.users,
                        List.of()),
                setup.reads,
                HoldSettings.DEFAULT,
                1);
        LinkSettings settings = new LinkSettings(
                setup.timeoutMillis, 1, setup.ownMax, false, 2, Login.of(null, setup.password), setup.database);
        PlacementSettings placement = config.placement();
        Router router = new Router(
                Placement.of(placement.hash(), placement.hashTag(), placement.distribution(), ring),
                setup.shards,
                TimeUnit.SECONDS.toNanos(30));
        LaneEpoch epoch = new LaneEpoch();
        List<ShardLink> links = new ArrayList<>();
        for (int shard = 0; shard < setup.shards; shard++) {
            links.add(new ShardLink(loop.io(), epoch, shard, "s" + shard, settings, new NobodyListens(), 0));
        }
        PoolClients everywhere = new PoolClients(setup.clientsMax);
        this.pool =
                new PoolFront(config, everywhere, loop.io(), epoch, router, links, new Counters<>(PoolCounter.class));
        for (int shard = 0; shard < setup.shards; shard++) {
            keys.add(keyOf(shard));
            follow(shard, MASTER_PORT + shard);
        }
    }

    /// A pool of so many shards, to be set up further.
    public static Setup shards(int count) {
        return new Setup(count);
    }

    /// What a pool is like before it is started.
    public static final class Setup {
        private final int shards;
        private int timeoutMillis = 300;
        private @Nullable String password;
        private int database;
        private int ownMax = 10;
        private int clientsMax;
        private Set<String> allow = Set.of();
        private List<User> users = List.of();
        private ReadSettings reads = ReadSettings.DEFAULT;

        private Setup(int shards) {
            this.shards = shards;
        }

        /// `redis_auth`, of nodes and clients.
        public Setup password(String text) {
            password = text;
            return this;
        }

        /// `redis_db`.
        public Setup database(int number) {
            database = number;
            return this;
        }

        /// `own_connections_max`.
        public Setup ownMax(int count) {
            ownMax = count;
            return this;
        }

        /// `client_connections`.
        public Setup clientsMax(int count) {
            clientsMax = count;
            return this;
        }

        /// `allow`.
        public Setup allow(String... words) {
            allow = Set.of(words);
            return this;
        }

        /// `users`.
        public Setup users(User... all) {
            users = List.of(all);
            return this;
        }

        /// `reads` and `read_after_write_millis`, with an address of `listen_reads`.
        public Setup reads(ReadPolicy policy, int afterWriteMillis) {
            ListenAddress listen = new ListenAddress(address(6_001), 0, "127.0.0.1:6001");
            reads = new ReadSettings(policy, listen, 1_000, 10, afterWriteMillis, true);
            return this;
        }

        /// The pool, with a master for each shard.
        public ClientFixture start() {
            return new ClientFixture(this);
        }
    }

    private static NodeAddress address(int port) {
        return new NodeAddress.Tcp("127.0.0.1", port);
    }

    // ---- the pool ---------------------------------------------------------------------------------------------------

    public PoolFront pool() {
        return pool;
    }

    public TestLoop loop() {
        return loop;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    /// How often something happened in the pool.
    public long count(PoolCounter counter) {
        return pool.counters().get(counter);
    }

    /// The shard's master is another node from now on.
    public void move(int shard) {
        follow(shard, OTHER_PORT + shard);
        turn();
    }

    /// Nobody knows the shard's master from now on.
    public void forgetMaster(int shard) {
        pool.shards().get(shard).follow(shard(shard, null, List.of()), false);
        turn();
    }

    /// A replica of the shard may be read from, from now on.
    public void letRead(int shard) {
        pool.shards()
                .get(shard)
                .follow(shard(shard, address(MASTER_PORT + shard), List.of(address(REPLICA_PORT + shard))), false);
    }

    /// Takes a shard off the ring for 30 seconds.
    public void eject(int shard) {
        pool.router().eject(shard, loop.io().updateNow());
    }

    private void follow(int shard, int port) {
        pool.shards().get(shard).follow(shard(shard, address(port), List.of()), false);
    }

    private static Shard shard(int shard, @Nullable NodeAddress master, List<NodeAddress> readable) {
        return new Shard("s" + shard, 1, null, master, 1, List.of(), readable);
    }

    private String keyOf(int shard) {
        int number = 0;
        byte[] key;
        do {
            key = ("k" + number++).getBytes(ISO_8859_1);
        } while (pool.route(key, 0, key.length) != shard);
        return new String(key, ISO_8859_1);
    }

    /// The text with a key of the shard for `@0`, `@1`, ...; `{@1}x` is another of the same.
    public String keys(String text) {
        String named = text;
        for (int shard = 0; shard < keys.size(); shard++) {
            named = named.replace("@" + shard, keys.get(shard));
        }
        return named;
    }

    /// Runs all that is due; nodes take or refuse what is dialled.
    public void turn() {
        loop.runTurn();
        while (loop.hasDialled()) {
            TestChannel channel = loop.nextDialled();
            node(((InetSocketAddress) channel.target()).getPort()).dialled(channel);
            loop.runTurn();
        }
    }

    /// Lets time pass, and looks at the clock as the loop does.
    public void pass(long millis) {
        for (long left = millis; left > 0; left -= TICK_MILLIS) {
            loop.advanceMillis(Math.min(left, TICK_MILLIS));
            long now = loop.io().updateNow();
            pool.shards().forEach(shard -> shard.tick(now));
            turn();
        }
    }

    // ---- nodes ------------------------------------------------------------------------------------------------------

    /// The master of a shard, or by its port.
    public Node node(int shardOrPort) {
        int port = shardOrPort < MASTER_PORT ? MASTER_PORT + shardOrPort : shardOrPort;
        for (Node node : nodes) {
            if (node.port == port) {
                return node;
            }
        }
        Node node = new Node(port);
        nodes.add(node);
        return node;
    }

    /// The node that becomes master by [#move].
    public Node other(int shard) {
        return node(OTHER_PORT + shard);
    }

    /// The node that [#letRead] names.
    public Node replica(int shard) {
        return node(REPLICA_PORT + shard);
    }

    /// A node that is the test.
    public final class Node {
        private final int port;
        private final List<NodeEnd> ends = new ArrayList<>();
        private final ArrayDeque<TestChannel> waiting = new ArrayDeque<>();
        private boolean refusing;
        private boolean silent;

        private Node(int port) {
            this.port = port;
        }

        /// Takes no connections from now on.
        public Node refuses() {
            refusing = true;
            return this;
        }

        /// Leaves those who connect waiting, until it [#accepts].
        public Node keepsSilent() {
            silent = true;
            return this;
        }

        /// Takes connections, also those that wait.
        public void accepts() {
            refusing = false;
            silent = false;
            while (!waiting.isEmpty()) {
                dialled(waiting.remove());
            }
            turn();
        }

        private void dialled(TestChannel channel) {
            if (refusing) {
                channel.peerRefuses(new ConnectException("refused"));
            } else if (silent) {
                waiting.add(channel);
            } else {
                ends.add(new NodeEnd(channel));
                channel.peerAccepts();
            }
        }

        /// Its connections, closed ones included, in the order in which they were opened.
        public List<NodeEnd> ends() {
            return ends;
        }

        /// How many of its connections are open.
        public long openEnds() {
            return ends.stream().filter(end -> end.channel.isOpen()).count();
        }

        /// The next request must be this one.
        ///
        /// @return the connection that it came over
        public NodeEnd expects(String request) {
            turn();
            for (NodeEnd end : ends) {
                String next = end.poll();
                if (next != null) {
                    assertThat(next).isEqualTo(keys(request));
                    return end;
                }
            }
            throw new AssertionError("the node was not asked " + request);
        }

        /// It has been sent nothing that is not expected yet.
        public void expectsNothing() {
            turn();
            for (NodeEnd end : ends) {
                assertThat(end.requests()).isEmpty();
            }
        }

        /// All that it was sent and that is not expected yet.
        public List<String> takeRequests() {
            turn();
            List<String> all = new ArrayList<>();
            ends.forEach(end -> {
                for (String next = end.poll(); next != null; next = end.poll()) {
                    all.add(next);
                }
            });
            return all;
        }

        /// Closes all its connections.
        public void dies() {
            ends.forEach(end -> end.channel.peerResets());
            turn();
        }
    }

    /// A node's side of one connection.
    public final class NodeEnd {
        private final TestChannel channel;
        private final ArrayDeque<String> requests = new ArrayDeque<>();
        private String begun = "";

        private NodeEnd(TestChannel channel) {
            this.channel = channel;
        }

        public TestChannel channel() {
            return channel;
        }

        /// Sends a reply, or several; its last `CR LF` is added.
        public NodeEnd answers(String reply) {
            channel.peerSends(keys(reply + "|").replace("|", "\r\n"));
            turn();
            return this;
        }

        /// The next request on this connection must be this one.
        public NodeEnd expects(String request) {
            turn();
            assertThat(poll()).isEqualTo(keys(request));
            return this;
        }

        /// What was sent here and is not expected yet.
        public List<String> requests() {
            read();
            return List.copyOf(requests);
        }

        /// What has come of a request that is not whole.
        public String begun() {
            read();
            return begun;
        }

        /// Breaks the connection.
        public void dies() {
            channel.peerResets();
            turn();
        }

        private @Nullable String poll() {
            read();
            return requests.poll();
        }

        private void read() {
            begun += channel.takeWritten();
            byte[] bytes = begun.getBytes(ISO_8859_1);
            int at = 0;
            RequestScanner scanner = new RequestScanner();
            while (at < bytes.length) {
                int end = scanner.feed(bytes, at, bytes.length);
                if (scanner.status() != RequestScanner.Status.FRAME) {
                    break;
                }
                requests.add(words(begun.substring(at, end)));
                scanner.reset();
                at = end;
            }
            begun = begun.substring(at);
        }

        private static String words(String request) {
            StringBuilder words = new StringBuilder();
            int at = request.indexOf('\n') + 1;
            while (at < request.length()) {
                int body = request.indexOf('\n', at) + 1;
                int length = Integer.parseInt(request.substring(at + 1, body - 2));
                words.append(words.isEmpty() ? "" : " ").append(request, body, body + length);
                at = body + length + 2;
            }
            return words.toString();
        }
    }

    // ---- clients ----------------------------------------------------------------------------------------------------

    /// A client that has connected.
    public Guest client() {
        return new Guest(false);
    }

    /// A client that has connected to the address of `listen_reads`.
    public Guest reader() {
        return new Guest(true);
    }

    /// A client's side of its connection.
    public final class Guest {
        private final TestChannel channel;

        private Guest(boolean reader) {
            channel = loop.accept(made -> new ClientConnection(++lastId, pool, dispatcher, made, reader));
            turn();
        }

        public TestChannel channel() {
            return channel;
        }

        /// Sends requests divided by `;`, all at once.
        public Guest sends(String requests) {
            channel.peerSends(Requests.requests(keys(requests)));
            turn();
            return this;
        }

        /// Sends bytes as they are, with CR LF for `|`.
        public Guest sendsRaw(String text) {
            channel.peerSends(text.replace("|", "\r\n"));
            turn();
            return this;
        }

        /// Says that it sends nothing more.
        public Guest ends() {
            channel.peerEnds();
            turn();
            return this;
        }

        /// What it was sent since the last call, with `|` for CR LF.
        public String takes() {
            turn();
            return channel.takeWritten().replace("\r\n", "|");
        }

        /// It was sent this since the last call.
        public Guest expects(String text) {
            assertThat(takes()).isEqualTo(keys(text));
            return this;
        }

        public boolean isOpen() {
            turn();
            return channel.isOpen();
        }
    }

    /// A client whose requests the test dispatches itself.
    public Bare bare() {
        return new Bare(false);
    }

    /// The same of `listen_reads`.
    public Bare bareReader() {
        return new Bare(true);
    }

    /// A client behind a door that only notes what it is asked; it never comes again with what has to wait.
    public final class Bare implements Client.Door, ReplyQueue.Reader {
        private final List<String> asked = new ArrayList<>();
        private final TestChannel channel;
        private @Nullable Socket socket;
        private @Nullable Client client;
        private Runnable whenLeaving = () -> {};

        private Bare(boolean reader) {
            channel = loop.accept(made -> {
                socket = Socket.of(loop.io(), made);
                ReplyQueue replies = new ReplyQueue(loop.io(), socket(), this, pool.counters());
                client = new Client(++lastId, pool, this, replies, reader);
                return new Leaver();
            });
            turn();
            asked.clear();
        }

        public Client client() {
            return Objects.requireNonNull(client);
        }

        public TestChannel channel() {
            return channel;
        }

        public Socket socket() {
            return Objects.requireNonNull(socket);
        }

        /// Looks at one request.
        public Frame frame(String request) {
            byte[] bytes = Requests.request(keys(request).split(" ")).getBytes(ISO_8859_1);
            RequestScanner scanner = new RequestScanner();
            assertThat(scanner.feed(bytes, 0, bytes.length)).isEqualTo(bytes.length);
            dispatcher.frame().begin(pool.table(), scanner, bytes, 0, bytes.length);
            return dispatcher.frame();
        }

        /// Handles one request.
        ///
        /// @return false when it has to wait
        public boolean dispatch(String request) {
            boolean done = dispatcher.dispatch(client(), frame(request));
            turn();
            return done;
        }

        /// What the door was asked since the last call.
        public List<String> takeAsked() {
            List<String> taken = List.copyOf(asked);
            asked.clear();
            return taken;
        }

        /// It was sent this since the last call, with `|` for CR LF.
        public Bare expects(String text) {
            turn();
            assertThat(channel.takeWritten().replace("\r\n", "|")).isEqualTo(keys(text));
            return this;
        }

        /// What happens when the door is asked to let it leave.
        public void whenLeaving(Runnable work) {
            whenLeaving = work;
        }

        /// Its connection ends.
        public void leavesForGood() {
            channel.peerEnds();
            client().onGone();
            turn();
        }

        @Override
        public void leave() {
            asked.add("leave");
            whenLeaving.run();
        }

        @Override
        public void leaveBroken(String why) {
            asked.add("leave broken: " + why);
            whenLeaving.run();
        }

        @Override
        public void closeBroken(String why) {
            asked.add("close broken: " + why);
            whenLeaving.run();
        }

        @Override
        public String peer() {
            return "10.0.0.1";
        }

        @Override
        public void awaitAnswers() {
            asked.add("await answers");
        }

        @Override
        public boolean awaitMaster(Hold hold) {
            asked.add("awaitMaster");
            return hold.await(() -> asked.add("woken"));
        }

        @Override
        public void awaitRoom(NodeConnection connection) {
            asked.add("await room");
        }

        @Override
        public void onLogin(boolean authenticated) {
            asked.add(authenticated ? "logged in" : "logged out");
        }

        @Override
        public void onMemory() {
            asked.add("memory");
        }

        @Override
        public void onAnswered() {
            client().onAnswered();
        }

        private final class Leaver extends ChannelInboundHandlerAdapter {
            @Override
            public void channelInactive(ChannelHandlerContext context) {
                if (!client().isGone()) {
                    client().onGone();
                }
            }
        }
    }

    /// Closes everything, and looks whether something was not given back.
    @Override
    public void close() {
        List.copyOf(pool.guests()).forEach(PoolFront.Guest::close);
        turn();
        pool.shards().forEach(ShardLink::close);
        turn();
        assertThat(pool.guests()).isEmpty();
        assertThat(count(PoolCounter.CLIENT_CONNECTIONS)).isZero();
        for (ShardLink shard : pool.shards()) {
            for (ServerCounter counter : Arrays.asList(
                    ServerCounter.SERVER_CONNECTIONS,
                    ServerCounter.IN_QUEUE,
                    ServerCounter.IN_QUEUE_BYTES,
                    ServerCounter.OUT_QUEUE,
                    ServerCounter.OUT_QUEUE_BYTES)) {
                assertThat(shard.counters().get(counter)).as(counter.toString()).isZero();
            }
        }
        loop.close();
    }
}
