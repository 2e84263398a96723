package dev.cobnut.proxy;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.FailureLog.Role;
import dev.cobnut.proxy.FailureLog.Source;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.proxy.backend.ShardListener;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What becomes of the reports of a pool's shards on one loop: lines for the operator, ejection, and news for those who
/// decide who is master. A replica that fails is worth a line, and no more: nobody is ejected, and the master has
/// nothing to do with it. For the loop's own thread.
final class ShardReports implements ShardListener {
    private final PoolConfig config;
    private final IoLoop loop;
    private final Router router;
    private final Counters<PoolCounter> counters;
    private final FailureLog failureLog;
    private final Consumer<Trouble> troubles;

    ShardReports(
            PoolConfig config,
            IoLoop loop,
            Router router,
            Counters<PoolCounter> counters,
            FailureLog failureLog,
            Consumer<Trouble> troubles) {
        this.config = config;
        this.loop = loop;
        this.router = router;
        this.counters = counters;
        this.failureLog = failureLog;
        this.troubles = troubles;
    }

    private Source source(ShardLink shard, Role role) {
        return new Source(config.name(), shard.name(), role);
    }

    @Override
    public void onFailureLimit(ShardLink shard) {
        router.eject(shard.index(), loop.nowNanos());
        shard.counters()
                .set(ServerCounter.SERVER_EJECTED_AT, TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()));
        counters.add(PoolCounter.SERVER_EJECTS, 1);
        failureLog.onEjected(config.name(), shard.name(), config.backend().serverRetryTimeoutMillis());
    }

    @Override
    public void onFailing(ShardLink shard, String why) {
        failureLog.onFailing(source(shard, Role.MASTER), why);
    }

    @Override
    public void onRecovered(ShardLink shard) {
        failureLog.onRecovered(source(shard, Role.MASTER));
    }

    @Override
    public void onReplicaFailing(ShardLink shard, String why) {
        failureLog.onFailing(source(shard, Role.REPLICA), why);
    }

    @Override
    public void onReplicaRecovered(ShardLink shard) {
        failureLog.onRecovered(source(shard, Role.REPLICA));
    }

    @Override
    public void onWriteRefused(ShardLink shard, String words) {
        failureLog.onWriteRefused(config.name(), shard.name(), words, loop.nowNanos());
    }

    @Override
    public void onMessagesLost(ShardLink shard, String why) {
        failureLog.onMessagesLost(config.name(), shard.name(), why, loop.nowNanos());
    }

    @Override
    public void onTrouble(
            ShardLink shard, @Nullable NodeAddress node, Trouble.Kind kind, long sinceNanos, boolean waiting) {
        troubles.accept(new Trouble(config.name(), shard.name(), node, kind, sinceNanos, waiting));
    }
}
