package dev.cobnut.proxy.dispatch;

import dev.cobnut.net.Held;
import dev.cobnut.proxy.backend.PushForm;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Replies;
import dev.cobnut.proxy.client.Session;
import dev.cobnut.proxy.client.Subscriptions;
import dev.cobnut.proxy.client.Transaction;
import dev.cobnut.proxy.client.UnheardExchange;
import dev.cobnut.proxy.client.Watch;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Route;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.proxy.routing.Standing;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.LocalCommand;
import dev.cobnut.resp.Policy;
import dev.cobnut.resp.RespWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// MULTI, EXEC and everything between them.
///
/// The node queues the commands, checks them and decides. What the proxy has to refuse itself must not leave the
/// rest of the transaction standing: it is answered here, and the node gets a malformed request in its place, so that
/// EXEC answers EXECABORT.
final class Transactions {
    private static final byte[] MULTI = RespWriter.command("MULTI");
    private static final byte[] DISCARD = RespWriter.command("DISCARD");
    private static final byte[] UNWATCH = RespWriter.command("UNWATCH");
    private static final byte[] MALFORMED = RespWriter.command("GET");
    private static final byte[] NESTED = RespWriter.error("ERR MULTI calls can not be nested");
    private static final byte[] WATCH_INSIDE = RespWriter.error("ERR WATCH inside MULTI is not allowed");
    private static final byte[] ABORTED =
            RespWriter.error("EXECABORT Transaction discarded because of previous errors.");

    /// What a command takes that is held, or that has an effect, besides its bytes.
    private static final int HELD_COMMAND_BYTES = 128;

    private Transactions() {}

    // ---- the beginning ----------------------------------------------------------------------------------------------

    /// MULTI, outside of a transaction: HERE while no key has named the shard.
    static void begin(Client client, Frame frame, Route route) {
        Session session = client.session();
        Transaction transaction = new Transaction(session.takeWatch());
        session.begin(transaction);
        if (route.way() == Route.Way.HERE) {
            client.replies().answer(Replies.OK);
            return;
        }
        PendingReply reply = client.replies().add(new MultiReply(client, transaction));
        OwnConnection own = client.openOwn(route.shard(), reply);
        if (own != null) {
            transaction.bind(own);
            own.send(reply, frame);
            // What comes behind it must not run if the node refuses it.
            client.door().awaitAnswers();
        }
    }

    /// The first key has named the shard: the transaction begins there. What comes next waits for the node's answer.
    ///
    /// @return false when it is lost instead
    static boolean bind(Client client, int shard) {
        Transaction transaction = open(client);
        OwnConnection own = shard == Router.NONE ? null : client.session().open(shard, Loan.READY);
        if (own == null) {
            transaction.lose(client.pool().noConnection(shard).toString());
            return false;
        }
        transaction.bind(own);
        own.send(client.replies().add(new LateMultiReply(transaction)), MULTI);
        return transaction.phase() != Standing.Phase.LOST;
    }

    private static Transaction open(Client client) {
        Transaction transaction = client.transaction();
        if (transaction == null) {
            throw new IllegalStateException("no transaction");
        }
        return transaction;
    }

    // ---- inside -----------------------------------------------------------------------------------------------------

    /// A command inside a transaction, on the way that was chosen for it: to its node, or here while it has none.
    static void perform(Client client, Frame frame, Transaction transaction) {
        switch (transaction.phase()) {
            case LOST -> lost(client, frame, transaction);
            case SOMEWHERE -> {
                OwnConnection own = transaction.ownIfAny();
                if (own == null) {
                    throw new IllegalStateException("a transaction somewhere without a connection");
                }
                sendHeld(transaction, own);
                atNode(client, frame, transaction, own);
            }
            case NOWHERE, REFUSED -> atNone(client, frame, transaction);
            case PLAIN -> throw new IllegalStateException("a transaction that is none");
        }
    }

    private static void lost(Client client, Frame frame, Transaction transaction) {
        switch (frame.command().local()) {
            case EXEC -> {
                end(client, transaction);
                client.replies()
                        .answer(RespWriter.error("EXECABORT Transaction discarded, nothing of it was executed: "
                                + transaction.whyLost()));
            }
            case DISCARD -> {
                end(client, transaction);
                client.replies().answer(Replies.OK);
            }
            case null, default -> client.replies().answer(RespWriter.error("ERR not queued: " + transaction.whyLost()));
        }
    }

