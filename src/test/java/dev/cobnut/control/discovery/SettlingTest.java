package dev.cobnut.control.discovery;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.control.Journal;
import dev.cobnut.control.Notice;
import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.control.discovery.SentinelReplies.ReplicaReport;
import dev.cobnut.control.discovery.Settling.Effect;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.topology.NodeAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Each reason to wait, each way to settle. Hosts are looked up at once unless a test says otherwise.
class SettlingTest {
    private static final NodeAddress.Tcp MASTER = new NodeAddress.Tcp("10.0.0.1", 6379);
    private static final NodeAddress.Tcp REPLICA = new NodeAddress.Tcp("10.0.0.2", 6379);
    private static final NodeAddress.Tcp STRANGER = new NodeAddress.Tcp("10.0.0.3", 6379);
    private static final String GROUPING = "waiting for a Sentinel that knows the servers: seen";
    private static final String CONFIRMING = "waiting for a master to confirm its role";

    private final Map<String, Group> groups = new TreeMap<>();
    private final List<Notice> notices = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private long nowNanos = -5;
    private boolean lookUpAtOnce = true;
    private Settling settling = settling(1, MASTER);

    private Settling settling(int sentinels, NodeAddress.Tcp... servers) {
        PoolConfig pool = Pools.pool(
                "obj",
                Arrays.stream(servers)
                        .map(server -> Pools.server(server, "server " + server))
                        .toArray(ServerConfig[]::new));
        return settling(sentinels, pool);
    }

    private Settling settling(int sentinels, PoolConfig pool) {
        groups.clear();
        settling = new Settling(List.of(pool), sentinels, groups, new Chronicle(notices::add, new Journal()));
        return settling;
    }

    private void on(News news) {
        settling.on(news, nowNanos);
        settle();
    }

    /// One turn, and more while names are looked up.
    private void settle() {
        List<Effect> now = settling.settle(nowNanos);
        effects.addAll(now);
        for (Effect effect : now) {
            if (lookUpAtOnce && effect instanceof Effect.LookUp(String host)) {
                on(new News.Resolved(host, List.of()));
            }
        }
    }

    private void after(long nanos) {
        nowNanos += nanos;
        settle();
    }

    /// A Sentinel answers a whole poll: one group with a master and a replica.
    private void polled(int sentinel, String group) {
        on(new News.Masters(sentinel, List.of(new GroupReport(group, MASTER, 1, Set.of("master")))));
        on(new News.Replicas(sentinel, group, List.of(new ReplicaReport(REPLICA, Set.of(), true, false))));
        on(new News.Polled(sentinel));
    }

    private void confirm(String group) {
        Group followed = requireNonNull(groups.get(group), group);
        List<MasterDecision.Effect> _ = followed.onRole(MASTER, RoleAnswer.master(List.of()), true, nowNanos);
        settle();
    }

    private boolean isSettled() {
        return effects.stream().anyMatch(Effect.Settled.class::isInstance);
    }

    private String waitingFor() {
        return settling.waitingFor("seen");
    }

    private List<String> told() {
        return notices.stream().map(each -> each.kind() + " " + each.line()).toList();
    }

    @Test
    void settlesWhenTheSentinelKnowsTheServersAndTheMasterSaysSo() {
        polled(0, "m0");
        assertThat(waitingFor()).isEqualTo(CONFIRMING);
        assertThat(isSettled()).isFalse();

        confirm("m0");

        assertThat(effects.getLast()).isEqualTo(new Effect.Settled(settling.plan()));
        assertThat(settling.plan().masterNames()).containsExactly("m0");
        assertThat(groups).containsOnlyKeys("m0");
    }

    @Test
    void waitsForAnyAnswerWithoutEnd() {
        settle();
        after(Duration.ofHours(1).toNanos());
        on(new News.Lost(0, false, "refused"));
        after(Duration.ofHours(1).toNanos());

        assertThat(waitingFor()).isEqualTo(GROUPING);
        assertThat(isSettled()).isFalse();
    }

