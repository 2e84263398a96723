package dev.cobnut.control.switchover;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.discovery.Discovery;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.Progress;
import dev.cobnut.topology.Prospect;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The planned switches of this process: one at a time. This is the door, for any thread.
public final class Switchovers implements AutoCloseable {
    private static final Duration END_WITHIN = Duration.ofSeconds(4);

    private final List<PoolConfig> pools;
    private final List<NodeAddress.Tcp> sentinels;
    private final @Nullable Login sentinelLogin;
    private final Discovery discovery;
    private final Supplier<Topology> topology;

    // Guarded by this.
    private long number;
    private long beganNanos;
    private Progress.Outcome outcome = Progress.Outcome.NONE;
    private final List<Progress.Step> steps = new ArrayList<>();
    private @Nullable Thread thread;
    private boolean closed;

    /// @param sentinelLogin for all Sentinels; null for none
    /// @param topology the latest
    public Switchovers(
            List<PoolConfig> pools,
            List<NodeAddress.Tcp> sentinels,
            @Nullable Login sentinelLogin,
            Discovery discovery,
            Supplier<Topology> topology) {
        this.pools = List.copyOf(pools);
        this.sentinels = List.copyOf(sentinels);
        this.sentinelLogin = sentinelLogin;
        this.discovery = discovery;
        this.topology = topology;
    }

    /// What a switch would do. Blocks for some seconds at most; changes nothing.
    public Prospect look(Wish wish) {
        String refusal = refusal(wish);
        if (refusal != null) {
            return Prospect.refused(refusal);
        }
        try {
            return survey(place(wish), wish).look().prospect();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Prospect.refused("this process ends");
        }
    }

    /// Begins a switch, if none is under way.
    ///
    /// @return its number; 0 when another one goes on
    public synchronized long begin(Wish wish) {
        if (closed || outcome == Progress.Outcome.RUNNING) {
            return 0;
        }
        number++;
        beganNanos = System.nanoTime();
        outcome = Progress.Outcome.RUNNING;
        steps.clear();
        thread = Thread.ofVirtual().name("switch").start(() -> run(wish));
        return number;
    }

    /// How far the last one has come.
    public synchronized Progress progress() {
        return new Progress(number, outcome, steps);
    }

    /// Ends the one that goes on, and undoes what can be undone; for some seconds at most.
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        if (running != null) {
            running.interrupt();
            try {
                running.join(END_WITHIN);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run(Wish wish) {
        Progress.Outcome end = Progress.Outcome.UNCLEAR;
        try {
            end = carryOut(wish);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            end(end);
        }
    }

    private Progress.Outcome carryOut(Wish wish) throws InterruptedException {
        String refusal = refusal(wish);
        if (refusal != null) {
            add("refused: " + refusal);
            return Progress.Outcome.REFUSED;
        }
        Place place = place(wish);
        return new Switchover(
                        place,
                        wish,
                        survey(place, wish),
                        discovery,
                        () -> master(place),
                        line -> say(place.group(), line))
                .run();
    }

    /// Who is master, as requests are sent.
    private NodeAddress.@Nullable Tcp master(Place place) {
        Shard shard = shard(place.pool(), place.shard());
        return shard != null && shard.master() instanceof NodeAddress.Tcp tcp ? tcp : null;
    }

    private void say(String group, String line) {
        add(line);
        try {
            discovery.tell(group, group + ": planned switch: " + line);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void add(String line) {
        steps.add(new Progress.Step(
                Duration.ofNanos(System.nanoTime() - beganNanos).toMillis(), line));
    }

    private synchronized void end(Progress.Outcome how) {
        outcome = how;
        thread = null;
    }

    // ---- where ------------------------------------------------------------------------------------------------------

    private Survey survey(Place place, Wish wish) {
        List<SentinelDesk> desks = sentinels.stream()
                .map(each -> new SentinelDesk(each, sentinelLogin, place.group()))
                .toList();
        return new Survey(place, wish.to(), desks);
    }

    /// Why nobody needs to be asked.
    private @Nullable String refusal(Wish wish) {
        PoolTopology pool = pool(wish.pool());
        if (pool == null) {
            return "there is no pool " + wish.pool() + " (expected: one of " + names(pools) + ")";
        }
        Shard shard = shard(wish.pool(), wish.shard());
        if (shard == null) {
            String names =
                    String.join(", ", pool.shards().stream().map(Shard::name).toList());
            return wish.shard() == null
                    ? "pool " + wish.pool() + " has several shards (expected: one of " + names + ")"
                    : "pool " + wish.pool() + " has no shard " + wish.shard() + " (expected: one of " + names + ")";
        }
        if (shard.masterName() == null || !(shard.master() instanceof NodeAddress.Tcp)) {
            return "no Sentinel watches shard " + shard.name() + ", so nobody could make another node master";
        }
        if (shard.gate().state() != Gate.State.OPEN) {
            return "requests for " + shard.masterName() + " wait already: "
                    + shard.gate().why();
        }
        long holdMillis = config(wish.pool()).hold().of(true).toMillis();
        if (holdMillis < wish.atMost().toMillis()) {
            return "requests of pool " + wish.pool() + " wait for " + holdMillis + " ms at most (hold_millis_max), and"
                    + " the switch may take " + wish.atMost().toMillis() + " ms: ask for less, or let them wait longer";
        }
        return wish.to() != null && wish.to().equals(shard.master()) ? wish.to() + " is master already" : null;
    }

    private static String names(List<PoolConfig> pools) {
        return String.join(", ", pools.stream().map(PoolConfig::name).toList());
    }

    private Place place(Wish wish) {
        Shard shard = shard(wish.pool(), wish.shard());
        if (shard == null || shard.masterName() == null || !(shard.master() instanceof NodeAddress.Tcp master)) {
            throw new IllegalStateException("the shard was there a moment ago");
        }
        return new Place(
                wish.pool(),
                shard.name(),
                shard.masterName(),
                master,
                config(wish.pool()).backend().login());
    }

    private PoolConfig config(String pool) {
        return pools.stream()
                .filter(each -> each.name().equals(pool))
                .findFirst()
                .orElseThrow();
    }

    private @Nullable PoolTopology pool(String name) {
        return topology.get().pools().stream()
                .filter(each -> each.pool().equals(name))
                .findFirst()
                .orElse(null);
    }

    /// @param name null for the only one
    private @Nullable Shard shard(String pool, @Nullable String name) {
        PoolTopology found = pool(pool);
        if (found == null || (name == null && found.shards().size() != 1)) {
            return null;
        }
        return found.shards().stream()
                .filter(each -> name == null || each.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