    /// What came before the first key, now that the node has accepted MULTI.
    private static void sendHeld(Transaction transaction, OwnConnection own) {
        for (byte[] each : transaction.takeHeld()) {
            // Where the node refuses one, EXEC fails by itself.
            own.send(new UnheardExchange(), each);
        }
    }

    private static void atNode(Client client, Frame frame, Transaction transaction, OwnConnection own) {
        switch (frame.command().local()) {
            case EXEC -> exec(client, frame, transaction, own);
            case DISCARD -> {
                client.session().endTransaction();
                pass(client, frame, own);
            }
            case MULTI -> client.replies().answer(NESTED);
            case WATCH -> client.replies().answer(WATCH_INSIDE);
            case null, default -> {
                if (note(client, frame, transaction, own)) {
                    pass(client, frame, own);
                } else {
                    refuse(client, transaction, Replies.noMemory());
                }
            }
        }
    }

    private static void pass(Client client, Frame frame, OwnConnection own) {
        own.send(client.replies().add(new PendingReply()), frame);
        client.awaitRoom(own);
    }

    private static void exec(Client client, Frame frame, Transaction transaction, OwnConnection own) {
        client.session().endTransaction();
        Watch watch = transaction.watch();
        if (watch.isBroken() || watch.isRefused()) {
            byte[] reply = watch.isBroken() ? RespWriter.nullArray(client.isResp3()) : ABORTED;
            own.send(client.replies().add(new KnownReply(reply)), DISCARD);
        } else {
            own.send(client.replies().add(new ExecReply(client, transaction)), frame);
            if (transaction.hasEffects()) {
                client.door().awaitAnswers();
            }
        }
    }

    private static void atNone(Client client, Frame frame, Transaction transaction) {
        switch (frame.command().local()) {
            case EXEC -> {
                Watch watch = transaction.watch();
                byte[] reply = transaction.phase() == Standing.Phase.REFUSED
                        ? ABORTED
                        : watch.isBroken() ? RespWriter.nullArray(client.isResp3()) : RespWriter.EMPTY_ARRAY;
                end(client, transaction);
                client.replies().answer(reply);
            }
            case DISCARD -> {
                end(client, transaction);
                client.replies().answer(Replies.OK);
            }
            case MULTI -> client.replies().answer(NESTED);
            case WATCH -> client.replies().answer(WATCH_INSIDE);
            case null, default -> hold(client, frame, transaction);
        }
    }

    private static void hold(Client client, Frame frame, Transaction transaction) {
        if (transaction.phase() == Standing.Phase.REFUSED) {
            client.replies().answer(Replies.QUEUED);
        } else if (!note(client, frame, transaction, null)
                || !client.replies().account().take(Held.TRANSACTION, HELD_COMMAND_BYTES + frame.length())) {
            refuse(client, transaction, Replies.noMemory());
        } else if (transaction.hold(frame)) {
            client.replies().answer(Replies.QUEUED);
        } else {
            refuse(
                    client,
                    transaction,
                    "ERR too much before the first key of the transaction (at most " + Transaction.HELD_BYTES_MAX
                            + " bytes)");
        }
    }

    /// Ends a transaction without its node. A node that guards keys for it is told that nobody wants that any more.
    private static void end(Client client, Transaction transaction) {
        Session session = client.session();
        session.endTransaction();
        OwnConnection watching = transaction.watch().connection();
        if (watching != null) {
            watching.send(new UnheardExchange(), UNWATCH);
        }
        session.giveBackIfNeutral();
    }

    // ---- what a queued command does to its client -------------------------------------------------------------------

