package dev.cobnut.proxy.routing;

import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.ErrorText;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.KeyFinder;
import dev.cobnut.resp.LocalCommand;
import dev.cobnut.resp.Policy;
import dev.cobnut.resp.RequestScanner;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Chooses what becomes of a request, before anything happens because of it: whether it is refused, which shards it
/// concerns, and over what kind of connection it gets there. By the command's policy in the table, by its keys, and by
/// what the client is in the middle of.
///
/// Changes nothing but the [Route] it returns, so it may be asked again: a request that has to wait is chosen for anew
/// when its turn comes. One for each event loop; for that loop's own thread.
public final class Routing {
    private static final String DATABASES =
            "ERR DB index is out of range: the proxy serves the first " + LinkSettings.DATABASES_MAX;

    private final Route route = new Route();
    private final QueuedRouting queued = new QueuedRouting(route);

    /// The way of a whole request.
    public Route choose(Frame frame, PoolFront pool, Standing standing) {
        String refusal = Checks.refusal(frame, pool, standing);
        if (refusal != null) {
            route.begin(null, false, null);
            route.refused(refusal);
            return route;
        }
        Command command = frame.command();
        Policy policy = command.policy(pool.oneShard());
        route.begin(command, isEither(command, standing), policy == Policy.LOCAL ? command.local() : null);
        if (standing.phase() == Standing.Phase.PLAIN || command.endsTransaction()) {
            outside(frame, pool, standing, policy);
        } else {
            queued.choose(frame, pool, standing);
        }
        return route;
    }

    /// The way of a request of which only the first arguments have come, if they say enough: it must go to one shard as
    /// it is.
    ///
    /// @return null when it has to be collected first
    public @Nullable Route chooseEarly(Frame frame, PoolFront pool, Standing standing) {
        Command command = frame.commandIfKnown();
        if (command == null
                || command.isContainer()
                || command.policy(pool.oneShard()) != Policy.FORWARD
                || command.guarded()
                || !standing.isAuthenticated()
                || !command.arityFits(frame.argumentCount())
                || !Checks.permits(command, standing)
                || standing.isSubscriber()) {
            return null;
        }
        int key = command.firstKey();
        boolean keyKnown =
                command.singleKey() && key < Math.min(frame.argumentsDone(), RequestScanner.REMEMBERED_ARGUMENTS);
        if (!pool.oneShard() && !keyKnown) {
            return null;
        }
        int shard = pool.oneShard() ? pool.anyShard() : shardOfArgument(frame, pool, key);
        boolean fits = switch (standing.phase()) {
            case PLAIN -> true;
            case SOMEWHERE -> standing.transactionShard() == shard;
            case NOWHERE, REFUSED, LOST -> false;
        };
        if (!fits) {
            return null;
        }
        route.begin(command, isEither(command, standing), null);
        route.own(shard, Loan.READY);
        return route;
    }

    private static boolean isEither(Command command, Standing standing) {
        return command.readsKeys() && standing.mayReadReplicas();
    }

    // ---- outside of a transaction -----------------------------------------------------------------------------------

    private void outside(Frame frame, PoolFront pool, Standing standing, Policy policy) {
        switch (policy) {
            case FORWARD -> byKeys(frame, pool, null);
            case ANY -> shared(pool, pool.anyShard());
            case PUBLISH -> shared(pool, shardOfArgument(frame, pool, 1));
            case OWN -> byKeys(frame, pool, Loan.READY);
            case OWN_AT_ONCE -> byKeys(frame, pool, Loan.AT_ONCE);
            case OWN_IF_FREE -> byKeys(frame, pool, Loan.IF_FREE);
            case OWN_IF_BLOCK -> byKeys(frame, pool, frame.blocks() ? Loan.READY : null);
            case KEEP -> byKeys(frame, pool, Loan.FOR_GOOD);
            case WAIT -> route.ownEach().set(0, pool.shards().size());
            case SPLIT_MGET, SPLIT_MSET, SPLIT_SUM -> split(frame, pool);
            case ALL_SUM, ALL_OK, ALL_SCRIPT, ALL_CONCAT, ALL_UNION, ALL_TEXT, ALL_NUMSUB, ALL_PICK, SCAN ->
                route.everyShard();
            case LOCAL -> local(frame, pool, standing);
            case REFUSED -> route.refused(ErrorText.refused(frame.command()));
        }
    }

    /// Over a connection that clients share. While CLIENT PAUSE holds clients, a node reads no further behind a request
    /// that it holds back: each client then has a connection of its own, as long as there are any.
    private void shared(PoolFront pool, int shard) {
        if (pool.isPaused()) {
            route.own(shard, Loan.IF_FREE);
        } else {
            route.lane(shard);
        }
    }

    /// To the one shard of all keys. A command of several keys runs only where all of them live.
    ///
    /// @param loan null for a connection that clients share
    private void byKeys(Frame frame, PoolFront pool, @Nullable Loan loan) {
        int shard = shardOfKeys(frame, pool);
        if (shard == PoolFront.SEVERAL) {
            return;
        }
        if (loan == null) {
            shared(pool, shard);
        } else {
            route.own(shard, loan);
        }
    }

    /// The shard of all keys.
    ///
    /// @return [PoolFront#SEVERAL] when there is no such shard; the route says by then what happens instead
    private int shardOfKeys(Frame frame, PoolFront pool) {
        if (pool.oneShard()) {
            return pool.anyShard();
        }
        Command command = frame.command();
        int key = command.firstKey();
        if (command.singleKey() && key < RequestScanner.REMEMBERED_ARGUMENTS) {
            return shardOfArgument(frame, pool, key);
        }
        String error = keysError(frame, command);
        if (error != null) {
            route.refused(error);
            return PoolFront.SEVERAL;
        }
        int shard = pool.route(frame.keys(), frame.bytes());
        if (shard == PoolFront.SEVERAL) {
            if (command.setOperation() != null && pool.config().reads().acrossShards()) {
                route.split(shards(frame, pool));
            } else {
                route.refused(elsewhere(frame, command));
            }
        }
        return shard;
    }

