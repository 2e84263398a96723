package dev.cobnut.vip.vrrp;

import static dev.cobnut.vip.vrrp.SettingsFixture.MULTICAST;
import static dev.cobnut.vip.vrrp.SettingsFixture.MULTICAST6;
import static dev.cobnut.vip.vrrp.SettingsFixture.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cobnut.vip.vrrp.Advert.Rejected;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The bytes are put together by hand, from the drawings of RFC 3768, 5.1, and RFC 9568, 5.1.
class AdvertTest {
    private static final InetAddress US = ip("192.168.0.2");
    private static final InetAddress US6 = ip("fe80::2");

    private static final RouterSettings OLD = new SettingsFixture().version(2).build();
    private static final RouterSettings OLD_WITH_PASSWORD =
            new SettingsFixture().version(2).password("1111").build();
    private static final RouterSettings NEW = new SettingsFixture().build();
    private static final RouterSettings NEW_SUMMED_ALONE =
            new SettingsFixture().checksumAsV2().build();
    private static final RouterSettings NEW6 =
            new SettingsFixture().addresses("2001:db8::64").build();
    private static final RouterSettings UNICAST =
            new SettingsFixture().peers("192.168.0.2", "192.168.0.3").build();

    private static final String OLD_BYTES = "21 33 64 01 00 01 7066 0a000064 0000000000000000";
    private static final String OLD_WITH_PASSWORD_BYTES = "21 33 64 01 01 01 0d04 0a000064 3131313100000000";
    private static final String NEW_BYTES = "31 33 64 01 0064 bec9 0a000064";
    private static final String NEW_SUMMED_ALONE_BYTES = "31 33 64 01 0064 6003 0a000064";
    private static final String NEW6_BYTES = "31 33 64 01 0064 3e2a 20010db8000000000000000000000064";

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static Packet multicast(String hex) {
        return new Packet(US, MULTICAST, 255, hex(hex));
    }

    private static Packet multicast6(String hex) {
        return new Packet(US6, MULTICAST6, 255, hex(hex));
    }

    private static Rejected rejected(RouterSettings settings, Packet packet) {
        return catchThrowableOfType(Rejected.class, () -> Advert.read(settings, packet));
    }

    private static void assertRejected(RouterSettings settings, Packet packet, Rejection kind, String text) {
        assertThat(rejected(settings, packet)).hasMessage(text);
        assertThat(rejected(settings, packet).kind()).isEqualTo(kind);
    }

    /// Puts the right checksum into a message that is wrong otherwise.
    private static Packet summed(RouterSettings settings, String hex) {
        byte[] message = hex(hex);
        boolean alone = settings.version() == 2 || settings.checksumAsV2();
        int sum = alone ? Checksum.of(message) : Checksum.of(message, US, MULTICAST, 112);
        message[6] = (byte) (sum >> 8);
        message[7] = (byte) sum;
        return new Packet(US, MULTICAST, 255, message);
    }

    @Test
    void version2WithoutAuthenticationHasEightZeroesAtItsEnd() throws Rejected {
        assertThat(Advert.message(OLD, 100, US, MULTICAST)).isEqualTo(hex(OLD_BYTES));
        assertThat(Advert.read(OLD, multicast(OLD_BYTES)))
                .isEqualTo(new Advert(51, 100, Duration.ofSeconds(1), List.of(ip("10.0.0.100"))));
    }

    @Test
    void version2WithPasswordHasItInTheClear() throws Rejected {
        assertThat(Advert.message(OLD_WITH_PASSWORD, 100, US, MULTICAST)).isEqualTo(hex(OLD_WITH_PASSWORD_BYTES));
        assertThat(Advert.read(OLD_WITH_PASSWORD, multicast(OLD_WITH_PASSWORD_BYTES))
                        .priority())
                .isEqualTo(100);
    }

    @Test
    void passwordIsCutAtEightBytes() throws Rejected {
        RouterSettings eight =
                new SettingsFixture().version(2).password("12345678").build();
        RouterSettings nine =
                new SettingsFixture().version(2).password("123456789").build();
        byte[] message = Advert.message(nine, 100, US, MULTICAST);
        assertThat(message).isEqualTo(Advert.message(eight, 100, US, MULTICAST)).hasSize(20);
        assertThat(Advert.read(nine, new Packet(US, MULTICAST, 255, message)).id())
                .isEqualTo(51);
    }

