package dev.cobnut.vip.vrrp;

import static dev.cobnut.vip.vrrp.SettingsFixture.ip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.vrrp.Effect.State;
import dev.cobnut.vip.vrrp.Event.Hindrance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The table of [VirtualRouter], row by row, and what is said around it. Priority 100, version 3, once a second, so Master_Down
/// is 3609 ms and Skew 609 ms; it sends from 10.0.0.2.
class VirtualRouterTest {
    /// Clocks of processes begin anywhere.
    private long nowNanos = -Duration.ofSeconds(2).toNanos();

    private VirtualRouter router = attached(new SettingsFixture());

    private VirtualRouter attached(SettingsFixture fixture) {
        VirtualRouter attached = new VirtualRouter(fixture.build());
        assertThat(attached.on(new Event.Attached(ip("10.0.0.2")), nowNanos)).isEmpty();
        return attached;
    }

    private List<String> on(Event event) {
        return router.on(event, nowNanos).stream()
                .map(VirtualRouterTest::inWords)
                .toList();
    }

    private List<String> heard(String source, int priority) {
        return heard(source, priority, router.settings().interval());
    }

    private List<String> heard(String source, int priority, Duration interval) {
        return on(new Event.Heard(
                ip(source), new Advert(51, priority, interval, router.settings().advertised())));
    }

    private List<String> start() {
        return on(new Event.Start());
    }

    private List<String> due() {
        return on(new Event.Due());
    }

    private void pass(double millis) {
        nowNanos += Math.round(millis * 1e6);
    }

    /// Waits until something is due, and does it.
    private List<String> untilDue() {
        nowNanos = router.deadlineNanos();
        return due();
    }

    private double millisUntilDue() {
        return (router.deadlineNanos() - nowNanos) / 1e6;
    }

    private void becomeMaster() {
        start();
        untilDue();
        assertThat(router.state()).isEqualTo(State.MASTER);
    }

    private static String inWords(Effect effect) {
        return switch (effect) {
            case Effect.Advertise(int priority) -> "advertise " + priority;
            case Effect.Carry(Duration lifetime) -> "carry for " + lifetime.toSeconds() + " s";
            case Effect.Drop _ -> "drop";
            case Effect.Announce(int times) -> "announce x" + times;
            case Effect.Transition(State from, State to, String why) -> from + " to " + to + ": " + why;
            case Effect.Rival(Event.Heard(var source, Advert advert)) ->
                "rival " + source.getHostAddress() + " " + advert.priority();
        };
    }

    // ---- the table --------------------------------------------------------------------------------------------------

