package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.routing.Router;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.ErrorText;
import dev.cobnut.resp.KeyFinder;
import dev.cobnut.resp.Policy;
import dev.cobnut.resp.RequestCursor;
import dev.cobnut.resp.RequestScanner;
import dev.cobnut.resp.RespWriter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What happens to a request, step by step: which command it is, whether it is well formed and allowed, where its
/// keys live, and which of the few ways there it takes. One for each event loop; for that loop's own thread.
public final class Dispatcher {
    private static final long PAUSE_MILLIS_MAX = TimeUnit.DAYS.toMillis(1);

    private final LocalCommands local;
    private final Transactions transactions = new Transactions();
    private final KeyFinder keys = new KeyFinder();
    private final RequestCursor args = new RequestCursor();
    private final Splitter splitter = new Splitter();
    private final WholeKeyspace wholeKeyspace = new WholeKeyspace(splitter);

    public Dispatcher() {
        this.local = new LocalCommands(transactions, splitter);
    }

    /// Handles one whole request, `bytes[from .. to)`, that `scanner` has just accepted.
    ///
    /// @return false when it must come again once all replies have been given: it takes another way than those before
    boolean dispatch(ClientConnection client, RequestScanner scanner, byte[] bytes, int from, int to) {
        Command command = command(client, scanner, bytes, from);
        String error = error(client, command, scanner, bytes, from, to);
        if (command == null || error != null) {
            refuse(client, command, error == null ? "ERR" : error, bytes, from, to);
            return true;
        }
        ClientReads reads = client.reads();
        if (reads != null) {
            if (!reads.permits(command)) {
                refuse(client, command, ErrorText.READ_ONLY, bytes, from, to);
                return true;
            }
            if (!reads.begin(command)) {
                return false;
            }
        }
        if (command.guarded()) {
            notePause(client, command, bytes, from, to);
        }
        Session session = client.sessionIfAny();
        if (session != null) {
            if (!session.subscriptions().isEmpty() && !client.isResp3() && !LocalCommands.isForSubscribers(command)) {
                refuse(client, command, ErrorText.inSubscriberMode(command), bytes, from, to);
                return true;
            }
            Transaction transaction = session.transaction();
            if (transaction != null && !LocalCommands.endsTransaction(command)) {
                return transactions.inside(client, transaction, command, bytes, from, to);
            }
        }
        PoolFront pool = client.pool();
        Policy policy = command.policy(pool.oneShard());
        return switch (policy) {
            case FORWARD ->
                pool.everywhere().isPaused(pool.loop().nowNanos())
                        ? own(client, command, Policy.OWN_IF_FREE, bytes, from, to)
                        : forward(client, command, scanner, bytes, from, to);
            case ANY -> send(client, pool.anyShard(), bytes, from, to);
            case SPLIT_MGET, SPLIT_MSET, SPLIT_SUM -> split(client, command, bytes, from, to);
            case OWN, OWN_AT_ONCE, OWN_IF_FREE, KEEP -> own(client, command, policy, bytes, from, to);
            case OWN_IF_BLOCK ->
                blocks(command, bytes, from, to)
                        ? own(client, command, policy, bytes, from, to)
                        : forward(client, command, scanner, bytes, from, to);
            case PUBLISH -> publish(client, bytes, from, to);
            case WAIT -> WaitReply.send(client, bytes, from, to);
            case ALL_SUM, ALL_OK, ALL_SCRIPT, ALL_CONCAT, ALL_UNION, ALL_TEXT, ALL_NUMSUB, ALL_PICK, SCAN ->
                wholeKeyspace.send(client, command, policy, bytes, from, to);
            case LOCAL -> local.answer(client, command, scanner, bytes, from, to);
            case REFUSED -> {
                refuse(client, command, ErrorText.refused(command), bytes, from, to);
                yield true;
            }
        };
    }

    private static @Nullable Command command(ClientConnection client, RequestScanner scanner, byte[] bytes, int from) {
        Command command = client.pool().table().lookup(bytes, from + scanner.offset(0), scanner.length(0));
        if (command != null && command.isContainer() && scanner.argumentCount() > 1) {
            return command.subcommand(bytes, from + scanner.offset(1), scanner.length(1));
        }
        return command;
    }

    /// What is wrong with a request whatever its keys are, in the order in which Redis looks; null when nothing is.
    private static @Nullable String error(
            ClientConnection client,
            @Nullable Command command,
            RequestScanner scanner,
            byte[] bytes,
            int from,
            int to) {
        if (command == null) {
            return unknown(client, scanner, bytes, from, to);
        }
        if (!command.arityFits(scanner.argumentCount())) {
            return ErrorText.wrongArity(command);
        }
        if (!client.isAuthenticated() && !LocalCommands.isFreeOfAuth(command)) {
            return ErrorText.NO_AUTH;
        }
        return command.guarded() ? refusal(client, command, scanner, bytes, from, to) : null;
    }

