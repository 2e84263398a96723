package dev.cobnut.agent;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Notice;
import dev.cobnut.control.discovery.Discovery;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who is master of what, as [Discovery] has found and the node itself has said. Any thread.
final class Masters implements AutoCloseable {
    private final Discovery discovery;
    private final Runnable onNews;

    // All guarded by this.
    private final Map<String, NodeAddress.Tcp> known = new TreeMap<>();
    private @Nullable Topology latest;
    private boolean changed;

    /// Starts following.
    ///
    /// @param onNews called after each change of anything, on another thread
    Masters(
            List<PoolConfig> pools,
            List<NodeAddress.Tcp> sentinels,
            @Nullable Login login,
            Consumer<Notice> onNotice,
            Runnable onNews) {
        this.onNews = onNews;
        this.discovery = new Discovery(pools, sentinels, login, this::onTopology, onNotice);
        discovery.start();
    }

    private void onTopology(Topology topology) {
        keep(topology);
        onNews.run();
    }

    private synchronized void keep(Topology topology) {
        latest = topology;
        for (PoolTopology pool : topology.pools()) {
            for (Shard shard : pool.shards()) {
                if (shard.masterName() != null
                        && shard.master() instanceof NodeAddress.Tcp master
                        && !master.equals(known.put(shard.masterName(), master))) {
                    changed = true;
                }
            }
        }
    }

    /// By Sentinel's name; only those who have said themselves that they are masters.
    synchronized Map<String, NodeAddress.Tcp> known() {
        return Map.copyOf(known);
    }

    /// Whether a master is another than before; the next call says so only for the next change.
    synchronized boolean takeChange() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /// Whether a master is down in the opinion of a Sentinel, so that it may be replaced soon.
    synchronized boolean isOneDown() {
        return latest != null
                && latest.pools().stream()
                        .flatMap(pool -> pool.shards().stream())
                        .flatMap(shard -> shard.nodes().stream())
                        .anyMatch(node ->
                                node.role() == Node.Role.MASTER && !node.note().isEmpty());
    }

    /// What is not known yet, one line each: no Sentinel has answered, or a master that one names has not said so itself.
    synchronized List<String> missing() {
        Topology topology = latest;
        if (topology == null) {
            return List.of("no Sentinel has answered (expected: one of them that watches the servers of the file)");
        }
        TreeSet<String> missing = new TreeSet<>();
        for (PoolTopology pool : topology.pools()) {
            for (Shard shard : pool.shards()) {
                if (shard.masterName() != null && shard.master() == null) {
                    for (Node node : shard.nodes()) {
                        // A group that no Sentinel knows has nodes of which there is nothing to say.
                        if (!node.note().isEmpty()) {
                            missing.add(shard.masterName() + ": " + node.address() + " " + node.note());
                        }
                    }
                }
            }
        }
        return List.copyOf(missing);
    }

    @Override
    public void close() {
        discovery.close();
    }
}
