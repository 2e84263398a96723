package dev.cobnut.proxy.backend;

import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import org.jspecify.annotations.Nullable;

/// What a shard's links tell the rest of the process. Calls come on their event loop.
public interface ShardListener {
    /// The master failed as often in a row as the pool's `server_failure_limit` allows.
    void onFailureLimit(ShardLink shard);

    /// The master stopped answering. Comes once, until [#onRecovered].
    void onFailing(ShardLink shard, String why);

    /// The master answers again.
    void onRecovered(ShardLink shard);

    /// The replica that is read from stopped answering. Comes once, until [#onReplicaRecovered].
    void onReplicaFailing(ShardLink shard, String why);

    /// Replicas answer again.
    void onReplicaRecovered(ShardLink shard);

    /// A node of the shard refuses writes because of its own state. May come with every write; the receiver limits what it
    /// does about it.
    ///
    /// @param words the node's own
    void onWriteRefused(ShardLink shard, String words);

    /// A subscriber has been closed, since messages for it may be lost. May come often.
    void onMessagesLost(ShardLink shard, String why);

    /// Something suggests that the master is not, or no longer, a master that works. May come often; the receiver
    /// limits what it does about it.
    ///
    /// @param sinceNanos the time of the first failure after the last answer
    /// @param waiting whether requests wait until somebody has decided about it
    void onTrouble(ShardLink shard, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos, boolean waiting);
}
