package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import dev.cobnut.resp.ErrorText;
import dev.cobnut.resp.KeyFinder;
import dev.cobnut.resp.Policy;
import dev.cobnut.resp.RequestScanner;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What happens to a request, step by step: which command it is, whether it is well formed and allowed, where its
/// keys live, and which of the few ways there it takes. One for each event loop; for that loop's own thread.
public final class Dispatcher {
    private static final byte[] ANY_KEY = "placeholder".getBytes(StandardCharsets.US_ASCII);

    private final CommandTable table;
    private final LocalCommands local;
    private final KeyFinder keys = new KeyFinder();
    private final Splitter splitter = new Splitter();

    public Dispatcher(CommandTable table) {
        this.table = table;
        this.local = new LocalCommands();
    }

    /// Handles one whole request, `bytes[from .. to)`, that `scanner` has just accepted.
    void dispatch(ClientConnection client, RequestScanner scanner, byte[] bytes, int from, int to) {
        Command command = command(scanner, bytes, from);
        if (command == null) {
            client.replies().answer(Replies.error(unknown(scanner, bytes, from, to)));
            return;
        }
        if (!command.arityFits(scanner.argumentCount())) {
            client.replies().answer(Replies.error(ErrorText.wrongArity(command)));
            return;
        }
        if (!client.isAuthenticated() && !LocalCommands.isFreeOfAuth(command)) {
            client.replies().answer(Replies.NO_AUTH);
            return;
        }
        switch (command.policy()) {
            case FORWARD -> forward(client, command, scanner, bytes, from, to);
            case SPLIT_MGET, SPLIT_MSET, SPLIT_SUM -> split(client, command, bytes, from, to);
            case LOCAL -> local.answer(client, command, scanner, bytes, from, to);
            case FORWARD_ANY -> send(client, anyShard(client.pool()), bytes, from, to);
            case ALL_SUM -> splitter.toAll(client, new SumReply(client.replies(), client.pool()), bytes, from, to);
            case REFUSED -> client.replies().answer(Replies.error(ErrorText.refused(command)));
        }
    }

    private @Nullable Command command(RequestScanner scanner, byte[] bytes, int from) {
        Command command = table.lookup(bytes, from + scanner.offset(0), scanner.length(0));
        if (command != null && command.isContainer() && scanner.argumentCount() > 1) {
            return command.subcommand(bytes, from + scanner.offset(1), scanner.length(1));
        }
        return command;
    }

    private String unknown(RequestScanner scanner, byte[] bytes, int from, int to) {
        Command container = table.lookup(bytes, from + scanner.offset(0), scanner.length(0));
        return container == null
                ? ErrorText.unknownCommand(bytes, from, to - from)
                : ErrorText.unknownSubcommand(container, bytes, from + scanner.offset(1), scanner.length(1));
    }

    // ---- one shard --------------------------------------------------------------------------------------------------

    private void forward(
            ClientConnection client, Command command, RequestScanner scanner, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        int key = command.firstKey();
        if (pool.oneShard()) {
            send(client, anyShard(pool), bytes, from, to);
        } else if (command.singleKey() && key < RequestScanner.REMEMBERED_ARGUMENTS) {
            int shard = pool.router()
                    .route(
                            bytes,
                            from + scanner.offset(key),
                            scanner.length(key),
                            pool.loop().nowNanos());
            send(client, shard, bytes, from, to);
        } else {
            forwardByAllKeys(client, command, bytes, from, to);
        }
    }

    /// A command of several keys runs only where all of them live.
    private void forwardByAllKeys(ClientConnection client, Command command, byte[] bytes, int from, int to) {
        String error = keys.find(bytes, from, to - from, command);
        if (error == null && keys.count() == 0) {
            error = ErrorText.noKey(command);
        }
        if (error != null) {
            client.replies().answer(Replies.error(error));
            return;
        }
        int shard = routeKey(client.pool(), bytes, 0);
        for (int key = 1; key < keys.count(); key++) {
            if (routeKey(client.pool(), bytes, key) != shard) {
                client.replies().answer(Replies.error(ErrorText.keysOnSeveralShards(command)));
                return;
            }
        }
        send(client, shard, bytes, from, to);
    }

