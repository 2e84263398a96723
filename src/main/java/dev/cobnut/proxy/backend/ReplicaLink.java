package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections of one event loop to one replica of a shard, and which replica that is: one of those that may be
/// read from, the same for as long as it is one of them, so that what a client reads does not go back and forth
/// between two ages. Loops choose different ones.
///
/// A replica that fails is given a rest of [#REST_NANOS]: another is read from, or, where there is none, whoever asks
/// [#isUsable] first goes elsewhere. It is tried again by the first read after that. Nothing that happens here says
/// anything about the master. For the loop's own thread.
public final class ReplicaLink implements LinkListener {
    static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final IoLoop loop;
    private final ShardLink link;
    private final LinkListener listener;
    private final int spread;
    private final Failure none;
    private List<NodeAddress> readable = List.of();
    private final Map<NodeAddress, Long> restsUntilNanos = new HashMap<>();
    private @Nullable NodeAddress node;
    private boolean resting;

    /// @param index position of the shard in its pool
    /// @param name ring name of the shard
    /// @param settings of the pool; failures do not eject
    /// @param listener told of failures and recoveries only
    /// @param counters of the shard, which count what replicas answer, too
    /// @param spread any number; it decides which replica is chosen
    public ReplicaLink(
            IoLoop loop,
            LaneEpoch epoch,
            int index,
            String name,
            LinkSettings settings,
            LinkListener listener,
            Counters<ServerCounter> counters,
            int spread) {
        this.loop = loop;
        this.listener = listener;
        this.spread = spread;
        this.link = new ShardLink(loop, epoch, index, name, settings.withoutEjection(), this, counters);
        String text = "no replica of shard " + name + " may be read from: none is known to follow its master closely";
        this.none = Failure.answered(text, "-ERR " + text + ", command not sent");
    }

    /// The connections.
    public ShardLink link() {
        return link;
    }

    /// The replicas that may be read from, from now on.
    public void setReadable(List<NodeAddress> addresses) {
        readable = addresses;
        choose();
    }

    /// Whether any replica may be read from.
    public boolean hasNode() {
        return node != null;
    }

    /// Whether the replica may be read from, and has not failed a moment ago.
    public boolean isUsable() {
        if (resting) {
            choose();
        }
        return node != null && !resting;
    }

    /// Why nothing can be read.
    public Failure none() {
        return none;
    }

    /// Reads nothing from the replica for a while, where there is a choice.
    public void rest() {
        if (node != null) {
            restsUntilNanos.put(node, loop.nowNanos() + REST_NANOS);
            resting = true;
        }
    }

    private void choose() {
        long now = loop.nowNanos();
        restsUntilNanos.values().removeIf(until -> now - until >= 0);
        List<NodeAddress> fit = new ArrayList<>(readable);
        fit.removeAll(restsUntilNanos.keySet());
        if (fit.isEmpty()) {
            fit.addAll(readable);
        }
        if (node == null || !fit.contains(node)) {
            node = fit.isEmpty() ? null : fit.get(Math.floorMod(spread, fit.size()));
            link.setMaster(node);
        }
        resting = node != null && restsUntilNanos.containsKey(node);
    }

    @Override
    public void onFailureLimit(ShardLink failed) {
        throw new IllegalStateException("a replica has no place on the ring to lose");
    }

    @Override
    public void onFailing(ShardLink failed, String why) {
        listener.onFailing(failed, why);
    }

    @Override
    public void onRecovered(ShardLink recovered) {
        listener.onRecovered(recovered);
    }

    @Override
    public void onTrouble(ShardLink troubled, @Nullable NodeAddress at, Trouble.Kind kind, long sinceNanos) {
        rest();
        loop.defer(this::choose);
    }
}
