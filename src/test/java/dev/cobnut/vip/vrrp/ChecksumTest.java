package dev.cobnut.vip.vrrp;

import static dev.cobnut.vip.vrrp.SettingsFixture.ip;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    /// RFC 1071, 3: the sum of these is 0xddf2.
    @Test
    void isTheComplementOfTheExampleOfItsStandard() {
        assertThat(Checksum.of(hex("0001 f203 f4f5 f6f7"))).isEqualTo(0xFFFF - 0xDDF2);
    }

    @Test
    void lastByteOfAnOddNumberIsTheHigherHalfOfAWord() {
        assertThat(Checksum.of(hex("0001 f2"))).isEqualTo(0xFFFF - 0xF201);
    }

    @Test
    void ofNothingIsAllOnes() {
        assertThat(Checksum.of(new byte[0])).isEqualTo(0xFFFF);
    }

    @Test
    void carriesAreAddedUntilThereAreNone() {
        // 0xFFFF + 0xFFFF + 0x0001 = 0x1FFFF, then 0x10000, then 0x0001.
        assertThat(Checksum.of(hex("ffff ffff 0001"))).isEqualTo(0xFFFE);
    }

    /// 192.168.0.2, 224.0.0.18, 112 and 4: c0a8 + 0002 + e000 + 0012 + 0070 + 0004 = 1a130, so a131.
    @Test
    void pseudoHeaderOfVersion4IsAddressesAndProtocolAndLength() {
        assertThat(Checksum.of(hex("0000 0000"), ip("192.168.0.2"), ip("224.0.0.18"), 112))
                .isEqualTo(0xFFFF - 0xA131);
    }

    /// fe80::2, ff02::12, 4 and 112: fe80 + 0002 + ff02 + 0012 + 0004 + 0070 = 1fe0a, so fe0b.
    @Test
    void pseudoHeaderOfVersion6IsAddressesAndLengthAndProtocol() {
        assertThat(Checksum.of(hex("0000 0000"), ip("fe80::2"), ip("ff02::12"), 112))
                .isEqualTo(0xFFFF - 0xFE0B);
    }

    @Test
    void isZeroOfAMessageThatHoldsItsOwn() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] message = new byte[2 + 2 * random.nextInt(40)];
            random.nextBytes(message);
            message[0] = 0;
            message[1] = 0;
            int sum = Checksum.of(message);
            message[0] = (byte) (sum >> 8);
            message[1] = (byte) sum;
            assertThat(Checksum.of(message)).isZero();
        }
    }
}
