package dev.cobnut.config;

import dev.cobnut.testing.DocSection;
import org.junit.jupiter.api.Test;

class PoolKeysDocTest {

    @Test
    void tableOfKeysSaysWhatTheReaderDoes() {
        DocSection.check("docs/operating/configuration.md", "keys", PoolKeys.markdown());
    }
}