    /// The text of the error reply to keys, or patterns of keys, that no one shard has.
    static String elsewhere(Frame frame, Command command) {
        return frame.keys().patternCount() > 0 ? ErrorText.SORT_PATTERN : ErrorText.keysOnSeveralShards(command);
    }

    /// Why the keys of a request do not name a shard, whatever shards they are on; null when they do.
    static @Nullable String keysError(Frame frame, Command command) {
        String error = frame.findKeys();
        if (error != null) {
            return error;
        }
        return frame.keys().count() == 0 ? ErrorText.noKey(command) : null;
    }

    private void split(Frame frame, PoolFront pool) {
        String error = frame.findKeys();
        if (error != null) {
            route.refused(error);
            return;
        }
        int[] shards = shards(frame, pool);
        for (int shard : shards) {
            if (shard != shards[0]) {
                route.split(shards);
                return;
            }
        }
        shared(pool, shards[0]);
    }

    private static int[] shards(Frame frame, PoolFront pool) {
        KeyFinder keys = frame.keys();
        int[] shards = new int[keys.count()];
        for (int key = 0; key < shards.length; key++) {
            shards[key] = pool.route(frame.bytes(), keys.offset(key), keys.length(key));
        }
        return shards;
    }

    static int shardOfArgument(Frame frame, PoolFront pool, int argument) {
        return pool.route(frame.bytes(), frame.offset(argument), frame.length(argument));
    }

    // ---- the proxy's own commands -----------------------------------------------------------------------------------

    private void local(Frame frame, PoolFront pool, Standing standing) {
        LocalCommand command = frame.command().local();
        if (command == null) {
            throw new IllegalStateException(frame.command() + " has the policy LOCAL and no row");
        }
        switch (command) {
            // A pool of one shard lets the node answer, which may have something to say: LOADING, BUSY.
            case PING -> {
                if (frame.argumentCount() > 2) {
                    route.refused(ErrorText.wrongArity(frame.command()));
                } else if (pool.oneShard()) {
                    route.lane(pool.anyShard());
                } else {
                    route.here();
                }
            }
            case INFO -> route.everyShard();
            case AUTH -> {
                if (pool.hasUsersAtNode()) {
                    route.own(pool.anyShard(), Loan.READY);
                } else {
                    route.here();
                }
            }
            case HELLO -> route.own(pool.anyShard(), Loan.READY);
            case SELECT -> {
                int database = PoolFront.database(frame);
                if (pool.knowsDatabase(database)) {
                    route.here();
                } else if (database >= LinkSettings.DATABASES_MAX) {
                    route.refused(DATABASES);
                } else {
                    route.own(pool.anyShard(), Loan.READY);
                }
            }
            case RESET -> route.alone();
            case WATCH -> watch(frame, pool, standing);
            case UNWATCH -> {
                if (standing.watchedShard() == Router.NONE) {
                    route.here();
                } else {
                    route.own(standing.watchedShard(), Loan.READY);
                }
            }
            case MULTI -> multi(pool, standing);
            case SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE, UNSUBSCRIBE, PUNSUBSCRIBE, SUNSUBSCRIBE ->
                subscribing(frame, pool, command);
            case QUIT,
                    ROLE,
                    ACL_WHOAMI,
                    CLIENT_ID,
                    CLIENT_GETNAME,
                    CLIENT_SETNAME,
                    CLIENT_SETINFO,
                    CLIENT_REPLY,
                    CLIENT_MAINT_NOTIFICATIONS,
                    EXEC,
                    DISCARD -> route.here();
        }
    }

    /// Keys of two shards cannot be watched: HERE then, which makes the next transaction fail.
    private void watch(Frame frame, PoolFront pool, Standing standing) {
        String error = frame.findKeys();
        if (error != null) {
            route.refused(error);
            return;
        }
        int shard = pool.route(frame.keys(), frame.bytes());
        int watched = standing.watchedShard();
        if (shard == PoolFront.SEVERAL || (watched != Router.NONE && watched != shard)) {
            route.here();
        } else {
            route.own(shard, Loan.READY);
        }
    }

    private void multi(PoolFront pool, Standing standing) {
        int watched = standing.watchedShard();
        if (standing.isWatchRefused() || (watched == Router.NONE && !pool.oneShard())) {
            route.here();
        } else {
            route.own(watched == Router.NONE ? pool.anyShard() : watched, Loan.READY);
        }
    }

    private void subscribing(Frame frame, PoolFront pool, LocalCommand command) {
        String error = Checks.nameTooLong(frame);
        if (error != null) {
            route.refused(error);
            return;
        }
        switch (command) {
            case SUBSCRIBE, SSUBSCRIBE -> subscribe(frame, pool, false);
            case PSUBSCRIBE -> subscribe(frame, pool, true);
            // Where nothing is subscribed, nothing is to be given up; where something is, a connection is there.
            default -> route.here();
        }
    }

    private void subscribe(Frame frame, PoolFront pool, boolean patterns) {
        BitSet each = route.ownEach();
        for (int i = 1; i < frame.argumentCount(); i++) {
            byte[] name = frame.argument(i);
            for (int shard = 0; shard < pool.shards().size(); shard++) {
                if (pool.listensAt(shard, patterns, name)) {
                    each.set(shard);
                }
            }
        }
    }
}
