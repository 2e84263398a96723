package dev.cobnut.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.Network.Arrival;
import dev.cobnut.vip.linux.Rtnetlink.Message;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinuxNetworkTest {
    private static final InetAddress OWN = InetAddress.ofLiteral("10.0.0.21");
    private static final InetAddress VIRTUAL = InetAddress.ofLiteral("10.0.0.100");
    private static final Message LINK = new Message.Link("eth0", 3, false, "000000000000", true);

    private static List<Arrival> arrivals(Message... messages) {
        return LinuxNetwork.arrivals(List.of(messages), false, Map.of(3, "eth0"), Set.of(VIRTUAL));
    }

    private static Message address(int link, InetAddress address, boolean isGone) {
        return new Message.Address(link, address, 24, 0, isGone);
    }

    /// NET_ADMIN is bit 12 and NET_RAW bit 13 (linux/capability.h).
    @Test
    void rightsThatAreMissingAreNamed() {
        String lines = "Name:\tjava\nCapPrm:\tffffffffffffffff\nCapEff:\t%s\nCapBnd:\tffffffffffffffff\n";

        assertThat(LinuxNetwork.missing(lines.formatted("000001fffeffffff"))).isEmpty();
        assertThat(LinuxNetwork.missing(lines.formatted("ffffffffffffffff"))).isEmpty();
        assertThat(LinuxNetwork.missing(lines.formatted("0000000000003000"))).isEmpty();
        assertThat(LinuxNetwork.missing(lines.formatted("0000000000001000"))).containsExactly("NET_RAW");
        assertThat(LinuxNetwork.missing(lines.formatted("0000000000002000"))).containsExactly("NET_ADMIN");
        assertThat(LinuxNetwork.missing(lines.formatted("000001ffffffcfff"))).containsExactly("NET_RAW", "NET_ADMIN");
    }

    @Test
    void whoseStatusSaysNothingHasNoRights() {
        assertThat(LinuxNetwork.missing("Name:\tjava\n")).containsExactly("NET_RAW", "NET_ADMIN");
    }

    @Test
    void whatWasOrderedHereIsNoNews() {
        assertThat(arrivals(address(3, VIRTUAL, false), new Message.Answer(1, 0), new Message.End(1)))
                .isEmpty();
    }

    @Test
    void anAddressThatIsTakenIsTold() {
        assertThat(arrivals(address(3, VIRTUAL, true))).containsExactly(new Arrival.AddressGone("eth0", VIRTUAL));
    }

    @Test
    void addressesOfOthersAreAReasonToLook() {
        assertThat(arrivals(address(3, OWN, false))).containsExactly(new Arrival.LinkChanged());
        assertThat(arrivals(address(4, OWN, true))).containsExactly(new Arrival.LinkChanged());
    }

    /// An interface takes its addresses along; without the order of these two they would be put back on what is not there,
    /// and that is a fault that is looked at again after 10 s only.
    @Test
    void aChangedLinkIsToldBeforeTheAddressesThatItTookAlong() {
        assertThat(arrivals(address(3, VIRTUAL, true), LINK))
                .containsExactly(new Arrival.LinkChanged(), new Arrival.AddressGone("eth0", VIRTUAL));
    }

    @Test
    void newsThatWereMissedAreAReasonToLook() {
        assertThat(LinuxNetwork.arrivals(List.of(), true, Map.of(), Set.of()))
                .containsExactly(new Arrival.LinkChanged());
    }
}
