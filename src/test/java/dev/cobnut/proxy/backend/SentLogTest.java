package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SentLogTest {
    private final SentLog log = new SentLog();

    private boolean add(String text) {
        byte[] bytes = ("<" + text + ">").getBytes(US_ASCII);
        return log.add(bytes, 1, text.length());
    }

    private String take(int count) {
        return new String(log.take(count), US_ASCII);
    }

    @Test
    void givesBackWhatCameFirst() {
        add("one");
        add("three");
        log.drop(3);

        assertThat(take(5)).isEqualTo("three");
    }

    @Test
    void isARingOfAnyLength() {
        SplittableRandom random = new SplittableRandom(7);
        Queue<String> expected = new ArrayDeque<>();
        long kept = 0;
        for (int i = 0; i < 200_000; i++) {
            String text = Integer.toString(i).repeat(1 + random.nextInt(40));
            if (random.nextInt(100) < 51) {
                boolean fits = kept + text.length() <= SentLog.BYTES_MAX;
                assertThat(add(text)).isEqualTo(fits);
                if (fits) {
                    expected.add(text);
                    kept += text.length();
                }
            } else if (!expected.isEmpty()) {
                String oldest = expected.remove();
                kept -= oldest.length();
                if (random.nextBoolean()) {
                    log.drop(oldest.length());
                } else {
                    assertThat(take(oldest.length())).isEqualTo(oldest);
                }
            }
        }
    }

    @Test
    void keepsNoMoreThanItMay() {
        String quarter = "q".repeat(SentLog.BYTES_MAX / 4);
        for (int i = 0; i < 4; i++) {
            assertThat(add(quarter)).isTrue();
        }
        assertThat(add("x")).isFalse();
        log.drop(quarter.length());
        assertThat(add("x")).isTrue();
    }

    @Test
    void refusesToGiveWhatItDoesNotHave() {
        add("one");

        assertThatThrownBy(() -> log.drop(4)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.take(4)).isInstanceOf(IllegalStateException.class);
    }
}
