package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.proxy.backend.PushForm;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.ErrorText;
import dev.cobnut.resp.KeyFinder;
import dev.cobnut.resp.Policy;
import dev.cobnut.resp.RequestCursor;
import dev.cobnut.resp.RespWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// WATCH, MULTI, EXEC and everything between them. One for each event loop.
///
/// The node queues the commands, checks them and decides. What the proxy has to refuse itself must not leave the
/// rest of the transaction standing: it is answered here, and the node gets a malformed request in its place, so that
/// EXEC answers EXECABORT. Each method returns false when the request must wait until all replies have come.
final class Transactions {
    private static final byte[] MULTI = "*1\r\n$5\r\nMULTI\r\n".getBytes(US_ASCII);
    private static final byte[] DISCARD = "*1\r\n$7\r\nDISCARD\r\n".getBytes(US_ASCII);
    private static final byte[] MALFORMED = "*1\r\n$3\r\nGET\r\n".getBytes(US_ASCII);
    private static final byte[] NESTED = RespWriter.error("ERR MULTI calls can not be nested");
    private static final byte[] WATCH_INSIDE = RespWriter.error("ERR WATCH inside MULTI is not allowed");
    private static final byte[] ABORTED =
            RespWriter.error("EXECABORT Transaction discarded because of previous errors.");

    private final KeyFinder keys = new KeyFinder();
    private final RequestCursor args = new RequestCursor();

    // ---- outside of a transaction -----------------------------------------------------------------------------------

    boolean watch(ClientConnection client, Command command, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        String error = keys.find(bytes, from, to - from, command);
        if (error != null) {
            client.replies().answer(RespWriter.error(error));
            return true;
        }
        Session session = client.session();
        OwnConnection watching = session.watching();
        int shard = pool.route(keys, bytes);
        if (shard == PoolFront.SEVERAL || (watching != null && watching.shard() != shard)) {
            session.refuseWatch();
            client.replies().answer(RespWriter.error(ErrorText.keysOnSeveralShards(command)));
            return true;
        }
        if (client.mustWaitFor(shard)) {
            return false;
        }
        PendingReply request = client.replies().add(new PendingReply());
        OwnConnection own = client.openOwn(shard, request);
        if (own != null) {
            own.setWatching(true);
            own.send(request, bytes, from, to);
        }
        return true;
    }

    boolean unwatch(ClientConnection client, byte[] bytes, int from, int to) {
        Session session = client.session();
        session.forgetWatchTrouble();
        OwnConnection own = session.watching();
        if (own == null) {
            client.replies().answer(Replies.OK);
        } else {
            own.setWatching(false);
            own.send(client.replies().add(new PendingReply()), bytes, from, to);
        }
        return true;
    }

    boolean begin(ClientConnection client, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        Session session = client.session();
        OwnConnection watching = session.watching();
        Transaction transaction = new Transaction();
        boolean nowhere = !pool.oneShard() && watching == null;
        if (nowhere || session.isWatchRefused()) {
            transaction.takeOver(session);
            session.setTransaction(transaction);
            client.replies().answer(Replies.OK);
            return true;
        }
        int shard = watching == null ? pool.anyShard() : watching.shard();
        if (client.mustWaitFor(shard)) {
            return false;
        }
        PendingReply request = client.replies().add(new MultiReply(client));
        OwnConnection own = client.openOwn(shard, request);
        if (own != null) {
            transaction.takeOver(session);
            transaction.bind(own);
            session.setTransaction(transaction);
            own.send(request, bytes, from, to);
            // What comes behind it must not run if the node refuses it.
            client.waitForAnswers();
        }
        return true;
    }

    /// EXEC and DISCARD need a MULTI.
    static void outside(ClientConnection client, Command command) {
        client.replies().answer(RespWriter.error("ERR " + command.name().toUpperCase(Locale.ROOT) + " without MULTI"));
    }

    // ---- inside -----------------------------------------------------------------------------------------------------

