package dev.cobnut.vip;

import static dev.cobnut.vip.InstanceFixture.MASTER_DOWN;
import static dev.cobnut.vip.InstanceFixture.instance;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.Status.Verdict;
import dev.cobnut.vip.vrrp.Effect.State;
import dev.cobnut.vip.vrrp.Packet;
import dev.cobnut.vip.vrrp.Rejection;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StationTest {
    private static final InetAddress VIRTUAL = InetAddress.ofLiteral("10.0.0.100");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeNetwork network = new FakeNetwork();
    private final LogLines log = new LogLines();
    private final List<String> told = new ArrayList<>();
    private Station station = station(instance());

    @AfterEach
    void listenNoMore() {
        log.close();
    }

    private Station station(InstanceFixture instance) {
        return new Station(
                instance.build(),
                network,
                network.clock(),
                (each, to, priority) -> told.add(each.router().name() + " " + to + " " + priority));
    }

    private void pass(Duration time) {
        network.sleep(time);
        station.due(network.clock().getAsLong());
    }

    private void becomeMaster() {
        station.start(false);
        pass(MASTER_DOWN);
        assertThat(station.status().state()).isEqualTo(State.MASTER);
        network.done();
        told.clear();
    }

    private State state() {
        return station.status().state();
    }

    private void checked(String name, boolean isGood, String detail) {
        station.checked(new Status.CheckResult(name, isGood ? Verdict.GOOD : Verdict.BAD, detail));
    }

    @Test
    void aNewMasterAdvertisesFirstThenCarriesThenAnnounces() {
        station.start(false);
        assertThat(network.done()).containsExactly("open 1 from 10.0.0.21", "drop 10.0.0.100/24");

        pass(MASTER_DOWN);
        assertThat(network.done())
                .containsExactly("advertise 100", "carry 10.0.0.100/24 for 4 s", "announce 10.0.0.100/24");
        assertThat(told).containsExactly("shop BACKUP 100", "shop MASTER 100");
        assertThat(log.all())
                .containsExactly(
                        "INFO shop: INIT -> BACKUP: started", "INFO shop: BACKUP -> MASTER: no master is heard");
        assertThat(station.status().counts().becameMaster()).isEqualTo(1);
    }

    @Test
    void beforeItsTimeNothingIsDue() {
        station.start(false);
        network.done();

        pass(Duration.ofMillis(3_600));

        assertThat(network.done()).isEmpty();
        assertThat(station.deadlineNanos()).isGreaterThan(network.clock().getAsLong());
    }

    @Test
    void whatIsDueIsDoneAndHowLateIsRemembered() {
        station.start(false);
        pass(MASTER_DOWN.plusMillis(40));

        assertThat(station.status().counts().lateMaxMillis()).isBetween(40L, 41L);
        pass(Duration.ofMillis(500));
        assertThat(station.status().counts().lateMaxMillis()).isBetween(40L, 41L);
    }

    @Test
    void stoppingGivesTheAddressAwayAndCloses() {
        becomeMaster();

        station.stop();

        assertThat(network.done()).containsExactly("advertise 0", "drop 10.0.0.100/24", "close 1");
        assertThat(told).containsExactly("shop INIT 100");
        assertThat(state()).isEqualTo(State.INIT);
    }

    /// No black hole: the others are told, and it is tried again after 10 s, 20 s and so on, for a moment, without a word to anybody:
    /// a master that can is left alone.
    @Test
    void anAddressThatTheKernelRefusesIsAFaultAndTriedAgainLaterAndLater() {
        network.refusesToCarry = "no room";
        station.start(false);
        network.done();

        pass(MASTER_DOWN);
        assertThat(network.done()).containsExactly("advertise 100", "advertise 0", "drop 10.0.0.100/24");
        for (int wait : List.of(10, 20, 40, 80, 160, 320, 600, 600)) {
            assertThat(state()).isEqualTo(State.FAULT);
            assertThat(station.status().why()).isEqualTo("no room");
            pass(Duration.ofSeconds(wait).minusMillis(1));
            assertThat(network.done()).as("before " + wait + " s").isEmpty();
            pass(Duration.ofMillis(1));
            assertThat(network.done()).as("after " + wait + " s").containsExactly("drop 10.0.0.100/24");
        }

        network.refusesToCarry = null;
        pass(Duration.ofMinutes(10));
        assertThat(network.done())
                .containsExactly("carry 10.0.0.100/24 for 1 s", "drop 10.0.0.100/24", "drop 10.0.0.100/24");
        assertThat(state()).isEqualTo(State.BACKUP);
    }

    @Test
    void anAddressThatIsCarriedAtLastIsRefusedForTenSecondsAgain() {
        network.refusesToCarry = "no room";
        station.start(false);
        pass(MASTER_DOWN);
        network.refusesToCarry = null;
        pass(Duration.ofSeconds(10));
        pass(MASTER_DOWN);
        assertThat(state()).isEqualTo(State.MASTER);

        network.refusesToCarry = "no room";
        pass(Duration.ofMillis(500));
        assertThat(state()).isEqualTo(State.FAULT);
        network.refusesToCarry = null;
        pass(Duration.ofSeconds(10));
        assertThat(state()).isEqualTo(State.BACKUP);
    }

    /// Whoever took it away would take the machine from its network.
    @Test
    void anAddressOfTheMachineItselfIsAFaultAtOnce() {
        network.refusesToDrop = "10.0.0.100/24 is there for good";
        station.start(false);
        assertThat(state()).isEqualTo(State.FAULT);
        assertThat(station.status().why()).isEqualTo("10.0.0.100/24 is there for good");
        pass(Duration.ofSeconds(10));
        assertThat(state()).isEqualTo(State.FAULT);

        network.refusesToDrop = null;
        pass(Duration.ofSeconds(20));
        assertThat(state()).isEqualTo(State.BACKUP);
    }

    @Test
    void whatAnotherProgramHasLeftIsTakenAwayWithAWord() {
        network.hasOfOthers = true;
        station.start(false);
        assertThat(warnings())
                .containsExactly("WARN shop: 10.0.0.100 was on eth0 without a lifetime, left by another program;"
                        + " it is taken away");
    }

    @Test
    void anAddressThatSomebodyGivesToABackupIsTakenAway() {
        station.start(false);
        network.done();
        station.come("eth1", VIRTUAL);
        station.come("eth0", InetAddress.ofLiteral("10.0.0.21"));
        assertThat(network.done()).isEmpty();
        station.come("eth0", VIRTUAL);
        assertThat(network.done()).containsExactly("drop 10.0.0.100/24");
        becomeMaster();
        network.done();
        station.come("eth0", VIRTUAL);
        assertThat(network.done()).isEmpty();
    }

    @Test
    void whoMovesTheSameAddressByAnotherRouterIsNamed() throws Exception {
        station.start(false);
        byte[] message = FakeNetwork.advert(instance().router(), 50).message();
        message[1] = 99;
        station.heard(
                new Packet(InetAddress.ofLiteral("10.0.0.22"), InetAddress.ofLiteral("224.0.0.18"), 255, message));
        assertThat(warnings())
                .containsExactly(
                        "WARN shop: 10.0.0.22 advertises 10.0.0.100/24 with router_id 99 (here: 51). Make them the"
                                + " same, or both carry it.");
        assertThat(station.status().counts().received()).isZero();
    }

    @Test
    void aLinkThatGoesDownIsAFaultAndOneThatIsBackIsAnnounced() {
        becomeMaster();

        network.link = new Network.Link(3, false, FakeNetwork.OWN);
        station.lookAtLink();
        assertThat(network.done()).containsExactly("advertise 0", "drop 10.0.0.100/24", "close 1");
        assertThat(station.status().why()).isEqualTo("eth0 is down");
        assertThat(told).containsExactly("shop FAULT 100");

        network.link = new Network.Link(3, true, FakeNetwork.OWN);
        station.lookAtLink();
        assertThat(network.done()).containsExactly("open 2 from 10.0.0.21", "drop 10.0.0.100/24");
        assertThat(state()).isEqualTo(State.BACKUP);
    }

    @Test
    void withoutAnInterfaceOrAnAddressToSendFromItSaysWhich() {
        network.link = null;
        station.start(false);
        assertThat(state()).isEqualTo(State.FAULT);
        assertThat(station.status().why()).isEqualTo("there is no network interface eth0");
        assertThat(log.all()).containsExactly("WARN shop: INIT -> FAULT: there is no network interface eth0");

        network.link = new Network.Link(3, true, null);
        station.lookAtLink();
        assertThat(station.status().why())
                .isEqualTo(
                        "eth0 has no IPv4 address besides those that move (expected: one of the machine's own, to send from)");
    }

    @Test
    void anInterfaceThatIsMadeAnewOrHasAnotherAddressGetsNewSockets() {
        becomeMaster();

        network.link = new Network.Link(9, true, FakeNetwork.OWN);
        station.lookAtLink();
        assertThat(network.done()).containsExactly("close 1", "open 2 from 10.0.0.21", "announce 10.0.0.100/24");

        network.link = new Network.Link(9, true, InetAddress.ofLiteral("10.0.0.31"));
        station.lookAtLink();
        assertThat(network.done()).containsExactly("close 2", "open 3 from 10.0.0.31", "announce 10.0.0.100/24");

        station.lookAtLink();
        assertThat(network.done()).isEmpty();
        assertThat(state()).isEqualTo(State.MASTER);
    }

    @Test
    void whatComesThroughAnOldSocketIsNotHeard() {
        becomeMaster();
        Network.Port old = network.port();
        network.link = new Network.Link(9, true, FakeNetwork.OWN);
        station.lookAtLink();

        assertThat(station.hears(old)).isFalse();
        assertThat(station.hears(network.port())).isTrue();
    }

    /// There may be no news after which it would be looked at again.
    @Test
    void socketsThatCannotBeOpenedAreTriedAgain() {
        network.refusesToOpen = "too many";
        station.start(false);
        assertThat(station.status().why()).isEqualTo("sockets on eth0 cannot be opened: too many");

        network.refusesToOpen = null;
        pass(Duration.ofMillis(9_999));
        assertThat(state()).isEqualTo(State.FAULT);
        assertThat(station.deadlineNanos() - network.clock().getAsLong()).isEqualTo(1_000_000);
        pass(Duration.ofMillis(1));
        assertThat(state()).isEqualTo(State.BACKUP);
    }

    @Test
    void aRejectedAdvertIsCountedAndWarnedOfOncePerKindAndHour() {
        station = station(instance().password("right"));
        station.start(false);
        Packet bad = FakeNetwork.advert(instance().password("wrong").router(), 150);
        Packet old = FakeNetwork.advert(instance().router(), 150);

        for (int i = 0; i < 3; i++) {
            station.heard(bad);
            station.heard(old);
        }

        String password = "WARN shop: an advertisement of 10.0.0.22 is not believed: another password."
                + " While that goes on both may carry 10.0.0.100/24.";
        assertThat(warnings())
                .containsExactly(
                        password,
                        "WARN shop: an advertisement of 10.0.0.22 is not believed: version 3 (here: 2)."
                                + " While that goes on both may carry 10.0.0.100/24.");
        assertThat(station.status().counts().rejected())
                .isEqualTo(Map.of(Rejection.PASSWORD, 3L, Rejection.VERSION, 3L));
        assertThat(station.status().counts().received()).isZero();
        assertThat(station.status().master()).isNull();

        network.sleep(Duration.ofMinutes(59));
        station.heard(bad);
        assertThat(warnings()).hasSize(2);
        network.sleep(Duration.ofMinutes(1));
        station.heard(bad);
        assertThat(warnings()).hasSize(3).last().isEqualTo(password);
    }

    private List<String> warnings() {
        return log.all().stream().filter(line -> line.startsWith("WARN")).toList();
    }

    @Test
    void advertsOfOtherRoutersAreNoMatter() {
        station.start(false);

        station.heard(FakeNetwork.advert(instance().id(52).address("10.0.0.200").router(), 150));
        station.heard(new Packet(FakeNetwork.OTHER, FakeNetwork.OTHER, 1, new byte[0]));

        assertThat(station.status().counts().rejected()).isEmpty();
        assertThat(station.status().counts().received()).isZero();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aMasterWithOtherAddressesIsBelievedWithOneWarning() {
        station.start(false);
        Packet other = FakeNetwork.advert(instance().address("10.0.0.101").router(), 150);

        station.heard(other);
        pass(SECOND);
        station.heard(other);

        assertThat(station.status().master()).isEqualTo("10.0.0.22");
        assertThat(station.status().counts().received()).isEqualTo(2);
        assertThat(station.status().counts().otherAddresses()).isEqualTo(2);
        assertThat(warnings())
                .containsExactly("WARN shop: 10.0.0.22 advertises 10.0.0.101 (here: 10.0.0.100). Make them the same:"
                        + " keepalived drops what differs, and then both carry them.");
    }

    @Test
    void aRivalIsCountedAndWarnedOfButForTheOneThatIsReplaced() {
        becomeMaster();

        station.heard(FakeNetwork.advert(instance().router(), 50));
        assertThat(warnings()).isEmpty();
        pass(Duration.ofSeconds(1));
        station.heard(FakeNetwork.advert(instance().router(), 50));
        station.heard(FakeNetwork.advert(instance().router(), 150));

        assertThat(station.status().counts().rivals()).isEqualTo(3);
        assertThat(state()).isEqualTo(State.BACKUP);
        assertThat(station.status().why()).isEqualTo("10.0.0.22 is master with priority 150");
        assertThat(warnings())
                .containsExactly("WARN shop: 10.0.0.22 is master as well, with priority 50 (here: 100);"
                        + " the greater one stays");
    }

    @Test
    void anAddressThatIsTakenIsPutBackWithOneWarning() {
        becomeMaster();

        station.gone("eth0", VIRTUAL);
        assertThat(network.done()).containsExactly("carry 10.0.0.100/24 for 4 s", "announce 10.0.0.100/24");
        station.gone("eth0", VIRTUAL);
        assertThat(warnings()).hasSize(1).first().asString().contains("10.0.0.100/24 was taken from eth0");
    }

    @Test
    void addressesOfOthersAndOfABackupMayGo() {
        becomeMaster();
        station.gone("eth1", VIRTUAL);
        station.gone("eth0", InetAddress.ofLiteral("10.0.0.101"));
        assertThat(network.done()).isEmpty();

        station.heard(FakeNetwork.advert(instance().router(), 150));
        network.done();
        station.gone("eth0", VIRTUAL);
        assertThat(network.done()).isEmpty();
        assertThat(state()).isEqualTo(State.BACKUP);
    }

    @Test
    void aCheckWithoutWeightThatFailsIsAFaultAndSaysWhatWasSeen() {
        station = station(instance().check("a", 0).check("b", 0));
        station.start(false);
        checked("a", true, "fine");
        checked("b", false, "refused");
        assertThat(state()).isEqualTo(State.FAULT);
        assertThat(station.status().why()).isEqualTo("b: refused");
        assertThat(told).containsExactly("shop FAULT 100");
        checked("b", true, "fine");
        assertThat(state()).isEqualTo(State.BACKUP);
        checked("stranger", false, "refused");
        assertThat(state()).isEqualTo(State.BACKUP);

        pass(MASTER_DOWN);
        network.done();
        checked("a", false, "gone");
        assertThat(network.done()).containsExactly("advertise 0", "drop 10.0.0.100/24");
        assertThat(station.status().checks())
                .containsExactly(
                        new Status.CheckResult("a", Verdict.BAD, "gone"),
                        new Status.CheckResult("b", Verdict.GOOD, "fine"));
    }

    @Test
    void itWaitsUntilEachCheckHasBeenLookedAtAndGivesAwayMeanwhileWhatWasLeft() {
        station = station(instance().check("a", 0).check("b", -30));
        station.start(false);
        assertThat(network.done()).containsExactly("open 1 from 10.0.0.21", "drop 10.0.0.100/24");
        assertThat(state()).isEqualTo(State.INIT);
        assertThat(station.status().why()).isEqualTo("a: not looked at yet; b: not looked at yet");

        checked("a", true, "fine");
        pass(MASTER_DOWN);
        assertThat(state()).isEqualTo(State.INIT);
        assertThat(station.status().why()).isEqualTo("b: not looked at yet");

        checked("b", false, "refused");
        assertThat(state()).isEqualTo(State.BACKUP);
        assertThat(told).containsExactly("shop BACKUP 70");
    }

    @Test
    void aCheckWithAWeightMovesThePriority() {
        station = station(instance().check("plus", 20).check("minus", -30));
        station.start(false);
        checked("plus", false, "refused");
        checked("minus", false, "refused");
        assertThat(state()).isEqualTo(State.BACKUP);
        assertThat(station.status().priority()).isEqualTo(70);

        checked("minus", true, "fine");
        assertThat(station.status().priority()).isEqualTo(100);
        checked("plus", true, "fine");
        assertThat(station.status().priority()).isEqualTo(120);
        checked("plus", false, "refused");
        checked("minus", false, "refused");
        assertThat(station.status().priority()).isEqualTo(70);
        assertThat(state()).isEqualTo(State.BACKUP);
    }

    @Test
    void whatIsDrainedAndFaultyAsWellSaysBothAndThenWhatIsLeft() {
        station = station(instance().check("a", 0));
        station.start(true);
        checked("a", false, "refused");
        assertThat(station.status().why()).isEqualTo("a: refused; drained by an operator");

        station.drained(false);
        assertThat(station.status().why()).isEqualTo("a: refused");
        station.drained(true);
        checked("a", true, "fine");
        assertThat(station.status().why()).isEqualTo("drained by an operator");
        assertThat(log.all())
                .containsExactly(
                        "INFO shop: check a is bad: refused",
                        "WARN shop: INIT -> FAULT: a: refused; drained by an operator",
                        "INFO shop: still FAULT: a: refused",
                        "INFO shop: still FAULT: a: refused; drained by an operator",
                        "INFO shop: check a is good: fine",
                        "INFO shop: still FAULT: drained by an operator");

        station.drained(false);
        assertThat(state()).isEqualTo(State.BACKUP);
        assertThat(station.status().why()).isEqualTo("nothing hinders it any more");
    }

    @Test
    void aDrainedMasterGivesItsAddressAway() {
        becomeMaster();

        station.drained(true);

        assertThat(network.done()).containsExactly("advertise 0", "drop 10.0.0.100/24");
        assertThat(told).containsExactly("shop FAULT 100");
    }

    @Test
    void advertsThatCannotBeSentAreCountedAndWarnedOfOnce() {
        becomeMaster();
        long before = station.status().counts().sent();

        network.refusesToSend = "no route";
        pass(SECOND);
        pass(SECOND);

        assertThat(station.status().counts().notSent()).isEqualTo(2);
        assertThat(station.status().counts().sent()).isEqualTo(before);
        assertThat(warnings()).containsExactly("WARN shop: no route");
        assertThat(state()).isEqualTo(State.MASTER);
    }
}
