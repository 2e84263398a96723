package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.control.discovery.MasterDecision.Effect;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MasterDecisionTest {
    private static final NodeAddress.Tcp A = new NodeAddress.Tcp("127.0.0.11", 12000);
    private static final NodeAddress.Tcp B = new NodeAddress.Tcp("127.0.0.12", 12000);
    private static final NodeAddress.Tcp STRANGER = new NodeAddress.Tcp("127.0.0.99", 12000);
    private static final RoleAnswer MASTER = RoleAnswer.master(List.of());
    private static final RoleAnswer REPLICA = RoleAnswer.replica(A, "connected");
    private static final List<Effect> NOTHING = List.of();

    private final MasterDecision decision = new MasterDecision(3);

    private static long at(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static List<Effect> verify(NodeAddress.Tcp address) {
        return List.of(new Effect.Verify(address, 0));
    }

    /// A is adopted at 0 ms with epoch 1; all three Sentinels name it and list B as its replica.
    private void adoptA() {
        for (int sentinel = 0; sentinel < 3; sentinel++) {
            decision.onReplicas(sentinel, Set.of(B));
            decision.onClaim(sentinel, A, 1, at(0));
        }
        decision.onRole(A, MASTER, true, at(0));
        assertThat(decision.master()).isEqualTo(A);
    }

    private void everybodySays(NodeAddress.Tcp master, long epoch, long millis, int... sentinels) {
        for (int sentinel : sentinels) {
            decision.onClaim(sentinel, master, epoch, at(millis));
        }
    }

    @Test
    void adoptsWhatAMajorityNamesOnceItSaysMaster() {
        assertThat(decision.onClaim(0, A, 4, at(0))).isEqualTo(NOTHING);
        assertThat(decision.onClaim(1, A, 5, at(1))).isEqualTo(verify(A));
        assertThat(decision.master()).isNull();

        assertThat(decision.onRole(A, MASTER, true, at(2)))
                .containsExactly(new Effect.Adopted(null, A, 4, MasterDecision.Ground.CLAIMED));
        assertThat(decision.master()).isEqualTo(A);
    }

    @Test
    void adoptsFromASingleSentinelAtStartWhenTheOthersStaySilent() {
        assertThat(decision.onClaim(2, A, 7, at(0))).isEqualTo(NOTHING);
        assertThat(decision.onTick(at(999))).isEqualTo(NOTHING);
        assertThat(decision.onTick(at(1000))).isEqualTo(verify(A));
        decision.onRole(A, MASTER, true, at(1001));

        assertThat(decision.master()).isEqualTo(A);
        assertThat(decision.configEpoch()).isEqualTo(7);
    }

    @Test
    void followsTheFirstSentinelThatNamesAReplicaWithAHigherEpoch() {
        adoptA();

        assertThat(decision.onClaim(1, B, 2, at(100))).isEqualTo(verify(B));
        assertThat(decision.onRole(B, MASTER, true, at(101)))
                .containsExactly(new Effect.Adopted(A, B, 2, MasterDecision.Ground.CLAIMED));
    }

    @Test
    void aMinorityIsFollowedToAnHeirOnlyAndAMajorityToAnyMember() {
        adoptA();
        decision.onClaim(2, B, 1_000_000, at(100));

        assertThat(decision.onRole(B, MASTER, false, at(101))).containsExactly(new Effect.Verify(B, at(20)));
        assertThat(decision.master()).isEqualTo(A);
        decision.onClaim(1, B, 2, at(110));
        assertThat(decision.onRole(B, MASTER, false, at(121)))
                .containsExactly(new Effect.Adopted(A, B, 2, MasterDecision.Ground.CLAIMED));
    }

    @Test
    void thoseWhoHaveNotHeardOfTheFailoverYetAndALiarAreNoMajority() {
        adoptA();
        decision.onClaim(0, B, 2, at(100));
        decision.onRole(B, MASTER, true, at(101));

        decision.onClaim(2, A, 1_000_000, at(102));
        assertThat(decision.onRole(A, MASTER, false, at(103))).containsExactly(new Effect.Verify(A, at(20)));
        assertThat(decision.master()).isEqualTo(B);
    }

    @Test
    void asksAgainEveryTwentyMillisecondsWhileTheNewMasterStillSaysReplica() {
        adoptA();
        decision.onClaim(1, B, 2, at(100));

        assertThat(decision.onRole(B, REPLICA, true, at(101))).containsExactly(new Effect.Verify(B, at(20)));
        assertThat(decision.onRole(B, RoleAnswer.none("refused"), true, at(122)))
                .containsExactly(new Effect.Verify(B, at(20)));
        decision.onClaim(1, B, 2, at(3000));
        assertThat(decision.onRole(B, REPLICA, true, at(3101))).containsExactly(new Effect.Verify(B, at(1000)));
        assertThat(decision.master()).isEqualTo(A);
    }

    @Test
    void ignoresAnotherAddressWithAnEqualOrLowerEpoch() {
        adoptA();

        assertThat(decision.onClaim(0, B, 1, at(100))).isEqualTo(NOTHING);
        assertThat(decision.onClaim(0, B, 0, at(200))).isEqualTo(NOTHING);
        assertThat(decision.onRole(B, MASTER, true, at(201))).isEqualTo(NOTHING);
        assertThat(decision.master()).isEqualTo(A);
    }

    @Test
    void doesNotFollowASingleSentinelToANodeOutsideTheGroup() {
        adoptA();

        for (long second = 1; second < 20; second++) {
            everybodySays(A, 1, second * 1000, 0, 1);
            assertThat(decision.onClaim(2, STRANGER, 1_000_000 + second, at(second * 1000)))
                    .isEqualTo(NOTHING);
            assertThat(decision.onTick(at(second * 1000 + 500))).isEqualTo(NOTHING);
        }
        assertThat(decision.onRole(STRANGER, MASTER, true, at(20_000))).isEqualTo(NOTHING);
    }

    @Test
    void doesNotLetASentinelVouchForItsOwnClaim() {
        adoptA();
        decision.onReplicas(2, Set.of(B, STRANGER));

        assertThat(decision.onClaim(2, STRANGER, 2, at(100))).isEqualTo(NOTHING);
        decision.onReplicas(0, Set.of(B, STRANGER));
        assertThat(decision.onTick(at(200))).isEqualTo(verify(STRANGER));
    }

    @Test
    void doesNotFollowTheOnlySentinelThatIsLeftToAStrangerHoweverLongTheOthersAreSilent() {
        adoptA();
        decision.onReplicas(2, Set.of(B, STRANGER));
        decision.onClaim(2, STRANGER, 2, at(1000));
        decision.onSilent(0);
        decision.onSilent(1);

        for (long millis = 2000; millis < 4000; millis += 500) {
            assertThat(decision.onClaim(2, STRANGER, 2, at(millis))).isEqualTo(NOTHING);
        }
        assertThat(decision.onClaim(2, STRANGER, 2, at(4000))).containsExactly(new Effect.Ignored(2, STRANGER));
        for (long millis = 5000; millis < 600_000; millis += 1000) {
            assertThat(decision.onClaim(2, STRANGER, 2, at(millis)))
                    .as("told once")
                    .isEqualTo(NOTHING);
        }
        assertThat(decision.onRole(STRANGER, MASTER, true, at(600_000))).isEqualTo(NOTHING);
        assertThat(decision.onClaim(0, STRANGER, 2, at(600_001)))
                .as("two of three name it")
                .isEqualTo(verify(STRANGER));
    }

    @Test
    void twoOfFiveThatVouchForEachOtherAreNoMajority() {
        MasterDecision five = new MasterDecision(5);
        for (int sentinel = 0; sentinel < 5; sentinel++) {
            five.onReplicas(sentinel, Set.of(B));
            five.onClaim(sentinel, A, 1, at(0));
        }
        five.onRole(A, MASTER, true, at(0));
        five.onReplicas(3, Set.of(A, STRANGER));
        five.onReplicas(4, Set.of(A, STRANGER));

        five.onClaim(3, STRANGER, 9, at(1000));
        assertThat(five.onClaim(4, STRANGER, 9, at(1000))).isEqualTo(NOTHING);
        for (int sentinel = 0; sentinel < 3; sentinel++) {
            five.onSilent(sentinel);
        }
        assertThat(five.onRole(STRANGER, MASTER, true, at(20_000)))
                .containsExactly(new Effect.Ignored(3, STRANGER), new Effect.Ignored(4, STRANGER));
        assertThat(five.onClaim(0, STRANGER, 9, at(20_001))).isEqualTo(verify(STRANGER));
    }

    @Test
    void theOnlySentinelThatIsLeftIsFollowedToANodeThatTheMasterNamesOrTheConfigurationDoes() {
        NodeAddress.Tcp fresh = new NodeAddress.Tcp("127.0.0.14", 12000);
        adoptA();
        decision.onSilent(0);
        decision.onSilent(1);
        assertThat(decision.onClaim(2, fresh, 2, at(100))).isEqualTo(NOTHING);

        decision.onMembers(B, Set.of(fresh));
        assertThat(decision.onTick(at(200))).as("B is not the master").isEqualTo(NOTHING);
        decision.onMembers(A, Set.of(fresh));
        assertThat(decision.onTick(at(300))).isEqualTo(verify(fresh));
        decision.onRole(fresh, MASTER, true, at(301));
        assertThat(decision.master()).isEqualTo(fresh);

        NodeAddress.Tcp configured = new NodeAddress.Tcp("127.0.0.15", 12000);
        assertThat(decision.onClaim(2, configured, 3, at(400))).isEqualTo(NOTHING);
        decision.onConfigured(Set.of(configured));
        assertThat(decision.onTick(at(500))).isEqualTo(verify(configured));
    }

    @Test
    void aSilentSentinelsLastListStillMakesAMember() {
        adoptA();
        decision.onReplicas(0, Set.of());
        decision.onReplicas(2, Set.of());
        decision.onSilent(1);

        assertThat(decision.onClaim(2, B, 2, at(100)))
                .as("1 lists it, 2 names it")
                .isEqualTo(verify(B));
    }

    @Test
    void theOnlySentinelOfADeploymentIsAMajority() {
        MasterDecision one = new MasterDecision(1);
        one.onConfigured(Set.of(B));

        assertThat(one.onClaim(0, A, 1, at(0))).isEqualTo(verify(A));
        one.onRole(A, MASTER, true, at(1));
        assertThat(one.onClaim(0, STRANGER, 2, at(100))).isEqualTo(verify(STRANGER));
    }

    @Test
    void atStartOneSentinelOfThreeIsEnoughWhenItNamesAConfiguredServer() {
        decision.onConfigured(Set.of(A));
        decision.onClaim(2, A, 7, at(0));

        assertThat(decision.onTick(at(1000))).isEqualTo(verify(A));
    }

    @Test
    void atStartOneSentinelOfThreeIsEnoughWhenItListsAConfiguredServerAsAReplica() {
        decision.onConfigured(Set.of(A));
        decision.onReplicas(2, Set.of(A));
        decision.onClaim(2, B, 7, at(0));

        assertThat(decision.onTick(at(1000))).isEqualTo(verify(B));
    }

    @Test
    void atStartASentinelThatIsLeftAloneIsNotEnoughForWhatTheOthersDoNotKnow() {
        decision.onClaim(0, A, 1, at(0));
        decision.onReplicas(0, Set.of(B));
        decision.onSilent(0);
        decision.onClaim(2, STRANGER, 9, at(100));
        assertThat(decision.onTick(at(2900))).isEqualTo(NOTHING);

        assertThat(decision.onClaim(2, B, 9, at(3000))).as("0 listed it").isEqualTo(verify(B));
    }

    @Test
    void atStartOneSentinelOfThreeIsNotEnoughForADeploymentThatTheConfigurationDoesNotName() {
        decision.onConfigured(Set.of(A));
        decision.onReplicas(2, Set.of(B));
        for (long millis = 0; millis < 3000; millis += 500) {
            assertThat(decision.onClaim(2, STRANGER, 7, at(millis))).isEqualTo(NOTHING);
        }

        assertThat(decision.onClaim(2, STRANGER, 7, at(3000))).containsExactly(new Effect.Ignored(2, STRANGER));
        assertThat(decision.onRole(STRANGER, MASTER, true, at(3001))).isEqualTo(NOTHING);
        assertThat(decision.onClaim(1, STRANGER, 7, at(3002))).isEqualTo(verify(STRANGER));
    }

    @Test
    void aMajorityOverrulesAfterFiveSecondsAndTheLiarIsNotBelievedAgain() {
        adoptA();
        decision.onClaim(2, B, 1000, at(100));
        decision.onRole(B, MASTER, true, at(101));
        assertThat(decision.master()).isEqualTo(B);

        everybodySays(A, 1, 4000, 0, 1);
        assertThat(decision.onRole(A, MASTER, true, at(5000))).isEqualTo(NOTHING);
        everybodySays(B, 1001, 5050, 2);
        assertThat(decision.onTick(at(5102))).isEqualTo(verify(A));
        assertThat(decision.onRole(A, MASTER, true, at(5103)))
                .containsExactly(new Effect.Adopted(B, A, 1, MasterDecision.Ground.OVERRULED));

        assertThat(decision.onClaim(2, B, 2000, at(6000))).isEqualTo(NOTHING);
        everybodySays(B, 2, 7000, 0);
        assertThat(decision.onRole(B, MASTER, true, at(7001)))
                .containsExactly(new Effect.Adopted(A, B, 2, MasterDecision.Ground.CLAIMED));
    }

    @Test
    void aReplicaWithAHugeEpochDoesNotStandInTheWayOfTheRealOne() {
        NodeAddress.Tcp other = new NodeAddress.Tcp("127.0.0.13", 12000);
        adoptA();
        decision.onReplicas(0, Set.of(B, other));

        assertThat(decision.onClaim(2, other, Long.MAX_VALUE, at(100))).isEqualTo(verify(other));
        decision.onRole(other, REPLICA, true, at(101));
        assertThat(decision.onClaim(1, B, 2, at(102))).isEqualTo(verify(B));
        assertThat(decision.onRole(B, MASTER, true, at(103)))
                .contains(new Effect.Adopted(A, B, 2, MasterDecision.Ground.CLAIMED));
    }

    @Test
    void raisesTheEpochOfAnUnchangedMasterOnlyWithAMajority() {
        adoptA();

        decision.onClaim(0, A, 9, at(1000));
        assertThat(decision.configEpoch()).isEqualTo(1);
        decision.onClaim(1, A, 8, at(1001));
        assertThat(decision.configEpoch()).isEqualTo(8);
    }

    @Test
    void keepsTheMasterWhenAllSentinelsAreGone() {
        adoptA();
        for (int sentinel = 0; sentinel < 3; sentinel++) {
            decision.onSilent(sentinel);
        }

        assertThat(decision.onTick(at(1_000_000))).isEqualTo(NOTHING);
        assertThat(decision.master()).isEqualTo(A);
    }
}