    boolean inside(ClientConnection client, Transaction transaction, Command command, byte[] bytes, int from, int to) {
        String lost = transaction.lost();
        if (lost != null) {
            lost(client, command.name(), lost);
            return true;
        }
        OwnConnection own = transaction.own();
        if (own != null) {
            sendHeld(transaction, own);
        }
        switch (command.name()) {
            case "exec" -> {
                return exec(client, transaction, bytes, from, to);
            }
            case "discard" -> {
                end(client, transaction);
                if (own == null) {
                    client.replies().answer(Replies.OK);
                } else {
                    pass(client, own, bytes, from, to);
                }
            }
            case "multi" -> client.replies().answer(NESTED);
            case "watch" -> client.replies().answer(WATCH_INSIDE);
            case "auth" -> {
                if (own != null && Handshake.hasUsersAtNode(client.pool())) {
                    own.keep(OwnConnection.Kept.STATE);
                    pass(client, own, bytes, from, to);
                } else {
                    refuse(client, transaction, "ERR AUTH is not supported inside MULTI by this proxy");
                }
            }
            case "hello", "client|reply" ->
                refuse(
                        client,
                        transaction,
                        "ERR " + ErrorText.shown(command) + " is not supported inside MULTI by this proxy");
            case "select" -> select(client, transaction, command, bytes, from, to);
            default -> {
                return client.pool().oneShard()
                        ? insideOneShard(client, transaction, command, bytes, from, to)
                        : insideSeveral(client, transaction, command, bytes, from, to);
            }
        }
        return true;
    }

    private static void lost(ClientConnection client, String command, String why) {
        switch (command) {
            case "exec" -> {
                client.session().setTransaction(null);
                client.session().giveBackIfNeutral();
                client.replies()
                        .answer(RespWriter.error(
                                "EXECABORT Transaction discarded, nothing of it was executed: " + why));
            }
            case "discard" -> {
                client.session().setTransaction(null);
                client.session().giveBackIfNeutral();
                client.replies().answer(Replies.OK);
            }
            default -> client.replies().answer(RespWriter.error("ERR not queued: " + why));
        }
    }

    private static void pass(ClientConnection client, OwnConnection own, byte[] bytes, int from, int to) {
        own.send(client.replies().add(new PendingReply()), bytes, from, to);
        client.waitForRoom(own);
    }

    private boolean insideOneShard(
            ClientConnection client, Transaction transaction, Command command, byte[] bytes, int from, int to) {
        OwnConnection own = transaction.own();
        if (own == null) {
            // Only a transaction that was refused from the start has no node here.
            client.replies().answer(Replies.QUEUED);
            return true;
        }
        Subscriptions.Verb verb = Subscriptions.Verb.named(command.name());
        if (verb != null) {
            own.keep(OwnConnection.Kept.STATE);
            own.connection().setPushForm(PushForm.PUBSUB);
            List<byte[]> names = arguments(bytes, from, to, 1);
            // Redis lets a transaction subscribe to channels and patterns, but not to channels of shards.
            if (verb != Subscriptions.Verb.SSUBSCRIBE) {
                transaction.whenExecuted(() -> client.session().subscriptions().follow(verb, names));
            }
        } else if (command.name().equals("client|setname")) {
            own.keep(OwnConnection.Kept.STATE);
            nameWhenExecuted(client, transaction, bytes, from, to);
        } else if (command.policy(true) == Policy.KEEP || command.name().startsWith("client|set")) {
            own.keep(OwnConnection.Kept.STATE);
        }
        pass(client, own, bytes, from, to);
        return true;
    }

    private void nameWhenExecuted(ClientConnection client, Transaction transaction, byte[] bytes, int from, int to) {
        byte[] name = arguments(bytes, from, to, 2).getFirst();
        transaction.whenExecuted(() -> {
            LocalCommands.setName(client, name);
            OwnConnection own = transaction.own();
            if (own != null) {
                own.connection().setName(client.name());
            }
        });
    }

    private List<byte[]> arguments(byte[] bytes, int from, int to, int first) {
        args.reset(bytes, from, to - from);
        List<byte[]> arguments = new ArrayList<>();
        while (args.next()) {
            arguments.add(Arrays.copyOfRange(bytes, args.offset(), args.offset() + args.length()));
        }
        return arguments.subList(first, arguments.size());
    }

