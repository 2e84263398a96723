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

/// The table of [VirtualRouter], row by row.
class VirtualRouterTest extends RouterFixture {
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
        assertThat(untilDue()).contains("BACKUP to MASTER: 10.0.0.3 has given it up");
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

    /// Another one has taken its place in good order, and nobody is to lose a connection twice.
    @Test
    void masterThatStoodStillForLongStaysAwayUnlessItPreempts() {
        router = attached(new SettingsFixture().preempt(false));
        becomeMaster();
        pass(2_000);
        assertThat(heard("10.0.0.3", 99)).contains("announce x5");
        pass(4_000);
        assertThat(heard("10.0.0.3", 99))
                .containsExactly(
                        "rival 10.0.0.3 99",
                        "advertise 100",
                        "drop",
                        "MASTER to BACKUP: 10.0.0.3 is master with priority 99");

        router = attached(new SettingsFixture().preempt(true));
        becomeMaster();
        pass(10_000);
        assertThat(heard("10.0.0.3", 99)).contains("announce x5");
    }

    @Test
    void backupKnowsWhoGaveItUp() {
        start();
        heard("10.0.0.3", 200);
        heard("10.0.0.3", 0);
        assertThat(untilDue()).contains("BACKUP to MASTER: 10.0.0.3 has given it up");
    }

    @Test
    void backupThatIsHinderedIsAFaultAndSilent() {
        start();
        assertThat(on(new Event.Hindered(Hindrance.CHECK, "PING: no answer")))
                .containsExactly("BACKUP to FAULT: PING: no answer");
        assertThat(untilDue()).isEmpty();
        assertThat(router.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
        pass(100_000);
        assertThat(due()).isEmpty();
    }

    @Test
    void faultKnowsWhoIsMasterAsLongAsThatOneSpeaks() {
        start();
        on(new Event.Hindered(Hindrance.CHECK, "PING: no answer"));
        assertThat(heard("10.0.0.3", 1)).isEmpty();
        assertThat(router.master()).isEqualTo(ip("10.0.0.3"));
        assertThat(heard("10.0.0.3", 0)).isEmpty();
        assertThat(router.master()).isNull();
        heard("10.0.0.3", 1);
        assertThat(untilDue()).isEmpty();
        assertThat(router.master()).isNull();
        assertThat(router.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void backupThatIsHinderedForgetsItsMasterWhenThatOneIsSilent() {
        start();
        heard("10.0.0.3", 200);
        on(new Event.Hindered(Hindrance.CHECK, "PING: no answer"));
        assertThat(router.master()).isEqualTo(ip("10.0.0.3"));
        assertThat(untilDue()).isEmpty();
        assertThat(router.master()).isNull();
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
}
