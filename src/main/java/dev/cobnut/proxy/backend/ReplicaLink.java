package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
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
/// anything about the master. Owned by a [ShardLink]; for the loop's own thread.
public final class ReplicaLink {
    static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final IoLoop loop;
    private final NodeLink link;
    private final int spread;
    private final Failure none;
    private List<NodeAddress> readable = List.of();
    private final Map<NodeAddress, Long> restsUntilNanos = new HashMap<>();
    private @Nullable NodeAddress node;
    private boolean resting;

    /// @param shard whose replica it is
    /// @param listener told of failures and recoveries
    /// @param spread any number; it decides which replica is chosen
    ReplicaLink(IoLoop loop, LaneEpoch epoch, ShardLink shard, ShardListener listener, int spread) {
        this.loop = loop;
        this.spread = spread;
        LinkSettings settings = shard.settings().withoutEjection();
        Node reports = new Node(shard, listener);
        this.link = new NodeLink(loop, epoch, shard.name(), settings, reports, shard.counters(), ~spread);
        String text =
                "no replica of shard " + shard.name() + " may be read from: none is known to follow its master closely";
        this.none = Failure.answered(text, "-ERR " + text + ", command not sent");
    }

    /// The connections.
    public NodeLink link() {
        return link;
    }

    /// The replicas that may be read from, from now on.
    void setReadable(List<NodeAddress> addresses) {
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
            link.follow(node);
        }
        resting = node != null && restsUntilNanos.containsKey(node);
    }

    private void avoid() {
        rest();
        loop.defer(this::choose);
    }

    /// What the link to the replica reports.
    private final class Node implements LinkListener {
        private final ShardLink shard;
        private final ShardListener listener;

        Node(ShardLink shard, ShardListener listener) {
            this.shard = shard;
            this.listener = listener;
        }

        @Override
        public void onFailing(Failure why) {
            listener.onReplicaFailing(shard, why.toString());
        }

        @Override
        public void onRecovered() {
            listener.onReplicaRecovered(shard);
        }

        @Override
        public void onFailure(Trouble.Kind kind, int inARow, long sinceNanos) {
            avoid();
        }

        @Override
        public void onWriteRefused(String words) {
            listener.onWriteRefused(shard, words);
        }

        @Override
        public void onDoubt(Trouble.Kind kind, long sinceNanos) {
            avoid();
        }
    }
}