    private boolean insideSeveral(
            ClientConnection client, Transaction transaction, Command command, byte[] bytes, int from, int to) {
        switch (command.policy(false)) {
            case FORWARD, OWN, OWN_AT_ONCE, OWN_IF_BLOCK, OWN_IF_FREE, SPLIT_MGET, SPLIT_MSET, SPLIT_SUM -> {
                return byKeys(client, transaction, command, bytes, from, to);
            }
            case PUBLISH -> {
                return at(client, transaction, client.pool().channelShard(bytes, from, to), bytes, from, to);
            }
            case ANY, WAIT -> withoutKey(client, transaction, bytes, from, to);
            case LOCAL -> {
                if (Subscriptions.Verb.named(command.name()) == null) {
                    if (command.name().equals("client|setname")) {
                        nameWhenExecuted(client, transaction, bytes, from, to);
                    }
                    withoutKey(client, transaction, bytes, from, to);
                } else {
                    refuse(
                            client,
                            transaction,
                            "ERR " + ErrorText.shown(command)
                                    + " inside MULTI is not supported on a pool of several shards");
                }
            }
            case ALL_SUM, ALL_OK, ALL_SCRIPT, ALL_CONCAT, ALL_UNION, ALL_TEXT, ALL_NUMSUB, ALL_PICK, SCAN ->
                refuse(
                        client,
                        transaction,
                        "CROSSSLOT " + ErrorText.shown(command)
                                + " concerns every shard, and a transaction runs on one");
            case KEEP, REFUSED -> refuse(client, transaction, ErrorText.refused(command));
        }
        return true;
    }

    private boolean byKeys(
            ClientConnection client, Transaction transaction, Command command, byte[] bytes, int from, int to) {
        String error = keys.find(bytes, from, to - from, command);
        if (error == null && keys.count() == 0) {
            error = ErrorText.noKey(command);
        } else if (error == null && keys.hasPatterns()) {
            error = ErrorText.SORT_PATTERN;
        }
        if (error != null) {
            refuse(client, transaction, error);
            return true;
        }
        int shard = client.pool().route(keys, bytes);
        OwnConnection own = transaction.own();
        if (shard == PoolFront.SEVERAL || (own != null && own.shard() != shard)) {
            refuse(client, transaction, ErrorText.keysOnSeveralShards(command));
            return true;
        }
        return at(client, transaction, shard, bytes, from, to);
    }

    private static boolean at(
            ClientConnection client, Transaction transaction, int shard, byte[] bytes, int from, int to) {
        if (transaction.hasFailed()) {
            client.replies().answer(Replies.QUEUED);
            return true;
        }
        OwnConnection own = transaction.own();
        if (own == null) {
            if (client.mustWaitFor(shard)) {
                return false;
            }
            bind(client, transaction, shard);
            if (transaction.lost() == null) {
                return false;
            }
        }
        if (own == null) {
            client.replies().answer(RespWriter.error("ERR not queued: " + transaction.lost()));
        } else if (own.shard() != shard) {
            refuse(client, transaction, "CROSSSLOT the channel is placed on another shard than the transaction");
        } else {
            pass(client, own, bytes, from, to);
        }
        return true;
    }

    private static void withoutKey(ClientConnection client, Transaction transaction, byte[] bytes, int from, int to) {
        OwnConnection own = transaction.own();
        if (own != null) {
            pass(client, own, bytes, from, to);
        } else if (transaction.hasFailed() || transaction.hold(bytes, from, to)) {
            client.replies().answer(Replies.QUEUED);
        } else {
            refuse(
                    client,
                    transaction,
                    "ERR too much before the first key of the transaction (at most " + Transaction.HELD_BYTES_MAX
                            + " bytes)");
        }
    }

    /// The first key has named the shard: the transaction begins there. What comes next waits for the node's answer.
    private static void bind(ClientConnection client, Transaction transaction, int shard) {
        OwnConnection own = shard == Router.NONE ? null : client.session().open(shard);
        if (own == null) {
            transaction.lose(client.pool().noConnection(shard).toString());
        } else {
            transaction.bind(own);
            own.send(client.replies().add(new LateMultiReply(transaction)), MULTI, 0, MULTI.length);
        }
    }

