package dev.cobnut.agent;

import dev.cobnut.config.ConfigException;
import dev.cobnut.control.Notice;
import dev.cobnut.net.HostLookup;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the addresses in one nutcracker's file those of the masters, and restarts it when they were not.
///
/// Once a second it also looks whether somebody else has changed the file: what was put in is followed, and an address
/// in it that is no master's is put right. It never keeps a copy of the file.
///
/// One thread runs it, and waits for files and commands; [#stop] is for any.
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /// Longer than any init script that still works.
    private static final Duration RESTART_MAX = Duration.ofSeconds(30);

    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    /// How long [#once] waits for Sentinels and masters: longer than a failover.
    private static final long ONCE_NANOS_MAX = Duration.ofSeconds(10).toNanos();

    private static final int LOOK_UP_MILLIS = 1_000;

    /// How often in a row the file, or a master, may change under our hands.
    private static final int OVERTAKEN_MAX = 3;

    /// What it is started with.
    ///
    /// @param file nutcracker's
    /// @param restart for `sh -c`
    /// @param sentinels at least one
    /// @param login for all of them; null for none
    /// @param nutcracker the program that checks the file; null for the one on PATH, if there is one
    /// @param events gets what discovery tells, on any thread
    public record Options(
            Path file,
            String restart,
            List<NodeAddress.Tcp> sentinels,
            @Nullable Login login,
            @Nullable Path nutcracker,
            Consumer<Notice> events) {

        public Options {
            sentinels = List.copyOf(sentinels);
        }
    }

    private final Options options;
    private final ConfigSwap swap;
    private final ConfigSwap.Check check;
    private final Burst burst = new Burst();
    private final Semaphore wake = new Semaphore(0);
    private final Set<String> told = new HashSet<>();

    /// The file, as it was read last.
    private Servers servers;

    private String stamp;
    private Masters masters;
    private volatile boolean stopping;

    /// Reads the file, and starts following.
    ///
    /// @throws ConfigException when it is not YAML, or a server is none
    /// @throws IOException when it cannot be read, or has nothing to follow; with a message for people
    public Agent(Options options) throws ConfigException, IOException {
        this.options = options;
        this.swap = new ConfigSwap(options.file(), LOG::warn);
        this.check = check(options);
        this.stamp = swap.stamp();
        this.servers = Servers.of(options.file(), swap.read());
        if (servers.followed().isEmpty()) {
            servers.leftAlone().forEach(LOG::warn);
            throw new IOException(options.file() + ": no server to follow (expected: in pools with redis: true, servers"
                    + " as HOST:PORT:WEIGHT NAME, where NAME is Sentinel's master name)");
        }
        this.masters = follow();
        tellLeftAlone();
    }

    private static ConfigSwap.Check check(Options options) {
        Path given = options.nutcracker();
        Nutcracker found = given != null
                ? new Nutcracker(given)
                : Nutcracker.find(System.getenv().getOrDefault("PATH", ""));
        if (found == null) {
            LOG.warn("no nutcracker on PATH: what is written is not checked by it (--nutcracker PATH names it)");
            return (_, _) -> true;
        }
        return found;
    }

    private Masters follow() {
        return new Masters(servers.pools(), options.sentinels(), options.login(), options.events(), wake::release);
    }

    /// Runs until [#stop]. A restart that is under way is waited for.
    ///
    /// @throws InterruptedException when the calling thread is interrupted
    public void run() throws InterruptedException {
        LOG.info(
                "{}: {} servers to follow, by {} Sentinels",
                options.file(),
                servers.followed().size(),
                options.sentinels().size());
        if (swap.owesRestart()) {
            burst.onChange(System.nanoTime());
        }
        long lookedNanos = System.nanoTime();
        while (!stopping) {
            long nowNanos = System.nanoTime();
            if (nowNanos - lookedNanos >= LOOK_NANOS) {
                lookedNanos = nowNanos;
                lookForEdits();
            }
            burst.onHealth(masters.isOneDown());
            if (masters.takeChange()) {
                burst.onChange(nowNanos);
            }
            if (burst.isDue(nowNanos)) {
                bringUpToDateOrPause();
            }
            await(burst.idleNanos(System.nanoTime(), LOOK_NANOS));
        }
    }

    private void bringUpToDateOrPause() {
        try {
            bringUpToDate();
            burst.onDone(System.nanoTime());
        } catch (ConfigException | IOException e) {
            long pauseNanos = burst.onFailed(System.nanoTime());
            LOG.error(
                    "{}; tried again in {} s, or when a master moves",
                    e.getMessage(),
                    Duration.ofNanos(pauseNanos).toSeconds());
        }
    }

    /// Brings the file up to date, restarts if needed, and is done.
    ///
    /// @return whether every master that Sentinels name has been found
    /// @throws ConfigException when the file has become one that cannot be read
    /// @throws IOException when the file cannot be replaced, or the restart fails; with a message for people
    /// @throws InterruptedException when the calling thread is interrupted
    public boolean once() throws ConfigException, IOException, InterruptedException {
        boolean all = awaitMasters();
        if (!stopping) {
            bringUpToDate();
        }
        return all;
    }

    /// What [#once] would change, as a diff; empty when the file is up to date.
    ///
    /// @throws InterruptedException when the calling thread is interrupted
    public String dryRun() throws InterruptedException {
        boolean _ = awaitMasters();
        Servers.Rewrite rewrite = servers.with(masters.known(), Agent::isSame);
        return rewrite.changes().isEmpty() ? "" : Servers.diff(options.file(), rewrite);
    }

    private boolean awaitMasters() throws InterruptedException {
        long startNanos = System.nanoTime();
        List<String> missing = masters.missing();
        while (!stopping && !missing.isEmpty() && System.nanoTime() - startNanos < ONCE_NANOS_MAX) {
            await(LOOK_NANOS);
            missing = masters.missing();
        }
        missing.forEach(LOG::warn);
        return missing.isEmpty();
    }

    private void await(long nanos) throws InterruptedException {
        boolean _ = wake.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        wake.drainPermits();
    }

    /// Somebody else may have changed the file.
    private void lookForEdits() {
        String now = swap.stamp();
        if (now.equals(stamp)) {
            return;
        }
        stamp = now;
        try {
            String text = swap.read();
            if (!text.equals(servers.text())) {
                take(Servers.of(options.file(), text));
                LOG.info(
                        "{} was changed by somebody else: {} servers to follow",
                        options.file(),
                        servers.followed().size());
                burst.onChange(System.nanoTime());
            }
        } catch (ConfigException | IOException e) {
            LOG.warn("{}; nothing is done until it is changed again", e.getMessage());
        }
    }

    /// Another text of the file is the one that counts.
    private void take(Servers next) {
        boolean same = next.followsAs(servers);
        servers = next;
        tellLeftAlone();
        if (!same) {
            masters.close();
            masters = follow();
        }
    }

    private void tellLeftAlone() {
        servers.leftAlone().stream().filter(told::add).forEach(LOG::warn);
        told.retainAll(servers.leftAlone());
    }

    private void bringUpToDate() throws ConfigException, IOException {
        for (int i = 0; i < OVERTAKEN_MAX; i++) {
            take(Servers.of(options.file(), swap.read()));
            Map<String, NodeAddress.Tcp> known = masters.known();
            Servers.Rewrite rewrite = servers.with(known, Agent::isSame);
            // nutcracker's check takes its time, and the next switch of a burst may come in it.
            boolean isLast = i == OVERTAKEN_MAX - 1;
            if (rewrite.changes().isEmpty() || replace(rewrite, () -> isLast || known.equals(masters.known()))) {
                if (swap.owesRestart()) {
                    restart();
                }
                return;
            }
        }
        throw new IOException(options.file() + ": somebody else changes it all the time");
    }

    /// @param isStillRight asked at last
    private boolean replace(Servers.Rewrite rewrite, BooleanSupplier isStillRight) throws IOException {
        Servers after = servers.after(options.file(), rewrite);
        if (after == null) {
            throw new IOException(
                    options.file() + ": the changed text would not be read as it is meant (expected: servers"
                            + " as - HOST:PORT:WEIGHT NAME, one a line); the file stays as it is");
        }
        ConfigSwap.Check last = (fresh, present) -> check.look(fresh, present) && isStillRight.getAsBoolean();
        if (!swap.replace(servers.text(), rewrite.text(), last)) {
            return false;
        }
        servers = after;
        for (Servers.Change change : rewrite.changes()) {
            LOG.info("{}: {}", options.file(), change);
        }
        return true;
    }

    private void restart() throws IOException {
        long startNanos = System.nanoTime();
        LOG.info("restart: {}", options.restart());
        try {
            Command.run(
                    List.of("/bin/sh", "-c", options.restart()), RESTART_MAX, line -> LOG.info("restart: {}", line));
        } catch (IOException e) {
            throw new IOException("restart: " + options.restart() + ": " + e.getMessage(), e);
        }
        swap.onRestarted();
        LOG.info(
                "restart: done after {} ms",
                Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
    }

    /// A host may be written as a name in the file and as an address by Sentinels, or the other way round.
    private static boolean isSame(NodeAddress.Tcp one, NodeAddress.Tcp other) {
        if (one.port() != other.port()) {
            return false;
        }
        try {
            List<InetAddress> addresses = HostLookup.lookup(one.host(), LOOK_UP_MILLIS);
            return !Collections.disjoint(addresses, HostLookup.lookup(other.host(), LOOK_UP_MILLIS));
        } catch (IOException _) {
            return false; // nutcracker could not look it up either
        }
    }

    /// Makes [#run] and [#once] return soon. Any thread.
    public void stop() {
        stopping = true;
        wake.release();
    }

    /// Stops following.
    @Override
    public void close() {
        masters.close();
    }
}
