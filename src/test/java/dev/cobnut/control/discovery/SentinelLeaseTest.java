package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.NodeAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SentinelLeaseTest {
    private static final NodeAddress.Tcp A = new NodeAddress.Tcp("127.0.0.11", 12000);
    private static final NodeAddress.Tcp B = new NodeAddress.Tcp("127.0.0.12", 12000);

    private final SentinelLease lease = new SentinelLease(3);

    private static long at(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void answers(int sentinel, NodeAddress.Tcp master, long sentMillis) {
        lease.onAnswer(sentinel, master, at(5_000), at(sentMillis));
    }

    @Test
    void itIsDownAfterLessThePingPeriodAndTheSlack() {
        answers(0, A, 0);

        assertThat(lease.nanos()).isEqualTo(at(3_750));
        lease.onAnswer(1, A, at(2_000), at(0));
        assertThat(lease.nanos()).as("the shortest counts").isEqualTo(at(750));
    }

    @Test
    void aMajorityOfTheConfiguredKeepsItFromWhenItWasAsked() {
        assertThat(lease.isValid(A, at(0))).as("nobody has answered").isFalse();
        answers(0, A, 100);
        assertThat(lease.isValid(A, at(200))).as("one of three").isFalse();
        answers(2, A, 300);

        assertThat(lease.isValid(A, at(3_849))).isTrue();
        assertThat(lease.isValid(A, at(3_850)))
                .as("the first was asked at 100 ms")
                .isFalse();
        answers(1, A, 3_800);
        assertThat(lease.isValid(A, at(3_851))).isTrue();
    }

    @Test
    void itsEndIsSeenAMomentBefore() {
        answers(0, A, 0);
        answers(1, A, 0);
        assertThat(lease.lasts(A, at(3_549))).isTrue();
        assertThat(lease.lasts(A, at(3_550))).isFalse();
        assertThat(lease.isValid(A, at(3_749))).isTrue();
    }

    @Test
    void whoNamesAnotherDoesNotConfirm() {
        answers(0, A, 0);
        answers(1, A, 0);
        answers(1, B, 10);

        assertThat(lease.isValid(A, at(20))).isFalse();
        assertThat(lease.isValid(B, at(20))).isFalse();
        answers(2, B, 30);
        assertThat(lease.isValid(B, at(40))).isTrue();
    }

    @Test
    void whoHearsAMajorityIsNotCutOffWhoeverTheyName() {
        assertThat(lease.isCutOff(at(0))).as("nobody has answered").isTrue();
        answers(0, A, 0);
        assertThat(lease.isCutOff(at(10))).as("one of three").isTrue();
        answers(1, B, 0);
        assertThat(lease.isValid(A, at(10)) || lease.isValid(B, at(10))).isFalse();
        assertThat(lease.isCutOff(at(3_749))).isFalse();
        assertThat(lease.isCutOff(at(3_750))).as("both were asked at 0 ms").isTrue();

        lease.onAnswer(2, A, at(1_000), at(3_800));
        assertThat(lease.isCutOff(at(9_000))).as("there is no lease").isFalse();
    }

    @Test
    void aShortDownAfterLeavesNoTimeAndThatIsToldOnce() {
        answers(0, A, 0);
        assertThat(lease.warning()).isNull();
        lease.onAnswer(0, A, at(1_000), at(0));

        assertThat(lease.isValid(A, at(60_000))).isTrue();
        assertThat(lease.warning())
                .contains("down-after-milliseconds 1000 less")
                .contains("leaves -250 ms")
                .contains("a down-after-milliseconds of 1650 or more");
        assertThat(lease.warning()).isNull();
    }

    @Test
    void aSentinelThatDoesNotTellOfDownAfterClosesNothing() {
        lease.onAnswer(0, A, 0, at(0));

        assertThat(lease.isValid(A, at(60_000))).isTrue();
        assertThat(lease.warning()).contains("down-after-milliseconds 0 less");
    }

    @Test
    void allAreAskedFourTimesInALease() {
        answers(0, A, 0);

        assertThat(lease.takesQuestion(at(0))).isTrue();
        assertThat(lease.takesQuestion(at(937))).isFalse();
        assertThat(lease.takesQuestion(at(938))).isTrue();
    }
}
