package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.backend.PushForm;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Session;
import dev.cobnut.proxy.client.Transaction;
import dev.cobnut.proxy.client.Upload;
import dev.cobnut.proxy.joined.Splitter;
import dev.cobnut.proxy.joined.WaitReply;
import dev.cobnut.proxy.joined.WholeKeyspace;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.proxy.routing.PoolClients;
import dev.cobnut.proxy.routing.Route;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.proxy.routing.Routing;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.Effect;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.LocalCommand;
import dev.cobnut.resp.RespWriter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What happens to a request: first its way is chosen, then it is taken.
///
/// ```
///   Routing.choose ──► must it wait? ──► yes: it comes again when all before it are answered
///                          │
///                          └─ no ──► perform: over a lane, a connection of its own, split, here, ...
/// ```
///
/// Choosing changes nothing; waiting is decided here and nowhere else. One for each event loop; for that loop's own
/// thread.
public final class Dispatcher {
    private static final long PAUSE_MILLIS_MAX = TimeUnit.DAYS.toMillis(1);

    private final Frame frame = new Frame();
    private final Routing routing = new Routing();

    /// What requests of this loop are looked at through.
    public Frame frame() {
        return frame;
    }

    /// Handles one whole request.
    ///
    /// @return false when it must come again once all replies have been given
    public boolean dispatch(Client client, Frame frame) {
        Route route = routing.choose(frame, client.pool(), client);
        if (client.mustWaitFor(route, frame.length()) || client.waitsForMaster(route)) {
            return false;
        }
        if (route.way() == Route.Way.BIND) {
            // Without a connection the transaction is lost, which is another way.
            return !Transactions.bind(client, route.shard()) && dispatch(client, frame);
        }
        if (route.way() == Route.Way.REFUSED) {
            refuse(client, frame, route.refusal());
        } else {
            client.begin(route);
            perform(client, frame, route);
        }
        return true;
    }

    private void refuse(Client client, Frame frame, String text) {
        Command command = frame.commandIfKnown();
        Transaction transaction = client.transaction();
        if (command != null && command.local() == LocalCommand.EXEC) {
            Transactions.refuseExec(client, frame, text);
        } else if (transaction != null) {
            Transactions.refuse(client, transaction, text);
        } else {
            client.replies().answer(RespWriter.error(text));
        }
    }

    private void perform(Client client, Frame frame, Route route) {
        Command command = frame.command();
        if (command.guarded()) {
            notePause(client, frame);
        }
        Transaction transaction = client.transaction();
        if (transaction != null && !command.endsTransaction()) {
            Transactions.perform(client, frame, transaction);
            return;
        }
        if (route.local() != null) {
            LocalCommands.perform(client, frame, route);
            return;
        }
        switch (route.way()) {
            case LANE -> forward(client, frame, route.shard());
            case OWN -> own(client, frame, route);
            case OWN_EACH -> WaitReply.send(client, frame);
            case SPLIT -> Splitter.send(client, frame, route.shards());
            case EVERY_SHARD -> WholeKeyspace.send(client, frame);
            case HERE, ALONE, BIND, REFUSED ->
                throw new IllegalStateException(command + " is not the proxy's, and its way is " + route.way());
        }
    }

    private static void forward(Client client, Frame frame, int shard) {
        PendingReply reply = new PendingReply();
        if (frame.command().readOnly()) {
            reply.isRead();
        } else if (client.pool().repeatsWrites() && frame.isSameTwice()) {
            reply.mayRunTwice();
        }
        client.send(shard, client.replies().add(reply), frame);
    }

    /// Noted before the node has answered: what comes a moment later must not be held back behind the pause.
    private static void notePause(Client client, Frame frame) {
        PoolClients clients = client.pool().clients();
        switch (frame.command().effect()) {
            case PAUSES -> {
                long millis = Math.min(frame.integer(2), PAUSE_MILLIS_MAX);
                if (millis > 0) {
                    clients.pause(client.pool().loop().nowNanos() + TimeUnit.MILLISECONDS.toNanos(millis));
                }
            }
            case UNPAUSES -> clients.unpause();
            case NONE, MONITORS, NAMES, INFORMS, TRACKS -> {
                // nothing to do with pauses
            }
        }
    }

    // ---- a connection of the client's own ---------------------------------------------------------------------------

    private static void own(Client client, Frame frame, Route route) {
        int shard = route.shard();
        OwnConnection own = shard == Router.NONE ? null : client.session().open(shard, route.loan());
        if (own == null && route.loan() == Loan.IF_FREE) {
            client.send(shard, client.replies().add(reply(frame.command())), frame);
            return;
        }
        if (own == null) {
            client.replies().add(new PendingReply()).fail(client.pool().noConnection(shard));
            return;
        }
        Command command = frame.command();
        if (route.loan() == Loan.AT_ONCE) {
            own.lease().speak(client.isResp3());
            own.sendAsIs(client.replies().add(new PendingReply()), frame);
            return;
        }
        boolean forGood = route.loan() == Loan.FOR_GOOD;
        if (forGood) {
            keep(own, command);
        }
        own.send(client.replies().add(replyOver(own, command, forGood)), frame);
        client.awaitRoom(own);
    }

    private static PendingReply replyOver(OwnConnection own, Command command, boolean forGood) {
        if (command.local() == LocalCommand.CLIENT_ID) {
            return new IdentityReply(own);
        }
        return command.blocking() || forGood ? new BlockingReply(own) : reply(command);
    }

    private static PendingReply reply(Command command) {
        PendingReply reply = new PendingReply();
        if (command.runsScript()) {
            reply.isOfScript();
        }
        return reply;
    }

    /// Notes that a connection stays with its client because of a command.
    private static void keep(OwnConnection own, Command command) {
        own.keep(command.asksIdentity() ? OwnConnection.Kept.IDENTITY : OwnConnection.Kept.STATE);
        if (command.effect() == Effect.MONITORS) {
            own.lease().setPushForm(PushForm.MONITOR);
        }
    }

    // ---- requests too long to hold ----------------------------------------------------------------------------------

    /// Whether a request that is not whole yet can be passed on while it arrives: its way is known, and its connection
    /// may be closed if it breaks off, which a subscriber's may not.
    public boolean canUpload(Client client, Frame begun) {
        Session session = client.sessionIfAny();
        boolean listens = session != null && !session.subscriptions().isEmpty();
        return !listens && routing.chooseEarly(begun, client.pool(), client) != null;
    }

    /// Whether the upload would go to a master that is waited for; the client is then woken.
    public boolean mustHold(Client client, Frame begun) {
        Route route = routing.chooseEarly(begun, client.pool(), client);
        return route != null && client.waitsForMaster(route);
    }

    /// Starts to pass on a request for which [#canUpload] is true. Nothing may be under way for the client.
    ///
    /// @return null when there is no connection for it; the client then has the error as its reply
    public @Nullable Upload beginUpload(Client client, Frame begun) {
        Route route = routing.chooseEarly(begun, client.pool(), client);
        if (route == null || client.mustWaitFor(route, 0)) {
            throw new IllegalStateException("an upload that cannot begin: " + begun.commandIfKnown());
        }
        client.begin(route);
        int shard = route.shard();
        OwnConnection own = shard == Router.NONE ? null : client.session().open(shard, Loan.READY);
        if (own == null) {
            client.replies().add(new PendingReply()).fail(client.pool().noConnection(shard));
            return null;
        }
        Upload upload = client.replies().add(new Upload(own));
        if (begun.command().runsScript()) {
            upload.isOfScript();
        }
        upload.begin(begun.bytes(), begun.from(), begun.to());
        return upload;
    }
}
