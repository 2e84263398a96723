package dev.cobnut.control.discovery;

import static dev.cobnut.control.discovery.Pools.pool;
import static dev.cobnut.control.discovery.Pools.server;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.discovery.ShardPlan.PlannedShard;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShardPlanTest {
    private static final NodeAddress.Tcp A = new NodeAddress.Tcp("redis-shard1", 12000);
    private static final NodeAddress.Tcp B = new NodeAddress.Tcp("redis-shard2", 12000);
    private static final NodeAddress.Tcp C = new NodeAddress.Tcp("redis-shard3", 12000);
    private static final Map<String, Set<NodeAddress.Tcp>> NO_GROUPS = Map.of();

    private static ShardPlan plan(PoolConfig pool, Map<String, Set<NodeAddress.Tcp>> groups) {
        return plan(pool, groups, Map.of());
    }

    private static ShardPlan plan(
            PoolConfig pool, Map<String, Set<NodeAddress.Tcp>> groups, Map<NodeAddress.Tcp, NodeAddress.Tcp> masterOf) {
        return ShardPlan.of(List.of(pool), new ShardPlan.Groups(groups, masterOf, Object::equals));
    }

    private static List<PlannedShard> shards(ShardPlan plan) {
        return plan.pools().getFirst().shards();
    }

    @Test
    void makesOneShardOfTheReferencePoolThatListsThreeNodesUnderOneName() {
        ShardPlan plan = plan(
                pool("obj", server(A, "redis-obj"), server(B, "redis-obj"), server(C, "redis-obj")),
                Map.of("cluster_obj", Set.of(A, B, C)));

        assertThat(shards(plan)).containsExactly(new PlannedShard("redis-obj", 1, "cluster_obj", List.of(A, B, C)));
        assertThat(plan.notes()).singleElement().asString().contains("one shard, redis-obj", "cluster_obj");
        assertThat(plan.warnings()).isEmpty();
    }

    @Test
    void takesNameAndWeightOfTheFirstServerOfAGroup() {
        ShardPlan plan = plan(pool("obj", server(B, "b", 3, null), server(A, "a", 5, null)), Map.of("g", Set.of(A, B)));

        assertThat(shards(plan)).containsExactly(new PlannedShard("b", 3, "g", List.of(B, A)));
    }

    @Test
    void matchesByNameBeforeAddress() {
        ShardPlan plan = plan(pool("obj", server(A, "named")), Map.of("named", Set.of(B), "other", Set.of(A)));

        assertThat(shards(plan)).containsExactly(new PlannedShard("named", 1, "named", List.of(A)));
        assertThat(plan.warnings()).isEmpty();
    }

    @Test
    void warnsWhenSeveralGroupsClaimOneServer() {
        ShardPlan plan = plan(pool("obj", server(A, "a")), Map.of("y", Set.of(A), "x", Set.of(A)));

        assertThat(shards(plan).getFirst().masterName()).isEqualTo("x");
        assertThat(plan.warnings()).singleElement().asString().contains("line 7", "groups x, y; following x");
    }

    @Test
    void followsAServerThatSaysItIsAReplicaOfAKnownNode() {
        ShardPlan plan = plan(pool("obj", server(A, "a"), server(B, "b")), Map.of("g", Set.of(A)), Map.of(B, A));

        assertThat(shards(plan)).containsExactly(new PlannedShard("a", 1, "g", List.of(A, B)));
    }

    @Test
    void keepsServersWithoutGroupApartUnlessTheyShareTheirRingName() {
        ShardPlan plan = plan(pool("obj", server(A, "a"), server(B, "b"), server(C, "a")), NO_GROUPS);

        assertThat(shards(plan))
                .containsExactly(
                        new PlannedShard("a", 1, null, List.of(A, C)), new PlannedShard("b", 1, null, List.of(B)));
        assertThat(plan.unmatched()).containsExactly(A, C, B);
    }

    @Test
    void takesTheMasterNameOfCobnutYmlEvenWhenNoSentinelKnowsIt() {
        ShardPlan plan = plan(pool("obj", server(null, "cluster_obj", 1, "cluster_obj")), NO_GROUPS);

        assertThat(shards(plan)).containsExactly(new PlannedShard("cluster_obj", 1, "cluster_obj", List.of()));
    }

    @Test
    void joinsServersOfOneGroupThatTheirNamesHadParted() {
        // b is only known to be of g through its second address.
        ShardPlan plan = plan(pool("obj", server(A, "a"), server(B, "b"), server(C, "b")), Map.of("g", Set.of(A, C)));

        assertThat(shards(plan)).containsExactly(new PlannedShard("a", 1, "g", List.of(A, B, C)));
    }
}
