package dev.cobnut.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.vrrp.Effect.State;
import dev.cobnut.vip.vrrp.Event.Hindrance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said around the table of [VirtualRouter]: how often, how long, how much.
class VirtualRouterMeasureTest extends RouterFixture {
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
    void masterThatAnnouncesOftenDoesSoBeforeItsSecondBurst() {
        router = attached(new SettingsFixture()
                .announcing(new RouterSettings.Announcing(5, Duration.ofSeconds(5), Duration.ofSeconds(2), 1)));
        start();
        assertThat(untilDue()).contains("announce x5");
        List<String> announced = new ArrayList<>();
        long began = nowNanos;
        while (nowNanos < began + Duration.ofSeconds(8).toNanos()) {
            for (String each : untilDue()) {
                if (each.startsWith("announce")) {
                    announced.add(each + " at " + (nowNanos - began) / 1_000_000);
                }
            }
        }
        assertThat(announced)
                .containsExactly(
                        "announce x1 at 2000", "announce x1 at 4000", "announce x5 at 5000", "announce x1 at 7000");
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
    void masterThatAnnouncesOftenAnswersARivalAtOnceAllTheSame() {
        router = attached(new SettingsFixture()
                .announcing(new RouterSettings.Announcing(5, Duration.ofSeconds(5), Duration.ofSeconds(1), 1)));
        start();
        assertThat(untilDue()).contains("announce x5");
        pass(100);
        assertThat(heard("10.0.0.3", 99)).contains("announce x5");
        long began = nowNanos;
        while (nowNanos < began + Duration.ofSeconds(7).toNanos()) {
            untilDue();
        }
        pass(900);
        assertThat(heard("10.0.0.3", 99)).contains("announce x5");
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
