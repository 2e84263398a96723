package dev.cobnut.proxy.frontend;

import dev.cobnut.config.ReadPolicy;
import dev.cobnut.config.ReadSettings;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.backend.ReadAttempt;
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
/// A failing master is tried again by one read each [#PROBE_NANOS], besides what writes find out.
final class ReadSplit {
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReadSettings settings;
    private final IoLoop loop;
    private final List<ShardLink> masters;
    private final List<ReplicaLink> replicas;
    private final long[] probedNanos;

    /// @param masters one for each shard
    /// @param replicas the same
    ReadSplit(ReadSettings settings, IoLoop loop, List<ShardLink> masters, List<ReplicaLink> replicas) {
        this.settings = settings;
        this.loop = loop;
        this.masters = List.copyOf(masters);
        this.replicas = List.copyOf(replicas);
        this.probedNanos = new long[masters.size()];
    }

    /// What a client is answered by.
    ///
    /// @param reader whether it came in on `listen_reads`
    ReadPolicy policy(boolean reader) {
        return reader && settings.policy() != ReadPolicy.REPLICA ? ReadPolicy.PREFER_REPLICA : settings.policy();
    }

    long afterWriteNanos() {
        return TimeUnit.MILLISECONDS.toNanos(settings.afterWriteMillis());
    }

    long nowNanos() {
        return loop.nowNanos();
    }

    /// Whether reads go to replicas now, of one shard at least.
    boolean goesToReplicas(ReadPolicy policy) {
        return switch (policy) {
            case MASTER -> false;
            case PREFER_REPLICA, REPLICA -> true;
            case PREFER_MASTER -> isAnyMasterDown();
        };
    }

    private boolean isAnyMasterDown() {
        for (ShardLink master : masters) {
            if (master.isDown()) {
                return true;
            }
        }
        return false;
    }

    /// Sends a whole request that only reads.
    void send(ClientConnection client, ReadPolicy policy, int shard, Exchange read, byte[] bytes, int from, int to) {
        ShardLink master = masters.get(shard);
        ReplicaLink replica = replicas.get(shard);
        boolean usable = replica.isUsable();
        ShardLink first = switch (policy) {
            case MASTER -> master;
            case PREFER_REPLICA -> usable ? replica.link() : master;
            case REPLICA -> replica.link();
            case PREFER_MASTER -> usable && master.isDown() && !isProbe(shard) ? replica.link() : master;
        };
        if (policy == ReadPolicy.REPLICA && !replica.hasNode()) {
            read.fail(replica.none());
            return;
        }
        Exchange exchange = first == master && policy != ReadPolicy.PREFER_MASTER
                ? read
                : new Attempt(client, policy, shard, read, bytes, from, to);
        first.send(client.lane(), exchange, bytes, from, to);
        NodeConnection full = first.fullLane(client.lane());
        if (full != null) {
            client.waitForRoom(full);
        }
    }

    private boolean isProbe(int shard) {
        boolean due = loop.nowNanos() - probedNanos[shard] >= PROBE_NANOS;
        if (due) {
            probedNanos[shard] = loop.nowNanos();
        }
        return due;
    }

    private final class Attempt extends ReadAttempt {
        private final ClientConnection client;
        private final ReadPolicy policy;
        private final int shard;

        Attempt(
                ClientConnection client,
                ReadPolicy policy,
                int shard,
                Exchange read,
                byte[] bytes,
                int from,
                int to) {
            super(read, client.lane(), bytes, from, to);
            this.client = client;
            this.policy = policy;
            this.shard = shard;
        }

        @Override
        protected @Nullable ShardLink otherwise(boolean unready) {
            ReplicaLink replica = replicas.get(shard);
            if (unready && policy != ReadPolicy.PREFER_MASTER) {
                replica.rest();
            }
            ShardLink other = client.isGone()
                    ? null
                    : switch (policy) {
                        case MASTER -> null;
                        case PREFER_REPLICA -> masters.get(shard);
                        case REPLICA, PREFER_MASTER -> replica.isUsable() ? replica.link() : null;
                    };
            if (other != null) {
                // What the client sends next must not overtake it on the way it would have taken.
                client.waitForAnswers();
            }
            return other;
        }
    }
}
