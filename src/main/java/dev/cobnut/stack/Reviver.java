package dev.cobnut.stack;

import static java.util.Objects.requireNonNull;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Brings back servers of a stack that died, so that a kill is a demonstration.
///
/// **Why a dead master is not restarted at once.** A master that comes back before the Sentinels have replaced it comes
/// back as master, with what was last written to disk, and its replicas throw away what they have and copy that: where
/// nothing was on disk, 500 keys became 0 within a second. So a redis-server is started again only when a majority of
/// the Sentinels names another master, and then as a replica of that one; or after 10 s, when there will be no switch. In a stack
/// without Sentinels nobody else becomes master: there it is started again after a second, as it was.
///
/// Runs on the virtual thread of the process that died.
final class Reviver {
    private static final Duration SWITCH_MAX = Duration.ofSeconds(10);

    /// On Ctrl-C the terminal signals our children, too: a death is news only when no stop follows.
    private static final Duration NEWS_DELAY = Duration.ofMillis(200);

    private final Fleet fleet;
    private final Site site;
    private final Consumer<String> events;

    Reviver(Fleet fleet, Site site, Consumer<String> events) {
        this.fleet = fleet;
        this.site = site;
        this.events = events;
    }

    /// A server's process has ended, wanted or not.
    ///
    /// @param lived from its start to its end
    void onExit(Server server, Child child, Duration lived) {
        long diedNanos = System.nanoTime();
        try {
            if (fleet.pause(NEWS_DELAY)) {
                return;
            }
            events.accept(server + " (pid " + child.pid() + ") " + child.describeExit());
            if (child.endedByItself()) {
                child.lastLines(Fleet.LAST_LINES).forEach(line -> events.accept("  " + line));
            }
            bringBack(server, diedNanos, server.pauseAfter(lived));
        } catch (IOException e) {
            events.accept(server + " cannot be brought back: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void bringBack(Server server, long diedNanos, Duration pause) throws IOException, InterruptedException {
        Blueprint.Redis redis = server.redis();
        NodeAddress.Tcp master = null;
        if (redis == null || site.sentinels().isEmpty()) {
            fleet.pause(pause);
        } else {
            master = awaitMaster(server.address(), redis.group(), diedNanos, pause);
        }
        NodeAddress.Tcp follows = server.address().equals(master) ? null : master;
        if (redis != null && master != null) {
            site.writeFile(redis, master);
        }
        if (fleet.start(server)) {
            announce(server, follows, diedNanos);
        }
    }

    /// Whom a server shall follow; itself when it is master after all; null when no majority of the Sentinels answers.
    /// It then starts with the role that its redis.conf holds.
    private NodeAddress.@Nullable Tcp awaitMaster(NodeAddress.Tcp address, String group, long diedNanos, Duration pause)
            throws InterruptedException {
        while (true) {
            NodeAddress.Tcp master = site.master(group);
            long deadNanos = System.nanoTime() - diedNanos;
            boolean switched = master != null && !master.equals(address);
            if (deadNanos >= (switched ? pause : SWITCH_MAX).toNanos() || fleet.pause(Duration.ofMillis(100))) {
                return master;
            }
        }
    }

    private void announce(Server server, NodeAddress.@Nullable Tcp follows, long diedNanos)
            throws InterruptedException {
        while (follows != null ? !Probe.isLinkedReplica(server.address(), site.redisLogin()) : !answersPing(server)) {
            if (!server.isAlive() || fleet.pause(Duration.ofMillis(50))) {
                return;
            }
        }
        // The master may have moved again since this server was started.
        NodeAddress.Tcp master = follows == null
                ? null
                : site.master(requireNonNull(server.redis()).group());
        events.accept("%s is back%s (pid %d), %.1f s after its end"
                .formatted(
                        server,
                        follows == null ? "" : " as a replica of " + (master == null ? follows : master),
                        server.child().pid(),
                        (System.nanoTime() - diedNanos) / 1e9));
    }

    private boolean answersPing(Server server) {
        return Probe.answersPing(server.address(), server.redis() == null ? site.sentinelLogin() : site.redisLogin());
    }
}
