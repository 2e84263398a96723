package dev.cobnut.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisLineTest {
    @Test
    void takesALineApartAsRedisDoes() {
        assertThat(RedisLine.words("  save  900 1 ")).containsExactly("save", "900", "1");
        assertThat(RedisLine.words("dir \"/a b/c\\\\d\"")).containsExactly("dir", "/a b/c\\d");
        assertThat(RedisLine.words("requirepass \"a\\x41\\n\\\"\"")).containsExactly("requirepass", "aA\n\"");
        assertThat(RedisLine.words("requirepass 'it\\'s \\x41'")).containsExactly("requirepass", "it's \\x41");
        assertThat(RedisLine.words("save \"\"")).containsExactly("save", "");
    }

    @Test
    void commentsAndEmptyLinesHaveNoWords() {
        assertThat(RedisLine.words("")).isEmpty();
        assertThat(RedisLine.words("   # save 900 1")).isEmpty();
        assertThat(RedisLine.words("requirepass a#b")).containsExactly("requirepass", "a#b");
    }
}
