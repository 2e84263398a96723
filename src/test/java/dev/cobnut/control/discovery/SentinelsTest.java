package dev.cobnut.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.control.Journal;
import dev.cobnut.control.Notice;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.SentinelView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Watches that are never started: nothing is connected, and what they were told shows.
class SentinelsTest {
    private static final NodeAddress.Tcp ONE = new NodeAddress.Tcp("10.0.0.1", 26379);
    private static final NodeAddress.Tcp OTHER = new NodeAddress.Tcp("10.0.0.2", 26379);
    private static final long NOW = 1_000_000_000L;

    private final List<Notice> notices = new ArrayList<>();
    private final List<SentinelWatch> watches = SentinelWatch.of(List.of(ONE, OTHER), null, _ -> {});
    private final Sentinels sentinels = new Sentinels(watches, new Chronicle(notices::add, new Journal()));

    private List<String> told() {
        List<String> lines =
                notices.stream().map(each -> each.kind() + " " + each.line()).toList();
        notices.clear();
        return lines;
    }

    /// Which of the watches were told to ask since the last look.
    private List<NodeAddress> asked() throws InterruptedException {
        List<NodeAddress> asked = new ArrayList<>();
        for (SentinelWatch watch : watches) {
            if (watch.awaitPoll(0)) {
                asked.add(watch.address());
            }
        }
        return asked;
    }

    private static News.Lost lost(int sentinel, String why) {
        return new News.Lost(sentinel, false, why);
    }

    @Test
    void areConnectingAtFirst() {
        assertThat(sentinels.count()).isEqualTo(2);
        assertThat(sentinels.views())
                .containsExactly(
                        new SentinelView(ONE, "connecting", "not asked yet"),
                        new SentinelView(OTHER, "connecting", "not asked yet"));
        assertThat(sentinels.describe()).isEqualTo("10.0.0.1:26379 not asked yet; 10.0.0.2:26379 not asked yet");
    }

    @Test
    void asksAllAtMostEvery20Milliseconds() throws Exception {
        sentinels.askAll(NOW);
        assertThat(asked()).containsExactly(ONE, OTHER);

        sentinels.askAll(NOW + Sentinels.ASK_ALL_AGAIN_NANOS - 1);
        assertThat(asked()).isEmpty();

        sentinels.askAll(NOW + Sentinels.ASK_ALL_AGAIN_NANOS);
        assertThat(asked()).containsExactly(ONE, OTHER);
        sentinels.askAll(NOW + Sentinels.ASK_ALL_AGAIN_NANOS + 1);
        assertThat(asked()).isEmpty();
        sentinels.askAllAnyway();
        assertThat(asked()).containsExactly(ONE, OTHER);
    }

    @Test
    void theEventsOfOneSentinelMakeItAskAllFiveTimesASecondInTheLongRun() throws Exception {
        int askedAll = 0;
        for (int millis = 0; millis < 10_000; millis++) {
            sentinels.askAllFor(0, NOW + millis * 1_000_000L);
            askedAll += asked().size() / 2;
        }
        assertThat(askedAll).isBetween(50, 50 + Sentinels.CALLS_MOST);

        sentinels.askAllFor(1, NOW + 10_000 * 1_000_000L + Sentinels.ASK_ALL_AGAIN_NANOS);
        assertThat(asked()).as("the other one's events").hasSize(2);
    }

    @Test
    void asksOne() throws Exception {
        sentinels.ask(1);
        sentinels.ask(1);

        assertThat(asked()).containsExactly(OTHER);
        assertThat(asked()).as("several calls count as one").isEmpty();
    }

    @Test
    void tellsOnceThatOneDoesNotAnswerUntilItAnswersAgain() {
        sentinels.onSettled(Set.of());
        sentinels.onLost(lost(0, "10.0.0.1:26379: Connection refused"));
        sentinels.onLost(lost(0, "10.0.0.1:26379: Connection refused"));
        sentinels.onLost(lost(0, "no route\u001b"));
        assertThat(told()).containsExactly("SENTINEL sentinel 10.0.0.1:26379 does not answer: Connection refused");
        assertThat(sentinels.views().getFirst()).isEqualTo(new SentinelView(ONE, "connecting", "no route?"));

        sentinels.onAnswer(0, List.of(), List.of(), NOW);
        sentinels.onAnswer(0, List.of(), List.of(), NOW);
        assertThat(told()).containsExactly("SENTINEL sentinel 10.0.0.1:26379 answers");
        assertThat(sentinels.views().getFirst()).isEqualTo(new SentinelView(ONE, "ok", ""));

        sentinels.onLost(new News.Lost(0, true, "did not complete a reply in time"));
        assertThat(told())
                .containsExactly("SENTINEL sentinel 10.0.0.1:26379 does not answer: did not complete a reply in time");
        assertThat(sentinels.views().getFirst().state()).isEqualTo("silent");
        assertThat(sentinels.describe())
                .isEqualTo("10.0.0.1:26379 did not complete a reply in time; 10.0.0.2:26379 not asked yet");
    }

    @Test
    void thatOneAnswersIsNoNewsBeforeItIsSettled() {
        sentinels.onAnswer(0, List.of(), List.of(), NOW);
        sentinels.onLost(lost(1, "refused"));
        sentinels.onAnswer(1, List.of(), List.of(), NOW);

        assertThat(told()).containsExactly("SENTINEL sentinel 10.0.0.2:26379 does not answer: refused");
        assertThat(sentinels.describe()).isEqualTo("10.0.0.1:26379 ok; 10.0.0.2:26379 ok");
    }

    @Test
    void tellsOnceWhichGroupsOneDoesNotWatch() {
        sentinels.onAnswer(0, List.of("m0", "m1"), List.of(), NOW);
        sentinels.onAnswer(0, List.of("m0", "m1"), List.of(), NOW + Chronicle.SAME_LINE_AGAIN_NANOS);
        assertThat(told()).containsExactly("WARNING sentinel 10.0.0.1:26379 does not watch m0, m1");

        sentinels.onAnswer(0, List.of("m1"), List.of(), NOW + Chronicle.SAME_LINE_AGAIN_NANOS);
        assertThat(told()).containsExactly("WARNING sentinel 10.0.0.1:26379 does not watch m1");
        assertThat(sentinels.views().getFirst()).isEqualTo(new SentinelView(ONE, "ok", "does not watch m1"));
    }

    @Test
    void tellsOnceOfWhichMastersOneNamesNoAddress() {
        sentinels.onAnswer(0, List.of("m1"), List.of("m0"), NOW);
        sentinels.onAnswer(0, List.of("m1"), List.of("m0"), NOW);

        String detail = "does not watch m1; names no address for the master of m0";
        assertThat(told()).containsExactly("WARNING sentinel 10.0.0.1:26379 " + detail);
        assertThat(sentinels.views().getFirst()).isEqualTo(new SentinelView(ONE, "ok", detail));
    }
}
