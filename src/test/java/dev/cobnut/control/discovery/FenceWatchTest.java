package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.control.probe.SwitchMarks.Found;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class FenceWatchTest {
    private static final NodeAddress.Tcp A = new NodeAddress.Tcp("10.0.0.1", 6379);
    private static final NodeAddress.Tcp B = new NodeAddress.Tcp("10.0.0.2", 6379);
    private static final List<NodeAddress.Tcp> BOTH = List.of(A, B);

    private final FenceWatch watch = new FenceWatch();
    private long now = 1_000_000_000_000L;
    private NodeAddress.Tcp master = A;
    private boolean replacing;

    private List<NodeAddress.Tcp> tick(long nanos) {
        now += nanos;
        return watch.onTick(BOTH, now);
    }

    private boolean found(NodeAddress.Tcp node, Found found) {
        return watch.onFound(node, found, node.equals(master), replacing, now);
    }

    @Test
    void nobodyIsLookedAtWithoutASuspicion() {
        assertThat(tick(FenceWatch.ROUND_NANOS)).isEmpty();
    }

    @Test
    void aCleanRoundEndsTheSuspicion() {
        watch.suspect(now);
        assertThat(tick(0)).isEqualTo(BOTH);
        assertThat(tick(FenceWatch.ROUND_NANOS)).as("the first round goes on").isEmpty();
        assertThat(found(A, Found.MASTER)).isFalse();
        assertThat(found(B, Found.REPLICA)).isFalse();

        assertThat(tick(FenceWatch.SLOW_ROUND_NANOS)).isEmpty();
    }

    @Test
    void whatIsSuspectedDuringARoundIsLookedIntoByTheNext() {
        watch.suspect(now);
        tick(0);
        found(A, Found.MASTER);
        now++;
        watch.suspect(now);
        found(B, Found.REPLICA);

        assertThat(tick(FenceWatch.ROUND_NANOS)).isEqualTo(BOTH);
    }

    @Test
    void aNodeThatIsAwayIsLookedForLessAndLessOften() {
        watch.suspect(now);
        tick(0);
        found(A, Found.MASTER);
        found(B, Found.ABSENT);
        assertThat(tick(FenceWatch.ROUND_NANOS)).isEqualTo(BOTH);
        found(A, Found.MASTER);
        found(B, Found.ABSENT);
        now += FenceWatch.FAST_FOR_NANOS;
        assertThat(tick(0)).isEqualTo(BOTH);
        found(A, Found.MASTER);
        found(B, Found.ABSENT);

        assertThat(tick(FenceWatch.ROUND_NANOS)).isEmpty();
        assertThat(tick(FenceWatch.SLOW_ROUND_NANOS)).isEqualTo(BOTH);
    }

    @Test
    void whoWillNotSayIsNotAskedForEver() {
        watch.suspect(now);
        tick(0);
        found(A, Found.MUTE);
        found(B, Found.MUTE);

        assertThat(tick(FenceWatch.SLOW_ROUND_NANOS)).isEmpty();
    }

    @Test
    void aMarkedReplicaIsFreedAtOnce() {
        watch.suspect(now);
        tick(0);
        assertThat(found(B, Found.MARKED_REPLICA)).isTrue();
    }

    @Test
    void aFenceAtTheMasterMayBeThatOfASwitchAndGetsItsTime() {
        watch.suspect(now);
        tick(0);
        assertThat(found(A, Found.MARKED_MASTER)).isFalse();
        found(B, Found.REPLICA);
        assertThat(tick(FenceWatch.GRACE_NANOS - 1)).isEqualTo(BOTH);
        assertThat(found(A, Found.MARKED_MASTER)).isFalse();
        found(B, Found.REPLICA);

        assertThat(tick(FenceWatch.ROUND_NANOS)).isEqualTo(BOTH);
        assertThat(found(A, Found.MARKED_MASTER)).isTrue();
    }

    @Test
    void theMasterStaysFencedWhileItIsReplacedAndAfterwards() {
        replacing = true;
        assertThat(watch.onBegun(A, 1, now)).isTrue();
        now += FenceWatch.GRACE_NANOS - 1;
        tick(0);
        assertThat(found(A, Found.MARKED_MASTER)).isFalse();
        found(B, Found.REPLICA);

        replacing = false;
        master = B;
        tick(FenceWatch.GRACE_NANOS);
        assertThat(found(A, Found.MARKED_MASTER)).isFalse();
        assertThat(found(A, Found.MARKED_REPLICA)).isTrue();
    }

    @Test
    void whenNothingComesOfAFailoverOurOwnFenceIsLiftedAtOnce() {
        assertThat(watch.onBegun(A, 1, now)).isTrue();
        tick(0);
        assertThat(found(A, Found.MARKED_MASTER)).isTrue();
    }

    @Test
    void whoStandsBackForARunningSwitchIsLeftAlone() {
        watch.suspect(now);
        tick(0);
        found(A, Found.MASTER);
        assertThat(found(B, Found.STANDING_BACK)).isFalse();
        tick(FenceWatch.GRACE_NANOS);
        found(A, Found.MASTER);
        assertThat(found(B, Found.STANDING_BACK)).isFalse();
        tick(FenceWatch.STAND_BACK_NANOS - FenceWatch.GRACE_NANOS);
        found(A, Found.MASTER);

        assertThat(found(B, Found.STANDING_BACK)).isTrue();
    }

    @Test
    void anOldMasterThatNobodyCountsAmongTheNodesIsLookedAtAllTheSame() {
        assertThat(tick(0)).isEmpty();
        master = B;
        watch.suspect(now);

        assertThat(watch.onTick(List.of(B), now)).containsExactlyInAnyOrder(A, B);
        found(B, Found.MASTER);
        found(A, Found.MARKED_MASTER);
        now += FenceWatch.ROUND_NANOS;
        assertThat(watch.onTick(List.of(B), now)).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void aNodeThatHasLeftTheGroupIsNotLookedForForEver() {
        tick(0);
        watch.suspect(now);
        assertThat(watch.onTick(List.of(A), now)).containsExactlyInAnyOrder(A, B);
        found(A, Found.MASTER);
        found(B, Found.ABSENT);
        now += FenceWatch.FAST_FOR_NANOS;

        assertThat(watch.onTick(List.of(A), now)).containsExactly(A);
    }

    @Test
    void aFenceThatArrivesAfterTheLookIsNotForgotten() {
        assertThat(watch.onBegun(A, 1, now)).isTrue();
        tick(0);
        assertThat(found(A, Found.MASTER)).isFalse();
        found(B, Found.REPLICA);
        watch.onRaised(A, 1, now);

        assertThat(tick(FenceWatch.ROUND_NANOS)).isEqualTo(BOTH);
        assertThat(found(A, Found.MARKED_MASTER)).isTrue();
    }

    @Test
    void aFailoverThatNeverEndsKeepsOurFenceForSoLongAtMostHoweverOftenItBegins() {
        replacing = true;
        watch.onBegun(A, 1, now);
        tick(FenceWatch.GRACE_NANOS - 1);
        assertThat(found(A, Found.MARKED_MASTER)).isFalse();
        found(B, Found.REPLICA);
        watch.onBegun(A, 1, now);
        tick(FenceWatch.ROUND_NANOS);

        assertThat(found(A, Found.MARKED_MASTER)).isTrue();
    }

    @Test
    void whoHasAnnouncedInVainRaisesNoFenceForLongerEachTimeAndOthersDo() {
        for (long rest = FenceWatch.REST_NANOS; rest < FenceWatch.REST_NANOS_MAX; rest *= 2) {
            comesToNothing();
            now += rest - FenceWatch.ROUND_NANOS - 1;
            assertThat(watch.onBegun(A, 1, now)).as("after %d ns", rest - 1).isFalse();
            now++;
        }
        comesToNothing();
        assertThat(watch.onBegun(A, 2, now)).as("another Sentinel").isTrue();
        now += FenceWatch.REST_NANOS_MAX;

        assertThat(watch.onBegun(A, 1, now))
                .as("it is never longer than the longest")
                .isTrue();
    }

    private void comesToNothing() {
        assertThat(watch.onBegun(A, 1, now)).isTrue();
        tick(FenceWatch.ROUND_NANOS);
        assertThat(found(A, Found.MARKED_MASTER)).isTrue();
        found(B, Found.REPLICA);
        tick(FenceWatch.ROUND_NANOS);
        found(A, Found.MASTER);
        found(B, Found.REPLICA);
    }

    @Test
    void whoseFailoverWasRealIsHeardAgain() {
        comesToNothing();
        watch.onAdopted(now);

        assertThat(watch.onBegun(B, 1, now)).isTrue();
    }

    @Test
    void whatADeadProxyHasLeftIsFoundWithoutASuspicion() {
        tick(0);
        assertThat(tick(FenceWatch.ROUTINE_NANOS)).isEqualTo(BOTH);
        found(A, Found.MASTER);
        assertThat(found(B, Found.STANDING_BACK)).isFalse();
        for (int i = 0; i < 29; i++) {
            assertThat(tick(FenceWatch.ROUND_NANOS)).isEqualTo(BOTH);
            found(A, Found.MASTER);
            assertThat(found(B, Found.STANDING_BACK)).isFalse();
        }
        tick(FenceWatch.ROUND_NANOS);
        found(A, Found.MASTER);

        assertThat(found(B, Found.STANDING_BACK)).isTrue();
    }

    @Test
    void whoWillNotSayIsNotAskedWithoutASuspicion() {
        watch.suspect(now);
        tick(0);
        found(A, Found.MUTE);
        found(B, Found.REPLICA);

        assertThat(tick(FenceWatch.ROUTINE_NANOS)).containsExactly(B);
        found(B, Found.REPLICA);
        watch.suspect(now);
        assertThat(tick(FenceWatch.ROUND_NANOS)).isEqualTo(BOTH);
    }
}
