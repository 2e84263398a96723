package dev.cobnut.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.BraceBlocks.Statement;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BraceBlocksTest {
    private final Problems problems = new Problems(Path.of("a.conf"));

    /// `WORD|WORD@LINE[…]`, one after the other.
    private String shape(String text) {
        return shape(BraceBlocks.parse(text, problems));
    }

    private static String shape(List<Statement> statements) {
        StringBuilder shape = new StringBuilder();
        for (Statement each : statements) {
            shape.append(String.join("|", each.words())).append('@').append(each.line());
            shape.append(each.block() == null ? " " : "[" + shape(each.inside()).strip() + "] ");
        }
        return shape.toString();
    }

    @Test
    void bracesMayStandAnywhere() {
        assertThat(shape("a b {\n c\n}\nd\n{ e { f } g }\nh{i}\n").strip())
                .isEqualTo("a|b@1[c@2] d@4[e@5[f@5] g@5] h@6[i@6]");
        assertThat(problems.count()).isZero();
    }

    @Test
    void commentsBeginAnywhereButInQuotes() {
        assertThat(shape("a#b\n! c\nd \"e # { f\" '!' g ! h {\n").strip()).isEqualTo("a@1 d|e # { f|!|g@3");
        assertThat(problems.count()).isZero();
    }

    @Test
    void aLineGoesOnBehindABackslash() {
        assertThat(shape("a \\\nb\nc\r\n").strip()).isEqualTo("a|b@1 c@3");
    }

    @Test
    void whatIsOddIsAProblemAndTheRestIsRead() {
        assertThat(shape("}\n{ a\n}\nb \"c\nd {\ne\n").strip()).isEqualTo("@2[a@2] b|\"c@4 d@5[e@6]");
        assertThat(problems.exception().problems()).extracting(Problem::line).containsExactly(1, 2, 4, 5);
    }

    @Test
    void wordsAreSplitAsAShellDoes() throws Exception {
        assertThat(QuotedWords.split(" a  'b \"c' \"d 'e\" f\\ g h\"i j\"k \\\"l '' "))
                .containsExactly("a", "b \"c", "d 'e", "f g", "hi jk", "\"l", "");
        assertThat(QuotedWords.split("  ")).isEmpty();
    }
}