    private void send(ClientConnection client, int shard, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        Request request = client.replies().add(new Request(client.replies()));
        if (shard == Router.NONE) {
            client.replies().fail(request, pool.allEjected().reply(false));
            return;
        }
        ShardLink link = pool.links().get(shard);
        link.send(client.lane(), request, bytes, from, to);
        NodeConnection full = link.fullLane(client.lane());
        if (full != null) {
            client.waitForRoom(full);
        }
    }

    private int routeKey(PoolFront pool, byte[] bytes, int key) {
        return pool.router()
                .route(bytes, keys.offset(key), keys.length(key), pool.loop().nowNanos());
    }

    private static int anyShard(PoolFront pool) {
        return pool.router().route(ANY_KEY, 0, ANY_KEY.length, pool.loop().nowNanos());
    }

    // ---- several shards ---------------------------------------------------------------------------------------------

    private void split(ClientConnection client, Command command, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        if (pool.oneShard()) {
            send(client, anyShard(pool), bytes, from, to);
            return;
        }
        String error = keys.find(bytes, from, to - from, command);
        if (error != null) {
            client.replies().answer(Replies.error(error));
            return;
        }
        int[] shards = new int[keys.count()];
        boolean oneShard = true;
        for (int key = 0; key < shards.length; key++) {
            shards[key] = routeKey(pool, bytes, key);
            oneShard &= shards[key] == shards[0];
        }
        if (oneShard) {
            send(client, shards[0], bytes, from, to);
        } else {
            JoinedReply joined = switch (command.policy()) {
                case SPLIT_MGET -> new MgetReply(client.replies(), pool, shards);
                case SPLIT_MSET -> new OkReply(client.replies(), pool);
                case SPLIT_SUM -> new SumReply(client.replies(), pool);
                case FORWARD, FORWARD_ANY, ALL_SUM, LOCAL, REFUSED ->
                    throw new IllegalStateException(command + " is not split");
            };
            splitter.byKeys(client, joined, keys, shards, command.policy() == Policy.SPLIT_MSET, bytes, from);
        }
    }

    // ---- requests too long to hold ----------------------------------------------------------------------------------

    /// Whether a request that is not whole yet can be passed on while it arrives: its shard must follow from the
    /// arguments read so far, and it must go to one shard as it is.
    boolean canUpload(ClientConnection client, RequestScanner scanner, byte[] bytes) {
        if (scanner.argumentsDone() == 0) {
            return false;
        }
        Command command = table.lookup(bytes, scanner.offset(0), scanner.length(0));
        if (command == null
                || command.isContainer()
                || !client.isAuthenticated()
                || !command.arityFits(scanner.argumentCount())) {
            return false;
        }
        return switch (command.policy()) {
            case FORWARD -> client.pool().oneShard() || hasRoutingKey(command, scanner);
            case SPLIT_MGET, SPLIT_MSET, SPLIT_SUM -> client.pool().oneShard();
            case FORWARD_ANY, ALL_SUM, LOCAL, REFUSED -> false;
        };
    }

    private static boolean hasRoutingKey(Command command, RequestScanner scanner) {
        return command.singleKey()
                && command.firstKey() < Math.min(scanner.argumentsDone(), RequestScanner.REMEMBERED_ARGUMENTS);
    }

    /// Starts to pass on a request for which [#canUpload] is true. Nothing may be under way for the client.
    ///
    /// @return null when there is no connection for it; the client then has the error as its reply
    @Nullable
    Upload beginUpload(ClientConnection client, RequestScanner scanner, byte[] bytes, int length) {
        PoolFront pool = client.pool();
        Command command = table.lookup(bytes, scanner.offset(0), scanner.length(0));
        if (command == null) {
            throw new IllegalStateException("an upload of no known command");
        }
        int key = command.firstKey();
        int shard = pool.oneShard()
                ? anyShard(pool)
                : pool.router()
                        .route(
                                bytes,
                                scanner.offset(key),
                                scanner.length(key),
                                pool.loop().nowNanos());
        ShardLink link = shard == Router.NONE ? null : pool.links().get(shard);
        NodeConnection connection = link == null ? null : link.lend();
        if (link == null || connection == null) {
            Request refused = client.replies().add(new Request(client.replies()));
            client.replies().fail(refused, (link == null ? pool.allEjected() : link.lendFailure()).reply(false));
            return null;
        }
        Upload upload = client.replies().add(new Upload(client.replies(), link, connection));
        upload.begin(bytes, length);
        return upload;
    }
}
