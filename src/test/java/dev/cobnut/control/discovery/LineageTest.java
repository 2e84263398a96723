package dev.cobnut.control.discovery;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.control.probe.History;
import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.topology.NodeAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineageTest {
    private static final NodeAddress.Tcp A = new NodeAddress.Tcp("10.0.0.1", 6379);
    private static final NodeAddress.Tcp B = new NodeAddress.Tcp("10.0.0.2", 6379);
    private static final String NONE = "0".repeat(40);

    private final Lineage lineage = new Lineage(false);

    private static History history(String runId, String replid, long offset, long keys) {
        return new History(runId, replid, offset, NONE, -2, keys, false, false, Set.of());
    }

    private static History heir(String runId, String replid, String before, long beforeOffset) {
        return new History(runId, replid, beforeOffset, before, beforeOffset, 500, false, false, Set.of());
    }

    private void seenA() {
        assertThat(lineage.onHistory(A, history("a", "one", 1000, 500), false)).isNull();
    }

    private void assertBreak(Lineage.@Nullable Finding found, String words) {
        Lineage.Finding finding = requireNonNull(found);
        assertThat(finding.isBreak()).isTrue();
        assertThat(finding.line()).contains(words);
        assertThat(lineage.breaks()).isOne();
    }

    @Test
    void aPromotedReplicaIsAnHeirAndSoIsTheNext() {
        seenA();
        assertThat(lineage.onHistory(A, history("a", "one", 2000, 400), false)).isNull();
        assertThat(lineage.onHistory(B, heir("b", "two", "one", 2000), false)).isNull();
        assertThat(lineage.onHistory(A, heir("a", "three", "two", 2100), false)).isNull();
        assertThat(lineage.breaks()).isZero();
    }

    @Test
    void tellsHowManyBytesAnHeirLacks() {
        seenA();

        assertThat(lineage.onHistory(B, heir("b", "two", "one", 900), false))
                .isEqualTo(new Lineage.Finding(
                        Lineage.Kind.GAP,
                        B + " lacks the last 100 bytes or more of what " + A
                                + " had written: acknowledged writes may be lost"));
        assertThat(lineage.breaks()).isZero();
    }

    @Test
    void anyIdentityThatTheShardHadShowsThatDataAreOfTheShard() {
        seenA();
        lineage.onHistory(B, heir("b", "two", "one", 1000), false);
        lineage.onHistory(B, heir("b", "three", "two", 1100), false);
        lineage.onHistory(B, heir("b", "four", "three", 1200), false);

        assertThat(requireNonNull(lineage.judge(A, history("a", "one", 1001, 500), false))
                        .kind())
                .isEqualTo(Lineage.Kind.BREAK);
        assertThat(requireNonNull(lineage.judge(A, heir("a2", "else", "one", 1001), false))
                        .kind())
                .isEqualTo(Lineage.Kind.BREAK);
        assertThat(requireNonNull(lineage.judge(A, heir("a2", "else", "other", 1001), false))
                        .kind())
                .isEqualTo(Lineage.Kind.FOREIGN);
    }

    @Test
    void onlyProvenDataMakeAnHeirOnceDataHaveBeenSeen() {
        assertThat(lineage.isHeir(B, null, false)).isTrue();
        seenA();

        assertThat(lineage.isHeir(B, new MasterAnswer.Master(heir("b", "two", "one", 900), false), false))
                .isTrue();
        assertThat(lineage.isHeir(B, new MasterAnswer.Master(history("b", "other", 900, 500), false), true))
                .isFalse();
        assertThat(lineage.isHeir(B, new MasterAnswer.Mute("it says no"), true)).isFalse();
        assertThat(lineage.isHeir(B, null, true)).isFalse();
    }

    @Test
    void aKnownNodeMayHaveMissedAFailoverButNotComeBackEmpty() {
        seenA();

        assertThat(requireNonNull(lineage.judge(B, heir("b", "three", "two", 1100), true))
                        .kind())
                .isEqualTo(Lineage.Kind.BREAK);
        assertThat(requireNonNull(lineage.judge(B, history("b", "other", 0, 3), true))
                        .kind())
                .isEqualTo(Lineage.Kind.FOREIGN);
    }

    @Test
    void aProcessThatWasAReplicaInBetweenIsToldOfAndUsed() {
        seenA();

        assertThat(requireNonNull(lineage.judge(A, heir("a", "three", "two", 1100), true))
                        .kind())
                .isEqualTo(Lineage.Kind.BREAK);
        assertThat(requireNonNull(lineage.judge(A, heir("a2", "three", "two", 1100), true))
                        .kind())
                .as("another process")
                .isEqualTo(Lineage.Kind.FOREIGN);
    }

    @Test
    void aStrangerIsNoHeir() {
        seenA();

        assertBreak(lineage.onHistory(B, history("b", "other", 5000, 7), false), "do not descend from those of " + A);
        assertThat(lineage.onHistory(B, history("b", "other", 5001, 7), false))
                .as("told once")
                .isNull();
    }

    @Test
    void aRestartWithoutDataIsToldLoudly() {
        seenA();

        assertBreak(
                lineage.onHistory(A, history("a2", "other", 0, 3), false), "CAME BACK WITHOUT ITS DATA (3 keys, 500");
    }

    @Test
    void aRestartFromAnAppendOnlyFileLooksLikeAnotherNode() {
        seenA();

        assertBreak(lineage.onHistory(A, history("a2", "other", 0, 500), false), "has begun a new history");
    }

    @Test
    void aRestartFromADumpNamesTheHistoryItSaved() {
        seenA();

        assertThat(lineage.onHistory(A, heir("a2", "two", "one", 1000), false)).isNull();
        assertThat(lineage.onHistory(A, heir("a3", "three", "two", 1000), false))
                .isNull();
    }

    @Test
    void theSameProcessMayTakeANewIdentity() {
        seenA();

        assertThat(lineage.onHistory(A, history("a", "other", 1000, 500), false))
                .isNull();
    }

    @Test
    void serversWithoutIdentitiesAreNotJudged() {
        assertThat(lineage.onHistory(A, history("", "", 10, 500), false)).isNull();
        assertThat(lineage.onHistory(B, history("", "", 0, 0), false)).isNull();
    }
}