    @Test
    void waitsForEverySentinelToAnswerOrFail() {
        settling(2, MASTER);
        polled(0, "m0");
        assertThat(waitingFor()).isEqualTo(GROUPING);

        on(new News.Lost(1, true, "silent"));

        assertThat(waitingFor()).isEqualTo(CONFIRMING);
    }

    @Test
    void waitsForEverySentinelTwoSecondsAtMostAfterTheFirstAnswer() {
        settling(2, MASTER);
        after(Grouping.PATIENCE_NANOS);
        polled(0, "m0");
        after(Grouping.PATIENCE_NANOS - 1);
        assertThat(waitingFor()).isEqualTo(GROUPING);

        after(1);

        assertThat(waitingFor()).isEqualTo(CONFIRMING);
    }

    @Test
    void aMinorityThatKnowsNoServerIsNotBelieved() {
        settling(3, STRANGER);
        polled(0, "m0");
        after(Duration.ofHours(1).toNanos());
        assertThat(waitingFor()).isEqualTo(GROUPING);

        polled(1, "m0");

        assertThat(isSettled()).isTrue();
        assertThat(groups).isEmpty();
        assertThat(told())
                .containsExactly(
                        "WARNING no Sentinel watches 10.0.0.3:6379: it stays as it is configured, without failover");
    }

