package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.control.discovery.MasterDecision.Effect;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A group with failovers at random times, three Sentinels that learn of them late, in any order, and lose polls; in
/// some runs one of them is mad. Run one seed again by calling `run(seed, liar)`.
class MasterDecisionSimTest {
    /// More with `-Dseeds=20000 -DfirstSeed=1000000`, through surefire's argLine.
    private static final int SEEDS = Integer.getInteger("seeds", 300);

    private static final long FIRST_SEED = Long.getLong("firstSeed", 0);
    private static final NodeAddress.Tcp STRANGER = new NodeAddress.Tcp("10.9.9.9", 6379);
    private static final NodeAddress.Tcp STRANGERS_REPLICA = new NodeAddress.Tcp("10.9.9.8", 6379);

    /// What Sentinel 2 says instead of what it knows.
    enum Liar {
        NONE,
        FIRST_MASTER_FOREVER,
        FIRST_MASTER_WITH_GROWING_EPOCH,
        STRANGER_WITH_HUGE_EPOCH,
        STRANGER_WHILE_OTHERS_ARE_SILENT,
        ANOTHER_DEPLOYMENT,
        RANDOM_MEMBER_WITH_HUGE_EPOCH,
        TRUE_MASTER_WITH_RANDOM_EPOCH
    }

    private record Event(long atMillis, long order, Runnable action) {}

    /// @param atMillis since when
    private record Reign(NodeAddress.Tcp master, long epoch, long atMillis) {}

    private static final class World {
        private final Random random;
        private final Liar liar;
        private final MasterDecision decision = new MasterDecision(3);
        private final PriorityQueue<Event> queue =
                new PriorityQueue<>(Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::order));
        private final List<NodeAddress.Tcp> members = new ArrayList<>();
        private final List<Reign> reigns = new ArrayList<>();

        /// When each Sentinel learned of each reign.
        private final List<List<Long>> learnedMillis = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

        private Set<NodeAddress.Tcp> configured = Set.of();

        /// From when to when the honest ones say nothing.
        private long silentMillis = Long.MAX_VALUE;

        private long silentUntilMillis;
        private long nowMillis;
        private long order;
        private long highestAdopted = -1;
        private int adoptions;
        private int honestAnswers;

        World(long seed, Liar liar) {
            this.random = new Random(seed);
            this.liar = liar;
            for (int member = 0; member < 2 + random.nextInt(3); member++) {
                members.add(new NodeAddress.Tcp("10.0.0." + member, 6379));
            }
        }

        void later(long millis, Runnable action) {
            queue.add(new Event(nowMillis + millis, order++, action));
        }

        void run() {
            if (random.nextBoolean()) {
                configured = Set.copyOf(members.subList(0, 1 + random.nextInt(members.size())));
                decision.onConfigured(configured);
            }
            begin(members.getFirst(), 0);
            long start = 0;
            for (int failover = 1; failover <= random.nextInt(5); failover++) {
                start += 300 + random.nextInt(6_000);
                long epoch = failover + random.nextInt(2) * 3L;
                later(start, () -> failOver(epoch));
            }
            for (int sentinel = 0; sentinel < 3; sentinel++) {
                int each = sentinel;
                later(random.nextInt(1_000), () -> pollLoop(each));
            }
            later(0, this::tickLoop);
            long endMillis = start + 25_000;
            if (liar == Liar.STRANGER_WHILE_OTHERS_ARE_SILENT) {
                silentMillis = random.nextInt(4_000);
                silentUntilMillis = start + 15_000;
            }
            while (nowMillis < endMillis) {
                Event event = queue.remove();
                nowMillis = event.atMillis;
                event.action.run();
            }
            assertThat(decision.master()).as("the true master at the end").isEqualTo(reigns.getLast().master);
            if (liar == Liar.NONE) {
                assertThat(decision.configEpoch()).isEqualTo(reigns.getLast().epoch);
            }
        }

        private void failOver(long epochAtLeast) {
            NodeAddress.Tcp next;
            do {
                next = members.get(random.nextInt(members.size()));
            } while (next.equals(reigns.getLast().master));
            begin(next, Math.max(epochAtLeast, reigns.getLast().epoch + 1));
        }

        private void begin(NodeAddress.Tcp master, long epoch) {
            reigns.add(new Reign(master, epoch, nowMillis));
            for (int sentinel = 0; sentinel < 3; sentinel++) {
                long lag = epoch == 0 ? 0 : random.nextInt(2_000);
                learnedMillis.get(sentinel).add(nowMillis + lag);
                // The event makes us poll, unless it is lost.
                if (random.nextInt(3) > 0) {
                    int each = sentinel;
                    later(lag, () -> poll(each));
                }
            }
        }

        private void pollLoop(int sentinel) {
            poll(sentinel);
            later(950 + random.nextInt(100), () -> pollLoop(sentinel));
        }

