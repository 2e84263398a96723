package dev.cobnut.config;

import static dev.cobnut.config.ConfigTexts.readPool;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowTest {

    @ParameterizedTest
    @CsvSource({
        "config, config, true, true",
        "config, config|set, true, true",
        "CONFIG|Set, config|set, true, true",
        "config|set, config|get, true, false",
        "config|set, config, true, false",
        "config, debug, true, false",
        "'@admin', debug, true, true",
        "'@admin', flushall, false, false",
        "'@dangerous', flushall, false, true",
        "'@dangerous', debug, true, true",
        "ALL, flushall, false, true",
        "'debug, flushall', flushall, false, true",
        "'debug,flushall', keys, false, false",
    })
    void opensWhatItNames(String allow, String command, boolean admin, boolean open) throws ConfigException {
        PoolConfig pool = readPool("  allow: \"" + allow + "\"\n");

        assertThat(pool.clients().allow().permits(command, admin)).isEqualTo(open);
    }

    @Test
    void listMeansWhatCommasMean() throws ConfigException {
        assertThat(readPool("  allow:\n  - config|set\n  - '@admin'\n")
                        .clients()
                        .allow())
                .isEqualTo(readPool("  allow: config|set, @admin\n").clients().allow());
    }

    @Test
    void opensNothingByDefault() throws ConfigException {
        assertThat(readPool("").clients().allow().permits("debug", true)).isFalse();
    }
}
