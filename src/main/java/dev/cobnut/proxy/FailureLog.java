package dev.cobnut.proxy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the operator when a shard stops answering, and when it answers again: one line each, however many loops and
/// requests see it. Thread safe.
final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    /// Who of a shard answers, and the words around it.
    enum Role {
        MASTER("", " answers again"),
        REPLICA("reading from a replica failed: ", ": a replica answers reads again");

        private final String beforeWhy;
        private final String recovered;

        Role(String beforeWhy, String recovered) {
            this.beforeWhy = beforeWhy;
            this.recovered = recovered;
        }
    }

    /// What fails and recovers.
    ///
    /// @param pool its name
    /// @param shard its name
    record Source(String pool, String shard, Role role) {}

    private final Set<Source> failing = ConcurrentHashMap.newKeySet();

    /// @param why with the shard's name and the node's address
    void onFailing(Source source, String why) {
        if (failing.add(source)) {
            LOG.warn("pool {}: {}{}", source.pool, source.role.beforeWhy, why);
        }
    }

    void onRecovered(Source source) {
        if (failing.remove(source)) {
            LOG.info("pool {}: shard {}{}", source.pool, source.shard, source.role.recovered);
        }
    }

    /// Of a pool that ejects; told by each loop for itself.
    void onEjected(String pool, String shard, int retryMillis) {
        LOG.warn("pool {}: shard {} is off the ring for {} ms; its keys go to others", pool, shard, retryMillis);
    }
}
