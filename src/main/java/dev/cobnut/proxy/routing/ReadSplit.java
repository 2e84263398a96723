package dev.cobnut.proxy.routing;

import dev.cobnut.config.ReadPolicy;
import dev.cobnut.config.ReadSettings;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.backend.NodeLink;
import dev.cobnut.proxy.backend.ReplicaLink;
import dev.cobnut.proxy.backend.ShardLink;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Which node of a shard answers a read that may go to either. One for each pool that reads from replicas and event
/// loop; for the loop's own thread.
///
/// | policy         | first choice                                  | when that cannot answer       |
/// |----------------|-----------------------------------------------|-------------------------------|
/// | prefer-replica | the replica, unless it has just failed        | the master                    |
/// | replica        | the replica                                   | another replica, or the error |
/// | prefer-master  | the master, unless it is unknown or failing   | the replica                   |
///
/// A failing master is tried again by one read each second, besides what writes find out.
public final class ReadSplit {
    private final ReadSettings settings;
    private final IoLoop loop;
    private final List<ShardLink> shards;

    ReadSplit(ReadSettings settings, IoLoop loop, List<ShardLink> shards) {
        this.settings = settings;
        this.loop = loop;
        this.shards = List.copyOf(shards);
    }

    /// What a client is answered by.
    ///
    /// @param reader whether it came in on `listen_reads`
    public ReadPolicy policy(boolean reader) {
        return reader && settings.policy() != ReadPolicy.REPLICA ? ReadPolicy.PREFER_REPLICA : settings.policy();
    }

    /// How long after the answer to a write a client's reads go to the master.
    public long afterWriteNanos() {
        return TimeUnit.MILLISECONDS.toNanos(settings.afterWriteMillis());
    }

    public long nowNanos() {
        return loop.nowNanos();
    }

    /// Whether reads go to replicas now, of one shard at least.
    public boolean goesToReplicas(ReadPolicy policy) {
        return switch (policy) {
            case MASTER -> false;
            case PREFER_REPLICA, REPLICA -> true;
            case PREFER_MASTER -> isAnyMasterDown();
        };
    }

    private boolean isAnyMasterDown() {
        for (ShardLink shard : shards) {
            if (shard.isHeld() || shard.master().health().isDown()) {
                return true;
            }
        }
        return false;
    }

    /// The replica of a shard that is read from.
    public ReplicaLink replica(int shard) {
        return shards.get(shard).replica();
    }

    /// The node that a read goes to.
    public NodeLink first(ReadPolicy policy, int shard) {
        ShardLink link = shards.get(shard);
        NodeLink master = link.master();
        ReplicaLink replica = link.replica();
        boolean usable = replica.isUsable();
        return switch (policy) {
            case MASTER -> master;
            case PREFER_REPLICA -> usable ? replica.link() : master;
            case REPLICA -> replica.link();
            case PREFER_MASTER -> {
                boolean down = link.isHeld() || (master.health().isDown() && !link.takeProbe());
                yield usable && down ? replica.link() : master;
            }
        };
    }

    /// The node to ask when the first one could not answer; null when there is none.
    ///
    /// @param unready true when the first is there and said that it is not to be read from
    public @Nullable NodeLink otherwise(ReadPolicy policy, int shard, boolean unready) {
        ReplicaLink replica = shards.get(shard).replica();
        if (unready && policy != ReadPolicy.PREFER_MASTER) {
            replica.rest();
        }
        return switch (policy) {
            case MASTER -> null;
            case PREFER_REPLICA -> shards.get(shard).master();
            case REPLICA, PREFER_MASTER -> replica.isUsable() ? replica.link() : null;
        };
    }
}
