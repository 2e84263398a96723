package dev.cobnut.proxy.backend;

import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import org.jspecify.annotations.Nullable;

/// What a link to a shard tells the rest of the process. Calls come on the link's event loop.
public interface LinkListener {
    /// The shard's node failed as often in a row as the pool's `server_failure_limit` allows.
    void onFailureLimit(ShardLink link);

    /// The shard stopped answering. Comes once, until [#onRecovered].
    void onFailing(ShardLink link, String why);

    /// The shard answers again.
    void onRecovered(ShardLink link);

    /// Something suggests that the node is not, or no longer, a master that works. May come often; the receiver limits
    /// what it does about it.
    ///
    /// @param sinceNanos the time of the first failure after the last answer
    void onTrouble(ShardLink link, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos);
}
