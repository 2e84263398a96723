package dev.cobnut.proxy.client;

import dev.cobnut.proxy.backend.Hold;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.proxy.routing.Route;
import dev.cobnut.proxy.routing.Router;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Which [Hold] a request would have to wait for. One over several shards waits until all of them have a master, since
/// what is done in part cannot be taken back. What a replica may answer does not wait, nor what ends a script: that may
/// be why the master is silent.
final class MasterHold {
    private final Route route;
    private final List<ShardLink> shards;
    private final @Nullable ClientReads reads;

    private MasterHold(Route route, List<ShardLink> shards, @Nullable ClientReads reads) {
        this.route = route;
        this.shards = shards;
        this.reads = reads;
    }

    /// The hold that keeps a request from being sent.
    ///
    /// @param reads of its client; null where replicas are not read from
    /// @return null when nothing does
    static @Nullable Hold of(Route route, List<ShardLink> shards, @Nullable ClientReads reads) {
        return new MasterHold(route, shards, reads).find();
    }

    private @Nullable Hold find() {
        return switch (route.way()) {
            case LANE, BIND -> at(route.shard());
            case OWN -> route.loan() == Loan.AT_ONCE ? null : at(route.shard());
            case OWN_EACH -> first(route.each().stream().toArray());
            case SPLIT -> first(route.shards());
            case EVERY_SHARD -> first(IntStream.range(0, shards.size()).toArray());
            case HERE, ALONE, REFUSED -> null;
        };
    }

    private @Nullable Hold first(int[] among) {
        Hold hold = null;
        for (int i = 0; hold == null && i < among.length; i++) {
            hold = at(among[i]);
        }
        return hold;
    }

    private @Nullable Hold at(int shard) {
        ShardLink link = shard == Router.NONE ? null : shards.get(shard);
        if (link == null || !link.isHeld()) {
            return null;
        }
        boolean elsewhere = reads != null && route.isEither() && reads.first(shard) != link.master();
        return elsewhere ? null : link.hold();
    }
}