    /// What came before the first key, now that the node has accepted MULTI.
    private static void sendHeld(Transaction transaction, OwnConnection own) {
        for (byte[] each : transaction.held()) {
            // Where the node refuses one, EXEC fails by itself.
            own.send(new UnheardExchange(), each, 0, each.length);
        }
        transaction.held().clear();
    }

    private static void select(
            ClientConnection client, Transaction transaction, Command command, byte[] bytes, int from, int to) {
        OwnConnection own = transaction.own();
        int database = client.pool().knownDatabase(bytes, from, to);
        if (database >= 0) {
            transaction.select(database);
            withoutKey(client, transaction, bytes, from, to);
        } else if (client.pool().oneShard() && own != null) {
            own.keep(OwnConnection.Kept.STATE);
            transaction.select(-1);
            transaction.whenExecuted(() -> {
                own.connection().setDatabase(ClientConnection.DATABASE_UNKNOWN);
                client.setDatabase(ClientConnection.DATABASE_UNKNOWN);
            });
            pass(client, own, bytes, from, to);
        } else {
            refuse(
                    client,
                    transaction,
                    "ERR " + ErrorText.shown(command)
                            + " inside MULTI: the database is out of range, or nobody has selected it before");
        }
    }

    private boolean exec(ClientConnection client, Transaction transaction, byte[] bytes, int from, int to) {
        if (transaction.own() == null
                && !transaction.hasFailed()
                && !transaction.isWatchBroken()
                && !transaction.held().isEmpty()) {
            int shard = client.pool().anyShard();
            if (client.mustWaitFor(shard)) {
                return false;
            }
            bind(client, transaction, shard);
            String lost = transaction.lost();
            if (lost == null) {
                return false;
            }
            lost(client, "exec", lost);
            return true;
        }
        OwnConnection own = transaction.own();
        end(client, transaction);
        if (own == null) {
            client.replies()
                    .answer(
                            transaction.hasFailed()
                                    ? ABORTED
                                    : transaction.isWatchBroken()
                                            ? RespWriter.nullArray(client.isResp3())
                                            : RespWriter.EMPTY_ARRAY);
        } else if (transaction.isWatchBroken()) {
            PendingReply request = client.replies().add(new KnownReply(RespWriter.nullArray(client.isResp3())));
            own.send(request, DISCARD, 0, DISCARD.length);
        } else {
            PendingReply request = client.replies().add(new ExecReply(client, own, transaction));
            own.send(request, bytes, from, to);
            if (transaction.hasEffects()) {
                client.waitForAnswers();
            }
        }
        return true;
    }

    private static void end(ClientConnection client, Transaction transaction) {
        client.session().setTransaction(null);
        OwnConnection own = transaction.own();
        if (own != null) {
            own.setWatching(false);
        }
    }

    /// Answers with an error and makes the whole transaction fail.
    static void refuse(ClientConnection client, Transaction transaction, String text) {
        byte[] error = RespWriter.error(text);
        OwnConnection own = transaction.own();
        if (own == null || transaction.lost() != null) {
            transaction.fail();
            client.replies().answer(error);
        } else {
            PendingReply request = client.replies().add(new KnownReply(error));
            own.send(request, MALFORMED, 0, MALFORMED.length);
        }
    }

    /// An EXEC that cannot be carried out ends the transaction and every WATCH all the same, and says why without the
    /// code `ERR`. Where the node only watches, it gets the EXEC, which it refuses for the same reason.
    static void refuseExec(
            ClientConnection client, @Nullable Transaction transaction, String text, byte[] bytes, int from, int to) {
        String why = text.startsWith("ERR ") ? text.substring(4) : text;
        byte[] error = RespWriter.error("EXECABORT Transaction discarded because of: " + why);
        Session session = client.sessionIfAny();
        OwnConnection own = transaction != null ? transaction.own() : session != null ? session.watching() : null;
        if (session != null) {
            session.setTransaction(null);
            session.forgetWatchTrouble();
        }
        if (own == null || (transaction != null && transaction.lost() != null)) {
            client.replies().answer(error);
            return;
        }
        own.setWatching(false);
        PendingReply request = client.replies().add(new KnownReply(error));
        if (transaction != null) {
            own.send(request, DISCARD, 0, DISCARD.length);
        } else {
            own.send(request, bytes, from, to);
        }
    }
}
