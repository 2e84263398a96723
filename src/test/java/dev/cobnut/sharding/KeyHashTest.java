package dev.cobnut.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KeyHashTest {

    @ParameterizedTest
    @CsvSource({
        // hash, of "apple", of 0x80 "abc", of 0xFF
        "ONE_AT_A_TIME, 2297466611,  994506072, 2925896852",
        "MD5,           3195025439, 2862882716, 3561969920",
        "CRC16,         3662830516, 1733247214,       7920",
        "CRC32,              10542,       1656,      32512",
        "CRC32A,        2838417488,  108589559, 4278190080",
        "FNV1_64,        473199127, 2437474129, 2046707744",
        "FNV1A_64,      1488911807, 2425512305, 2046707310",
        "FNV1_32,         67176023, 2023611057, 4210270944",
        "FNV1A_32,       280767167, 1147994001, 4193493326",
        "HSIEH,         3738850110, 3241605176,   44489640",
        "MURMUR,        4142305122, 4268753048, 3679652508",
        "JENKINS,       1442444624, 2829883363, 3784723880",
    })
    void hashesAsNutcrackerDoes(KeyHash hash, long apple, long signed, long last) {
        assertThat(hashOf(hash, "apple".getBytes(StandardCharsets.US_ASCII))).isEqualTo(apple);
        assertThat(hashOf(hash, new byte[] {(byte) 0x80, 'a', 'b', 'c'})).isEqualTo(signed);
        assertThat(hashOf(hash, new byte[] {(byte) 0xFF})).isEqualTo(last);
    }

    @ParameterizedTest
    @EnumSource
    void hashesTheEmptyKeyToZero(KeyHash hash) {
        assertThat(hash.hash(new byte[] {1, 2, 3}, 1, 0)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void looksAtNoByteOutsideTheKey(KeyHash hash) {
        Random random = new Random(7);
        for (int length = 1; length < 40; length++) {
            byte[] key = new byte[length];
            random.nextBytes(key);
            byte[] buffer = new byte[length + 9];
            random.nextBytes(buffer);
            System.arraycopy(key, 0, buffer, 5, length);
            assertThat(hash.hash(buffer, 5, length)).isEqualTo(hash.hash(key, 0, length));
        }
    }

    @Test
    void agreesWithTheJdkOnMd5AndCrc32AtEveryLength() throws NoSuchAlgorithmException {
        byte[] bytes = new byte[300];
        new Random(11).nextBytes(bytes);
        MessageDigest jdk = MessageDigest.getInstance("MD5");
        int[] digest = new int[4];
        for (int length = 0; length < bytes.length; length++) {
            jdk.update(bytes, 0, length);
            int[] expected = new int[4];
            ByteBuffer.wrap(jdk.digest())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer()
                    .get(expected);
            assertThat(Md5.digest(bytes, 0, length, digest)).isEqualTo(expected[0]);
            assertThat(digest).as("MD5 of %d bytes", length).isEqualTo(expected);

            CRC32 crc = new CRC32();
            crc.update(bytes, 0, length);
            assertThat(Crc.crc32(bytes, 0, length)).isEqualTo((int) crc.getValue());
        }
    }

    private static long hashOf(KeyHash hash, byte[] key) {
        return Integer.toUnsignedLong(hash.hash(key, 0, key.length));
    }
}
