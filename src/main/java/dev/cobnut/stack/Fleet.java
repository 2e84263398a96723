package dev.cobnut.stack;

import dev.cobnut.blueprint.Blueprint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The redis-servers and Sentinels of a stack: starts them in order, waits until they work together, stops
/// them. What dies in between is the [Reviver]'s.
///
/// One thread calls [#start] and [#stop]; servers are started again on the threads of the Reviver.
final class Fleet {
    private static final Duration START_MAX = Duration.ofMinutes(5);
    static final int LAST_LINES = 8;

    private final Site site;
    private final Consumer<String> events;
    private final Reviver reviver;
    private final List<Server> redises = new ArrayList<>();
    private final List<Server> sentinels = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean started;

    /// @param events hears one line for each thing that happens; called on any thread
    Fleet(Site site, Consumer<String> events) {
        this.site = site;
        this.events = events;
        this.reviver = new Reviver(this, site, events);
        site.blueprint().redises().forEach(redis -> redises.add(Server.of(site, redis)));
        site.blueprint().watchers().forEach(sentinel -> sentinels.add(Server.of(site, sentinel)));
    }

    /// Starts everything: masters, replicas, Sentinels. Returns when all replicas are linked and the Sentinels could
    /// fail over. The configuration files must be there.
    ///
    /// @throws StackException when a server dies, with its last words, or is not ready in 5 minutes
    void start() throws StackException, InterruptedException {
        List<Server> masters = redises.stream().filter(Fleet::isMaster).toList();
        List<Server> replicas = redises.stream().filter(each -> !isMaster(each)).toList();
        startAll(masters);
        await("masters to answer", masters, server -> Probe.answersPing(server.address(), site.redisLogin()));
        startAll(replicas);
        await("replicas to link", replicas, server -> Probe.isLinkedReplica(server.address(), site.redisLogin()));
        startAll(sentinels);
        await("Sentinels to agree", sentinels, server -> {
            for (String group : site.groups()) {
                if (!Probe.hasQuorum(server.address(), site.sentinelLogin(), group)) {
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

    private static boolean isMaster(Server server) {
        Blueprint.Redis redis = server.redis();
        return redis != null && redis.isFirstMaster();
    }

    /// The redis-servers of a group, the first master first.
    List<Server> redises(String group) {
        return redises.stream()
                .filter(server ->
                        server.redis() != null && server.redis().group().equals(group))
                .toList();
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