    @Test
    void version3SumsThePseudoHeaderToo() throws Rejected {
        assertThat(Advert.message(NEW, 100, US, MULTICAST)).isEqualTo(hex(NEW_BYTES));
        assertThat(Advert.read(NEW, multicast(NEW_BYTES)))
                .isEqualTo(new Advert(51, 100, Duration.ofSeconds(1), List.of(ip("10.0.0.100"))));
    }

    @Test
    void version3SumsTheMessageAloneWhenTold() throws Rejected {
        assertThat(Advert.message(NEW_SUMMED_ALONE, 100, US, MULTICAST)).isEqualTo(hex(NEW_SUMMED_ALONE_BYTES));
        assertThat(Advert.read(NEW_SUMMED_ALONE, multicast(NEW_SUMMED_ALONE_BYTES))
                        .priority())
                .isEqualTo(100);
    }

    @Test
    void version3OfIpv6SumsThePseudoHeaderWhateverIsTold() throws Rejected {
        RouterSettings alone =
                new SettingsFixture().addresses("2001:db8::64").checksumAsV2().build();
        assertThat(Advert.message(NEW6, 100, US6, MULTICAST6)).isEqualTo(hex(NEW6_BYTES));
        assertThat(Advert.message(alone, 100, US6, MULTICAST6)).isEqualTo(hex(NEW6_BYTES));
        assertThat(Advert.read(NEW6, multicast6(NEW6_BYTES)))
                .isEqualTo(new Advert(51, 100, Duration.ofSeconds(1), List.of(ip("2001:db8::64"))));
    }

    @Test
    void peerGetsAChecksumOfItsOwn() throws Rejected {
        RouterSettings theirs = new SettingsFixture().peers("192.168.0.4").build();
        byte[] message = Advert.message(theirs, 100, US, ip("192.168.0.4"));
        assertThat(message).isNotEqualTo(Advert.message(theirs, 100, US, ip("192.168.0.5")));
        assertThat(Advert.read(UNICAST, new Packet(US, ip("192.168.0.4"), 63, message))
                        .priority())
                .isEqualTo(100);
    }

    @Test
    void addressesThatAreNotAdvertisedAreNotInIt() {
        SettingsFixture fixture = new SettingsFixture().version(2);
        fixture.addresses = List.of(
                SettingsFixture.address("10.0.0.100"), new VirtualAddress(ip("10.0.0.101"), 24, "eth0", null, false));
        assertThat(Advert.message(fixture.build(), 100, US, MULTICAST)).isEqualTo(hex(OLD_BYTES));
    }

