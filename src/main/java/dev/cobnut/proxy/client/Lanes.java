package dev.cobnut.proxy.client;

import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.proxy.backend.NodeLink;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Route;

/// Which of the connections that clients share one client uses: always the same of each shard, so that its requests
/// keep their order, but for its writes while a link is [NodeLink#isParted]. For the loop's own thread.
final class Lanes {
    private final PoolFront pool;
    private final LinkSettings settings;
    private final long member;
    private int lane;

    /// The request being sent may write.
    private boolean writes;

    /// Something went aside and is unanswered.
    private boolean aside;

    /// @param member any number not negative; clients are spread by it
    Lanes(PoolFront pool, long member) {
        this.pool = pool;
        this.settings = pool.shards().getFirst().settings();
        this.member = member;
    }

    /// Requests run in this database and protocol version from now on. Nothing may be under way.
    void choose(int database, boolean resp3) {
        lane = settings.lane(database, resp3, member);
    }

    /// The one for all but writes that go aside.
    int lane() {
        return lane;
    }

    /// Whether the request would take another lane than those that are unanswered.
    boolean mustTurn(Route route) {
        return aside || (route.mayWrite() && pool.epoch().isParted());
    }

    /// A request is about to be sent.
    ///
    /// @param first whether nothing else is under way
    void begin(Route route, boolean first) {
        writes = route.mayWrite();
        aside &= !first;
    }

    /// The lane for the request that began last.
    int take(NodeLink link) {
        if (writes && link.isParted()) {
            aside = true;
            return settings.asideOf(lane);
        }
        return lane;
    }
}
