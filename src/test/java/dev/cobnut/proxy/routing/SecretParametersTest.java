package dev.cobnut.proxy.routing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretParametersTest {
    private static boolean fits(String pattern, String name) {
        byte[] bytes = ("*" + pattern + "*").getBytes(US_ASCII);
        return SecretParameters.fits(bytes, 1, pattern.length(), name.getBytes(US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "requirepass",
                "REQUIREPass",
                "*",
                "**",
                "*pass",
                "requirepas?",
                "???????????",
                "req*",
                "r*e*q*s",
                "*require*pass*",
                "[r]equirepass",
                "[^x]equirepass",
                "[^^x]equirepass",
                "requirepas[a-z]",
                "requirepas[a-]]",
                "requirepas[x\\]y]",
                "requirepas[s",
                "\\requirep\\ass",
                "*requirepass",
                "*\\s",
                "requirepass*"
            })
    void aPatternThatRedisFindsThePasswordByFits(String pattern) {
        assertThat(fits(pattern, "requirepass")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "maxmemory*",
        "*max-*-entries*",
        "require",
        "requirepasss",
        "equirepass",
        "require*x",
        "''",
        "?",
        "requirepass?",
        "requirepas[a-z]]",
        "*pass\\"
    })
    void anyOtherDoesNot(String pattern) {
        assertThat(fits(pattern, "requirepass")).isFalse();
    }

    @Test
    void aPatternEndsAtANulAsItDoesForRedis() {
        assertThat(fits("*pass\0x", "requirepass")).isTrue();
        assertThat(fits("\0*", "requirepass")).isFalse();
    }

    @Test
    void manyStarsCostNoMoreThanTheirNumber() {
        assertThat(fits("*a".repeat(30_000), "requirepass")).isFalse();
        assertThat(fits("*".repeat(60_000), "requirepass")).isTrue();
    }
}
