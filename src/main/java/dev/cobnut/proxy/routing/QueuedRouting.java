package dev.cobnut.proxy.routing;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.ErrorText;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.LocalCommand;
import dev.cobnut.resp.Policy;

/// Chooses between MULTI and EXEC: to the node that queues the transaction, here while there is none, BIND where a key
/// names the shard, or refused because a transaction runs on one shard. Part of [Routing], and as pure.
final class QueuedRouting {
    private final Route route;

    /// @param route to fill
    QueuedRouting(Route route) {
        this.route = route;
    }

    /// The way of a whole request that the client may send, and that is not carried out at once all the same.
    void choose(Frame frame, PoolFront pool, Standing standing) {
        if (standing.phase() == Standing.Phase.LOST) {
            route.here();
            return;
        }
        Command command = frame.command();
        Policy policy = command.policy(pool.oneShard());
        LocalCommand local = command.local();
        if (local == null || policy != Policy.LOCAL) {
            queued(frame, pool, standing, policy);
            return;
        }
        switch (local) {
            case EXEC -> {
                if (standing.holdsCommands()) {
                    route.bind(pool.anyShard());
                } else {
                    atTransaction(standing);
                }
            }
            case DISCARD -> atTransaction(standing);
            case MULTI, WATCH -> route.here();
            case AUTH -> {
                if (standing.phase() == Standing.Phase.SOMEWHERE && pool.hasUsersAtNode()) {
                    atTransaction(standing);
                } else {
                    unsupported(command);
                }
            }
            case HELLO, CLIENT_REPLY, CLIENT_MAINT_NOTIFICATIONS -> unsupported(command);
            case SELECT -> {
                boolean askNode = pool.oneShard() && standing.phase() == Standing.Phase.SOMEWHERE;
                if (askNode || pool.knowsDatabase(PoolFront.database(frame))) {
                    atTransaction(standing);
                } else {
                    route.refused("ERR " + ErrorText.shown(command)
                            + " inside MULTI: the database is out of range, or nobody has selected it before");
                }
            }
            case SUBSCRIBE, UNSUBSCRIBE, PSUBSCRIBE, PUNSUBSCRIBE, SSUBSCRIBE, SUNSUBSCRIBE -> {
                String tooLong = Checks.nameTooLong(frame);
                if (tooLong != null) {
                    route.refused(tooLong);
                } else if (pool.oneShard()) {
                    atTransaction(standing);
                } else {
                    route.refused("ERR " + ErrorText.shown(command)
                            + " inside MULTI is not supported on a pool of several shards");
                }
            }
            case PING,
                    QUIT,
                    INFO,
                    ROLE,
                    ACL_WHOAMI,
                    CLIENT_ID,
                    CLIENT_GETNAME,
                    CLIENT_SETNAME,
                    CLIENT_SETINFO,
                    RESET,
                    UNWATCH -> atTransaction(standing);
        }
    }

    /// To the node that queues the transaction; while there is none, the proxy keeps it.
    private void atTransaction(Standing standing) {
        if (standing.phase() == Standing.Phase.SOMEWHERE) {
            route.own(standing.transactionShard(), Loan.READY);
        } else {
            route.here();
        }
    }

    private void unsupported(Command command) {
        route.refused("ERR " + ErrorText.shown(command) + " is not supported inside MULTI by this proxy");
    }

    private void queued(Frame frame, PoolFront pool, Standing standing, Policy policy) {
        Command command = frame.command();
        if (policy == Policy.REFUSED) {
            route.refused(ErrorText.refused(command));
            return;
        }
        if (pool.oneShard()) {
            atTransaction(standing);
            return;
        }
        switch (policy.reach()) {
            case ONE -> {
                if (policy == Policy.PUBLISH) {
                    at(
                            Routing.shardOfArgument(frame, pool, 1),
                            standing,
                            "CROSSSLOT the channel is placed on another shard than the transaction");
                    return;
                }
                String error = Routing.keysError(frame, command);
                int shard = error == null ? pool.route(frame.keys(), frame.bytes()) : PoolFront.SEVERAL;
                String elsewhere = Routing.elsewhere(frame, command);
                if (shard == PoolFront.SEVERAL) {
                    route.refused(error == null ? elsewhere : error);
                } else {
                    at(shard, standing, elsewhere);
                }
            }
            case ANY -> atTransaction(standing);
            case EVERY ->
                route.refused("CROSSSLOT " + ErrorText.shown(command)
                        + " concerns every shard, and a transaction runs on one");
            case NOWHERE, ITSELF -> throw new IllegalStateException(command + " has the policy " + policy + " here");
        }
    }

    /// A transaction runs on the shard of its first key.
    private void at(int shard, Standing standing, String elsewhere) {
        switch (standing.phase()) {
            case NOWHERE -> route.bind(shard);
            case REFUSED -> route.here();
            case SOMEWHERE -> {
                if (shard == standing.transactionShard()) {
                    route.own(shard, Loan.READY);
                } else {
                    route.refused(elsewhere);
                }
            }
            case PLAIN, LOST -> throw new IllegalStateException("queued while " + standing.phase());
        }
    }
}
