package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Trouble;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One shard on one event loop: its master, its replica for reads, and what is counted of both. Whatever must be known
/// of a shard before a request is sent to one of its nodes is asked here.
///
/// | it       | is the master                                        | is a replica                     |
/// |----------|------------------------------------------------------|----------------------------------|
/// | fails    | counts towards ejection, and is told as [Trouble]    | another is read from for a while |
/// | is in doubt: says READONLY, closes an idle connection | is told as [Trouble] | another is read from for a while |
///
/// Where requests may wait for the master, a trouble makes them: see [Hold].
///
/// Owned by the pool of its loop; for that loop's own thread, counters apart.
public final class ShardLink {
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final IoLoop loop;
    private final int index;
    private final String name;
    private final LinkSettings settings;
    private final ShardListener listener;
    private final Counters<ServerCounter> counters = new Counters<>(ServerCounter.class);
    private final NodeLink master;
    private final ReplicaLink replica;
    private final @Nullable HoldTerms terms;
    private final @Nullable Hold hold;
    private long probedNanos;

    /// One for whose master nothing ever waits.
    public ShardLink(
            IoLoop loop,
            LaneEpoch epoch,
            int index,
            String name,
            LinkSettings settings,
            ShardListener listener,
            int spread) {
        this(loop, epoch, index, name, settings, listener, spread, null);
    }

    /// @param index position of the shard in its pool
    /// @param name ring name of the shard
    /// @param spread any number; it decides which replica is chosen
    /// @param terms on which requests wait for the master; null when they never do
    public ShardLink(
            IoLoop loop,
            LaneEpoch epoch,
            int index,
            String name,
            LinkSettings settings,
            ShardListener listener,
            int spread,
            @Nullable HoldTerms terms) {
        this.loop = loop;
        this.index = index;
        this.name = name;
        this.settings = settings;
        this.listener = listener;
        this.terms = terms;
        this.hold = terms == null ? null : new Hold(loop, epoch, terms, name, new Waiters(), this::send, counters);
        this.master = new NodeLink(loop, epoch, name, settings, new Master(), counters, spread, hold);
        this.replica = new ReplicaLink(loop, epoch, this, listener, spread);
        this.probedNanos = loop.nowNanos() - PROBE_NANOS;
    }

    public int index() {
        return index;
    }

    public String name() {
        return name;
    }

    /// What the shard's nodes did, the replica's deeds included.
    public Counters<ServerCounter> counters() {
        return counters;
    }

    public LinkSettings settings() {
        return settings;
    }

    public NodeLink master() {
        return master;
    }

    /// A replica for reads; in a pool that does not read from replicas it never has a node.
    public ReplicaLink replica() {
        return replica;
    }

    /// What waits for the master; null when nothing ever does.
    public @Nullable Hold hold() {
        return hold;
    }

    /// Whether requests for the master wait, or fail, until it is decided who that is.
    public boolean isHeld() {
        return hold != null && !hold.isOpen();
    }

    /// This loop has done nothing for a while. If it was long, who is master now is not known; and the lease may have run
    /// out under what the master has answered meanwhile.
    public void onLate(long nanos) {
        if (hold != null && terms != null && nanos > terms.stallNanos()) {
            hold.onTrouble(Trouble.Kind.STALLED);
            if (terms.isLeased()) {
                master.disbelieve();
            }
        }
    }

    private void send(int lane, Exchange exchange, byte[] bytes, int from, int to) {
        master.send(lane, exchange, bytes, from, to);
    }

    /// Whether it is time for a read to try the master though it is down: one each [#PROBE_NANOS], besides what writes
    /// find out. Who is told so is the one.
    public boolean takeProbe() {
        long now = loop.nowNanos();
        boolean due = now - probedNanos >= PROBE_NANOS;
        if (due) {
            probedNanos = now;
        }
        return due;
    }

    /// Goes over to what the topology says of the shard now.
    ///
    /// @param preconnect whether lanes are opened ahead of the first request
    public void follow(Shard shard, boolean preconnect) {
        master.follow(shard.master());
        replica.setReadable(shard.readable());
        if (preconnect) {
            master.preconnect();
            replica.link().preconnect();
        }
        if (hold != null && hold.follow(shard.gate())) {
            master.disbelieve();
        }
    }

    /// Looks after timeouts and slow receivers; call it every few milliseconds.
    public void tick(long nowNanos) {
        master.tick(nowNanos);
        replica.link().tick(nowNanos);
        if (hold != null) {
            hold.tick(nowNanos);
        }
    }

    /// A client has been closed, since a node may have dropped messages for it.
    ///
    /// @param why for the operator
    public void onMessagesLost(String why) {
        counters.add(ServerCounter.SUBSCRIBERS_CLOSED, 1);
        listener.onMessagesLost(this, why);
    }

    /// Closes every connection at once.
    public void close() {
        master.close();
        replica.link().close();
        if (hold != null) {
            hold.close();
        }
    }

    /// What those who wait for the master report.
    private final class Waiters implements Hold.Listener {
        @Override
        public void onHeld(Trouble.Kind kind, long sinceNanos) {
            listener.onTrouble(ShardLink.this, master.node(), kind, sinceNanos, true);
        }

        @Override
        public void onOpening() {
            master.health().endRest();
        }
    }

    /// What the link to the master reports.
    private final class Master implements LinkListener {
        @Override
        public void onFailing(Failure why) {
            listener.onFailing(ShardLink.this, why.toString());
        }

        @Override
        public void onRecovered() {
            listener.onRecovered(ShardLink.this);
        }

        @Override
        public void onFailure(Trouble.Kind kind, int inARow, long sinceNanos) {
            if (settings.ejects() && inARow % settings.failureLimit() == 0) {
                listener.onFailureLimit(ShardLink.this);
            }
            if (hold != null) {
                hold.onTrouble(kind);
            } else {
                onDoubt(kind, sinceNanos);
            }
        }

        @Override
        public void onWriteRefused(String words) {
            listener.onWriteRefused(ShardLink.this, words);
        }

        @Override
        public void onDoubt(Trouble.Kind kind, long sinceNanos) {
            if (hold != null && kind != Trouble.Kind.LOST) {
                hold.onTrouble(kind);
            } else {
                listener.onTrouble(ShardLink.this, master.node(), kind, sinceNanos, false);
            }
        }
    }
}