    /// Notes what becomes true of the client once the transaction is executed, and what the node remembers at once.
    ///
    /// @param own null while there is no node
    /// @return false when there is no room for what has to be noted
    private static boolean note(Client client, Frame frame, Transaction transaction, @Nullable OwnConnection own) {
        Command command = frame.command();
        PoolFront pool = client.pool();
        boolean stays = command.policy(pool.oneShard()) == Policy.KEEP;
        if (hasEffect(command)
                && !client.replies().account().take(Held.TRANSACTION, HELD_COMMAND_BYTES + frame.length())) {
            return false;
        }
        switch (command.local()) {
            case SELECT -> {
                int database = PoolFront.database(frame);
                boolean known = pool.knowsDatabase(database);
                transaction.select(known ? database : Client.DATABASE_UNKNOWN);
                stays |= !known;
            }
            case CLIENT_SETNAME -> {
                byte[] name = frame.argument(2);
                transaction.whenExecuted(() -> rename(client, transaction, name));
                stays |= pool.oneShard();
            }
            case CLIENT_SETINFO -> stays |= pool.oneShard();
            case AUTH -> stays = true;
            case SUBSCRIBE, UNSUBSCRIBE, PSUBSCRIBE, PUNSUBSCRIBE, SSUBSCRIBE, SUNSUBSCRIBE -> {
                stays = true;
                subscribe(client, frame, transaction);
                if (own != null) {
                    own.lease().setPushForm(PushForm.PUBSUB);
                }
            }
            case null, default -> {
                // the node forgets it with the transaction
            }
        }
        if (stays && own != null) {
            own.keep(OwnConnection.Kept.STATE);
        }
        return true;
    }

    /// Whether names are kept of it until EXEC.
    private static boolean hasEffect(Command command) {
        return switch (command.local()) {
            case CLIENT_SETNAME, SUBSCRIBE, UNSUBSCRIBE, PSUBSCRIBE, PUNSUBSCRIBE, SSUBSCRIBE, SUNSUBSCRIBE -> true;
            case null, default -> false;
        };
    }

    private static void subscribe(Client client, Frame frame, Transaction transaction) {
        Subscriptions.Verb verb = Subscriptions.Verb.of(frame.command());
        // Redis lets a transaction subscribe to channels and patterns, but not to channels of shards.
        if (verb != Subscriptions.Verb.SSUBSCRIBE) {
            List<byte[]> names = SubscribeCommands.names(frame);
            transaction.whenExecuted(() -> {
                client.session().subscriptions().follow(verb, names);
                client.countNames();
            });
        }
    }

    private static void rename(Client client, Transaction transaction, byte[] name) {
        client.rename(name);
        OwnConnection own = transaction.ownIfAny();
        if (own != null) {
            own.lease().setName(client.name());
        }
    }

    // ---- refusals ---------------------------------------------------------------------------------------------------

    /// EXEC and DISCARD need a MULTI.
    static byte[] without(LocalCommand command) {
        return RespWriter.error("ERR " + command.name().toUpperCase(Locale.ROOT) + " without MULTI");
    }

    /// Answers with an error and makes the whole transaction fail.
    static void refuse(Client client, Transaction transaction, String text) {
        byte[] error = RespWriter.error(text);
        OwnConnection own = transaction.ownIfAny();
        if (own == null) {
            transaction.refuse();
            client.replies().answer(error);
        } else {
            own.send(client.replies().add(new KnownReply(error)), MALFORMED);
        }
    }

    /// An EXEC that cannot be carried out ends the transaction and every WATCH all the same, and says why without the
    /// code `ERR`. Where the node only watches, it gets the EXEC, which it refuses for the same reason.
    static void refuseExec(Client client, Frame frame, String text) {
        String why = text.startsWith("ERR ") ? text.substring(4) : text;
        byte[] error = RespWriter.error("EXECABORT Transaction discarded because of: " + why);
        Session session = client.sessionIfAny();
        if (session == null) {
            client.replies().answer(error);
            return;
        }
        Transaction transaction = session.transaction();
        OwnConnection own = transaction == null ? session.takeWatch().connection() : transaction.ownIfAny();
        if (own == null && transaction != null) {
            end(client, transaction);
            client.replies().answer(error);
        } else if (own == null) {
            client.replies().answer(error);
        } else if (transaction == null) {
            own.send(client.replies().add(new KnownReply(error)), frame);
        } else {
            session.endTransaction();
            own.send(client.replies().add(new KnownReply(error)), DISCARD);
        }
    }
}
