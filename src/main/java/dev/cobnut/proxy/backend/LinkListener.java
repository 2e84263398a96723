package dev.cobnut.proxy.backend;

/// What a link to a shard tells the rest of the process. Calls come on the link's event loop.
public interface LinkListener {
    /// The shard's node failed as often in a row as the pool's `server_failure_limit` allows.
    void onFailureLimit(ShardLink link);

    /// The shard stopped answering. Comes once, until [#onRecovered].
    void onFailing(ShardLink link, String why);

    /// The shard answers again.
    void onRecovered(ShardLink link);

    /// Something suggests that the node is not, or no longer, a master that works: its connection died, or it
    /// answered READONLY. May come often; the receiver limits what it does about it.
    void onTrouble(ShardLink link, String why);
}
