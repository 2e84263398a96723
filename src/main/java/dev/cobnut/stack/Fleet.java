package dev.cobnut.stack;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The nine redis-servers and three Sentinels of a stack: starts them in order, waits until they work together, stops
/// them. What dies in between is the [Reviver]'s.
///
/// One thread calls [#start] and [#stop]; servers are started again on the threads of the Reviver.
final class Fleet {
    private static final Duration START_MAX = Duration.ofMinutes(5);
    static final int LAST_LINES = 8;

    private final Consumer<String> events;
    private final Reviver reviver;
    private final List<Server> redises = new ArrayList<>();
    private final List<Server> sentinels = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean started;

    /// @param events hears one line for each thing that happens; called on any thread
    Fleet(Layout layout, DataDirectory data, ServerBinary binary, Consumer<String> events) {
        this.events = events;
        this.reviver = new Reviver(this, layout, data, binary, events);
        for (int host = 0; host < Layout.HOSTS; host++) {
            for (Cache cache : Cache.values()) {
                redises.add(Server.redis(layout, cache, host, data, binary));
            }
            sentinels.add(Server.sentinel(layout, host, data, binary));
        }
    }

    /// Starts everything: masters, replicas, Sentinels. Returns when all replicas are linked and the Sentinels could
    /// fail over. The configuration files must be there.
    ///
    /// @param masters the host of each cache's master
    /// @throws StackException when a server dies, with its last words, or is not ready in 5 minutes
    void start(Map<Cache, Integer> masters) throws StackException, InterruptedException {
        Predicate<Server> isMaster = server -> isMaster(server, masters);
        List<Server> first = redises.stream().filter(isMaster).toList();
        List<Server> replicas = redises.stream().filter(isMaster.negate()).toList();
        startAll(first);
        await("masters to answer", first, server -> Probe.answersPing(server.address()));
        startAll(replicas);
        await("replicas to link", replicas, server -> Probe.isLinkedReplica(server.address()));
        startAll(sentinels);
        await("Sentinels to agree", sentinels, server -> {
            for (Cache cache : Cache.values()) {
                if (!Probe.hasQuorum(server.address(), cache)) {
                    return false;
                }
            }
            return true;
        });
        started = true;
        for (Server server : all()) {
            if (!server.isAlive()) {
                throw died(server);
            }
        }
    }

    private static boolean isMaster(Server server, Map<Cache, Integer> masters) {
        Cache cache = server.cache();
        return cache != null && masters.getOrDefault(cache, cache.firstMaster()) == server.host();
    }

    /// The redis-server of a cache on a host.
    Server redis(Cache cache, int host) {
        for (Server server : redises) {
            if (server.cache() == cache && server.host() == host) {
                return server;
            }
        }
        throw new IllegalArgumentException(cache + " on host " + host);
    }

    /// The Sentinels, by host.
    List<Server> sentinels() {
        return List.copyOf(sentinels);
    }

    /// Stops everything: the Sentinels first, so that they do not start a failover, then all redis-servers at once.
    /// They get TERM, and KILL when the time is over.
    ///
    /// @param time for all together
    void stop(Duration time) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + time.toNanos();
        synchronized (this) {
            stopping.countDown();
        }
        for (List<Server> group : List.of(sentinels, redises)) {
            List<Child> children =
                    group.stream().filter(Server::wasStarted).map(Server::child).toList();
            children.forEach(Child::terminate);
            for (Child child : children) {
                child.awaitEndOrKill(Duration.ofNanos(deadlineNanos - System.nanoTime()));
            }
        }
    }

    private List<Server> all() {
        List<Server> all = new ArrayList<>(redises);
        all.addAll(sentinels);
        return all;
    }

    private void startAll(List<Server> servers) throws StackException {
        for (Server server : servers) {
            try {
                start(server);
            } catch (IOException e) {
                throw new StackException(server + " cannot be started: " + e.getMessage(), e);
            }
        }
    }

    /// Starts one server, unless the stack is being stopped.
    ///
    /// @return whether it was started
    synchronized boolean start(Server server) throws IOException {
        if (stopping.getCount() == 0) {
            return false;
        }
        long startNanos = System.nanoTime();
        server.start(child -> onExit(server, child, Duration.ofNanos(System.nanoTime() - startNanos)));
        return true;
    }

    private void await(String what, List<Server> servers, Predicate<Server> ready)
            throws StackException, InterruptedException {
        List<Server> waiting = new ArrayList<>(servers);
        long startNanos = System.nanoTime();
        long lineNanos = startNanos + TimeUnit.SECONDS.toNanos(2);
        while (true) {
            waiting.removeIf(ready);
            if (waiting.isEmpty()) {
                return;
            }
            for (Server server : waiting) {
                if (!server.isAlive()) {
                    throw died(server);
                }
            }
            String whom = waiting.stream().map(Server::toString).collect(Collectors.joining(", "));
            long nowNanos = System.nanoTime();
            if (nowNanos - startNanos > START_MAX.toNanos()) {
                throw new StackException("waited " + START_MAX.toSeconds() + " s for " + what + ": " + whom + "; see "
                        + waiting.getFirst().child().log());
            }
            if (nowNanos - lineNanos >= 0) {
                events.accept("waiting for " + what + ": " + whom);
                lineNanos = nowNanos + TimeUnit.SECONDS.toNanos(2);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static StackException died(Server server) {
        Child child = server.child();
        return new StackException(server + " " + child.describeExit() + ". " + child.log() + " ends:\n  "
                + String.join("\n  ", child.lastLines(LAST_LINES)));
    }

    private void onExit(Server server, Child child, Duration lived) {
        if (started) {
            reviver.onExit(server, child, lived);
        }
    }

    /// Waits, unless the stack is being stopped.
    ///
    /// @return true when the stack is being stopped
    boolean pause(Duration time) throws InterruptedException {
        return stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
