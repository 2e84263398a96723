package dev.cobnut.proxy.client;

import dev.cobnut.config.ReadPolicy;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.NodeLink;
import dev.cobnut.proxy.backend.ReplicaLink;
import dev.cobnut.proxy.routing.ReadSplit;
import dev.cobnut.proxy.routing.Route;
import org.jspecify.annotations.Nullable;

/// What a client of a pool that reads from replicas can rely on.
///
/// - It reads what it wrote: from a write until `read_after_write_millis` after the answer, the master answers its
///   reads, of all shards.
/// - Its requests do not overtake each other: before they change between masters and replicas, all are answered.
/// - If it came in on `listen_reads`, nothing it sends changes anything.
///
/// For the loop's own thread.
final class ClientReads {
    private final ReplyQueue replies;
    private final ReadSplit split;
    private final ReadPolicy policy;
    private final boolean reader;

    /// What is under way went to replicas, as far as there are any.
    private boolean toReplicas;

    /// The request being sent may be answered by the master or by a replica.
    private boolean either;

    /// Something that may write is unanswered.
    private boolean writing;

    private long masterUntilNanos;

    /// @param reader whether the client came in on `listen_reads`
    ClientReads(ReplyQueue replies, ReadSplit split, boolean reader) {
        this.replies = replies;
        this.split = split;
        this.policy = split.policy(reader);
        this.reader = reader;
        this.masterUntilNanos = split.nowNanos();
    }

    boolean isReader() {
        return reader;
    }

    /// Whether a read could be answered by a replica now: no write of the client's is under way, or too young.
    boolean mayReadReplicas() {
        return policy != ReadPolicy.MASTER && !writing && split.nowNanos() - masterUntilNanos >= 0;
    }

    /// Whether the request goes to the other side, masters or replicas, than those that are unanswered.
    boolean mustTurn(Route route) {
        return !route.isIndifferent() && toReplicas != goesToReplicas(route) && !replies.isEmpty();
    }

    /// A request is about to be sent.
    void begin(Route route) {
        either = route.isEither();
        if (!route.isIndifferent()) {
            toReplicas = goesToReplicas(route);
        }
        writing |= route.mayWrite();
    }

    private boolean goesToReplicas(Route route) {
        return route.isEither() && split.goesToReplicas(policy);
    }

    /// Whether the request that began last may be answered by either.
    boolean isEither() {
        return either;
    }

    /// Why no node of a shard can be read from; null when one can.
    @Nullable
    Failure noNode(int shard) {
        ReplicaLink replica = split.replica(shard);
        return policy == ReadPolicy.REPLICA && !replica.hasNode() ? replica.none() : null;
    }

    /// The node that a read goes to first.
    NodeLink first(int shard) {
        return split.first(policy, shard);
    }

    /// Whether another node is asked when this one, chosen first, cannot answer.
    boolean hasOtherThan(NodeLink first, int shard) {
        return policy == ReadPolicy.PREFER_MASTER
                || first == split.replica(shard).link();
    }

    /// That other node; null when there is none.
    ///
    /// @param unready true when the first is there and said that it is not to be read from
    @Nullable
    NodeLink otherwise(int shard, boolean unready) {
        return split.otherwise(policy, shard, unready);
    }

    /// A reply has left the queue.
    void onAnswered() {
        if (writing && replies.isEmpty()) {
            writing = false;
            masterUntilNanos = split.nowNanos() + split.afterWriteNanos();
        }
    }
}