    private static @Nullable String refusal(
            ClientConnection client, Command command, RequestScanner scanner, byte[] bytes, int from, int to) {
        if (command.dangerous() && !client.pool().allows(command)) {
            return ErrorText.noPermission(command);
        }
        return SentinelChannels.isTarget(command, scanner, bytes, from, to) ? SentinelChannels.REFUSAL : null;
    }

    private static String unknown(ClientConnection client, RequestScanner scanner, byte[] bytes, int from, int to) {
        Command container = client.pool().table().lookup(bytes, from + scanner.offset(0), scanner.length(0));
        return container == null
                ? ErrorText.unknownCommand(bytes, from, to - from)
                : ErrorText.unknownSubcommand(container, bytes, from + scanner.offset(1), scanner.length(1));
    }

    private static void refuse(
            ClientConnection client, @Nullable Command command, String text, byte[] bytes, int from, int to) {
        Session session = client.sessionIfAny();
        Transaction transaction = session == null ? null : session.transaction();
        if (command != null && command.name().equals("exec")) {
            Transactions.refuseExec(client, transaction, text, bytes, from, to);
        } else if (transaction == null) {
            client.replies().answer(RespWriter.error(text));
        } else {
            Transactions.refuse(client, transaction, text);
        }
    }

    // ---- one shard --------------------------------------------------------------------------------------------------

    private boolean forward(
            ClientConnection client, Command command, RequestScanner scanner, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        int key = command.firstKey();
        if (pool.oneShard()) {
            return send(client, pool.anyShard(), bytes, from, to);
        }
        if (command.singleKey() && key < RequestScanner.REMEMBERED_ARGUMENTS) {
            int shard = pool.route(bytes, from + scanner.offset(key), scanner.length(key));
            return send(client, shard, bytes, from, to);
        }
        int shard = shardOfKeys(client, command, bytes, from, to);
        return shard == PoolFront.SEVERAL || send(client, shard, bytes, from, to);
    }

    /// The one shard of all keys. A command of several keys runs only where all of them live.
    ///
    /// @return [PoolFront#SEVERAL] when there is none; the client then has its reply, which is an error but for what
    ///     `reads_across_shards` allows
    private int shardOfKeys(ClientConnection client, Command command, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        if (pool.oneShard()) {
            return pool.anyShard();
        }
        String error = keys.find(bytes, from, to - from, command);
        if (error == null && keys.count() == 0) {
            error = ErrorText.noKey(command);
        } else if (error == null && keys.hasPatterns()) {
            error = ErrorText.SORT_PATTERN;
        }
        int shard = error == null ? pool.route(keys, bytes) : PoolFront.SEVERAL;
        if (shard == PoolFront.SEVERAL && error == null && SetAlgebraReply.isComputed(pool, command)) {
            SetAlgebraReply.send(client, command, keys, bytes);
        } else if (shard == PoolFront.SEVERAL) {
            client.replies().answer(RespWriter.error(error == null ? ErrorText.keysOnSeveralShards(command) : error));
        }
        return shard;
    }

    private static boolean send(ClientConnection client, int shard, byte[] bytes, int from, int to) {
        PendingReply request = client.replies().add(new PendingReply());
        client.pool().send(client, shard, request, bytes, from, to);
        return true;
    }

    private boolean publish(ClientConnection client, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        int shard = pool.channelShard(bytes, from, to);
        if (!pool.everywhere().isPaused(pool.loop().nowNanos())) {
            return send(client, shard, bytes, from, to);
        }
        if (client.mustWaitFor(shard)) {
            return false;
        }
        PendingReply request = client.replies().add(new PendingReply());
        OwnConnection own = client.openOwn(shard, request);
        if (own != null) {
            own.send(request, bytes, from, to);
        }
        return true;
    }

    /// While clients are paused a node reads no further behind a request that it holds back: each client then has a
    /// connection of its own.
    private void notePause(ClientConnection client, Command command, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        if (command.name().equals("client|unpause")) {
            pool.everywhere().unpause();
        } else if (command.name().equals("client|pause")) {
            args.reset(bytes, from, to - from);
            long millis = args.seek(2) ? args.integer() : 0;
            if (millis > 0) {
                pool.everywhere()
                        .pause(pool.loop().nowNanos()
                                + TimeUnit.MILLISECONDS.toNanos(Math.min(millis, PAUSE_MILLIS_MAX)));
            }
        }
    }

    // ---- a connection of the client's own ---------------------------------------------------------------------------

    private boolean own(ClientConnection client, Command command, Policy policy, byte[] bytes, int from, int to) {
        int shard = shardOfKeys(client, command, bytes, from, to);
        if (shard == PoolFront.SEVERAL) {
            return true;
        }
        if (client.mustWaitFor(shard)) {
            return false;
        }
        Session session = client.session();
        OwnConnection own = shard == Router.NONE ? null : session.open(shard, loan(policy));
        if (own == null && policy == Policy.OWN_IF_FREE) {
            return send(client, shard, bytes, from, to);
        }
        if (own == null) {
            client.replies()
                    .fail(
                            client.replies().add(new PendingReply()),
                            client.pool().noConnection(shard).reply(false));
            return true;
        }
        if (policy == Policy.OWN_AT_ONCE) {
            own.connection().speak(client.isResp3());
            own.sendAsIs(client.replies().add(new PendingReply()), bytes, from, to);
            return true;
        }
        if (policy == Policy.KEEP) {
            LocalCommands.keep(own, command);
        }
        boolean mayWait = command.blocking() || policy == Policy.KEEP;
        PendingReply request = mayWait ? new BlockingReply(own) : new PendingReply();
        own.send(client.replies().add(request), bytes, from, to);
        client.waitForRoom(own);
        return true;
    }

