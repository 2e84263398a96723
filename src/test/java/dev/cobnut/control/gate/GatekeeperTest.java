package dev.cobnut.control.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.control.gate.Gatekeeper.Effect;
import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GatekeeperTest {
    private static final NodeAddress.Tcp A = new NodeAddress.Tcp("10.0.0.1", 6379);
    private static final NodeAddress.Tcp B = new NodeAddress.Tcp("10.0.0.2", 6379);
    private static final Answer HEIR = new Answer.Master(Answer.Descent.HEIR, "");
    private static final Answer UNPROVEN = new Answer.Master(Answer.Descent.UNPROVEN, "has begun a new history");
    private static final Answer FOREIGN = new Answer.Master(Answer.Descent.FOREIGN, "it came back without its data");
    private static final Answer LACKING = new Answer.Master(Answer.Descent.HEIR, "", true);
    private static final Answer REPLICA = new Answer.NotYet("it is a replica");
    private static final Answer DEAD = new Answer.Nothing("refused");
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private long now = 1_000_000 * MILLI;
    private final Gatekeeper keeper = new Gatekeeper(Duration.ofSeconds(10), now);
    private final List<Effect> effects = new ArrayList<>();

    private void adopted(NodeAddress.Tcp address) {
        effects.addAll(keeper.onAdopted(address, now));
    }

    private void after(long millis) {
        now += millis * MILLI;
        effects.addAll(keeper.onTick(now));
    }

    private void trouble(Trouble.Kind kind) {
        effects.addAll(keeper.onTrouble(kind, now, now));
    }

    private void failover(int sentinel, NodeAddress.@Nullable Tcp named) {
        Gatekeeper.Failover step = named == null ? Gatekeeper.Failover.BEGUN : Gatekeeper.Failover.NAMED;
        effects.addAll(keeper.onFailover(sentinel, step, named, now));
    }

    /// An answer to a question that was asked just now.
    private void answers(NodeAddress.Tcp address, Answer answer) {
        effects.addAll(keeper.onAnswer(address, answer, now, now));
    }

    private List<Effect> taken() {
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    private static Effect ask(NodeAddress.Tcp address, long delayNanos) {
        return new Effect.Ask(address, delayNanos);
    }

    private void expectsAsked(Effect... asked) {
        assertThat(taken().stream().filter(effect -> !(effect instanceof Effect.Tell)))
                .containsExactly(asked);
    }

    private void expects(Gate.State state) {
        assertThat(keeper.gate().state()).isEqualTo(state);
    }

    private void closedByLossOf(NodeAddress.Tcp master) {
        adopted(master);
        after(100);
        trouble(Trouble.Kind.LOST);
        expectsAsked(ask(master, 0));
        expects(Gate.State.HELD);
    }

    @Test
    void theFirstMasterFindsTheGateOpen() {
        adopted(A);

        expects(Gate.State.OPEN);
        assertThat(taken()).isEmpty();
    }

    @Test
    void withoutAMasterThereIsNothingToHold() {
        trouble(Trouble.Kind.LOST);
        failover(0, B);

        expects(Gate.State.OPEN);
        assertThat(taken()).isEmpty();
    }

    @Test
    void opensWhenTheMasterSaysThatItIsOne() {
        closedByLossOf(A);
        after(3);
        answers(A, HEIR);

        expects(Gate.State.OPEN);
        assertThat(keeper.gate().sinceNanos()).isEqualTo(now);
        assertThat(taken())
                .containsExactly(new Effect.Tell(Gatekeeper.Matter.OPENED, "requests go on after 3 ms, to " + A));
    }

    @Test
    void aLeaseThatHasRunOutClosesAndOnlyAMajorityOpens() {
        adopted(A);
        effects.addAll(keeper.onLease(true, true, now));
        assertThat(taken()).isEmpty();
        after(100);
        effects.addAll(keeper.onLease(true, false, now));
        expects(Gate.State.HELD);
        expectsBelieved(true);
        effects.addAll(keeper.onLease(false, false, now));
        expectsBelieved(false);
        expectsAsked(ask(A, 0));

        after(50);
        answers(A, HEIR);
        expects(Gate.State.HELD);
        expectsAsked(ask(A, Gatekeeper.ASK_NANOS));
        after(50);
        effects.addAll(keeper.onLease(true, true, now));
        expectsBelieved(true);
        answers(A, HEIR);
        expects(Gate.State.OPEN);
    }

    @Test
    void anAnswerFromBeforeTheLastTroubleIsWorthNothing() {
        closedByLossOf(A);
        long asked = now;
        after(1);
        trouble(Trouble.Kind.LOST);
        effects.addAll(keeper.onAnswer(A, HEIR, asked, now));

        expects(Gate.State.HELD);
        expectsAsked(ask(A, 0));
    }

    @Test
    void aTroubleFromBeforeItWasFoundWellClosesNothing() {
        closedByLossOf(A);
        long before = now;
        after(5);
        answers(A, HEIR);
        effects.addAll(keeper.onTrouble(Trouble.Kind.LOST, before, now));

        expects(Gate.State.OPEN);
    }

    @Test
    void asksADeadMasterAgainLessOftenWithTime() {
        closedByLossOf(A);
        answers(A, DEAD);
        expectsAsked(ask(A, Gatekeeper.ASK_NANOS));
        after(4_000);
        answers(A, DEAD);
        expectsAsked(ask(A, Gatekeeper.ASK_SLOWLY_NANOS));
    }

    @Test
    void eachIsAskedOnceAtATime() {
        closedByLossOf(A);
        trouble(Trouble.Kind.SILENT);
        trouble(Trouble.Kind.REFUSED);

        expectsAsked();
    }

    @Test
    void whoRefusesTheQuestionIsThere() {
        closedByLossOf(A);
        answers(A, new Answer.Mute());

        expects(Gate.State.OPEN);
    }

    @Test
    void anIdleConnectionThatEndedIsNotWorthALineWhenAllIsWell() {
        adopted(A);
        trouble(Trouble.Kind.ENDED);
        expectsAsked(ask(A, 0));
        expects(Gate.State.HELD);
        answers(A, HEIR);
        expects(Gate.State.OPEN);
        assertThat(taken()).isEmpty();

        after(1);
        trouble(Trouble.Kind.ENDED);
        answers(A, DEAD);
        assertThat(taken())
                .contains(new Effect.Tell(
                        Gatekeeper.Matter.CLOSED, "requests wait: the master has ended its connections"));
    }

    @Test
    void whoIsLoadingOrAReplicaIsNotYetTheMaster() {
        closedByLossOf(A);
        answers(A, REPLICA);

        expects(Gate.State.HELD);
        expectsAsked(ask(A, Gatekeeper.ASK_NANOS));
    }

    @Test
    void aPlannedFailoverIsHeldUntilThePromotedReplicaIsMaster() {
        adopted(A);
        after(100);
        failover(1, null);
        expects(Gate.State.HELD);
        expectsAsked(new Effect.Fence(A, 1));

        after(80);
        failover(1, B);
        expectsAsked(ask(B, 0));
        answers(B, REPLICA);
        expectsAsked(ask(B, Gatekeeper.ASK_FAST_NANOS));
        answers(B, HEIR);
        expectsAsked(new Effect.Adopt(B));
        expects(Gate.State.HELD);

        adopted(B);
        expectsAsked(ask(B, 0));
        answers(B, HEIR);
        expects(Gate.State.OPEN);
    }

    private void expectsBelieved(boolean believed) {
        assertThat(keeper.gate().believed()).isEqualTo(believed);
    }

    @Test
    void fromTheNamingOfAReplicaOnWhatTheOldMasterAnswersCountsNoMore() {
        adopted(A);
        after(100);
        failover(1, null);
        expectsBelieved(true);
        after(80);
        failover(1, B);
        expectsBelieved(false);
        after(100);
        effects.addAll(keeper.onFailover(1, Gatekeeper.Failover.TOLD, B, now));
        answers(B, UNPROVEN);
        expectsBelieved(false);
        answers(B, HEIR);
        expectsBelieved(false);

        adopted(B);
        expectsBelieved(true);
    }

    @Test
    void whatTheMasterAnswersCountsAgainWhenAFailoverIsGivenUpOrComesToNothing() {
        adopted(A);
        failover(1, B);
        effects.addAll(keeper.onFailoverAborted(1, now));
        expectsBelieved(true);

        after(1_000);
        failover(1, B);
        expectsBelieved(false);
        after(5_000);
        expectsBelieved(true);
    }

    @Test
    void whatTheMasterAnswersCountsNoMoreOnceRequestsHaveWaitedInVain() {
        closedByLossOf(A);
        after(10_000);
        expects(Gate.State.DOWN);
        failover(1, B);
        expectsBelieved(false);
        expects(Gate.State.DOWN);
    }

    @Test
    void duringAFailoverTheOldMasterOpensNothing() {
        closedByLossOf(A);
        failover(1, null);
        answers(A, HEIR);

        expects(Gate.State.HELD);
        expectsAsked(new Effect.Fence(A, 1));
    }

    @Test
    void anOperatorsSwitchHoldsUntilAnotherNodeIsAdopted() {
        adopted(A);
        after(100);
        effects.addAll(keeper.onSwitch(now + 5_000 * MILLI, now));
        expects(Gate.State.HELD);
        expectsAsked();
        trouble(Trouble.Kind.FENCED);
        expectsAsked();

        adopted(B);
        expectsAsked(ask(B, 0));
        answers(B, HEIR);
        expects(Gate.State.OPEN);
    }

    @Test
    void anOperatorsSwitchThatIsGivenUpLeavesTheMaster() {
        adopted(A);
        after(100);
        effects.addAll(keeper.onSwitch(now + 5_000 * MILLI, now));
        taken();
        effects.addAll(keeper.onSwitchOver());
        expectsAsked(ask(A, 0));
        answers(A, HEIR);
        expects(Gate.State.OPEN);
    }

    @Test
    void anOperatorsSwitchThatNobodyEndsEndsByItself() {
        adopted(A);
        after(100);
        effects.addAll(keeper.onSwitch(now + 5_000 * MILLI, now));
        after(4_999);
        expectsAsked();
        after(1);
        expectsAsked(ask(A, 0));
        assertThat(keeper.isReplacing()).isFalse();
    }

    @Test
    void aPromotedReplicaThatIsNoProvenHeirIsLeftToTheSentinels() {
        adopted(A);
        failover(1, B);
        taken();
        answers(B, UNPROVEN);

        expectsAsked(ask(B, Gatekeeper.ASK_FAST_NANOS));
    }

    @Test
    void afterAFailoverWasGivenUpTheMasterOpens() {
        adopted(A);
        failover(1, B);
        taken();
        effects.addAll(keeper.onFailoverAborted(1, now));

        expectsAsked(ask(A, 0));
        answers(A, HEIR);
        expects(Gate.State.OPEN);
    }

    @Test
    void aLoserOfTheElectionGivesUpForItselfOnly() {
        adopted(A);
        failover(1, null);
        failover(2, B);
        taken();
        effects.addAll(keeper.onFailoverAborted(1, now));
        effects.addAll(keeper.onFailoverAborted(0, now));

        expectsAsked();
        answers(B, HEIR);
        expectsAsked(new Effect.Adopt(B));
    }

    @Test
    void aFailoverThatMakesNoStepEndsHoweverOftenItIsToldOf() {
        adopted(A);
        failover(1, null);
        taken();
        after(4_000);
        failover(1, null);
        expectsAsked();
        after(1_000);
        expectsAsked(ask(A, 0));
        answers(A, HEIR);

        expects(Gate.State.OPEN);
        failover(1, null);
        expects(Gate.State.OPEN);
    }

    @Test
    void aReplicaThatWasToldIsWaitedForAsLongAsRequestsMayWait() {
        adopted(A);
        failover(1, B);
        after(1_000);
        effects.addAll(keeper.onFailover(1, Gatekeeper.Failover.TOLD, B, now));
        taken();
        after(9_000);
        answers(A, HEIR);
        expects(Gate.State.DOWN);
        after(1_000);
        expectsAsked(ask(A, 0));
        answers(A, HEIR);
        expects(Gate.State.OPEN);
    }

    @Test
    void whatClosesAgainAndAgainIsNotToldEachTime() {
        closedByLossOf(A);
        answers(A, HEIR);
        taken();
        for (int i = 0; i < 10; i++) {
            after(20);
            trouble(Trouble.Kind.REFUSED);
            answers(A, HEIR);
        }
        assertThat(taken()).noneMatch(Effect.Tell.class::isInstance);

        trouble(Trouble.Kind.REFUSED);
        answers(A, DEAD);
        assertThat(taken())
                .contains(
                        new Effect.Tell(Gatekeeper.Matter.CLOSED, "requests wait: the master cannot be connected to"));
    }

    @Test
    void aSentinelThatBeginsAndGivesUpAgainAndAgainIsHeardLessAndLess() {
        adopted(A);
        for (long restMillis : new long[] {1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
            failover(1, null);
            effects.addAll(keeper.onFailoverAborted(1, now));
            answers(A, HEIR);
            after(restMillis - 1);
            failover(1, null);
            expects(Gate.State.OPEN);
            after(1);
        }
        after(Duration.ofNanos(Replacement.QUIET_NANOS).toMillis());
        failover(1, null);
        effects.addAll(keeper.onFailoverAborted(1, now));
        answers(A, HEIR);
        after(1_000);

        failover(1, null);
        expects(Gate.State.HELD);
    }

    @Test
    void aSentinelThatBeginsFailoversWithoutEndIsNotHeardForAWhileButOthersAre() {
        adopted(A);
        failover(1, null);
        after(5_000);
        answers(A, HEIR);
        failover(1, null);
        expects(Gate.State.OPEN);

        failover(2, null);
        expects(Gate.State.HELD);
        effects.addAll(keeper.onFailoverAborted(2, now));
        answers(A, HEIR);
        expects(Gate.State.OPEN);

        after(30_000);
        failover(1, null);
        expects(Gate.State.HELD);
    }

    @Test
    void aSentinelThatHasGivenUpMayTryAgainSoon() {
        adopted(A);
        failover(1, null);
        effects.addAll(keeper.onFailoverAborted(1, now));
        answers(A, HEIR);
        failover(1, null);
        expects(Gate.State.OPEN);

        after(1_000);
        failover(1, null);
        expects(Gate.State.HELD);
    }

    @Test
    void aForeignMasterOpensNothingAndIsToldOnce() {
        closedByLossOf(A);
        answers(A, FOREIGN);
        answers(A, FOREIGN);

        expects(Gate.State.HELD);
        assertThat(taken().stream().filter(Effect.Tell.class::isInstance))
                .containsExactly(
                        new Effect.Tell(Gatekeeper.Matter.ALARM, A + " is kept out: it came back without its data"));
        answers(A, UNPROVEN);
        expects(Gate.State.OPEN);
    }

    @Test
    void aMasterThatIsFoundForeignClosesTheGate() {
        adopted(A);
        effects.addAll(keeper.onForeign("another node listens there", now));

        expects(Gate.State.HELD);
        assertThat(keeper.gate().why()).isEqualTo("the master is foreign: another node listens there");
    }

    @Test
    void anotherMasterIsAskedBeforeAnythingGoesToIt() {
        adopted(A);
        adopted(B);

        expects(Gate.State.HELD);
        expectsAsked(ask(B, 0));
        answers(A, HEIR);
        expects(Gate.State.HELD);
        answers(B, HEIR);
        expects(Gate.State.OPEN);
    }

    @Test
    void holdsNoLongerThanItMay() {
        closedByLossOf(A);
        after(9_999);
        expects(Gate.State.HELD);
        after(1);
        expects(Gate.State.DOWN);
        answers(A, HEIR);
        expects(Gate.State.OPEN);
    }

    @Test
    void afterAStallTheSentinelsHaveToNameTheMaster() {
        adopted(A);
        trouble(Trouble.Kind.STALLED);
        taken();
        answers(A, HEIR);
        expects(Gate.State.HELD);
        assertThat(keeper.isStalled()).isTrue();

        effects.addAll(keeper.onConfirmed(now));
        answers(A, HEIR);
        expects(Gate.State.OPEN);
        assertThat(keeper.isStalled()).isFalse();
    }

    @Test
    void afterAStallWithoutSentinelsTheMasterOpensASecondLater() {
        adopted(A);
        trouble(Trouble.Kind.STALLED);
        after(1_999);
        answers(A, HEIR);
        expects(Gate.State.HELD);
        after(1);
        answers(A, HEIR);
        expects(Gate.State.OPEN);
    }

    private void aNewMasterRefusesAWrite() {
        adopted(A);
        after(1_000);
        adopted(B);
        answers(B, LACKING);
        expects(Gate.State.OPEN); // it can be read from, and perhaps nobody writes
        after(1);
        trouble(Trouble.Kind.FENCED);
    }

    @Test
    void aNewMasterThatRefusesWritesIsHeldUntilItsReplicasFollowIt() {
        aNewMasterRefusesAWrite();
        answers(B, LACKING);
        expects(Gate.State.HELD);
        after(1_500);
        answers(B, LACKING);
        expects(Gate.State.HELD);
        answers(B, HEIR);
        expects(Gate.State.OPEN);
    }

    @Test
    void whoHasTooFewReplicasForLongAnswersForItselfBeforeReadsFail() {
        aNewMasterRefusesAWrite();
        after(7_400);
        answers(B, LACKING);
        expects(Gate.State.HELD);
        after(100);
        answers(B, LACKING);
        expects(Gate.State.OPEN);
    }

    @Test
    void aMasterThatIsNotNewIsNotWaitedForWhenItHasTooFewReplicas() {
        adopted(A);
        after(1_000);
        trouble(Trouble.Kind.FENCED);
        answers(A, LACKING);
        expects(Gate.State.OPEN);
    }
}
