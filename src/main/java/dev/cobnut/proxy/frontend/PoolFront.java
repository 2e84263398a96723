package dev.cobnut.proxy.frontend;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One pool on one event loop: what all its clients there share. For the loop's own thread, counters apart.
///
/// @param limit of clients on all loops
/// @param links one for each shard, in topology order
/// @param clients those connected now
/// @param allEjected the failure when no server is on the ring
public record PoolFront(
        PoolConfig config,
        ClientLimit limit,
        IoLoop loop,
        LaneEpoch epoch,
        Router router,
        List<ShardLink> links,
        Counters<PoolCounter> counters,
        Set<ClientConnection> clients,
        Failure allEjected) {

    public PoolFront(
            PoolConfig config, ClientLimit limit, IoLoop loop, LaneEpoch epoch, Router router, List<ShardLink> links) {
        this(
                config,
                limit,
                loop,
                epoch,
                router,
                List.copyOf(links),
                new Counters<>(PoolCounter.class),
                new HashSet<>(),
                new Failure(Failure.Kind.REFUSED, "every server of pool " + config.name() + " is ejected"));
    }

    boolean oneShard() {
        return links.size() == 1;
    }
}
