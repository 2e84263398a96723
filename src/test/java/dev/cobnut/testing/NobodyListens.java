package dev.cobnut.testing;

import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.backend.ShardListener;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import org.jspecify.annotations.Nullable;

/// Hears what shards report, and does nothing about it. A test overrides what it wants to hear.
public class NobodyListens implements ShardListener {
    @Override
    public void onFailureLimit(ShardLink shard) {}

    @Override
    public void onFailing(ShardLink shard, String why) {}

    @Override
    public void onRecovered(ShardLink shard) {}

    @Override
    public void onReplicaFailing(ShardLink shard, String why) {}

    @Override
    public void onReplicaRecovered(ShardLink shard) {}

    @Override
    public void onWriteRefused(ShardLink shard, String words) {}

    @Override
    public void onMessagesLost(ShardLink shard, String why) {}

    @Override
    public void onTrouble(
            ShardLink shard, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos, boolean waiting) {}
}