    @Test
    void intervalsOfVersion3HaveTwelveBits() throws Rejected {
        RouterSettings slow =
                new SettingsFixture().interval(Duration.ofMillis(40_950)).build();
        byte[] message = Advert.message(slow, 100, US, MULTICAST);
        assertThat(HexFormat.of().formatHex(message, 4, 6)).isEqualTo("0fff");
        assertThat(Advert.read(NEW, new Packet(US, MULTICAST, 255, message)).interval())
                .isEqualTo(Duration.ofMillis(40_950));
        // Four bits before them are reserved, to be ignored.
        Packet reserved = summed(NEW, "31 33 64 01 f00a 0000 0a000064");
        assertThat(Advert.read(NEW, reserved).interval()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void prioritiesAreBytesWithoutSign() throws Rejected {
        assertThat(Advert.read(OLD, summed(OLD, "21 33 ff 01 00 01 0000 0a000064 0000000000000000"))
                        .priority())
                .isEqualTo(255);
        assertThat(Advert.read(OLD, summed(OLD, "21 33 00 01 00 01 0000 0a000064 0000000000000000"))
                        .priority())
                .isZero();
    }

    @Test
    void otherListOfAddressesIsRead() throws Rejected {
        assertThat(Advert.read(NEW, summed(NEW, "31 33 64 02 0064 0000 0a000064 0a000065"))
                        .addresses())
                .containsExactly(ip("10.0.0.100"), ip("10.0.0.101"));
    }

    @Test
    void isForItsOwnIdOnly() {
        assertThat(Advert.isFor(OLD, hex("21 33"))).isTrue();
        assertThat(Advert.isFor(OLD, hex("21 34"))).isFalse();
        assertThat(Advert.isFor(OLD, hex("21"))).isFalse();
        assertThat(Advert.isFor(OLD, new byte[0])).isFalse();
        SettingsFixture high = new SettingsFixture();
        high.id = 200;
        assertThat(Advert.isFor(high.build(), hex("31 c8"))).isTrue();
    }

    @Test
    void wrongLengthIsRejected() {
        assertRejected(NEW, multicast("31 33 64 01 0064 be"), Rejection.LENGTH, "7 bytes (expected: 8 at least)");
        assertRejected(
                NEW,
                multicast("31 33 64 02 0064 bec9 0a000064"),
                Rejection.LENGTH,
                "12 bytes (expected: 16, for 2 addresses)");
        // Eight bytes of authentication are always there in version 2.
        assertRejected(
                OLD,
                multicast("21 33 64 01 00 01 7066 0a000064"),
                Rejection.LENGTH,
                "12 bytes (expected: 20, for 1 addresses)");
        assertRejected(
                NEW6,
                multicast6("31 33 64 01 0064 bec9 0a000064"),
                Rejection.LENGTH,
                "12 bytes (expected: 24, for 1 addresses)");
        assertRejected(NEW, multicast(NEW_BYTES + "00"), Rejection.LENGTH, "13 bytes (expected: 12, for 1 addresses)");
    }

    @Test
    void otherVersionIsRejected() {
        assertRejected(OLD, multicast(NEW_BYTES), Rejection.VERSION, "version 3 (here: 2)");
        assertRejected(NEW, multicast(OLD_BYTES), Rejection.VERSION, "version 2 (here: 3)");
        assertRejected(NEW, multicast("f1 33 64 01 0064 bec9 0a000064"), Rejection.VERSION, "version 15 (here: 3)");
    }

    @Test
    void otherTypeIsRejected() {
        assertRejected(NEW, multicast("32 33 64 01 0064 bec9 0a000064"), Rejection.TYPE, "type 2 (expected: 1)");
    }

    @Test
    void whatCameOverARouterIsRejected() {
        Packet routed = new Packet(US, MULTICAST, 254, hex(NEW_BYTES));
        assertRejected(NEW, routed, Rejection.HOP_LIMIT, "TTL 254 from 192.168.0.2 (expected: 255)");
    }

    @Test
    void otherWayIsRejected() {
        assertRejected(
                UNICAST, multicast(NEW_BYTES), Rejection.DESTINATION, "from 192.168.0.2 by multicast (here: peers)");
        assertRejected(
                NEW,
                new Packet(US, ip("192.168.0.4"), 255, hex(NEW_BYTES)),
                Rejection.DESTINATION,
                "from 192.168.0.2 to us alone (here: multicast)");
    }

    @Test
    void strangerIsRejected() {
        assertRejected(
                UNICAST,
                new Packet(ip("192.168.0.9"), ip("192.168.0.4"), 255, hex(NEW_BYTES)),
                Rejection.STRANGER,
                "from 192.168.0.9 (expected: one of the peers)");
    }

    @Test
    void otherPasswordIsRejected() {
        assertRejected(
                OLD,
                multicast(OLD_WITH_PASSWORD_BYTES),
                Rejection.PASSWORD,
                "authentication of kind 1 (here: none, 0)");
        assertRejected(
                OLD_WITH_PASSWORD,
                multicast(OLD_BYTES),
                Rejection.PASSWORD,
                "authentication of kind 0 (here: a password, 1)");
        assertRejected(
                new SettingsFixture().version(2).password("1112").build(),
                multicast(OLD_WITH_PASSWORD_BYTES),
                Rejection.PASSWORD,
                "another password");
        assertRejected(
                new SettingsFixture().version(2).password("11111").build(),
                multicast(OLD_WITH_PASSWORD_BYTES),
                Rejection.PASSWORD,
                "another password");
    }

    @Test
    void otherIntervalIsRejectedInVersion2() {
        assertRejected(
                new SettingsFixture().version(2).interval(Duration.ofSeconds(2)).build(),
                multicast(OLD_BYTES),
                Rejection.INTERVAL,
                "an interval of 1 s (here: 2 s)");
    }

    @Test
    void noIntervalIsRejectedInVersion3() {
        assertRejected(
                NEW,
                summed(NEW, "31 33 64 01 0000 0000 0a000064"),
                Rejection.INTERVAL,
                "an interval of 0 (expected: 10 ms at least)");
    }

    @Test
    void wrongChecksumIsRejectedWithWhatMayBeWrong() {
        assertRejected(OLD, multicast(OLD_BYTES.replace("7066", "7067")), Rejection.CHECKSUM, "a wrong checksum");
        assertRejected(NEW, multicast(NEW_BYTES.replace("bec9", "0000")), Rejection.CHECKSUM, "a wrong checksum");
        assertRejected(NEW6, multicast6(NEW6_BYTES.replace("3e2a", "3e2b")), Rejection.CHECKSUM, "a wrong checksum");
        assertRejected(
                NEW,
                multicast(NEW_SUMMED_ALONE_BYTES),
                Rejection.CHECKSUM,
                "its checksum does not include the addresses of IP (expected so, without v3_checksum_as_v2)");
        assertRejected(
                NEW_SUMMED_ALONE,
                multicast(NEW_BYTES),
                Rejection.CHECKSUM,
                "its checksum includes the addresses of IP (here: v3_checksum_as_v2)");
    }

    @Test
    void anyBitThatFlipsIsNoticed() {
        List<Packet> packets = List.of(
                multicast(OLD_BYTES),
                multicast(OLD_WITH_PASSWORD_BYTES),
                multicast(NEW_BYTES),
                multicast(NEW_SUMMED_ALONE_BYTES),
                multicast6(NEW6_BYTES));
        List<RouterSettings> settings = List.of(OLD, OLD_WITH_PASSWORD, NEW, NEW_SUMMED_ALONE, NEW6);
        for (int i = 0; i < packets.size(); i++) {
            Packet packet = packets.get(i);
            for (int bit = 0; bit < packet.message().length * 8; bit++) {
                byte[] message = packet.message().clone();
                message[bit / 8] ^= (byte) (1 << bit % 8);
                Packet flipped = new Packet(packet.source(), packet.destination(), 255, message);
                assertThat(rejected(settings.get(i), flipped))
                        .as("bit %d of %s", bit, packet)
                        .isNotNull();
            }
        }
    }

    @Test
    void bytesOfAnyKindAreReadOrRejected() {
        Random random = new Random(7);
        List<RouterSettings> all = List.of(OLD, OLD_WITH_PASSWORD, NEW, NEW_SUMMED_ALONE, NEW6, UNICAST);
        for (int i = 0; i < 100_000; i++) {
            RouterSettings settings = all.get(random.nextInt(all.size()));
            byte[] message = new byte[random.nextInt(random.nextBoolean() ? 32 : 1_500)];
            random.nextBytes(message);
            if (message.length >= 8 && random.nextInt(4) > 0) {
                message[0] = (byte) (settings.version() << 4 | 1);
                message[3] = (byte) random.nextInt(3);
            }
            InetAddress destination = settings.isUnicast() ? ip("192.168.0.4") : MULTICAST;
            try {
                Advert.read(settings, new Packet(US, destination, 255, message));
            } catch (Rejected e) {
                assertThat(e).hasMessageMatching("[ -~]{5,100}");
            }
            assertThat(Advert.isFor(settings, message)).isEqualTo(message.length > 1 && message[1] == 51);
        }
    }

    @Test
    void whatIsSentIsRead() throws Rejected {
        Random random = new Random(11);
        for (int i = 0; i < 5_000; i++) {
            SettingsFixture fixture = new SettingsFixture().version(2 + random.nextInt(2));
            boolean ipv6 = fixture.version == 3 && random.nextBoolean();
            fixture.id = 1 + random.nextInt(255);
            fixture.checksumAsV2 = random.nextBoolean();
            fixture.interval = fixture.version == 2
                    ? Duration.ofSeconds(1 + random.nextInt(255))
                    : Duration.ofMillis(10L * (1 + random.nextInt(4_095)));
            fixture.password =
                    fixture.version == 2 && random.nextBoolean() ? "pässwörd".substring(random.nextInt(8)) : null;
            List<String> addresses = new ArrayList<>();
            for (int j = 1 + random.nextInt(20); j > 0; j--) {
                addresses.add((ipv6 ? "2001:db8::" : "10.0.0.") + (1 + random.nextInt(254)));
            }
            fixture.addresses(addresses.toArray(String[]::new));
            InetAddress source = ipv6 ? US6 : US;
            InetAddress destination = ipv6 ? MULTICAST6 : MULTICAST;
            if (random.nextBoolean()) {
                destination = ip(ipv6 ? "fe80::9" : "192.168.0.9");
                fixture.peers(source.getHostAddress());
            }
            RouterSettings settings = fixture.build();
            int priority = random.nextInt(255);
            byte[] message = Advert.message(settings, priority, source, destination);
            assertThat(Advert.isFor(settings, message)).isTrue();
            assertThat(Advert.read(settings, new Packet(source, destination, 255, message)))
                    .isEqualTo(new Advert(fixture.id, priority, fixture.interval, settings.advertised()));
        }
    }
}
