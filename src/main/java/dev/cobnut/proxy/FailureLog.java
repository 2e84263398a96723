package dev.cobnut.proxy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the operator when a shard stops answering, and when it answers again: one line each, however many loops and
/// requests see it. Thread safe.
final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    void onFailing(String pool, String shard, String why) {
        if (failing.add(pool + ' ' + shard)) {
            LOG.warn("pool {}: {}", pool, why);
        }
    }

    void onRecovered(String pool, String shard) {
        if (failing.remove(pool + ' ' + shard)) {
            LOG.info("pool {}: shard {} answers again", pool, shard);
        }
    }

    void onReplicaFailing(String pool, String shard, String why) {
        if (failing.add(pool + " replica " + shard)) {
            LOG.warn("pool {}: reading from a replica failed: {}", pool, why);
        }
    }

    void onReplicaRecovered(String pool, String shard) {
        if (failing.remove(pool + " replica " + shard)) {
            LOG.info("pool {}: shard {}: a replica answers reads again", pool, shard);
        }
    }

    void onEjected(String pool, String shard, int retryMillis) {
        LOG.warn("pool {}: shard {} is off the ring for {} ms; its keys go to others", pool, shard, retryMillis);
    }
}