    private static Session.Loan loan(Policy policy) {
        return policy == Policy.OWN_AT_ONCE
                ? Session.Loan.AT_ONCE
                : policy == Policy.KEEP ? Session.Loan.FOR_GOOD : Session.Loan.READY;
    }

    /// Whether XREAD or XREADGROUP has the option BLOCK.
    private boolean blocks(Command command, byte[] bytes, int from, int to) {
        args.reset(bytes, from, to - from);
        args.seek(command.firstKey());
        while (args.next()) {
            if (args.is("BLOCK")) {
                return true;
            }
            if (args.is("STREAMS")) {
                return false;
            }
        }
        return false;
    }

    // ---- several shards ---------------------------------------------------------------------------------------------

    private boolean split(ClientConnection client, Command command, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        String error = keys.find(bytes, from, to - from, command);
        if (error != null) {
            client.replies().answer(RespWriter.error(error));
            return true;
        }
        int[] shards = new int[keys.count()];
        boolean oneShard = true;
        for (int key = 0; key < shards.length; key++) {
            shards[key] = pool.route(bytes, keys.offset(key), keys.length(key));
            oneShard &= shards[key] == shards[0];
        }
        if (oneShard) {
            return send(client, shards[0], bytes, from, to);
        }
        Policy policy = command.policy(false);
        JoinedReply joined = policy == Policy.SPLIT_MGET
                ? new MgetReply(pool, shards)
                : policy == Policy.SPLIT_MSET ? new OkReply(pool) : new SumReply(pool);
        splitter.byKeys(client, joined, keys, shards, policy == Policy.SPLIT_MSET, bytes, from);
        return true;
    }

    // ---- requests too long to hold ----------------------------------------------------------------------------------

    /// Whether a request that is not whole yet can be passed on while it arrives: its shard must follow from the
    /// arguments read so far, and it must go to one shard as it is.
    boolean canUpload(ClientConnection client, RequestScanner scanner, byte[] bytes) {
        if (scanner.argumentsDone() == 0) {
            return false;
        }
        Command command = client.pool().table().lookup(bytes, scanner.offset(0), scanner.length(0));
        if (command == null
                || command.isContainer()
                || command.dangerous()
                || !client.isAuthenticated()
                || !command.arityFits(scanner.argumentCount())) {
            return false;
        }
        ClientReads reads = client.reads();
        if (reads != null && !reads.permits(command)) {
            return false;
        }
        boolean alone = client.pool().oneShard();
        if (command.policy(alone) != Policy.FORWARD || !(alone || hasRoutingKey(command, scanner))) {
            return false;
        }
        Session session = client.sessionIfAny();
        if (session == null) {
            return true;
        }
        Transaction transaction = session.transaction();
        OwnConnection own = transaction == null ? null : transaction.own();
        return session.subscriptions().isEmpty()
                && (transaction == null
                        || (own != null
                                && transaction.lost() == null
                                && own.shard() == uploadShard(client, command, scanner, bytes)));
    }

    private static boolean hasRoutingKey(Command command, RequestScanner scanner) {
        return command.singleKey()
                && command.firstKey() < Math.min(scanner.argumentsDone(), RequestScanner.REMEMBERED_ARGUMENTS);
    }

    private static int uploadShard(ClientConnection client, Command command, RequestScanner scanner, byte[] bytes) {
        PoolFront pool = client.pool();
        int key = command.firstKey();
        return pool.oneShard() ? pool.anyShard() : pool.route(bytes, scanner.offset(key), scanner.length(key));
    }

    /// Starts to pass on a request for which [#canUpload] is true. Nothing may be under way for the client.
    ///
    /// @return null when there is no connection for it; the client then has the error as its reply
    @Nullable
    Upload beginUpload(ClientConnection client, RequestScanner scanner, byte[] bytes, int length) {
        Command command = client.pool().table().lookup(bytes, scanner.offset(0), scanner.length(0));
        if (command == null) {
            throw new IllegalStateException("an upload of no known command");
        }
        ClientReads reads = client.reads();
        if (reads != null && !reads.begin(command)) {
            throw new IllegalStateException("an upload while requests are unanswered");
        }
        int shard = uploadShard(client, command, scanner, bytes);
        OwnConnection own = shard == Router.NONE ? null : client.session().open(shard);
        if (own == null) {
            PendingReply refused = client.replies().add(new PendingReply());
            client.replies().fail(refused, client.pool().noConnection(shard).reply(false));
            return null;
        }
        Upload upload = client.replies().add(new Upload(own));
        upload.begin(bytes, length);
        return upload;
    }
}