        private void poll(int sentinel) {
            if (random.nextInt(5) == 0) {
                return;
            }
            if (sentinel != 2 && nowMillis >= silentMillis && nowMillis < silentUntilMillis) {
                decision.onSilent(sentinel);
                return;
            }
            Reign seen = reigns.getFirst();
            for (int reign = 0; reign < reigns.size(); reign++) {
                if (learnedMillis.get(sentinel).get(reign) <= nowMillis) {
                    seen = reigns.get(reign);
                }
            }
            honestAnswers += sentinel == 2 ? 0 : 1;
            Reign said = sentinel == 2 ? lie(seen) : seen;
            Set<NodeAddress.Tcp> replicas = new HashSet<>(members);
            replicas.remove(said.master);
            if (said.master.equals(STRANGER)) {
                replicas.add(STRANGER);
            }
            if (sentinel == 2 && liar == Liar.ANOTHER_DEPLOYMENT) {
                replicas = Set.of(STRANGERS_REPLICA);
            }
            decision.onReplicas(sentinel, replicas);
            perform(decision.onClaim(sentinel, said.master, said.epoch, nanos()));
        }

        private Reign lie(Reign seen) {
            return switch (liar) {
                case NONE -> seen;
                case FIRST_MASTER_FOREVER -> reigns.getFirst();
                case FIRST_MASTER_WITH_GROWING_EPOCH -> new Reign(reigns.getFirst().master, 100 + nowMillis, 0);
                case STRANGER_WITH_HUGE_EPOCH, STRANGER_WHILE_OTHERS_ARE_SILENT, ANOTHER_DEPLOYMENT ->
                    new Reign(STRANGER, Long.MAX_VALUE - random.nextInt(9), 0);
                case RANDOM_MEMBER_WITH_HUGE_EPOCH ->
                    new Reign(members.get(random.nextInt(members.size())), Long.MAX_VALUE - random.nextInt(9), 0);
                case TRUE_MASTER_WITH_RANDOM_EPOCH -> new Reign(seen.master, random.nextInt(1_000), 0);
            };
        }

        private void tickLoop() {
            perform(decision.onTick(nanos()));
            later(100, this::tickLoop);
        }

        private void perform(List<Effect> effects) {
            for (Effect effect : effects) {
                switch (effect) {
                    case Effect.Verify verify -> {
                        long delay = TimeUnit.NANOSECONDS.toMillis(verify.delayNanos()) + 1 + random.nextInt(40);
                        later(delay, () -> answerRole(verify.address()));
                    }
                    case Effect.Adopted adopted -> check(adopted);
                    case Effect.Ignored ignored -> {
                        // Before, the mad one's word may stand against that of one honest one.
                        if (decision.master() != null) {
                            assertThat(ignored.stranger()).isEqualTo(STRANGER);
                        }
                    }
                }
            }
        }

        private void answerRole(NodeAddress.Tcp address) {
            boolean lost = random.nextInt(10) == 0;
            RoleAnswer answer = lost
                    ? RoleAnswer.none("lost")
                    : saysMaster(address)
                            ? RoleAnswer.master(List.of())
                            : RoleAnswer.replica(reigns.getLast().master, "connected");
            perform(decision.onRole(address, answer, true, nanos()));
        }

        /// A deposed master goes on as master until Sentinel demotes it, 8 s later; a new one takes office a little
        /// after Sentinel says so.
        private boolean saysMaster(NodeAddress.Tcp address) {
            if (address.equals(STRANGER)) {
                return true;
            }
            for (int reign = 0; reign < reigns.size(); reign++) {
                Reign each = reigns.get(reign);
                long endMillis = reign + 1 < reigns.size() ? reigns.get(reign + 1).atMillis + 8_000 : Long.MAX_VALUE;
                if (each.master.equals(address) && nowMillis < endMillis) {
                    return true;
                }
            }
            return false;
        }

        private void check(Effect.Adopted adopted) {
            adoptions++;
            // While only the mad one has ever answered, and it fits the configuration, nobody is better to believe.
            if (honestAnswers > 0 || (liar == Liar.ANOTHER_DEPLOYMENT && !configured.isEmpty())) {
                assertThat(adopted.master())
                        .as("a node of this group, not " + adopted + ", at " + nowMillis + " ms")
                        .isNotEqualTo(STRANGER);
            }
            assertThat(adopted.master()).as("another master than before").isNotEqualTo(adopted.before());
            assertThat(saysMaster(adopted.master())).as("it says master").isTrue();
            if (liar == Liar.NONE) {
                assertThat(adopted.ground() == MasterDecision.Ground.OVERRULED)
                        .as("honest Sentinels never need to be overruled")
                        .isFalse();
                assertThat(adopted.configEpoch()).as("the epoch grows").isGreaterThan(highestAdopted);
                highestAdopted = adopted.configEpoch();
            }
        }

        private long nanos() {
            // Near the overflow of the clock on purpose: only differences may count.
            return Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5) + TimeUnit.MILLISECONDS.toNanos(nowMillis);
        }
    }

    private static int run(long seed, Liar liar) {
        World world = new World(seed, liar);
        try {
            world.run();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ", liar " + liar + ": " + e.getMessage(), e);
        }
        return world.adoptions;
    }

    @ParameterizedTest
    @EnumSource(Liar.class)
    void endsAtTheTrueMasterWhateverOneSentinelSays(Liar liar) {
        int adoptions = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            adoptions += run(seed, liar);
        }
        assertThat(adoptions).as("the runs had failovers to follow").isGreaterThan(SEEDS * 3 / 2);
    }

    @Test
    void repeatsARunExactly() {
        int first = run(42, Liar.RANDOM_MEMBER_WITH_HUGE_EPOCH);
        assertThat(run(42, Liar.RANDOM_MEMBER_WITH_HUGE_EPOCH)).isEqualTo(first);
    }
}
