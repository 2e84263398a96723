package dev.cobnut.proxy;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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

    /// What may come with every request is told once in this time.
    static final long REPEATED_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Set<Source> failing = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> toldNanos = new ConcurrentHashMap<>();

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

    /// A node refuses writes because of its own state: one line a minute for each first word of what it says.
    void onWriteRefused(String pool, String shard, String words, long nowNanos) {
        String line = "pool " + pool + ": shard " + shard + " refuses writes: ";
        if (mayTell(line + words.split(" ", 2)[0], nowNanos)) {
            LOG.warn("{}{}", line, words);
        }
    }

    /// A subscriber was closed: one line a minute for each shard.
    void onMessagesLost(String pool, String shard, String why, long nowNanos) {
        String line =
                "pool " + pool + ": clients subscribed at shard " + shard + " are closed, as messages may be lost: ";
        if (mayTell(line, nowNanos)) {
            LOG.warn("{}{}", line, why);
        }
    }

    private boolean mayTell(String what, long nowNanos) {
        Long told = toldNanos.get(what);
        boolean may = told == null || nowNanos - told >= REPEATED_NANOS;
        if (may) {
            toldNanos.put(what, nowNanos);
        }
        return may;
    }

    /// Of a pool that ejects; told by each loop for itself.
    void onEjected(String pool, String shard, int retryMillis) {
        LOG.warn("pool {}: shard {} is off the ring for {} ms; its keys go to others", pool, shard, retryMillis);
    }
}