    @Test
    void startDropsWhatWasLeftAndWaitsForAMaster() {
        assertThat(router.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(start()).containsExactly("drop", "INIT to BACKUP: started");
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
        assertThat(start()).isEmpty();
    }

    @Test
    void startWhileHinderedIsAFault() {
        assertThat(on(new Event.Hindered(Hindrance.CHECK, "PING: no answer"))).isEmpty();
        assertThat(start()).containsExactly("drop", "INIT to FAULT: PING: no answer");
        assertThat(router.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void startWithoutALinkLeavesTheInterfaceAloneUntilItHasAnAddressOfItsOwn() {
        on(new Event.Hindered(Hindrance.LINK, "eth0 has no address to send from"));
        assertThat(start()).containsExactly("INIT to FAULT: eth0 has no address to send from");
        assertThat(on(new Event.Attached(ip("10.0.0.2"))))
                .containsExactly("drop", "FAULT to BACKUP: nothing hinders it any more");
    }

    @Test
    void backupThatHearsNothingAdvertisesBeforeItCarriesAndCarriesBeforeItAnnounces() {
        start();
        pass(3_609.374);
        assertThat(due()).isEmpty();
        pass(0.001);
        assertThat(due())
                .containsExactly(
                        "advertise 100", "carry for 4 s", "BACKUP to MASTER: no master is heard", "announce x5");
        assertThat(router.master()).isNull();
    }

    @Test
    void backupWhoseMasterLeavesWaitsForItsSkewOnly() {
        start();
        heard("10.0.0.3", 150);
        assertThat(heard("10.0.0.3", 0)).isEmpty();
        assertThat(millisUntilDue()).isEqualTo(609.375);
        assertThat(untilDue()).contains("BACKUP to MASTER: no master is heard");
    }

    @Test
    void backupWaitsAnewForAMasterOfNotLess() {
        start();
        pass(3_000);
        assertThat(heard("10.0.0.3", 150)).isEmpty();
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
        pass(3_000);
        assertThat(heard("10.0.0.1", 100)).isEmpty();
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
        assertThat(router.master()).isEqualTo(ip("10.0.0.1"));
        assertThat(untilDue()).contains("BACKUP to MASTER: 10.0.0.1 is silent");
    }

    @Test
    void backupIgnoresAMasterOfLess() {
        start();
        for (int i = 0; i < 4; i++) {
            assertThat(heard("10.0.0.3", 99)).isEmpty();
            pass(900);
        }
        assertThat(millisUntilDue()).isEqualTo(9.375);
        assertThat(untilDue()).contains("BACKUP to MASTER: 10.0.0.3 has less priority");
    }

    @Test
    void backupWithoutPreemptionWaitsAnewForAMasterOfLess() {
        router = attached(new SettingsFixture().preempt(false));
        start();
        for (int i = 0; i < 10; i++) {
            pass(3_600);
            assertThat(due()).isEmpty();
            assertThat(heard("10.0.0.3", 1)).isEmpty();
        }
        assertThat(untilDue()).contains("BACKUP to MASTER: 10.0.0.3 is silent");
    }

    @Test
    void masterAdvertisesOnceInAnInterval() {
        becomeMaster();
        List<String> advertised = new ArrayList<>();
        long began = nowNanos;
        while (nowNanos < began + Duration.ofSeconds(4).toNanos()) {
            for (String each : untilDue()) {
                if (each.startsWith("advertise")) {
                    advertised.add(each + " at " + (nowNanos - began) / 1_000_000);
                }
            }
        }
        assertThat(advertised)
                .containsExactly(
                        "advertise 100 at 1000",
                        "advertise 100 at 2000",
                        "advertise 100 at 3000",
                        "advertise 100 at 4000");
    }

    @Test
    void masterHasTheAddressCarriedAgainTwiceASecond() {
        becomeMaster();
        int carried = 0;
        for (long end = nowNanos + Duration.ofSeconds(10).toNanos(); router.deadlineNanos() <= end; ) {
            carried += untilDue().contains("carry for 4 s") ? 1 : 0;
        }
        assertThat(carried).isEqualTo(20);
    }

    @Test
    void masterAnnouncesAgainAfterItsDelayAndThenFromTimeToTime() {
        becomeMaster();
        List<String> announced = new ArrayList<>();
        long began = nowNanos;
        while (nowNanos < began + Duration.ofSeconds(30).toNanos()) {
            for (String each : untilDue()) {
                if (each.startsWith("announce")) {
                    announced.add(each + " at " + (nowNanos - began) / 1_000_000);
                }
            }
        }
        assertThat(announced).containsExactly("announce x5 at 5000", "announce x1 at 15000", "announce x1 at 25000");
    }

    @Test
    void masterAnnouncesOnceWhenToldSo() {
        router = attached(
                new SettingsFixture().announcing(new RouterSettings.Announcing(3, Duration.ZERO, Duration.ZERO, 1)));
        start();
        assertThat(untilDue()).contains("announce x3");
        for (int i = 0; i < 100; i++) {
            assertThat(untilDue()).noneMatch(each -> each.startsWith("announce"));
        }
    }

    @Test
    void masterThatHearsThatAnotherLeavesIsTheOnlyOneAndSaysSo() {
        becomeMaster();
        pass(400);
        assertThat(heard("10.0.0.3", 0)).containsExactly("advertise 100", "announce x5");
        assertThat(router.state()).isEqualTo(State.MASTER);
        pass(999);
        assertThat(due()).contains("carry for 4 s").doesNotContain("advertise 100");
        pass(1);
        assertThat(due()).contains("advertise 100");
    }

    @Test
    void masterAdvertisesOnceMoreBeforeItYieldsToABetterOne() {
        becomeMaster();
        assertThat(heard("10.0.0.1", 101))
                .containsExactly(
                        "rival 10.0.0.1 101",
                        "advertise 100",
                        "drop",
                        "MASTER to BACKUP: 10.0.0.1 is master with priority 101");
        assertThat(router.master()).isEqualTo(ip("10.0.0.1"));
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
    }

    @Test
    void masterYieldsSilentlyWhenToldSo() {
        router = attached(new SettingsFixture().advertBeforeYielding(false));
        becomeMaster();
        assertThat(heard("10.0.0.1", 255))
                .containsExactly(
                        "rival 10.0.0.1 255", "drop", "MASTER to BACKUP: 10.0.0.1 is master with priority 255");
    }

    @Test
    void ofTwoMastersOfOnePriorityTheGreaterAddressStays() {
        becomeMaster();
        pass(10);
        assertThat(heard("10.0.0.1", 100)).containsExactly("rival 10.0.0.1 100", "advertise 100", "announce x5");
        assertThat(heard("10.0.0.200", 100)).contains("drop");
        assertThat(router.state()).isEqualTo(State.BACKUP);
    }

    @Test
    void masterThatHearsItselfDoesNotAnswer() {
        becomeMaster();
        pass(10);
        assertThat(heard("10.0.0.2", 100)).containsExactly("rival 10.0.0.2 100");
        assertThat(heard("10.0.0.2", 99)).containsExactly("rival 10.0.0.2 99");
        assertThat(router.state()).isEqualTo(State.MASTER);
        assertThat(millisUntilDue()).isEqualTo(490);
    }

    @Test
    void masterAnswersAWorseOneAtOnceAndTellsTheNeighbours() {
        becomeMaster();
        pass(300);
        assertThat(heard("10.0.0.3", 99)).containsExactly("rival 10.0.0.3 99", "advertise 100", "announce x5");
        pass(999);
        assertThat(due()).contains("carry for 4 s").doesNotContain("advertise 100");
        pass(1);
        assertThat(due()).contains("advertise 100");
    }

    @Test
    void rivalsAreAnsweredEachTimeAndNeighboursToldOnceASecond() {
        becomeMaster();
        pass(10);
        int answers = 0;
        int announced = 0;
        for (int i = 0; i < 1_000; i++) {
            List<String> effects = new ArrayList<>(due());
            if (i % 2 == 0 && i < 900) {
                effects.addAll(heard("10.0.0.3", 99));
                answers++;
                assertThat(effects).contains("advertise 100");
            }
            announced += effects.stream().anyMatch(each -> each.startsWith("announce")) ? 1 : 0;
            pass(10);
        }
        assertThat(answers).isEqualTo(450);
        // The tenth for a rival that was heard after the ninth.
        assertThat(announced).isEqualTo(10);
    }

    @Test
    void whatARivalSaidWhileTheMasterStoodStillIsAnsweredOnce() {
        becomeMaster();
        pass(100_000);
        List<String> effects = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            effects.addAll(heard("10.0.0.3", 99));
            pass(0.05);
        }
        assertThat(effects).containsOnlyOnce("advertise 100", "announce x5");
        pass(5);
        assertThat(heard("10.0.0.3", 99)).contains("advertise 100");
    }

    @Test
    void whatARivalSaidLastIsOutdoneToo() {
        becomeMaster();
        pass(100);
        assertThat(heard("10.0.0.3", 99)).contains("announce x5");
        pass(5);
        assertThat(heard("10.0.0.3", 99)).doesNotContain("announce x5");
        pass(995);
        assertThat(due()).contains("announce x5");
    }

    @Test
    void addressThatIsLostIsCarriedAndAnnouncedAgain() {
        becomeMaster();
        assertThat(on(new Event.Lost(SettingsFixture.address("10.0.0.100"))))
                .containsExactly("carry for 4 s", "announce x5");
        assertThat(on(new Event.Lost(SettingsFixture.address("10.0.0.7")))).isEmpty();
    }

    @Test
    void addressThatABackupDroppedIsNoMatter() {
        start();
        assertThat(on(new Event.Lost(SettingsFixture.address("10.0.0.100")))).isEmpty();
    }

    @Test
    void backupThatIsHinderedIsAFaultAndSilent() {
        start();
        assertThat(on(new Event.Hindered(Hindrance.CHECK, "PING: no answer")))
                .containsExactly("BACKUP to FAULT: PING: no answer");
        assertThat(router.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(heard("10.0.0.3", 1)).isEmpty();
        assertThat(heard("10.0.0.3", 0)).isEmpty();
        pass(100_000);
        assertThat(due()).isEmpty();
        assertThat(router.master()).isEqualTo(ip("10.0.0.3"));
    }

    @Test
    void masterThatIsHinderedSaysThatItLeavesBeforeItDrops() {
        becomeMaster();
        assertThat(on(new Event.Hindered(Hindrance.DRAINED, "drained")))
                .containsExactly("advertise 0", "drop", "MASTER to FAULT: drained");
        assertThat(router.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void masterWhoseLinkIsBackAnnounces() {
        becomeMaster();
        assertThat(on(new Event.Attached(ip("10.0.0.2")))).containsExactly("announce x5");
    }

    @Test
    void lastHindranceThatIsClearedMakesABackup() {
        start();
        on(new Event.Hindered(Hindrance.CHECK, "PING: no answer"));
        on(new Event.Hindered(Hindrance.LINK, "eth0 is down"));
        assertThat(router.hindrances())
                .isEqualTo(Map.of(Hindrance.CHECK, "PING: no answer", Hindrance.LINK, "eth0 is down"));
        assertThat(on(new Event.Cleared(Hindrance.CHECK))).isEmpty();
        assertThat(on(new Event.Cleared(Hindrance.CHECK))).isEmpty();
        assertThat(on(new Event.Attached(ip("10.0.0.2"))))
                .containsExactly("drop", "FAULT to BACKUP: nothing hinders it any more");
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
        assertThat(on(new Event.Cleared(Hindrance.CHECK))).isEmpty();
    }

    @Test
    void masterThatStopsSaysThatItLeaves() {
        becomeMaster();
        assertThat(on(new Event.Stop())).containsExactly("advertise 0", "drop", "MASTER to INIT: stopped");
        assertThat(router.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(on(new Event.Stop())).isEmpty();
        assertThat(due()).isEmpty();
    }

    @Test
    void backupAndFaultStopSilently() {
        start();
        assertThat(on(new Event.Stop())).containsExactly("BACKUP to INIT: stopped");
        start();
        on(new Event.Hindered(Hindrance.CHECK, "PING: no answer"));
        assertThat(on(new Event.Stop())).containsExactly("FAULT to INIT: stopped");
    }

    // ---- around it --------------------------------------------------------------------------------------------------

    @Test
    void addressThatCannotBeCarriedIsGivenUpAtOnce() {
        start();
        nowNanos = router.deadlineNanos();
        List<Effect> effects = router.on(new Event.Due(), nowNanos);
        // Whoever carries this out stops at the second: nothing is announced, and no hook is told.
        assertThat(effects.get(1)).isInstanceOf(Effect.Carry.class);
        assertThat(on(new Event.Hindered(Hindrance.ADDRESS, "10.0.0.100: no permission")))
                .containsExactly("advertise 0", "drop", "MASTER to FAULT: 10.0.0.100: no permission");
        assertThat(on(new Event.Cleared(Hindrance.ADDRESS))).hasSize(2);
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
    }

    @Test
    void preemptionIsDelayedFromTheFirstThatIsHeardOfLess() {
        router = attached(new SettingsFixture().preemptDelay(Duration.ofSeconds(10)));
        start();
        pass(3_000);
        for (int i = 0; i < 10; i++) {
            assertThat(heard("10.0.0.3", 50)).isEmpty();
            assertThat(millisUntilDue()).isEqualTo(3_609.375);
            pass(1_000);
        }
        for (int i = 0; i < 2; i++) {
            heard("10.0.0.3", 50);
            pass(1_000);
        }
        assertThat(millisUntilDue()).isEqualTo(609.375);
        assertThat(untilDue()).contains("BACKUP to MASTER: 10.0.0.3 has less priority");
    }

    @Test
    void preemptionDelayBeginsAnewAfterABetterMaster() {
        router = attached(new SettingsFixture().preemptDelay(Duration.ofSeconds(10)));
        start();
        heard("10.0.0.3", 50);
        pass(3_000);
        heard("10.0.0.4", 100);
        pass(3_000);
        for (int i = 0; i < 10; i++) {
            heard("10.0.0.3", 50);
            assertThat(millisUntilDue()).isEqualTo(3_609.375);
            pass(1_000);
        }
    }

    @Test
    void preemptionDelayDoesNotDelayAfterADeath() {
        router = attached(new SettingsFixture().preemptDelay(Duration.ofSeconds(1_000)));
        start();
        heard("10.0.0.3", 50);
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
        assertThat(untilDue().getFirst()).isEqualTo("advertise 100");
    }

    @Test
    void weightChangesPriorityWithinItsBounds() {
        on(new Event.Weighed(-30));
        assertThat(router.priority()).isEqualTo(70);
        on(new Event.Weighed(-300));
        assertThat(router.priority()).isEqualTo(1);
        on(new Event.Weighed(1_000));
        assertThat(router.priority()).isEqualTo(254);
        on(new Event.Weighed(Integer.MAX_VALUE));
        assertThat(router.priority()).isEqualTo(254);
        on(new Event.Weighed(Integer.MIN_VALUE));
        assertThat(router.priority()).isEqualTo(1);
        on(new Event.Weighed(0));
        assertThat(router.priority()).isEqualTo(100);
    }

    @Test
    void weightCountsFromTheNextAdvertisementOn() {
        becomeMaster();
        assertThat(on(new Event.Weighed(-60))).isEmpty();
        assertThat(heard("10.0.0.3", 41)).contains("drop");
        assertThat(heard("10.0.0.3", 41)).isEmpty();
        on(new Event.Weighed(0));
        pass(1_000);
        heard("10.0.0.3", 41);
        // Of the wait by priority 40 the rest is left.
        assertThat(millisUntilDue()).isEqualTo(2_843.75);
    }

    @Test
    void backupOfVersion3GoesByTheIntervalOfTheMaster() {
        start();
        heard("10.0.0.3", 150, Duration.ofMillis(100));
        assertThat(millisUntilDue()).isEqualTo(360.9375);
        heard("10.0.0.3", 0, Duration.ofMillis(100));
        assertThat(millisUntilDue()).isEqualTo(60.9375);
        untilDue();
        // A master goes by its own.
        heard("10.0.0.1", 50);
        assertThat(router.deadlineNanos() - nowNanos).isGreaterThan(400_000_000);
        heard("10.0.0.3", 150, Duration.ofMillis(200));
        assertThat(millisUntilDue()).isEqualTo(721.875);
        on(new Event.Hindered(Hindrance.CHECK, "PING: no answer"));
        on(new Event.Cleared(Hindrance.CHECK));
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
    }

    @Test
    void backupOfVersion3DoesNotLearnFromWhomItReplaces() {
        start();
        heard("10.0.0.3", 50, Duration.ofMillis(100));
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
        heard("10.0.0.3", 0, Duration.ofMillis(100));
        assertThat(millisUntilDue()).isEqualTo(609.375);
    }

    @Test
    void backupOfVersion2HasTheSkewOfASecond() {
        router = attached(new SettingsFixture().version(2).interval(Duration.ofSeconds(5)));
        start();
        assertThat(millisUntilDue()).isEqualTo(15_609.375);
        heard("10.0.0.3", 0);
        assertThat(millisUntilDue()).isEqualTo(609.375);
    }

    @Test
    void masterThatStoodStillAdvertisesOnceAndNotForEachTimeItMissed() {
        becomeMaster();
        pass(100_000);
        assertThat(due()).containsExactly("advertise 100", "carry for 4 s", "announce x5");
        assertThat(due()).isEmpty();
    }

    @Test
    void masterThatStoodStillYieldsBeforeItSpeaksAsOne() {
        becomeMaster();
        pass(100_000);
        heard("10.0.0.3", 150);
        assertThat(due()).isEmpty();
        assertThat(router.state()).isEqualTo(State.BACKUP);
    }

    @Test
    void backupThatStoodStillWaitsForTheMasterItHearsFirst() {
        start();
        pass(100_000);
        heard("10.0.0.3", 150);
        assertThat(due()).isEmpty();
        assertThat(millisUntilDue()).isEqualTo(3_609.375);
    }

    @Test
    void whatIsDueIsDoneAndDueLater() {
        becomeMaster();
        for (int i = 0; i < 1_000; i++) {
            assertThat(untilDue()).isNotEmpty();
            assertThat(router.deadlineNanos()).isGreaterThan(nowNanos);
        }
    }
}
