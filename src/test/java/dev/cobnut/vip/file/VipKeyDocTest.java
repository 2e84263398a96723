package dev.cobnut.vip.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.DocSection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VipKeyDocTest {
    private static final String FILE = "docs/operating/configuration.md";

    @Test
    void tableOfKeysSaysWhatTheReaderDoes() {
        DocSection.check(FILE, "vip keys", VipKey.markdown());
    }

    @Test
    void theExampleIsRead() throws Exception {
        String text = Files.readString(Path.of(FILE)).replaceFirst("(?s).*?\n    vip:\n", "    vip:\n");
        String example = text.substring(0, text.indexOf("\n\n") + 1).replaceAll("(?m)^    ", "");
        assertThat(VipTexts.read(example).instances().getFirst().checks()).hasSize(3);
    }
}
