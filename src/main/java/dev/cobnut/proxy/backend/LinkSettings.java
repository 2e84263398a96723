package dev.cobnut.proxy.backend;

import dev.cobnut.topology.Login;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pool says about connections to its nodes, and how its shared connections are numbered: a *lane* stands for a
/// database, a protocol version and one of [#lanes] connections, and each has one aside.
///
/// @param timeoutMillis from queueing a request to its reply, and for connecting; 0 for none
/// @param ownTimesOut whether it counts for requests on connections of clients' own, too
/// @param lanes shared connections for each shard, loop, database and protocol version, 1 or more
/// @param ownMax connections of clients' own for each shard and loop, 1 or more
/// @param ejects true when failures take a server off the ring; then a failed dial is repeated at once, since each
///     attempt counts
/// @param failureLimit failures in a row before the listener is told, 1 or more
/// @param login for AUTH on each new connection; null for none
/// @param database that clients begin in
public record LinkSettings(
        int timeoutMillis,
        boolean ownTimesOut,
        int lanes,
        int ownMax,
        boolean ejects,
        int failureLimit,
        @Nullable Login login,
        int database) {

    /// Databases above this are not served: each has connections, and a place in a table, of its own.
    public static final int DATABASES_MAX = 4096;

    /// In place of the number of a lane: a connection that is lent.
    static final int NO_LANE = -1;

    /// With a timeout for every request.
    public LinkSettings(
            int timeoutMillis,
            int lanes,
            int ownMax,
            boolean ejects,
            int failureLimit,
            @Nullable Login login,
            int database) {
        this(timeoutMillis, true, lanes, ownMax, ejects, failureLimit, login, database);
    }

    /// The same for a node that is on no ring.
    LinkSettings withoutEjection() {
        return new LinkSettings(timeoutMillis, ownTimesOut, lanes, ownMax, false, failureLimit, login, database);
    }

    long timeoutNanos() {
        return timeoutMillis * 1_000_000L;
    }

    /// The lane of a client.
    ///
    /// @param database below [#DATABASES_MAX]
    /// @param member which of the connections, any number not negative
    public int lane(int database, boolean resp3, long member) {
        return 2 * ((2 * database + (resp3 ? 1 : 0)) * lanes + (int) (member % lanes));
    }

    /// The lane that takes a client's writes while a node is slow: see [NodeLink#isParted].
    public int asideOf(int lane) {
        return lane + 1;
    }

    /// The mode of a lane's connections.
    ConnectionMode modeOf(int lane) {
        int kind = lane / 2 / lanes;
        return new ConnectionMode(kind / 2, kind % 2 == 1);
    }

    /// The commands that make a new connection ready, word for word.
    List<String[]> prelude(ConnectionMode mode) {
        List<String[]> prelude = new ArrayList<>(3);
        if (login != null) {
            prelude.add(login.command());
        }
        if (mode.resp3()) {
            prelude.add(new String[] {"HELLO", "3"});
        }
        if (mode.database() > 0) {
            prelude.add(new String[] {"SELECT", Integer.toString(mode.database())});
        }
        return prelude;
    }
}
