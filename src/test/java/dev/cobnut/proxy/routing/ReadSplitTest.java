package dev.cobnut.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.ReadPolicy;
import dev.cobnut.config.ReadSettings;
import dev.cobnut.proxy.backend.NodeLink;
import dev.cobnut.topology.NodeAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which node answers a read. A master that nobody knows stands for one that fails.
class ReadSplitTest {
    private static final NodeAddress REPLICA = TestPool.node(10);
    private static final NodeAddress OTHER = TestPool.node(11);

    private final TestPool pool = pool(ReadPolicy.PREFER_REPLICA);
    private final ReadSplit split = Objects.requireNonNull(pool.front().readSplit());

    @AfterEach
    void nothingIsKept() {
        pool.close();
    }

    private static TestPool pool(ReadPolicy policy) {
        return new TestPool(2).reads(new ReadSettings(policy, TestPool.listen(22122), 1, 1, 1_500, false));
    }

    private NodeLink master() {
        return pool.front().shards().getFirst().master();
    }

    private NodeLink replica() {
        return pool.front().shards().getFirst().replica().link();
    }

    private NodeLink first(ReadPolicy policy) {
        return split.first(policy, 0);
    }

    private void pass(long millis) {
        pool.loop.advanceMillis(millis);
        pool.loop.io().updateNow();
    }

    // ---- the policy -------------------------------------------------------------------------------------------------

    @Test
    void aPoolThatDoesNotReadFromReplicasHasNone() {
        try (TestPool plain = new TestPool(1)) {
            assertThat(plain.front().readSplit()).isNull();
        }
    }

    @Test
    void whoeverCameInToReadPrefersReplicasAtLeast() {
        for (ReadPolicy policy : ReadPolicy.values()) {
            try (TestPool other = pool(policy)) {
                ReadSplit of = Objects.requireNonNull(other.front().readSplit());
                assertThat(of.policy(false)).isEqualTo(policy);
                assertThat(of.policy(true))
                        .isEqualTo(policy == ReadPolicy.REPLICA ? ReadPolicy.REPLICA : ReadPolicy.PREFER_REPLICA);
            }
        }
    }

    @Test
    void aWriteIsRememberedAsLongAsTheConfigurationSays() {
        assertThat(split.afterWriteNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(1_500));
        long before = split.nowNanos();
        pass(5);
        assertThat(split.nowNanos() - before).isEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
    }

    @Test
    void readsGoToReplicasByPolicy() {
        pool.follow(0, true, REPLICA);
        pool.follow(1, true, REPLICA);
        assertThat(split.goesToReplicas(ReadPolicy.MASTER)).isFalse();
        assertThat(split.goesToReplicas(ReadPolicy.REPLICA)).isTrue();
        assertThat(split.goesToReplicas(ReadPolicy.PREFER_REPLICA)).isTrue();
        assertThat(split.goesToReplicas(ReadPolicy.PREFER_MASTER)).isFalse();
        pool.follow(1, false, REPLICA);
        assertThat(split.goesToReplicas(ReadPolicy.PREFER_MASTER))
                .as("one master is down")
                .isTrue();
    }

    // ---- the first choice -------------------------------------------------------------------------------------------

    @Test
    void withAllWellThePolicyDecides() {
        pool.follow(0, true, REPLICA);
        assertThat(split.replica(0).link()).isSameAs(replica());
        assertThat(first(ReadPolicy.MASTER)).isSameAs(master());
        assertThat(first(ReadPolicy.PREFER_REPLICA)).isSameAs(replica());
        assertThat(first(ReadPolicy.REPLICA)).isSameAs(replica());
        assertThat(first(ReadPolicy.PREFER_MASTER)).isSameAs(master());
    }

    @Test
    void withoutAReplicaOnlyThosePoliciesThatMustGoThere() {
        pool.follow(0, true);
        assertThat(first(ReadPolicy.PREFER_REPLICA)).isSameAs(master());
        assertThat(first(ReadPolicy.REPLICA)).isSameAs(replica());
        pool.follow(0, false);
        assertThat(first(ReadPolicy.PREFER_MASTER)).as("there is nobody else").isSameAs(master());
    }

    @Test
    void aReplicaThatRestsIsNotPreferred() {
        pool.follow(0, true, REPLICA);
        split.replica(0).rest();
        assertThat(first(ReadPolicy.PREFER_REPLICA)).isSameAs(master());
        assertThat(first(ReadPolicy.REPLICA)).isSameAs(replica());
        pass(1_000);
        assertThat(first(ReadPolicy.PREFER_REPLICA)).isSameAs(replica());
    }

    @Test
    void aMasterThatIsDownIsTriedByOneReadASecond() {
        pool.follow(0, false, REPLICA);
        assertThat(first(ReadPolicy.PREFER_MASTER)).as("the probe").isSameAs(master());
        assertThat(first(ReadPolicy.PREFER_MASTER)).isSameAs(replica());
        pass(999);
        assertThat(first(ReadPolicy.PREFER_MASTER)).isSameAs(replica());
        pass(1);
        assertThat(first(ReadPolicy.PREFER_MASTER)).as("the next probe").isSameAs(master());
        assertThat(first(ReadPolicy.PREFER_MASTER)).isSameAs(replica());
    }

    // ---- the second choice ------------------------------------------------------------------------------------------

    @Test
    void afterTheFirstAnotherIsAskedByPolicy() {
        pool.follow(0, true, REPLICA);
        assertThat(split.otherwise(ReadPolicy.MASTER, 0, false)).isNull();
        assertThat(split.otherwise(ReadPolicy.PREFER_REPLICA, 0, false)).isSameAs(master());
        assertThat(split.otherwise(ReadPolicy.REPLICA, 0, false)).isSameAs(replica());
        assertThat(split.otherwise(ReadPolicy.PREFER_MASTER, 0, false)).isSameAs(replica());
    }

    @Test
    void aReplicaThatSaysItIsNotReadyRests() {
        pool.follow(0, true, REPLICA);
        assertThat(split.otherwise(ReadPolicy.REPLICA, 0, true))
                .as("the only one")
                .isNull();
        assertThat(split.replica(0).isUsable()).isFalse();
        pool.follow(1, true, REPLICA, OTHER);
        assertThat(split.otherwise(ReadPolicy.REPLICA, 1, true))
                .as("there is another")
                .isSameAs(split.replica(1).link());
    }

    @Test
    void aMasterThatSaysItIsNotReadySaysNothingAboutTheReplica() {
        pool.follow(0, true, REPLICA);
        assertThat(split.otherwise(ReadPolicy.PREFER_MASTER, 0, true)).isSameAs(replica());
        assertThat(split.replica(0).isUsable()).isTrue();
        split.replica(0).rest();
        assertThat(split.otherwise(ReadPolicy.PREFER_MASTER, 0, false)).isNull();
    }
}