    @Test
    void looksEachNameUpOnceAndWaitsForTheAnswer() throws Exception {
        lookUpAtOnce = false;
        settling(1, new NodeAddress.Tcp("redis.example.org", 6379));
        settle();
        settle();
        assertThat(effects).containsExactly(new Effect.LookUp("redis.example.org"));
        polled(0, "m0");
        assertThat(effects)
                .filteredOn(Effect.LookUp.class::isInstance)
                .containsExactly(
                        new Effect.LookUp("redis.example.org"),
                        new Effect.LookUp("10.0.0.1"),
                        new Effect.LookUp("10.0.0.2"));
        List<InetAddress> addresses = List.of(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}));
        on(new News.Resolved("10.0.0.2", List.of()));
        on(new News.Resolved("10.0.0.1", addresses));
        assertThat(waitingFor()).isEqualTo(GROUPING);

        on(new News.Resolved("redis.example.org", addresses));

        assertThat(settling.plan().masterNames()).containsExactly("m0");
        assertThat(waitingFor())
                .as("the server that no Sentinel named was asked")
                .isEqualTo(GROUPING);
        on(new News.ServerRole(new NodeAddress.Tcp("redis.example.org", 6379), RoleAnswer.none("refused")));
        assertThat(waitingFor()).isEqualTo(CONFIRMING);
    }

    @Test
    void asksAServerThatNoSentinelNamesOnceAndWaitsForItsRole() {
        settling(1, STRANGER, MASTER);
        polled(0, "m0");
        settle();
        assertThat(effects)
                .filteredOn(Effect.AskServer.class::isInstance)
                .containsExactly(new Effect.AskServer(STRANGER));
        confirm("m0");
        assertThat(waitingFor()).isEqualTo(GROUPING);

        on(new News.ServerRole(STRANGER, RoleAnswer.replica(MASTER, "connected")));

        assertThat(isSettled()).isTrue();
        assertThat(settling.plan().pools().getFirst().shards()).hasSize(1);
        assertThat(told())
                .containsExactly("SHARDS pool obj: [10.0.0.3:6379, 10.0.0.1:6379] are one shard,"
                        + " server 10.0.0.3:6379, master by Sentinel: m0");
    }

    @Test
    void aMasterThatDoesNotConfirmHoldsUpNothingForMoreThanOneAndAHalfSeconds() {
        polled(0, "m0");
        after(Settling.CONFIRM_NANOS - 1);
        assertThat(isSettled()).isFalse();

        after(1);

        assertThat(isSettled()).isTrue();
        assertThat(groups.get("m0")).isNotNull().extracting(Group::master).isNull();
    }

    @Test
    void aNewNameToLookUpDoesNotGiveTheMastersMoreTime() {
        polled(0, "m0");
        assertThat(waitingFor()).isEqualTo(CONFIRMING);
        lookUpAtOnce = false;
        ReplicaReport late = new ReplicaReport(new NodeAddress.Tcp("10.0.0.9", 6379), Set.of(), true, false);
        on(new News.Replicas(0, "m0", List.of(late)));
        after(Settling.CONFIRM_NANOS - 1);
        assertThat(waitingFor()).isEqualTo(GROUPING);
        on(new News.Resolved("10.0.0.9", List.of()));
        assertThat(waitingFor()).isEqualTo(CONFIRMING);

        after(1);

        assertThat(isSettled()).isTrue();
    }

    @Test
    void aGroupThatTurnsOutToBeOursCatchesUpWithWhatWasSaidOfIt() {
        settling(3, Pools.pool("obj", Pools.server(REPLICA, "a")));
        on(new News.Masters(0, List.of(new GroupReport("m0", MASTER, 1, Set.of()))));
        on(new News.Masters(1, List.of(new GroupReport("m0", MASTER, 1, Set.of()))));
        assertThat(groups).isEmpty();

        on(new News.Replicas(1, "m0", List.of(new ReplicaReport(REPLICA, Set.of(), true, false))));

        assertThat(groups).containsOnlyKeys("m0");
        assertThat(effects.stream().filter(Effect.Follow.class::isInstance).map(Effect.Follow.class::cast))
                .singleElement()
                .satisfies(follow -> {
                    assertThat(follow.group()).isSameAs(groups.get("m0"));
                    assertThat(follow.effects()).containsExactly(new MasterDecision.Effect.Verify(MASTER, 0));
                });
    }

    @Test
    void withoutSentinelsSettlesAtOnce() {
        settling(0, MASTER);
        lookUpAtOnce = false;

        settle();

        assertThat(isSettled()).isTrue();
        assertThat(told()).isEmpty();
    }

    @Test
    void aGroupThatNobodyWatchesIsToldAndPublishedWithoutAMaster() {
        settling(1, Pools.pool("obj", Pools.server(MASTER, "a", 1, "elsewhere")));
        polled(0, "m0");
        after(Settling.CONFIRM_NANOS);

        assertThat(isSettled()).isTrue();
        assertThat(told()).containsExactly("WARNING no Sentinel watches elsewhere (they watch [m0])");
    }

    @Test
    void aGroupThatIsNoneOfOursAfterAllIsNotFollowed() {
        settling(2, STRANGER);
        lookUpAtOnce = false;
        on(new News.Masters(0, List.of(new GroupReport("b", STRANGER, 1, Set.of()))));
        assertThat(groups).containsOnlyKeys("b");
        on(new News.Masters(1, List.of(new GroupReport("a", STRANGER, 1, Set.of()))));
        assertThat(groups).containsOnlyKeys("a", "b");
        on(new News.Polled(0));
        on(new News.Polled(1));
        after(Grouping.PATIENCE_NANOS);
        after(Settling.CONFIRM_NANOS);

        assertThat(isSettled()).isTrue();
        assertThat(groups).containsOnlyKeys("a");
    }

    @Test
    void doesNothingOnceItIsSettled() {
        polled(0, "m0");
        confirm("m0");
        effects.clear();
        notices.clear();
        ShardPlan plan = settling.plan();

        polled(0, "m1");
        on(new News.Replicas(0, "m1", List.of(new ReplicaReport(STRANGER, Set.of(), true, false))));
        after(Duration.ofHours(1).toNanos());

        assertThat(effects).isEmpty();
        assertThat(notices).isEmpty();
        assertThat(settling.plan()).isEqualTo(plan);
    }

    @Test
    void aGroupWhoseMasterCannotBeReadIsStillAGroup() {
        PoolConfig pool = Pools.pool("obj", Pools.server(MASTER, "m0"), Pools.server(REPLICA, "m1"));
        settling(1, pool);

        on(new News.Masters(0, List.of(new GroupReport("m1", REPLICA, 1, Set.of())), Set.of("m0"), 0));
        on(new News.Polled(0));
        after(Settling.CONFIRM_NANOS);

        assertThat(isSettled()).isTrue();
        assertThat(settling.plan().masterNames()).containsExactly("m0", "m1");
        assertThat(told()).noneMatch(line -> line.contains("no Sentinel watches"));
    }
}
